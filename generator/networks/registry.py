"""The table of known networks: a row says how one is built, fed and named, and whose weights it takes.

Reading the table needs no Keras; ``build`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

from generator.errors import NetworkError
from generator.networks import layer_groups, sources, tables
from generator.networks.layer_names import from_efficientnet_pytorch, without_slashes
from generator.networks.preprocessing import CAFFE, HED, LITE, TENSORFLOW, TORCH, Preprocessing
from generator.networks.sources import Source
from generator.records import LayerInfo, NetworkInfo


@dataclass(frozen=True)
class Weights:
    """One choice of weights: its files, the fullest first, and how it wants its pictures.

    ``rename`` turns what the files call a layer into what we call it.
    """

    files: tuple[Source, ...]
    preprocessing: Preprocessing
    summary: str
    rename: Callable[[str], str] = str


@dataclass(frozen=True)
class Entry:
    """One known network.

    ``builder`` is ``module:function``; ``classifier`` names the layers that only a classifier has;
    ``blocks`` those that end a block; ``pools`` those shown by default, the max poolings unless named.
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


NETWORKS: Mapping[str, Entry] = {
    "squeezenet": Entry(
        title="SqueezeNet 1.1",
        reference="Iandola et al. 2016",
        reference_url="https://arxiv.org/abs/1602.07360",
        builder="generator.networks.squeezenet:squeezenet",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.SQUEEZENET_IMAGENET,), CAFFE, "ImageNet, 1000 classes; packaged", without_slashes
            ),
        },
        classifier=("conv10", "predictions"),
        blocks=layer_groups.SQUEEZENET_BLOCKS,
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
                "ImageNet, 1000 classes; packaged",
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
            "hed": Weights((sources.VGG16_HED,), HED, "edges (HED, BSDS500), no classes; packaged"),
            "imagenet": Weights(
                (sources.VGG16_IMAGENET, sources.VGG16_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; fetched, 553 MB",
            ),
        },
        classifier=("fc1", "fc2", "predictions"),
        blocks=layer_groups.VGG_BLOCKS,
    ),
    "vgg19": Entry(
        title="VGG19",
        reference="Simonyan & Zisserman 2014",
        reference_url="https://arxiv.org/abs/1409.1556",
        builder="generator.networks.keras_applications:vgg19",
        input_shape=(224, 224, 3),
        weights={
            "imagenet": Weights(
                (sources.VGG19_IMAGENET, sources.VGG19_IMAGENET_CONVOLUTIONS),
                CAFFE,
                "ImageNet, 1000 classes; fetched, 575 MB",
            ),
        },
        classifier=("fc1", "fc2", "predictions"),
        blocks=layer_groups.VGG_BLOCKS,
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
                "ImageNet, 1000 classes; fetched, 103 MB",
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
                "ImageNet, 1000 classes; fetched, 96 MB",
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
                (sources.MOBILENET_V2_IMAGENET,), TENSORFLOW, "ImageNet, 1000 classes; fetched, 15 MB"
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
                "ImageNet, 1000 classes; fetched, 33 MB",
            ),
        },
        classifier=("avg_pool", "predictions"),
        blocks=layer_groups.DENSENET121_BLOCKS,
        pools=layer_groups.DENSENET121_POOLS,
    ),
}


def names() -> tuple[str, ...]:
    """Return the names of the known networks."""
    return tuple(NETWORKS)


def entry(name: str) -> Entry:
    """Return a network's row.

    Raises:
        NetworkError: no such network.
    """
    if name not in NETWORKS:
        nearest = get_close_matches(name, NETWORKS, n=1)
        hint = f"; nearest: {nearest[0]}" if nearest else ""
        raise NetworkError(f"no network '{name}'{hint}; known: {', '.join(NETWORKS)}")
    return NETWORKS[name]


@cache
def describe(name: str) -> NetworkInfo:
    """Return what is known of a network, its classifier included."""
    row = entry(name)
    layers = tables.read(name)
    return NetworkInfo(
        name=name,
        title=row.title,
        reference=row.reference,
        reference_url=row.reference_url,
        input_shape=row.input_shape,
        layers=layers,
        groups=_groups(layers, row),
        weights_choices={choice: weights.summary for choice, weights in row.weights.items()},
    )


def without_classifier(info: NetworkInfo) -> NetworkInfo:
    """Return the same network as it is with weights that have no classifier."""
    row = entry(info.name)
    layers = tuple(layer for layer in info.layers if layer.name not in row.classifier)
    return replace(info, layers=layers, groups=_groups(layers, row))


def catalogue() -> Mapping[str, NetworkInfo]:
    """Return every known network by its name."""
    return {name: describe(name) for name in NETWORKS}


def build(name: str, classifies: bool = True) -> Any:
    """Return a network's Keras model with untrained weights."""
    row = entry(name)
    module, function = row.builder.split(":")
    arguments = {} if classifies else {"classes": 0}
    return getattr(import_module(module), function)(row.input_shape, **arguments)


def _groups(layers: tuple[LayerInfo, ...], row: Entry) -> Mapping[str, tuple[str, ...]]:
    """Return the layers of each group; ``all`` leaves out normalization, which is but half of a layer."""

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(layer.name for layer in layers if layer.kind in kinds)

    return {
        "pools": row.pools or of("MaxPooling2D"),
        "convs": of("Conv2D", "DepthwiseConv2D"),
        "blocks": row.blocks,
        "all": tuple(layer.name for layer in layers if layer.kind != "BatchNormalization"),
    }
