"""SqueezeNet 1.1 (Iandola et al. 2016): fire modules that squeeze to few channels and expand again.

The network has no dense layer, so the variant ``convolutional`` is the same network. The variant ``atrous``
keeps the resolution of ``maxpool5`` and dilates the 3 x 3 expansions after it (Chen et al. 2014, section
3.1).

Only ``maxpool5`` is changed, because Keras's own max pooling then suffices. If ``maxpool3`` kept its
resolution too, ``maxpool5`` would have to skip every second unit of its window. With one change, position 2p
+ 1 of every later layer equals position p of the plain network, away from the borders (the padding puts one
pixel before the first). The cost: twice the resolution instead of four times.
"""

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


def squeezenet(
    input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000, variant: str | None = None
) -> keras.Model:
    """Return SqueezeNet 1.1 up to its logits, ``predictions``, or up to ``fire9`` if ``classes`` is 0.

    The released network rectifies ``conv10`` before the global average, so its logits are never negative.
    """
    image = layers.Input(input_shape, name="input")
    x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(3, strides=2, name="maxpool1")(x)
    dilation = 1
    for number, squeezed, expanded in FIRES:
        name = f"fire{number}"
        x = _fire(x, name, squeezed, expanded, dilation)
        if variant == "atrous" and name == POOLED_AFTER[-1]:
            x = layers.MaxPooling2D(3, strides=1, padding="same", name=f"maxpool{number}")(x)
            dilation = 2
        elif name in POOLED_AFTER:
            x = layers.MaxPooling2D(3, strides=2, name=f"maxpool{number}")(x)
    if classes:
        x = layers.Dropout(0.5, name="drop9")(x)
        x = layers.Conv2D(classes, 1, activation="relu", name="conv10")(x)
        x = layers.GlobalAveragePooling2D(name="predictions")(x)
    return keras.Model(image, x, name="squeezenet")


def _fire(x: Any, name: str, squeezed: int, expanded: int, dilation: int) -> Any:
    """Return a fire module: a 1 x 1 squeeze, then 1 x 1 and 3 x 3 expansions side by side."""
    squeeze = layers.Conv2D(squeezed, 1, activation="relu", name=f"{name}_squeeze1x1")(x)
    left = layers.Conv2D(expanded, 1, activation="relu", name=f"{name}_expand1x1")(squeeze)
    right = layers.Conv2D(
        expanded, 3, padding="same", dilation_rate=dilation, activation="relu", name=f"{name}_expand3x3"
    )(squeeze)
    return layers.Concatenate(name=name)([left, right])
