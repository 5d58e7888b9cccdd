"""Covered pictures: against a plain loop of predictions over every place."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from convnet_gallery import load_network
from generator.analysis.occlusion import Occluder, places
from generator.errors import EngineError, NetworkError
from tests.support import tiny

RANDOM = np.random.default_rng(5)
LAYERS = ("conv1", "pool2", "dense")


@pytest.fixture(scope="module")
def model():
    return tiny.network()


@pytest.fixture(scope="module")
def picture():
    return RANDOM.integers(0, 256, (17, 15, 3), np.uint8)


@pytest.fixture(scope="module")
def occluded(model, picture):
    return Occluder(load_network(model), LAYERS, patch=5, grid=4).occlude(picture)


def covered(picture, down, across):
    values = picture.astype(np.float32)
    colour = values.mean((0, 1))
    values[down, across] = colour
    return values[np.newaxis]


@pytest.fixture(scope="module")
def plain(model, picture):
    """Return logits and strengths of every covered picture, one prediction after the other."""
    outputs = [model.output, *(model.get_layer(name).output for name in LAYERS)]
    whole = keras.Model(model.input, outputs)
    rows = {}
    for row, middle_down in enumerate((np.arange(4) + 0.5) * 17 / 4):
        for column, middle_across in enumerate((np.arange(4) + 0.5) * 15 / 4):
            top, left = round(middle_down - 2.5), round(middle_across - 2.5)
            values = covered(
                picture, slice(max(top, 0), min(top + 5, 17)), slice(max(left, 0), min(left + 5, 15))
            )
            rows[row, column] = [np.asarray(found)[0] for found in whole(values)]
    rows["whole"] = [np.asarray(found)[0] for found in whole(picture.astype(np.float32)[np.newaxis])]
    return rows


def test_the_losses_are_those_of_plain_predictions(occluded, plain):
    whole = plain["whole"][0]
    np.testing.assert_allclose(occluded.whole, whole, rtol=1e-5)
    for place in np.ndindex(4, 4):
        expected = whole - plain[place][0]
        np.testing.assert_allclose(occluded.logits[place], expected, rtol=1e-5, atol=1e-5 * abs(whole).max())
        assert occluded.seen[place] == plain[place][0].argmax()
    assert np.ptp(occluded.logits) > 1


@pytest.mark.parametrize("place", range(3))
def test_the_strengths_fall_as_those_of_plain_predictions(occluded, plain, place):
    def strengths(maps):
        return np.sqrt(np.square(maps.astype(np.float64)).reshape(-1, maps.shape[-1]).sum(0))

    whole = strengths(plain["whole"][place + 1])
    for spot in np.ndindex(4, 4):
        expected = whole - strengths(plain[spot][place + 1])
        np.testing.assert_allclose(
            occluded.strengths[LAYERS[place]][spot], expected, rtol=1e-5, atol=1e-5 * whole.max()
        )


def test_a_picture_of_one_colour_loses_nothing(model):
    found = Occluder(load_network(model), patch=5, grid=3).occlude(np.full((17, 15, 3), 77, np.uint8))
    np.testing.assert_allclose(found.logits, 0, atol=1e-4)
    assert found.logits.shape == (3, 3, 4)


def test_defaults_are_a_fifth_and_fourteen(model, picture):
    found = Occluder(load_network(model)).occlude(picture)
    assert found.patch == 3
    assert found.seen.shape == (14, 14)
    assert not found.strengths


def test_patches_lie_around_the_middles():
    assert places(224, 14, 44)[0] == slice(0, 30)
    assert places(224, 14, 44)[7] == slice(98, 142)
    assert places(224, 14, 44)[13] == slice(194, 224)


@pytest.mark.parametrize(("named", "said"), [({"patch": 0}, "`patch`"), ({"grid": 16}, "`grid`")])
def test_sizes_out_of_range_are_refused(model, named, said):
    with pytest.raises(EngineError, match=f"{said} must be from 1 to"):
        Occluder(load_network(model), **named)


def test_a_model_without_classes_needs_layers(picture):
    image = keras.Input((17, 15, 3))
    maps = keras.layers.Conv2D(4, 3, name="conv")(image)
    model = keras.Model(image, [maps, keras.layers.GlobalAveragePooling2D()(maps)])
    with pytest.raises(NetworkError, match="no classes"):
        Occluder(load_network(model))
    found = Occluder(load_network(model), ["conv"], grid=3).occlude(picture)
    assert found.strengths["conv"].shape == (3, 3, 4)
    assert found.whole.size == 0
    assert (found.seen == -1).all()
