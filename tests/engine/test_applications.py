"""The networks of ``keras.applications``, whole: one sweep, each feature alone, and the tape.

Random weights, no ImageNet: what is compared is arithmetic. Sizes are small to keep this file short.
"""

import keras
import numpy as np
import pytest

from generator.engine import graph
from generator.engine.deconvnet import Deconvnet
from tests.support import applications, tapes

CLOSE = 1e-5
"""The largest difference from float64, as a share of a reconstruction's largest value."""

GUIDED = ("ConvNeXtTiny", "EfficientNetB0", "InceptionResNetV2", "MobileNetV2")


@pytest.fixture(
    scope="module", params=[name for name in applications.SIZES if name not in applications.LARGE]
)
def case(request):
    """Return (name, model, picture, {layer: features}, engine)."""
    model = applications.build(request.param)
    picture = applications.picture(request.param).astype(np.float32)
    return request.param, model, picture, applications.chosen(model, picture), Deconvnet(model)


def test_one_sweep_equals_the_tape_and_each_feature_alone(case):
    _, model, picture, chosen, engine = case
    trace = engine.forward(picture, list(chosen))
    together = engine.backward(trace, chosen)
    oracle = tapes.reconstruct(model, picture, chosen)
    for layer in chosen:
        assert tapes.worst_error(together[layer], oracle[layer]) < CLOSE, layer
    for layer in list(chosen)[:2]:  # the deepest takes longest to compile and shares its way with these
        for feature, row in zip(chosen[layer], together[layer], strict=True):
            alone = engine.backward(trace, {layer: np.array([feature])})[layer][0]
            np.testing.assert_allclose(row, alone, atol=CLOSE * np.abs(alone).max())


def test_the_other_methods_equal_the_tape(case):
    name, model, picture, chosen, engine = case
    trace = engine.forward(picture, list(chosen), keeps_slopes=True)
    for method in ("gradient", "guided") if name in GUIDED else ("gradient",):
        found = engine.backward(trace, chosen, method)
        oracle = tapes.reconstruct(model, picture, chosen, method)
        for layer in chosen:
            assert tapes.worst_error(found[layer], oracle[layer]) < CLOSE, (method, layer)


def test_all_of_it_is_supported(case):
    assert graph.unsupported(case[1]) == []


@pytest.mark.parametrize("name", applications.LARGE)
def test_the_large_ones_are_supported(name):
    """``make coverage-table`` compares them with the tape."""
    keras.backend.clear_session()  # frees the one before
    assert graph.unsupported(applications.unseeded(name)) == []


@pytest.mark.parametrize("name", ["MobileNetV2", "EfficientNetB0"])
def test_in_float64_nothing_is_left_to_rounding(name):
    model = applications.build(name, "float64")
    picture = applications.picture(name)
    chosen = applications.chosen(model, picture, layers=2)
    oracle = tapes.reconstruct(model, picture, chosen, choosing="float64")
    engine = Deconvnet(model)
    found = engine.backward(engine.forward(picture, list(chosen)), chosen)
    for layer in chosen:
        assert tapes.worst_error(found[layer], oracle[layer]) < 1e-10, layer
