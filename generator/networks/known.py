"""The table of known networks: for each, its builder, input, layers of interest and weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.networks import layer_groups, sources
from generator.networks.layer_names import from_efficientnet_pytorch, without_slashes
from generator.networks.preprocessing import CAFFE, HED, LITE, TENSORFLOW, TORCH, Preprocessing
from generator.networks.sources import Source


@dataclass(frozen=True)
class Weights:
    """One choice of weights: its files, the fullest first, and its preprocessing.

    ``rename`` converts a layer's name in the files to our name.
    """

    files: tuple[Source, ...]
    preprocessing: Preprocessing
    summary: str
    rename: Callable[[str], str] = str


@dataclass(frozen=True)
class Variant:
    """One form of a network and the input sizes it accepts.

    ``smallest_px`` is the smallest height and width, without a classifier and with it; ``None`` means that
    only the network's own size works, because dense layers fix it.
    """

    summary: str
    smallest_px: tuple[int | None, int | None]


@dataclass(frozen=True)
class Entry:
    """One known network.

    ``builder`` is ``module:function``. ``classifier`` names the layers that are missing without a classifier,
    ``blocks`` the last layer of each block, ``pools`` the layers shown by default; if it is empty, these are
    the max poolings. ``variants`` maps names to the forms besides ``plain``.
    """

    title: str
    reference: str
    reference_url: str
    builder: str
    input_shape: tuple[int, int, int]
    weights: Mapping[str, Weights]
    classifier: tuple[str, ...]
    blocks: tuple[str, ...]
    pools: tuple[str, ...] = ()
    plain: Variant = Variant("as published", (None, None))
    variants: Mapping[str, Variant] = field(default_factory=dict)


VGG_PLAIN = Variant("as published", (32, None))
VGG_VARIANTS = {
    "convolutional": Variant("dense layers as convolutions, with maps", (32, 224)),
    "atrous": Variant(
        "the same, and block4_pool and block5_pool keep their resolution, later layers dilate", (8, 200)
    ),
}

NETWORKS: Mapping[str, Entry] = {
    "squeezenet": Entry(
        title="SqueezeNet 1.1",
        reference="Iandola et al. 2016",
        reference_url="https://arxiv.org/abs/1602.07360",
        builder="generator.networks.squeezenet:squeezenet",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.SQUEEZENET_IMAGENET,),
                CAFFE,
                "ImageNet, 1000 classes; 5 MB",
                without_slashes,
            ),
        },
        classifier=("conv10", "predictions"),
        blocks=layer_groups.SQUEEZENET_BLOCKS,
        plain=Variant("as published", (29, 29)),
        variants={
            "convolutional": Variant("the same: it has no dense layer", (29, 29)),
            "atrous": Variant("maxpool5 keeps its resolution, later convolutions dilate", (13, 13)),
        },
    ),
    "efficientnet_lite0": Entry(
        title="EfficientNet-Lite0",
        reference="Tan & Le 2019",
        reference_url="https://arxiv.org/abs/1905.11946",
        builder="generator.networks.efficientnet_lite:efficientnet_lite0",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.EFFICIENTNET_LITE0_IMAGENET,),
                LITE,
                "ImageNet, 1000 classes; 17 MB",
                from_efficientnet_pytorch,
            ),
        },
        classifier=("avg_pool", "predictions"),
        blocks=layer_groups.EFFICIENTNET_LITE0_BLOCKS,
        pools=layer_groups.EFFICIENTNET_LITE0_POOLS,
    ),
    "vgg16": Entry(
        title="VGG16",
        reference="Simonyan & Zisserman 2014",
        reference_url="https://arxiv.org/abs/1409.1556",
        builder="generator.networks.vgg:vgg16",
        input_shape=(224, 224, 3),
        weights={
            "hed": Weights((sources.VGG16_HED,), HED, "edges (HED, BSDS500), no classes; 55 MB"),
            "imagenet": Weights(
                (sources.VGG16_IMAGENET, sources.VGG16_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; 553 MB",
            ),
        },
        classifier=("fc1", "fc2", "predictions"),
        blocks=layer_groups.VGG_BLOCKS,
        plain=VGG_PLAIN,
        variants=VGG_VARIANTS,
    ),
    "vgg19": Entry(
        title="VGG19",
        reference="Simonyan & Zisserman 2014",
        reference_url="https://arxiv.org/abs/1409.1556",
        builder="generator.networks.vgg:vgg19",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.VGG19_IMAGENET, sources.VGG19_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; 575 MB",
            ),
        },
        classifier=("fc1", "fc2", "predictions"),
        blocks=layer_groups.VGG_BLOCKS,
        plain=VGG_PLAIN,
        variants=VGG_VARIANTS,
    ),
    "resnet50": Entry(
        title="ResNet50",
        reference="He et al. 2015",
        reference_url="https://arxiv.org/abs/1512.03385",
        builder="generator.networks.keras_applications:resnet50",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.RESNET50_IMAGENET, sources.RESNET50_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; 103 MB",
            ),
        },
        classifier=("avg_pool", "predictions"),
        blocks=layer_groups.RESNET50_BLOCKS,
        pools=layer_groups.RESNET50_POOLS,
    ),
    "inceptionv3": Entry(
        title="InceptionV3",
        reference="Szegedy et al. 2015",
        reference_url="https://arxiv.org/abs/1512.00567",
        builder="generator.networks.keras_applications:inceptionv3",
        input_shape=(299, 299, 3),
        weights={
            "imagenet": Weights(
                (sources.INCEPTION_V3_IMAGENET, sources.INCEPTION_V3_IMAGENET_CONVOLUTIONS),
                TENSORFLOW,
                "ImageNet, 1000 classes; 96 MB",
            ),
        },
        classifier=("avg_pool", "predictions"),
        blocks=layer_groups.INCEPTIONV3_BLOCKS,
    ),
    "mobilenetv2": Entry(
        title="MobileNetV2",
        reference="Sandler et al. 2018",
        reference_url="https://arxiv.org/abs/1801.04381",
        builder="generator.networks.keras_applications:mobilenetv2",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.MOBILENET_V2_IMAGENET,), TENSORFLOW, "ImageNet, 1000 classes; 15 MB"
            ),
        },
        classifier=("global_average_pooling2d", "predictions"),
        blocks=layer_groups.MOBILENETV2_BLOCKS,
        pools=layer_groups.MOBILENETV2_POOLS,
    ),
    "densenet121": Entry(
        title="DenseNet121",
        reference="Huang et al. 2016",
        reference_url="https://arxiv.org/abs/1608.06993",
        builder="generator.networks.keras_applications:densenet121",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.DENSENET121_IMAGENET, sources.DENSENET121_IMAGENET_CONVOLUTIONS),
                TORCH,
                "ImageNet, 1000 classes; 33 MB",
            ),
        },
        classifier=("avg_pool", "predictions"),
        blocks=layer_groups.DENSENET121_BLOCKS,
        pools=layer_groups.DENSENET121_POOLS,
    ),
}
