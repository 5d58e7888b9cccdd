"""Linear rules: each against its slow, plain version, and every one against its adjoint."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers, ops

from generator.engine import graph, passes, rules
from generator.engine.rules.rule import RowValues
from tests.engine.test_rules import RANDOM, SHAPE, WINDOWS, backward, forward, tensor, windows
from tests.support import reference
from tests.support.precision import CLOSE, WIDEST, assert_adjoint, assert_same, building_in


def assert_rule(rule, plain, shape):
    """Assert that a rule does what a plain version does, and that its way back is the plain one's adjoint."""
    image = RANDOM.normal(size=(1, *shape))
    output, memory = forward(rule, image)
    expected = plain(image[0])
    assert_same(output[0], expected)
    signal = RANDOM.normal(size=(2, *expected.shape))
    (back,) = backward(rule, signal, memory)
    assert tuple(back.shape) == (2, *shape)
    for row, found in zip(signal, back, strict=True):
        for one, answer in ((image[0], expected), *((x, plain(x)) for x in RANDOM.normal(size=(1, *shape)))):
            assert_adjoint(one, answer, row, found)


SOME = [window for window in WINDOWS if window[1][0] == window[1][1]][::3]  # TensorFlow strides evenly here


@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), SOME)
@pytest.mark.parametrize("multiplier", [1, 2])
def test_depthwise_convolution(size, strides, dilation, padding, multiplier):
    kernel = RANDOM.normal(size=(*size, 2, multiplier))
    rule = rules.DepthwiseConvolution(tensor(kernel), None, *windows(size, strides, dilation, padding))
    window = {"strides": strides, "dilation": dilation, "mode": padding}
    assert_rule(rule, lambda image: reference.convolve_depthwise(image, kernel, **window), (*SHAPE, 2))


@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), SOME[::2])
@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_convolution(size, strides, dilation, padding, groups):
    kernel = RANDOM.normal(size=(*size, 4 // groups, 8))
    rule = rules.Convolution(tensor(kernel), None, *windows(size, strides, dilation, padding), groups=groups)
    window = {"strides": strides, "dilation": dilation, "mode": padding}
    assert_rule(rule, lambda image: reference.convolve_grouped(image, kernel, groups, **window), (*SHAPE, 4))


@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), SOME)
def test_transposed_convolution(size, strides, dilation, padding):
    kernel = RANDOM.normal(size=(*size, 3, 2))
    adjoint = rules.Convolution(tensor(kernel), None, *windows(size, strides, dilation, padding))
    shape = (*(window.positions for window in (adjoint.rows, adjoint.columns)), 2)
    assert_rule(
        rules.TransposedConvolution(adjoint, None),
        lambda image: reference.convolve_transposed(image, kernel, SHAPE, strides, dilation, padding),
        shape,
    )


@pytest.mark.parametrize(
    ("size", "strides", "padding"),
    list(itertools.product([(1, 1), (2, 2), (3, 3), (3, 2)], [(1, 1), (2, 2), (3, 1)], ["same", "valid"])),
)
def test_average_pooling_counts_the_pixels_it_sees(size, strides, padding):
    rule = rules.AveragePooling(*windows(size, strides, (1, 1), padding))
    assert_rule(rule, lambda image: reference.average(image, size, strides, padding), (*SHAPE, 2))


def test_global_maximum_comes_back_to_the_first():
    image = np.zeros((1, 2, 3, 2))
    image[0, 1, 0, 0] = image[0, 1, 2, 0] = 4.0
    rule = rules.GlobalMaximum(2, 3, keepdims=False)
    output, memory = forward(rule, image)
    assert output.tolist() == [[4.0, 0.0]]
    back = backward(rule, [[2.0, 3.0]], memory)[0]
    assert (back[0, 1, 0, 0], back[0, 0, 0, 1], back.sum()) == (2.0, 3.0, 5.0)


def test_what_only_moves_numbers():
    margins = ((1, 0), (2, 1), (0, 0))
    assert_rule(rules.Pad(margins), lambda image: np.pad(image, margins), (3, 4, 2))
    assert_rule(rules.Crop(margins), lambda image: image[1:, 2:-1], (3, 4, 2))
    assert_rule(rules.Permute((0, 3, 1, 2)), lambda image: image.transpose(2, 0, 1), (3, 4, 2))
    assert_rule(rules.Take(2, (3, 0, 2), 4), lambda image: image[:, [3, 0, 2]], (3, 4, 2))
    padded, _ = forward(rules.Pad(margins, 5.0), np.zeros((1, 3, 4, 2)))
    assert np.sum(padded) == 5.0 * 2 * (4 * 7 - 3 * 4)


def test_scales_and_shifts():
    scale, shift = RANDOM.normal(size=3), RANDOM.normal(size=3)
    rule = rules.Affine(tensor(scale), tensor(shift))
    assert_rule(rules.Affine(tensor(scale), tensor(0.0)), lambda image: image * scale, (3, 4, 3))
    signal = RANDOM.normal(size=(1, 3, 4, 3))
    assert_same(forward(rule, signal)[0], signal * scale + shift)
    subtracting = rules.Affine(tensor(scale), tensor(shift), offset=tensor(shift))
    assert_same(backward(subtracting, signal, None)[0], (signal - shift) * scale)


def test_sums_and_products_gather_what_was_broadcast():
    wide, thin = RANDOM.normal(size=(1, 4, 5, 3)), RANDOM.normal(size=(1, 1, 1, 3))
    signal, shapes = RANDOM.normal(size=(2, 4, 5, 3)), ((4, 5, 3), (1, 1, 3))
    total = rules.WeightedSum(shapes, (1.0, -1.0))
    output, memory = forward(total, wide, thin)
    assert_same(output, wide - thin)
    whole, gathered = backward(total, signal, memory)
    assert_same(whole, signal)
    assert_same(gathered, -signal.sum((1, 2), keepdims=True))

    product = rules.Product(shapes)
    output, memory = forward(product, wide, thin)
    assert_same(output, wide * thin)
    whole, gathered = backward(product, signal, memory)
    assert_same(whole, signal * thin)
    assert_same(gathered, (signal * wide).sum((1, 2), keepdims=True))


def test_concatenation_along_rows():
    parts = [RANDOM.normal(size=(1, height, 4, 2)).astype(WIDEST) for height in (2, 3)]
    rule = rules.Concatenate((2, 3), axis=-3)
    output, memory = forward(rule, *parts)
    assert tuple(output.shape) == (1, 5, 4, 2)
    for part, back in zip(parts, backward(rule, output, memory), strict=True):
        np.testing.assert_array_equal(part, back)


def test_a_stack_is_taken_apart():
    parts = RANDOM.normal(size=(3, 1, 2, 4)).astype(WIDEST)
    rule = rules.Stack(2)
    output, memory = forward(rule, *parts)
    np.testing.assert_array_equal(output, np.stack([*parts], axis=2))
    for part, back in zip(parts, backward(rule, output, memory), strict=True):
        np.testing.assert_array_equal(part, back)


# Every linear layer as Keras computes it, and its adjoint


def normalization():
    return layers.Normalization(mean=[0.5, -1.0], variance=[4.0, 0.25], dtype=WIDEST)


LINEAR = {
    "average": lambda: layers.AveragePooling2D((3, 4), 2, "same"),  # Keras counts odd padding under PyTorch
    "average in the middle": lambda: layers.AveragePooling2D((2, 3), 1),
    "batch normalization": lambda: layers.BatchNormalization(),
    "batch normalization, plain": lambda: layers.BatchNormalization(center=False, scale=False),
    "centre": lambda: layers.CenterCrop(5, 4),
    "centre, enlarged": lambda: layers.CenterCrop(12, 6),
    "convolution": lambda: layers.Conv2D(3, (3, 2), strides=2, padding="same"),
    "cropping": lambda: layers.Cropping2D(((1, 2), (0, 3))),
    "dense": lambda: layers.Dense(5),
    "depthwise": lambda: layers.DepthwiseConv2D(3, 2, "same", depth_multiplier=2),
    "depthwise, dilated": lambda: layers.DepthwiseConv2D(3, dilation_rate=2),
    "dilated": lambda: layers.Conv2D(3, 3, padding="same", dilation_rate=2),
    "dropout": lambda: layers.SpatialDropout2D(0.5),
    "flatten": lambda: layers.Flatten(),
    "global average": lambda: layers.GlobalAveragePooling2D(keepdims=True),
    "grouped": lambda: layers.Conv2D(4, 3, strides=2, groups=2),
    "normalization": normalization,
    "permute": lambda: layers.Permute((3, 1, 2)),
    "rescaling": lambda: layers.Rescaling(1 / 127.5, -1.0),
    "reshape": lambda: layers.Reshape((4, -1)),
    "resizing": lambda: layers.Resizing(5, 11, "bilinear"),
    "separable": lambda: layers.SeparableConv2D(3, 3, 2, "same", depth_multiplier=2),
    "spectral normalization": lambda: layers.SpectralNormalization(layers.Conv2D(3, 2)),
    "transposed": lambda: layers.Conv2DTranspose(3, 3, 2, "same"),
    "transposed, padded": lambda: layers.Conv2DTranspose(3, 3, 2, "same", output_padding=1),
    "transposed, short": lambda: layers.Conv2DTranspose(3, 2, 3),
    "transposed, valid": lambda: layers.Conv2DTranspose(3, (3, 4), 2),
    "up-sampling": lambda: layers.UpSampling2D((2, 3)),
    "up-sampling, bilinear": lambda: layers.UpSampling2D(2, interpolation="bilinear"),
    "zero padding": lambda: layers.ZeroPadding2D(((0, 1), (2, 3))),
}
BARE = {
    "add": lambda x: x + 2.0,
    "concatenate": lambda x: ops.concatenate([x, x * 3.0], axis=-1),
    "convolution": lambda x: ops.conv(x, RANDOM.normal(size=(3, 3, 2, 4)).astype(WIDEST), 2, "same"),
    "depthwise": lambda x: ops.depthwise_conv(x, RANDOM.normal(size=(3, 3, 2, 1)).astype(WIDEST), 1, "same"),
    "divide": lambda x: x / np.array([2.0, 4.0]),
    "expand and squeeze": lambda x: ops.squeeze(ops.expand_dims(x, 1), 1),
    "matmul": lambda x: ops.matmul(x, RANDOM.normal(size=(2, 3))),
    "mean": lambda x: ops.mean(x, axis=(1, 2)),
    "negative": lambda x: -x,
    "pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0))),
    "pooling": lambda x: ops.average_pool(x, 2, 2, "same"),
    "reshape": lambda x: ops.reshape(x, (-1, 9 * 8, 2)),
    "slice": lambda x: x[:, 2:, ::2],
    "split": lambda x: ops.concatenate(ops.split(x, [2, 5], axis=1)[::-1], axis=1),
    "stack": lambda x: ops.stack([x[..., 1], x[..., 0]], axis=-1),
    "subtract": lambda x: 1.0 - x,
    "sum": lambda x: ops.subtract(x * 2.0, ops.add(x, ops.mean(x, axis=(1, 2), keepdims=True))),
    "transpose": lambda x: ops.transpose(x, (0, 2, 3, 1)),
}


def linear_models():
    for name, make in LINEAR.items():
        yield pytest.param(make, id=name)
    for name, function in BARE.items():
        yield pytest.param(lambda function=function: function, id=f"bare {name}")


def test_a_slice_may_turn_an_axis(widest):
    """PyTorch has no such slice: there Keras cannot run the model, but the engine takes place by place."""
    image = layers.Input((9, 8, 2))
    steps = graph.read(keras.Model(image, image[:, 2:, ::-2]))
    one, other = RANDOM.normal(size=(2, 1, 9, 8, 2))
    np.testing.assert_array_equal(output(steps, one), one[:, 2:, ::-2].astype(WIDEST))
    signal = RANDOM.normal(size=(1, 7, 4, 2))
    expected = np.zeros((1, 9, 8, 2))
    expected[:, 2:, ::-2] = signal
    np.testing.assert_array_equal(sent_back(steps, other, signal), expected.astype(WIDEST))


@pytest.fixture
def widest():
    with building_in(WIDEST):
        yield


@pytest.mark.parametrize("make", list(linear_models()))
def test_linear_layers_are_kerass_and_come_back_by_their_adjoint(make, widest):
    image = layers.Input((9, 8, 2))
    model = keras.Model(image, make()(image))
    for variable in model.weights:
        positive = "variance" in variable.name or variable.name == "gamma"
        variable.assign(
            RANDOM.uniform(0.5, 2, variable.shape) if positive else RANDOM.normal(size=variable.shape)
        )
    steps = graph.read(model)
    one, other = RANDOM.normal(size=(2, 1, 9, 8, 2))
    there, constant = output(steps, one), output(steps, 0 * one)
    resized = model.operations[-1].name.startswith(
        ("center_crop", "resizing", "up_sampling")
    )  # in float32, whatever the type
    keras_own = ops.convert_to_numpy(model(tensor(one)))
    np.testing.assert_allclose(there, keras_own, atol=1e-5 if resized else CLOSE)
    signal = RANDOM.normal(size=there.shape)
    back = sent_back(steps, other, signal)
    assert_adjoint(one, there - constant, signal, back)


def output(steps, image):
    return ops.convert_to_numpy(passes.forward(steps, tensor(image)).activations[steps[-1].name])


def sent_back(steps, image, signal):
    """Return what the last step sends back for another picture: a linear rule remembers nothing of one."""
    memories = passes.forward(steps, tensor(image)).memories
    seeds = {steps[-1].name: passes.Signal((passes.Row("end", 0),), RowValues(tensor(signal)))}
    (arrived,) = passes.backward(steps, memories, seeds)
    return ops.convert_to_numpy(arrived.carried.values)
