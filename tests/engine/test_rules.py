"""Every rule against its slow, plain version, in float64 where Keras has it."""

import itertools

import numpy as np
import pytest
from keras import ops

from generator.engine import rules
from generator.engine.methods import METHODS
from generator.engine.windows import Window
from tests import reference
from tests.precision import WIDEST, assert_adjoint, assert_same

RANDOM = np.random.default_rng(3)
SHAPE = (9, 8)

WINDOWS = [
    (size, strides, dilation, padding)
    for size, strides, dilation, padding in itertools.product(
        [(1, 1), (2, 3), (3, 3), (4, 2)], [(1, 1), (2, 2), (3, 1)], [(1, 1), (2, 2)], ["same", "valid"]
    )
    if dilation == (1, 1) or strides == (1, 1)  # Keras allows one of the two
]


def windows(size, strides, dilation, padding):
    return (
        Window(length, k, s, d, padding)
        for length, k, s, d in zip(SHAPE, size, strides, dilation, strict=True)
    )


def tensor(values):
    return ops.convert_to_tensor(values, dtype=WIDEST)


def forward(rule, *inputs):
    """Return the output of a rule as an array, and its memory."""
    output, memory = rule.forward(*map(tensor, inputs))
    return ops.convert_to_numpy(output), memory


def backward(rule, signal, memory):
    """Return what reaches each input of a rule, as arrays."""
    return tuple(ops.convert_to_numpy(back) for back in rule.backward(tensor(signal), memory))


@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), WINDOWS)
def test_convolution_equals_the_sum_over_taps(size, strides, dilation, padding):
    kernel, bias = RANDOM.normal(size=(*size, 3, 4)), RANDOM.normal(size=4)
    rule = rules.Convolution(tensor(kernel), tensor(bias), *windows(size, strides, dilation, padding))
    image = RANDOM.normal(size=(1, *SHAPE, 3))
    output, memory = forward(rule, image)
    expected = reference.convolve(image[0], kernel, strides, dilation, padding) + bias
    assert_same(output[0], expected)

    signal = RANDOM.normal(size=(2, *expected.shape))
    (back,) = backward(rule, signal, memory)
    for row, found in zip(signal, back, strict=True):
        plain = reference.convolve_transposed(row, kernel, SHAPE, strides, dilation, padding)
        assert_same(found, plain)


@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), WINDOWS)
def test_convolution_is_taken_back_by_its_adjoint(size, strides, dilation, padding):
    rule = rules.Convolution(
        tensor(RANDOM.normal(size=(*size, 3, 4))), None, *windows(size, strides, dilation, padding)
    )
    image = RANDOM.normal(size=(1, *SHAPE, 3))
    output, memory = forward(rule, image)
    signal = RANDOM.normal(size=output.shape)
    (back,) = backward(rule, signal, memory)
    assert_adjoint(image, output, signal, back)


def test_convolution_takes_the_offset_off_first():
    kernel, bias = RANDOM.normal(size=(3, 3, 2, 4)), RANDOM.normal(size=4)
    rows, columns = windows((3, 3), (1, 1), (1, 1), "same")
    rule = rules.Convolution(tensor(kernel), tensor(bias), rows, columns, offset=tensor(bias))
    signal = RANDOM.normal(size=(1, *SHAPE, 4))
    (back,) = backward(rule, signal, None)
    plain = reference.convolve_transposed(signal[0] - bias, kernel, SHAPE, mode="same")
    assert_same(back[0], plain)


SIZES, STRIDES = [(1, 1), (2, 2), (3, 3), (3, 2), (2, 5)], [(1, 1), (2, 2), (3, 3), (3, 1), (4, 2)]
POOLINGS = [
    *itertools.product(SIZES, STRIDES, [(1, 1)], ["same", "valid"]),
    *itertools.product([(2, 2), (3, 2)], [(1, 1), (2, 2), (3, 1)], [(2, 2), (1, 3)], ["same", "valid"]),
]


@pytest.mark.parametrize("tied", [False, True], ids=["distinct", "tied"])
@pytest.mark.parametrize(("size", "strides", "dilation", "padding"), POOLINGS)
def test_pooling_remembers_its_switches(size, strides, dilation, padding, tied):
    pooling = rules.MaxPooling(*windows(size, strides, dilation, padding))
    image = RANDOM.normal(size=(1, *SHAPE, 3)).astype(WIDEST)
    if tied:
        image = np.maximum(np.round(image), 0)  # as after a ReLU: mostly zeros, ties everywhere
    best, places = reference.switches(image[0], size, strides, padding, dilation)
    signal = RANDOM.normal(size=(2, *best.shape))
    for rule in (pooling, rules.TiledMaxPooling(pooling))[: 1 + rules.TiledMaxPooling.covers(pooling)]:
        output, memory = forward(rule, image)
        np.testing.assert_array_equal(output[0], best)
        (back,) = backward(rule, signal, memory)
        for row, found in zip(signal, back, strict=True):
            assert_same(found, reference.unpool(row, places, image.shape[1:]))


def test_tiles_cover_windows_that_lie_side_by_side():
    assert {
        (size, strides): rules.TiledMaxPooling.covers(
            rules.MaxPooling(*windows(size, strides, (1, 1), "valid"))
        )
        for size, strides in (((2, 2), (2, 2)), ((3, 2), (3, 2)), ((3, 3), (2, 2)), ((2, 2), (3, 3)))
    } == {((2, 2), (2, 2)): True, ((3, 2), (3, 2)): True, ((3, 3), (2, 2)): False, ((2, 2), (3, 3)): False}


def test_overlapping_windows_add_where_they_share_a_switch():
    image = np.zeros((1, 3, 3, 1))
    image[0, 1, 1, 0] = 1.0
    rule = rules.MaxPooling(Window(3, 2), Window(3, 2))
    _, switches = forward(rule, image)
    (back,) = backward(rule, np.ones((1, 2, 2, 1)), switches)
    assert back[0, 1, 1, 0] == 4.0
    assert np.sum(back) == 4.0


def test_the_first_of_equal_values_is_the_switch():
    rule = rules.MaxPooling(Window(2, 2, 2), Window(2, 2, 2))
    _, switches = forward(rule, np.ones((1, 2, 2, 1)))
    (back,) = backward(rule, np.full((1, 1, 1, 1), 5.0), switches)
    assert back[0, :, :, 0].tolist() == [[5.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("keepdims", [False, True])
def test_global_average_spreads_evenly(keepdims):
    rule = rules.GlobalAverage(4, 5, keepdims)
    image = RANDOM.normal(size=(1, 4, 5, 3))
    output, memory = forward(rule, image)
    assert_same(np.ravel(output), image.mean(axis=(0, 1, 2)))
    signal = RANDOM.normal(size=(2, *output.shape[1:]))
    (back,) = backward(rule, signal, memory)
    expected = np.broadcast_to(signal.reshape(2, 1, 1, 3) / 20, (2, 4, 5, 3))
    assert_same(back, expected)


def test_dense_is_a_matrix_and_its_transpose():
    kernel, bias = RANDOM.normal(size=(6, 4)), RANDOM.normal(size=4)
    rule = rules.Dense(tensor(kernel), tensor(bias))
    vector, signal = RANDOM.normal(size=(1, 6)), RANDOM.normal(size=(3, 4))
    output, memory = forward(rule, vector)
    assert_same(output, vector @ kernel + bias)
    assert_same(backward(rule, signal, memory)[0], signal @ kernel.T)
    subtracting = rules.Dense(tensor(kernel), tensor(bias), offset=tensor(bias))
    assert_same(backward(subtracting, signal, memory)[0], (signal - bias) @ kernel.T)


def test_concatenation_is_cut_where_it_was_joined():
    rule = rules.Concatenate((2, 1, 3))
    parts = [RANDOM.normal(size=(1, 4, 4, features)).astype(WIDEST) for features in (2, 1, 3)]
    output, memory = forward(rule, *parts)
    for part, back in zip(parts, backward(rule, output, memory), strict=True):
        np.testing.assert_array_equal(part, back)


def test_reshaping_comes_back():
    rule = rules.Reshape((2, 3, 4), (24,))
    image = RANDOM.normal(size=(1, 2, 3, 4)).astype(WIDEST)
    output, memory = forward(rule, image)
    assert tuple(output.shape) == (1, 24)
    np.testing.assert_array_equal(backward(rule, output, memory)[0], image)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (rules.Rectifier(rules.ReLU(), METHODS["deconvnet"]), [0, 0, 2, 2]),
        (rules.Rectifier(rules.ReLU(), METHODS["gradient"]), [0, -1, 0, 2]),
        (rules.Rectifier(rules.ReLU(), METHODS["guided"]), [0, 0, 0, 2]),
        (rules.Derivative(rules.ReLU()), [0, -1, 0, 2]),
        (rules.Identity(), [-1, -1, 2, 2]),
    ],
)
def test_rectifiers_differ_on_the_way_back(rule, expected):
    activation, signal = [[-3.0, 3.0, -3.0, 3.0]], [[-1.0, -1.0, 2.0, 2.0]]
    output, memory = forward(rule, activation)
    rectified = activation[0] if isinstance(rule, rules.Identity) else [0, 3, 0, 3]
    assert output[0].tolist() == rectified
    assert backward(rule, signal, memory)[0][0].tolist() == expected


def test_the_studys_all_ones_filter():
    """A 3 x 3 filter of ones over 10 x 10 ones and back: 25 in the corners, 81 in the middle."""
    ones = np.ones((1, 10, 10, 1))
    window = Window(10, 3, padding="same")
    rule = rules.Convolution(tensor(np.ones((3, 3, 1, 1))), None, window, window)
    output, memory = forward(rule, ones)
    back = backward(rule, output, memory)[0][0, :, :, 0]
    assert [back[0, 0], back[0, 9], back[9, 0], back[9, 9]] == [25, 25, 25, 25]
    assert np.all(back[2:8, 2:8] == 81)
    np.testing.assert_array_equal(
        back,
        reference.convolve_transposed(output[0], np.ones((3, 3, 1, 1)), (10, 10), mode="same")[..., 0],
    )


def test_the_studys_identity_filter():
    """The identity filter gives all ones back."""
    kernel = np.zeros((3, 3, 1, 1))
    kernel[1, 1] = 1.0
    window = Window(10, 3, padding="same")
    rule = rules.Convolution(tensor(kernel), None, window, window)
    output, memory = forward(rule, np.ones((1, 10, 10, 1)))
    assert np.all(output == 1.0)
    assert np.all(backward(rule, output, memory)[0] == 1.0)
