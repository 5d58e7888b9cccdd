"""VGG16 (Simonyan & Zisserman 2014): five blocks of 3 x 3 convolutions, each ended by a pooling."""

from __future__ import annotations

import keras
from keras import layers

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def vgg16(input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Return VGG16 down to its logits, the layer ``predictions``; with no classes, the convolutions alone.

    Layers are named as in Keras.
    """
    image = x = layers.Input(input_shape, name="input")
    for block, (features, convolutions) in enumerate(BLOCKS, start=1):
        for number in range(1, convolutions + 1):
            name = f"block{block}_conv{number}"
            x = layers.Conv2D(features, 3, padding="same", activation="relu", name=name)(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    if classes:
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(4096, activation="relu", name="fc1")(x)
        x = layers.Dense(4096, activation="relu", name="fc2")(x)
        x = layers.Dense(classes, name="predictions")(x)
    return keras.Model(image, x, name="vgg16")
