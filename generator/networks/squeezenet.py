"""SqueezeNet 1.1 (Iandola et al. 2016): fire modules that squeeze to few channels and expand again."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

FIRES = (
    (2, 16, 64),
    (3, 16, 64),
    (4, 32, 128),
    (5, 32, 128),
    (6, 48, 192),
    (7, 48, 192),
    (8, 64, 256),
    (9, 64, 256),
)
POOLED_AFTER = ("fire3", "fire5")


def squeezenet(input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return SqueezeNet 1.1 down to its logits, the layer ``predictions``; with no classes, to ``fire9``.

    The released weights rectify ``conv10`` before the global average, so logits are never negative.
    """
    image = layers.Input(input_shape, name="input")
    x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(3, strides=2, name="maxpool1")(x)
    for number, squeezed, expanded in FIRES:
        name = f"fire{number}"
        x = _fire(x, name, squeezed, expanded)
        if name in POOLED_AFTER:
            x = layers.MaxPooling2D(3, strides=2, name=f"maxpool{number}")(x)
    if classes:
        x = layers.Dropout(0.5, name="drop9")(x)
        x = layers.Conv2D(classes, 1, activation="relu", name="conv10")(x)
        x = layers.GlobalAveragePooling2D(name="predictions")(x)
    return keras.Model(image, x, name="squeezenet")


def _fire(x: Any, name: str, squeezed: int, expanded: int) -> Any:
    """Return a fire module: a 1 x 1 squeeze, then 1 x 1 and 3 x 3 expansions side by side."""
    squeeze = layers.Conv2D(squeezed, 1, activation="relu", name=f"{name}_squeeze1x1")(x)
    left = layers.Conv2D(expanded, 1, activation="relu", name=f"{name}_expand1x1")(squeeze)
    right = layers.Conv2D(expanded, 3, padding="same", activation="relu", name=f"{name}_expand3x3")(squeeze)
    return layers.Concatenate(name=name)([left, right])
