"""Networks from Keras Applications, with Keras's layers and names, without weights.

Keras numbers unnamed layers per process (``conv2d_7``). They are renumbered here as in the first model of a
fresh process, so that a name means the same layer whatever was built before.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import keras
from keras import applications

Shape = tuple[int, int, int]


def resnet50(input_shape: Shape = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return ResNet50 up to its logits, or up to ``conv5_block3_out`` if ``classes`` is 0."""
    return _built(applications.ResNet50, input_shape, classes)


def inceptionv3(input_shape: Shape = (299, 299, 3), classes: int = 1000) -> keras.Model:
    """Return InceptionV3 up to its logits, or up to ``mixed10`` if ``classes`` is 0."""
    return _built(applications.InceptionV3, input_shape, classes)


def mobilenetv2(input_shape: Shape = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return MobileNetV2 up to its logits, or up to ``out_relu`` if ``classes`` is 0."""
    return _built(applications.MobileNetV2, input_shape, classes)


def densenet121(input_shape: Shape = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return DenseNet121 up to its logits, or up to ``relu`` if ``classes`` is 0."""
    return _built(applications.DenseNet121, input_shape, classes)


def _built(build: Any, input_shape: Shape, classes: int) -> keras.Model:
    """Return a model without trained weights that ends at the logits, or before the classifier."""
    top = {"classes": classes, "classifier_activation": None} if classes else {"include_top": False}
    model = build(weights=None, input_shape=input_shape, **top)
    _renumber(model.layers)
    return model


def _renumber(layers: list[Any]) -> None:
    """Number the unnamed layers of each class as in a fresh process: ``conv2d``, ``conv2d_1``, ..."""
    numbered = defaultdict(list)
    for layer in layers:
        base, number = _split(layer.name)
        if base.replace("_", "") == type(layer).__name__.lower():
            numbered[base].append((number, layer))
    for base, found in numbered.items():
        for rank, (_, layer) in enumerate(sorted(found, key=lambda pair: pair[0])):
            layer.name = f"{base}_{rank}" if rank else base


def _split(name: str) -> tuple[str, int]:
    """Return a layer's name without its number, and the number, 0 if it has none.

    >>> _split("conv2d_7"), _split("conv2d"), _split("block_1_add")
    (('conv2d', 7), ('conv2d', 0), ('block_1_add', 0))
    """
    base, _, number = name.rpartition("_")
    return (base, int(number)) if base and number.isdecimal() else (name, 0)
