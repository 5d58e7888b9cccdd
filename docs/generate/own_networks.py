"""Train the three networks of your own of the sheet ``before_after``: what users bring, not what we ship.

The first is that of the guide to handwritten digits, by its own script. The two others say from which of the
example photographs a crop of 96 pixels is: one has strided depthwise convolutions, as MobileNet, the other
strided convolutions in residual blocks after a max pooling, as PyTorch's ResNet.
"""

from __future__ import annotations

import contextlib
import re
import runpy
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image

ROOT = Path(__file__).parents[2]
CROPS, SIDE_PX, EPOCHS = 2400, 96, 6


def train_digits(folder: Path) -> Path:
    """Run the script of ``docs/how-to/digits.md`` in a folder; return its network, beside its pictures."""
    guide = (ROOT / "docs" / "how-to" / "digits.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(# digits\.py\n.*?)```", guide, re.S)
    (folder / "digits.py").write_text(script, encoding="utf-8")
    with contextlib.chdir(folder):
        runpy.run_path("digits.py")
    return folder / "digits.keras"


def train_mobile(folder: Path) -> Path:
    """Train a network of five separable blocks, two of them with a stride."""
    image, x = _stem(keras.Input((SIDE_PX, SIDE_PX, 3)), kernel=3)
    for number, (features, strides) in enumerate(((32, 1), (48, 2), (64, 1), (96, 2), (128, 1)), start=1):
        x = layers.DepthwiseConv2D(3, strides, "same", use_bias=False)(x)
        x = layers.ReLU(6)(layers.BatchNormalization()(x))
        x = _convolved(x, features, kernel=1)
        x = layers.ReLU(6, name=f"block{number}")(x)
    return _trained(image, x, folder / "mobile.keras")


def train_residual(folder: Path) -> Path:
    """Train a network of three residual blocks, two of them with a stride, after a max pooling."""
    image, x = _stem(keras.Input((SIDE_PX, SIDE_PX, 3)), kernel=7)
    x = layers.MaxPooling2D(3, 2, "same", name="maxpool")(x)
    for number, (features, strides) in enumerate(((32, 1), (64, 2), (96, 2)), start=1):
        short = _convolved(x, features, kernel=1, strides=strides)
        x = layers.ReLU()(_convolved(x, features, kernel=3, strides=strides))
        x = layers.Add()([_convolved(x, features, kernel=3), short])
        x = layers.ReLU(name=f"layer{number}")(x)
    return _trained(image, x, folder / "residual.keras")


def _stem(image, kernel):
    x = layers.Rescaling(1 / 127.5, -1)(image)
    return image, layers.ReLU(name="stem")(_convolved(x, 24, kernel, strides=2))


def _convolved(x, features, kernel, strides=1):
    x = layers.Conv2D(features, kernel, strides, "same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def _trained(image, x, path: Path) -> Path:
    photographs = sorted((ROOT / "inputs").glob("*.jpg"))
    classes = layers.Dense(len(photographs), activation="softmax")(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(image, classes)
    model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    model.fit(*_crops(photographs), epochs=EPOCHS, batch_size=32, verbose=0)
    model.save(path)
    return path


def _crops(photographs):
    """Return random square parts of the photographs, mirrored at random, and of which photograph each is."""
    random = np.random.default_rng(0)
    pictures = [Image.open(path).convert("RGB").resize((256, 256)) for path in photographs]
    classes = random.integers(0, len(pictures), CROPS)
    crops = np.empty((CROPS, SIDE_PX, SIDE_PX, 3), np.uint8)
    for crop, number in zip(crops, classes, strict=True):
        side = int(random.integers(SIDE_PX, 257))
        left, top = (int(start) for start in random.integers(0, 257 - side, 2))
        box = (left, top, left + side, top + side)
        crop[:] = np.asarray(pictures[number].resize((SIDE_PX, SIDE_PX), box=box))[
            :, :: random.choice((-1, 1))
        ]
    return crops, classes
