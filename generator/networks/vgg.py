"""VGG16 and VGG19 (Simonyan & Zisserman 2014): five blocks of 3 x 3 convolutions, each ended by a pooling.

The variants have the same weights. ``convolutional`` turns the dense layers into convolutions. ``atrous``
does the same and keeps the resolution of the last two poolings (Chen et al. 2014, section 3.1).

A layer after a pooling of stride 1 must skip every second unit to compute the same values as before: so the
convolutions are dilated, and ``block5_pool`` too. Then the ``atrous`` variant contains every unit of the
``convolutional`` one with the same value: position p of a layer of block 5 is at 2p, and from ``block5_pool``
on at 4p + 1, because a dilated window of two has one pixel of padding before the first.

``block5_pool`` is a dilated 2 x 2 pooling. DeepLab uses a dense 3 x 3 pooling instead: it covers the same
square of pixels, but takes the maximum over more units, so that later values differ from the plain network.
The cost of the dilated one is a layer that Keras does not have, ``DilatedMaxPooling2D``.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from generator.networks.dilated_pooling import DilatedMaxPooling2D

Shape = tuple[int, int, int]

BLOCKS = ("block1", "block2", "block3", "block4", "block5")
FEATURES = (64, 128, 256, 512, 512)
CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
KEEPING = ("block4", "block5")
"""The blocks whose pooling has stride 1 in the atrous variant."""


def vgg16(input_shape: Shape = (224, 224, 3), classes: int = 1000, variant: str | None = None) -> keras.Model:
    """Return VGG16 up to its logits, ``predictions``, or only its convolutions if ``classes`` is 0.

    Layers have the names of Keras Applications. In the variants ``predictions`` is a map of logits.
    """
    return _vgg("vgg16", input_shape, classes, variant)


def vgg19(input_shape: Shape = (224, 224, 3), classes: int = 1000, variant: str | None = None) -> keras.Model:
    """Return VGG19; arguments and names are those of ``vgg16``."""
    return _vgg("vgg19", input_shape, classes, variant)


def _vgg(name: str, input_shape: Shape, classes: int, variant: str | None) -> keras.Model:
    image = x = layers.Input(input_shape, name="input")
    dilation = 1
    for block, features, convolutions in zip(BLOCKS, FEATURES, CONVOLUTIONS[name], strict=True):
        for number in range(1, convolutions + 1):
            x = _convolution(features, 3, f"{block}_conv{number}", "same", dilation)(x)
        keeps = variant == "atrous" and block in KEEPING
        x = _pooling(f"{block}_pool", keeps, dilation)(x)
        dilation *= 2 if keeps else 1
    if classes:
        x = _dense(x, classes) if variant is None else _dense_as_convolutions(x, classes, dilation)
    return keras.Model(image, x, name=name)


def _convolution(features: int, size: int, name: str, padding: str = "valid", dilation: int = 1) -> Any:
    return layers.Conv2D(
        features, size, padding=padding, dilation_rate=dilation, activation="relu", name=name
    )


def _pooling(name: str, keeps: bool, dilation: int) -> Any:
    """Return a pooling that halves the resolution, or one that keeps it."""
    if not keeps:
        return layers.MaxPooling2D(2, name=name)
    if dilation == 1:
        return layers.MaxPooling2D(2, strides=1, padding="same", name=name)
    return DilatedMaxPooling2D(2, dilation, name=name)


def _dense(x: Any, classes: int) -> Any:
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(4096, activation="relu", name="fc1")(x)
    x = layers.Dense(4096, activation="relu", name="fc2")(x)
    return layers.Dense(classes, name="predictions")(x)


def _dense_as_convolutions(x: Any, classes: int, dilation: int) -> Any:
    """Return the dense layers as convolutions, which compute each unit at every position of the map."""
    x = _convolution(4096, 7, "fc1", dilation=dilation)(x)
    x = _convolution(4096, 1, "fc2")(x)
    return layers.Conv2D(classes, 1, name="predictions")(x)
