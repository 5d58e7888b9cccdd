"""VGG16 (Simonyan & Zisserman 2014): five blocks of 3 x 3 convolutions, each ended by a pooling.

Variants, all with the same weights: ``convolutional`` makes convolutions of the dense layers; ``atrous`` does
so too and keeps the resolution of the last two poolings (Chen et al. 2014, section 3.1).

Question: how does a pooling of stride 1 look? What follows ``block4_pool`` must see, at every second
position, what it saw before, so its window stays 2 x 2: up to ``block5_conv3`` every second position is the
plain network's. A faithful ``block5_pool`` would also skip every second unit of its window, and Keras has no
pooling with holes. Options: a layer of our own; 2 x 2; 3 x 3. Choice: 3 x 3, as in DeepLab: each unit sees
the same square of pixels as the plain network's. Cost: ``block5_pool`` is as large as the plain one's or
larger, and what follows it differs.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
HOLES = {"block4": 2, "block5": 3}
"""The blocks whose pooling the atrous variant moves by one pixel, and its window there."""


def vgg16(
    input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000, variant: str | None = None
) -> keras.Model:
    """Return VGG16 down to its logits, the layer ``predictions``; with no classes, the convolutions alone.

    Layers are named as in Keras. In the variants ``predictions`` is a map of logits.
    """
    image = x = layers.Input(input_shape, name="input")
    dilation = 1
    for block, (features, convolutions) in enumerate(BLOCKS, start=1):
        for number in range(1, convolutions + 1):
            x = _convolution(features, 3, f"block{block}_conv{number}", "same", dilation)(x)
        window = HOLES.get(f"block{block}") if variant == "atrous" else None
        x = _pooling(f"block{block}_pool", window)(x)
        dilation *= 2 if window else 1
    if classes:
        x = _dense(x, classes) if variant is None else _mapped(x, classes, dilation)
    return keras.Model(image, x, name="vgg16")


def _convolution(features: int, size: int, name: str, padding: str = "valid", dilation: int = 1) -> Any:
    return layers.Conv2D(
        features, size, padding=padding, dilation_rate=dilation, activation="relu", name=name
    )


def _pooling(name: str, window: int | None) -> Any:
    """Return a pooling that halves the resolution, or with a window one that keeps it."""
    if window is None:
        return layers.MaxPooling2D(2, name=name)
    return layers.MaxPooling2D(window, strides=1, padding="same", name=name)


def _dense(x: Any, classes: int) -> Any:
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(4096, activation="relu", name="fc1")(x)
    x = layers.Dense(4096, activation="relu", name="fc2")(x)
    return layers.Dense(classes, name="predictions")(x)


def _mapped(x: Any, classes: int, dilation: int) -> Any:
    """Return the dense layers as convolutions, each unit at every place where it fits."""
    x = _convolution(4096, 7, "fc1", dilation=dilation)(x)
    x = _convolution(4096, 1, "fc2")(x)
    return layers.Conv2D(classes, 1, name="predictions")(x)
