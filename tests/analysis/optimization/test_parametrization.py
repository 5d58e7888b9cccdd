"""Canvases: pixels of waves against a plain sum, and every adjoint against differences in float64."""

from __future__ import annotations

import numpy as np
import pytest

from generator.analysis.optimization.adam import Adam
from generator.analysis.optimization.colours import InputColours, decorrelated
from generator.analysis.optimization.parametrization import Fourier, Phases
from generator.analysis.optimization.views import SCALES, drawn, straight
from generator.networks.preprocessing import CAFFE, LITE, TORCH, Preprocessing

SPECTRUM = ((9.0, 4.0, 2.0, 1.0), (5.0, 3.0, 1.0, 0.5), (2.0, 1.0, 1.0, 0.5))
KINDS = {
    "waves": Fourier((16, 12), 3, "float64"),
    "odd": Fourier((9, 7), 3, "float64"),
    "grey": Fourier((8, 8), 1, "float64"),
    "phases": Phases((16, 12), 3, "float64", SPECTRUM),
    "odd phases": Phases((9, 7), 3, "float64", SPECTRUM),
}


@pytest.fixture
def random():
    return np.random.default_rng(3)


def slope(function, place, direction):
    step = 1e-6
    return (function(place + step * direction) - function(place - step * direction)) / (2 * step)


@pytest.mark.parametrize("kind", KINDS)
def test_the_adjoint_is_the_slope(kind, random):
    canvas = KINDS[kind]
    parameters = np.stack([canvas.start(random) for _ in range(2)])
    parameters += random.normal(0, 0.3, parameters.shape)
    direction = random.normal(size=parameters.shape)
    weights = random.normal(size=canvas.pixels(parameters).shape)
    found = canvas.adjoint(parameters, canvas.pixels(parameters), weights)
    expected = slope(lambda place: (canvas.pixels(place) * weights).sum(), parameters, direction)
    assert (found * direction).sum() == pytest.approx(expected, rel=1e-7)


def test_pixels_are_a_sum_of_waves(random):
    canvas = Fourier((6, 5), 1, "float64", decay=0.0)
    parameters = canvas.start(random)[np.newaxis] * 50
    rows, columns = np.mgrid[:6, :5]
    total = np.zeros((6, 5))
    for down in range(6):
        for across in range(3):
            coefficient = (parameters[0, 0, 0, down, across] + 1j * parameters[0, 1, 0, down, across]) * (
                np.sqrt(30) / 4
            )
            wave = np.exp(2j * np.pi * (down * rows / 6 + across * columns / 5))
            total += (1 if across == 0 else 2) * (coefficient * wave).real / 30
    np.testing.assert_allclose(canvas.pixels(parameters)[0, ..., 0], 1 / (1 + np.exp(-total)), atol=1e-12)


def test_a_canvas_starts_nearly_grey(random):
    canvas = Fourier((64, 64), 3)
    pixels = canvas.pixels(canvas.start(random)[np.newaxis])
    assert pixels.dtype == np.float32
    assert np.abs(pixels - 0.5).max() < 0.1
    assert pixels.std() > 1e-4


def test_phases_have_unit_variance_before_the_colours(random):
    canvas = Phases((32, 32), 1, "float64", ((9.0, 3.0, 1.0),))
    pixels = canvas.pixels(canvas.start(random)[np.newaxis])
    values = np.log(pixels / (1 - pixels))
    assert values.mean() == pytest.approx(0, abs=1e-9)
    assert values.std() == pytest.approx(1, rel=0.05)  # of random phases, columns 0 and W / 2 vary


def test_the_amplitudes_are_those_of_the_spectrum():
    canvas = Phases((32, 32), 1, "float64", ((9.0, 3.0, 1.0),))
    waves = np.abs(canvas.waves(np.zeros((1, 1, 32, 17))))[0, 0]
    assert waves[0, 0] == 0
    assert waves[0, 16] / waves[4, 0] == pytest.approx(
        np.interp(0.5, [0, 0.5**0.5 / 2, 0.5**0.5], [9, 3, 1])
        / np.interp(0.125, [0, 0.5**0.5 / 2, 0.5**0.5], [9, 3, 1])
    )


@pytest.mark.parametrize("size", [(16, 12), (24, 20), (7, 9)])
def test_the_adjoint_of_a_view_is_its_transpose(size, random):
    view = drawn(random, (16, 12), size, "float64")
    canvas, seen = random.normal(size=(16, 12, 3)), random.normal(size=(*size, 3))
    nothing = view.pixels(np.zeros_like(canvas))
    assert ((view.pixels(canvas) - nothing) * seen).sum() == pytest.approx(
        (canvas * view.adjoint(seen)).sum()
    )


def test_a_straight_view_of_the_canvas_s_size_is_the_canvas(random):
    canvas = random.uniform(size=(11, 8, 3))
    np.testing.assert_allclose(straight((11, 8), (11, 8), "float64").pixels(canvas), canvas, atol=1e-12)


def test_a_view_beside_the_canvas_is_grey():
    view = drawn(np.random.default_rng(0), (4, 4), (40, 40), "float64")
    wide = straight((4, 4), (4, 4), "float64")
    assert wide.rows.sum() == pytest.approx(4)
    assert (view.rows.sum(axis=1) <= 1 + 1e-12).all()
    seen = drawn(np.random.default_rng(1), (20, 20), (20, 20), "float64").pixels(np.ones((20, 20, 1)))
    assert 0.5 <= seen.min() < 1


def test_scales_are_around_one():
    assert (min(SCALES), max(SCALES)) == pytest.approx((0.9, 1.1))
    assert np.mean(SCALES) == pytest.approx(1)


def test_a_view_samples_between_pixels():
    view = straight((4, 4), (2, 2), "float64")
    ramp = np.arange(16.0).reshape(4, 4, 1)
    np.testing.assert_allclose(view.pixels(ramp)[..., 0], [[2.5, 4.5], [10.5, 12.5]])


@pytest.mark.parametrize("preprocessing", [CAFFE, TORCH, LITE, None])
def test_the_colours_are_those_of_the_network(preprocessing, random):
    rgb = random.integers(0, 256, (5, 4, 3), np.uint8)
    colours = InputColours(preprocessing, 3)
    expected = preprocessing.apply(rgb)[0] if preprocessing else rgb
    np.testing.assert_allclose(colours.values(rgb.astype(np.float64) / 255), expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("preprocessing", [CAFFE, TORCH, None, Preprocessing("grey", (1.0,), (1.0,), 127.5)])
def test_the_adjoint_of_the_colours_is_their_transpose(preprocessing, random):
    channels = 1 if preprocessing and preprocessing.order == "grey" else 3
    colours = InputColours(preprocessing, channels)
    pixels, values = random.uniform(size=(2, 4, 4, channels))
    linear = colours.values(pixels) - colours.values(np.zeros_like(pixels))
    assert (linear * values).sum() == pytest.approx((pixels * colours.adjoint(values)).sum())


def test_only_three_channels_are_decorrelated():
    assert np.array_equal(decorrelated(4), np.eye(4))
    assert np.linalg.norm(decorrelated(3), axis=1).max() == pytest.approx(1)


def test_adam_is_the_published_algorithm(random):
    place = random.normal(size=(2, 5))
    found, mean, square = place.copy(), 0.0, 0.0
    adam = Adam(place, 0.05)
    for count in range(1, 20):
        gradient = np.cos(found) * np.arange(5)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        expected = found + 0.05 * (mean / (1 - 0.9**count)) / (np.sqrt(square / (1 - 0.999**count)) + 1e-8)
        found = adam.step(found, gradient)
        np.testing.assert_allclose(found, expected, rtol=1e-9)
