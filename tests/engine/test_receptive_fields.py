"""Receptive fields, against the pixels whose change Keras passes on: of every operation and of random graphs.

Each pixel is made far larger and far smaller in turn. Kernels are positive and known to sum to one, so that
nothing cancels, dies or saturates, and a changed pixel also moves a maximum: for these networks the support
of the difference is that of the gradient, and of a max pooling that of all pictures together.
"""

import keras
import numpy as np
import pytest
from keras import layers, ops

from generator.engine import graph
from generator.engine.receptive_fields import receptive_fields
from generator.engine.translation import RULES
from generator.networks.dilated_pooling import DilatedMaxPooling2D
from tests.support.operations import SAMPLES

FAR = 1e3


@pytest.fixture
def float64():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy(policy)


def positive(shape, dtype=None):
    """Return a random positive kernel whose values sum to about one for each feature."""
    values = np.random.default_rng(shape).uniform(0.5, 1.5, shape)
    return ops.convert_to_tensor(values / np.prod(shape[:3]), dtype)


def picture(shape):
    return layers.Input(shape, dtype=keras.config.dtype_policy().name)


def conv(features, size, **options):
    return layers.Conv2D(features, size, kernel_initializer=positive, **options)


def seen(model):
    """Return for each output of a model the most rows and columns of pixels that one of its units sees."""
    height, width, channels = model.inputs[0].shape[1:]
    pixels = np.eye(height * width).reshape(-1, height, width, 1) * np.ones(channels)
    base = np.random.default_rng(1).uniform(0.5, 1, (1, height, width, channels))
    changed = np.concatenate([base, base + FAR * pixels, base - FAR * pixels])
    return [
        extents(np.asarray(values), height, width)
        for values in keras.tree.flatten(model(changed, training=False))
    ]


def extents(values, height, width):
    noise = 1e3 * np.finfo(values.dtype).eps * abs(values[:1]).max()
    moved = abs(values[1:] - values[:1]) > noise
    moved = moved.reshape(2, height, width, -1).any(axis=0)
    return longest(moved.any(axis=1)), longest(moved.any(axis=0))


def longest(reached):
    """Return the longest way from the first pixel to the last that reach a unit, (pixels, units) bool."""
    length = len(reached)
    ends = length - reached[::-1].argmax(axis=0) - reached.argmax(axis=0)
    return int(np.where(reached.any(axis=0), ends, 0).max())


def compare(image, tensors):
    """Hold the fields of tensors against the pixels that Keras reads for them."""
    model = keras.Model(image, list(tensors))
    fields = receptive_fields(graph.read(model), image.shape[1:])
    found = [fields[tensor._keras_history.operation.name] for tensor in tensors]
    names = [type(tensor._keras_history.operation).__name__ for tensor in tensors]
    assert list(zip(names, found, strict=True)) == list(zip(names, seen(model), strict=True))


# Every operation

BESIDE = {
    "Subtract": lambda x: layers.Subtract()([x, layers.Rescaling(0.5, name="half")(x)])
}  # x - x sees nothing


def test_every_operation_sees_what_keras_reads():
    image = picture((10, 9, 3))
    x = conv(4, (3, 2))(image)
    samples = {kind: BESIDE.get(kind, SAMPLES[kind]) for kind in RULES}
    tensors = {kind: fresh(sample)(x) for kind, sample in samples.items()}
    maps = [y for y in tensors.values() if len(y.shape) == 4]
    after = [conv(2, (2, 3))(y) for y in maps if min(y.shape[1:3]) > 2]
    assert len(after) > 50
    compare(image, [x, *tensors.values(), *after])


def fresh(sample):
    """Return a layer that no other model has, under a name that Keras gives no bare operation."""
    if not isinstance(sample, layers.Layer):
        return sample
    return type(sample).from_config({**sample.get_config(), "name": f"fresh_{sample.name}"})


OPTIONS = {
    "a transposed convolution divides the stride": lambda x: layers.Conv2DTranspose(
        2, 2, strides=2, kernel_initializer=positive
    )(conv(2, 3, strides=2)(x)),
    "its stride is above its kernel": lambda x: conv(1, 2)(
        layers.Conv2DTranspose(2, (1, 2), strides=(3, 2), kernel_initializer=positive)(conv(2, 2)(x))
    ),
    "it pads": lambda x: layers.Conv2DTranspose(
        2, (3, 4), strides=2, padding="same", kernel_initializer=positive
    )(layers.MaxPooling2D((2, 3))(x)),
    "dilated": lambda x: conv(2, (3, 2), dilation_rate=(2, 3), padding="same")(x),
    "grouped over branches": lambda x: layers.Conv2D(2, 1, groups=2)(
        layers.Concatenate()([x, conv(3, 3, padding="same")(x)])
    ),
    "depthwise over branches": lambda x: layers.MaxPooling2D((1, 2))(
        layers.DepthwiseConv2D(2, depth_multiplier=2, depthwise_initializer=positive)(
            layers.Concatenate()([x, conv(1, 5, padding="same")(x)])
        )
    ),
    "squeeze and excite": lambda x: layers.Multiply()(
        [x, conv(3, 1, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))]
    ),
    "cropped squeeze": lambda x: layers.GlobalMaxPooling2D()(layers.Cropping2D(((1, 2), (3, 0)))(x)),
    "bilinear": lambda x: layers.Resizing(7, 13)(conv(2, 3)(x)),
    "bicubic": lambda x: layers.UpSampling2D((2, 3), interpolation="bicubic")(x),
    "nearest": lambda x: conv(2, (3, 2))(layers.UpSampling2D((2, 3))(x)),
    "only padding": lambda x: layers.Cropping2D(((0, 12), (0, 0)))(layers.ZeroPadding2D((2, 1))(x)),
    "crossed axes": lambda x: conv(2, (3, 1))(layers.Permute((2, 1, 3))(x)),
    "features as rows": lambda x: conv(2, (2, 3))(layers.Permute((3, 2, 1))(conv(4, 3)(x))),
    "rows as features": lambda x: layers.Dense(2)(layers.Reshape((4, -1))(layers.Cropping2D((1, 0))(x))),
    "flat": lambda x: layers.Dense(3)(layers.Flatten()(layers.Cropping2D((2, 1))(x))),
    "one below the other": lambda x: conv(1, (2, 1), strides=(2, 1))(
        layers.Concatenate(axis=1)([x, layers.ReLU()(conv(3, 3, padding="same")(x))])
    ),
}


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", OPTIONS)
def test_options_see_what_keras_reads(name):
    image = picture((10, 9, 3))
    compare(image, [OPTIONS[name](image)])


# Random graphs


def pair(random, highest=3):
    return tuple(int(number) for number in random.integers(1, highest + 1, 2))


def window(random):
    """Return the size, stride and padding of a window."""
    return pair(random), {"strides": pair(random, 2), "padding": str(random.choice(["valid", "same"]))}


def margins(random):
    return tuple(tuple(int(number) for number in side) for side in random.integers(0, 3, (2, 2)))


def convolved(random, x):
    size, options = window(random)
    return conv(int(random.integers(1, 4)), size, **options)(x)


def dilated(random, x):
    return conv(2, pair(random), dilation_rate=pair(random), padding="same")(x)


def depthwise(random, x):
    options = {"strides": int(random.integers(1, 3)), "padding": "same"}
    return layers.DepthwiseConv2D(pair(random), depthwise_initializer=positive, **options)(x)


def transposed(random, x):
    size, options = window(random)
    return layers.Conv2DTranspose(2, size, kernel_initializer=positive, **options)(x)


def pooled(random, x):
    size, options = window(random)
    return (layers.MaxPooling2D if random.random() < 0.5 else layers.AveragePooling2D)(size, **options)(x)


def dilated_pooled(random, x):
    return DilatedMaxPooling2D(2, int(random.integers(1, 3)))(x)


def resized(random, x):
    interpolation = str(random.choice(["nearest", "bilinear"]))
    return layers.UpSampling2D(pair(random, 2), interpolation=interpolation)(x)


def margined(random, x):
    return (layers.ZeroPadding2D if random.random() < 0.7 else layers.Cropping2D)(margins(random))(x)


def moved(random, x):
    height, width, features = x.shape[1:]
    kind = random.integers(3)
    if kind == 0:
        return layers.Permute((2, 1, 3))(x)
    if kind == 1:
        return layers.Permute((1, 3, 2))(x)
    return layers.Reshape((width, height, features))(x)


def excited(random, x):
    pooling = layers.GlobalMaxPooling2D if random.random() < 0.5 else layers.GlobalAveragePooling2D
    gate = layers.Dense(x.shape[-1], "sigmoid", kernel_initializer=keras.initializers.Constant(0.1))
    return layers.Multiply()([x, gate(pooling(keepdims=True)(x))])


def branched(random, x):
    one, other = (conv(2, pair(random), padding="same")(x) for _ in range(2))
    merge = (layers.Add(), layers.Average(), *(layers.Concatenate(axis=axis) for axis in (1, 2, 3)))
    return merge[random.integers(len(merge))]([one, other])


MAKERS = [
    *(convolved, dilated, depthwise, transposed, pooled, dilated_pooled),
    *(resized, margined, moved, excited, branched),
]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_see_what_keras_reads(seed):
    random = np.random.default_rng(seed)
    x = image = picture((11, 8, 2))
    tensors = []
    while len(tensors) < 6:
        try:
            x = MAKERS[random.integers(len(MAKERS))](random, x)
        except ValueError:  # the map is too small for this window
            continue
        if max(x.shape[1:3]) > 40:
            break
        tensors.append(x)
    compare(image, tensors)
