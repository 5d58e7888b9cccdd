"""EfficientNet-Lite0 (Tan & Le 2019, adapted to phones): B0 with ReLU6 and without squeeze-and-excitation.

Mobile inverted bottlenecks: a 1 x 1 convolution expands the channels, a depthwise convolution filters each, a
1 x 1 convolution projects them back. A name without a suffix (``block2a_expand``) is the output of that part,
after batch normalization and, except for a projection, ReLU6. The suffixes ``_conv`` and ``_bn`` name the
layers before it.

Strided convolutions are padded as in TensorFlow (``same``), because the network was trained so. PyTorch's
symmetric padding would shift the grid at each of five down-samplings; with it, the predictions for the
gallery's photographs have lower probabilities.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

STAGES = (
    # kernel, stride, expansion, features, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


def efficientnet_lite0(input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return EfficientNet-Lite0 up to its logits, ``predictions``, or up to ``head`` if ``classes`` is 0."""
    image = layers.Input(input_shape, name="input")
    x = _activated(_convolved(image, "stem", 32, 3, strides=2), "stem")
    for stage, (kernel, stride, expansion, features, blocks) in enumerate(STAGES, start=1):
        for number in range(blocks):
            name = f"block{stage}{'abcd'[number]}"
            x = _block(x, name, kernel, 1 if number else stride, expansion, features)
    x = _activated(_convolved(x, "head", 1280), "head")
    if classes:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(0.2, name="dropout")(x)
        x = layers.Dense(classes, name="predictions")(x)
    return keras.Model(image, x, name="efficientnet_lite0")


def _block(x: Any, name: str, kernel: int, stride: int, expansion: int, features: int) -> Any:
    """Return an inverted bottleneck; its input is added if it has the shape of the output."""
    before = x
    if expansion > 1:
        x = _activated(_convolved(x, f"{name}_expand", expansion * x.shape[-1]), f"{name}_expand")
    x = layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv"
    )(x)
    x = _activated(x, f"{name}_depthwise")
    x = _convolved(x, f"{name}_project", features)
    x = layers.BatchNormalization(name=f"{name}_project")(x)
    return layers.Add(name=f"{name}_add")([before, x]) if x.shape == before.shape else x


def _convolved(x: Any, name: str, features: int, kernel: int = 1, strides: int = 1) -> Any:
    return layers.Conv2D(
        features, kernel, strides=strides, padding="same", use_bias=False, name=f"{name}_conv"
    )(x)


def _activated(x: Any, name: str) -> Any:
    """Return batch normalization and ReLU6; Keras's default epsilon, 0.001, is that of the training."""
    return layers.ReLU(6, name=name)(layers.BatchNormalization(name=f"{name}_bn")(x))
