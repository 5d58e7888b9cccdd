"""Display bytes: exact values, and rasters that keep their budgets whatever they show."""

from __future__ import annotations

import base64
import io
import warnings

import numpy as np
import pytest
from PIL import Image

from generator.errors import FigureError
from generator.figures import pixels


def decoded(uri: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition("base64,")[2])))
    image.load()
    return image


SIGNED = [scale for scale in pixels.SCALES if scale != "minmax"]


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def test_symmetric_maps_zero_to_mid_grey_and_saturates_both_signs_alike() -> None:
    values = np.concatenate([np.zeros(50), np.full(25, -4.0), np.full(25, 4.0), [2.0, -2.0]]).astype(
        np.float32
    )
    shown = pixels.display(values, "symmetric")
    assert shown.pixels.dtype == np.uint8
    assert (shown.pixels[0], shown.pixels[50], shown.pixels[75]) == (128, 0, 255)
    assert shown.pixels[-2:].tolist() == [191, 64]
    assert (shown.black, shown.white) == (-4.0, 4.0)


def test_symmetric_saturates_at_the_percentile_of_the_magnitudes() -> None:
    values = noise(40, 40, 3)
    shown = pixels.display(values, "symmetric")
    limit = np.percentile(np.abs(values.astype(np.float64)), 99.5)
    assert shown.white == pytest.approx(limit)
    assert np.mean((shown.pixels == 0) | (shown.pixels == 255)) == pytest.approx(0.005, abs=0.003)
    expected = np.rint(127.5 + 127.5 * np.clip(values.astype(np.float64) / limit, -1, 1))
    np.testing.assert_array_equal(shown.pixels, expected)


@pytest.mark.parametrize("scale", SIGNED)
def test_the_sign_of_the_data_is_not_looked_at(scale: str) -> None:
    values = np.abs(noise(20, 20, 3))
    assert pixels.display(values, scale).pixels.min() >= 127
    np.testing.assert_allclose(
        pixels.display(-values, scale).pixels, 255.0 - pixels.display(values, scale).pixels, atol=1
    )


@pytest.mark.parametrize(
    ("scale", "percentile", "exponent"), [("power", 99, 0.6), ("symmetric", 99.5, 1), ("clipped", 97, 1)]
)
def test_each_value_has_the_shade_of_its_formula(scale: str, percentile: float, exponent: float) -> None:
    values = noise(12, 9, 3, seed=4)
    ordered = sorted(abs(float(value)) for value in values.ravel())
    place = (len(ordered) - 1) * percentile / 100
    below = ordered[int(place)]
    limit = below + (ordered[int(place) + 1] - below) * (place - int(place))
    shown = pixels.display(values, scale)
    assert (shown.black, shown.white) == (pytest.approx(-limit), pytest.approx(limit))
    for value, shade in zip(values.ravel().tolist(), shown.pixels.ravel().tolist(), strict=True):
        bent = min(abs(value) / limit, 1.0) ** exponent
        assert abs(127.5 + (127.5 * bent if value > 0 else -127.5 * bent) - shade) <= 0.5001
    assert f"{percentile}th percentile" in shown.rule
    assert ("power 0.6" in shown.rule) == (scale == "power")


def test_luminance_is_the_norm_of_the_channels_with_the_sign_of_their_sum() -> None:
    values = noise(12, 9, 3, seed=5)
    values[0, 0] = 0.0
    values[0, 1] = (2.0, -1.0, -1.0)  # colour without a sum is no grey
    shown = pixels.display(values, "luminance")
    assert shown.pixels.shape == values.shape
    assert (shown.pixels == shown.pixels[..., :1]).all()
    norms = [sum(float(one) ** 2 for one in pixel) ** 0.5 / 3**0.5 for pixel in values.reshape(-1, 3)]
    assert shown.white == pytest.approx(np.percentile(norms, 99))
    for norm, pixel, shade in zip(norms, values.reshape(-1, 3), shown.pixels.reshape(-1, 3), strict=True):
        bent = 127.5 * min(norm / shown.white, 1.0) ** 0.6
        assert abs(127.5 + (-bent if sum(map(float, pixel)) < 0 else bent) - shade[0]) <= 0.5001
    assert shown.pixels[0, 0].tolist() == [128] * 3
    assert shown.pixels[0, 1, 0] > 160


def test_the_power_leaves_fewer_pixels_near_grey_than_a_line() -> None:
    steep = noise(64, 64, 3) ** 3  # falls off as reconstructions do
    near = {
        scale: np.mean(np.abs(pixels.display(steep, scale).pixels - 127.5) <= 8)
        for scale in ("power", "symmetric", "clipped")
    }
    assert near["power"] < 0.8 * near["clipped"] < near["clipped"] < near["symmetric"]


@pytest.mark.parametrize("scale", sorted(pixels.SCALES))
def test_all_zeros_are_plain_grey_without_a_warning(scale: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = pixels.display(np.zeros((8, 8, 3), np.float32), scale)
    assert np.unique(shown.pixels).tolist() == [128]
    assert shown.white == 0.0


@pytest.mark.parametrize("scale", sorted(pixels.SCALES))
@pytest.mark.parametrize("size", [1e-44, 1e-30, 3e38])
def test_extreme_magnitudes_are_shown_without_a_warning(scale: str, size: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = pixels.display(np.array([[-size], [0.0], [size]], np.float32), scale)
    assert shown.pixels.ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize("scale", SIGNED)
def test_a_few_values_among_zeros_saturate_at_their_maximum_and_say_so(scale: str) -> None:
    values = np.zeros((100, 100, 3), np.float32)
    values[0, 0] = (-3.0, -3.0, -3.0)
    shown = pixels.display(values, scale)
    assert shown.pixels[0, 0].tolist() == [0, 0, 0]
    assert shown.white == 3.0
    assert "maximum" in shown.rule


def test_minmax_is_the_plain_stretch() -> None:
    shown = pixels.display(np.array([-1.0, 0.0, 3.0], np.float32), "minmax")
    assert shown.pixels.tolist() == [0, 64, 255]
    assert (shown.black, shown.white) == (-1.0, 3.0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(FigureError, match="`reconstructions` must be finite"):
        pixels.display(np.array([0.0, value], np.float32), "symmetric")


def test_an_unknown_scale_is_refused_naming_the_choices() -> None:
    with pytest.raises(
        FigureError,
        match=r"^`scale` must be one of power, symmetric, clipped, luminance, minmax. Received: 'guess'$",
    ):
        pixels.display(np.zeros(3), "guess")


def test_a_jpeg_is_colour_at_full_resolution_without_metadata() -> None:
    image = decoded(pixels.jpeg_uri(np.full((20, 30, 3), (200, 40, 90), np.uint8), 20_000))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (30, 20))
    assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3
    assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert np.abs(np.asarray(image, int) - (200, 40, 90)).max() <= 3


def test_a_jpeg_takes_the_highest_quality_that_fits() -> None:
    shown = pixels.display(noise(64, 64, 3), "symmetric").pixels
    best = pixels.jpeg_uri(shown, 60_000)
    assert pixels.jpeg_uri(shown, len(best)) == best
    assert 0.7 * len(best) < len(pixels.jpeg_uri(shown, len(best) - 1)) < len(best)


@pytest.mark.parametrize("side", [32, 224, 448])
@pytest.mark.parametrize("saturated", [False, True])
def test_noise_of_any_size_keeps_its_budget(side: int, saturated: bool) -> None:
    values = noise(side, side, 3)
    shown = pixels.display(np.sign(values) if saturated else values, "symmetric")
    assert len(pixels.jpeg_uri(shown.pixels, 20_000)) <= 20_000


def test_a_budget_that_nothing_keeps_is_refused() -> None:
    with pytest.raises(FigureError, match="no JPEG takes 10 characters"):
        pixels.jpeg_uri(np.zeros((8, 8, 3), np.uint8), 10)
