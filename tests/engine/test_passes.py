"""One sweep over all layers against each feature alone; `test_tapes` has what needs TensorFlow."""

import gc
import weakref

import numpy as np
import pytest
from keras import ops

from generator.engine import footprint, passes
from generator.engine.deconvnet import Deconvnet
from generator.engine.methods import METHODS, need_slopes
from generator.engine.passes import Row, Signal, backward, forward, gathered, join, merge
from generator.engine.rules.rule import RowValues, all_channels
from generator.errors import EngineError
from tests.engine.test_rules import tensor
from tests.support.rows import assert_same_rows

CHOSEN = {
    "pool1": [0, 5, 2],
    "left": [1],
    "right": [4, 0],
    "both": [1, 8, 5],
    "pool2": [7, 1],
    "dense": [5, 1],
    "predictions": [3, 0],
}


@pytest.fixture(scope="module", params=METHODS)
def method(request):
    return request.param


def swept(model, image, method="deconvnet", chosen=CHOSEN, **options):
    engine = Deconvnet(model, **options)
    trace = engine.forward(image, list(chosen), keeps_slopes=need_slopes([method]))
    return engine.backward(trace, chosen, method)


def test_a_row_does_not_depend_on_what_else_the_sweep_carries(tiny_network, tiny_image, method):
    together = swept(tiny_network, tiny_image, method)
    for layer, features in CHOSEN.items():
        for place, feature in enumerate(features):
            alone = swept(tiny_network, tiny_image, method, {layer: [feature]})
            assert_same_rows(together[layer][place], alone[layer][0])


def test_the_order_of_layers_is_the_callers(tiny_network, tiny_image):
    forwards = swept(tiny_network, tiny_image)
    backwards = swept(tiny_network, tiny_image, chosen=dict(reversed(CHOSEN.items())))
    for layer in CHOSEN:
        np.testing.assert_array_equal(forwards[layer], backwards[layer])


def test_the_deconvnet_is_positively_homogeneous_but_not_additive(tiny_network, tiny_image):
    """Why features are bundled along the batch axis and never summed."""
    engine = Deconvnet(tiny_network)
    trace = forward(engine.steps, tiny_image)
    maps = np.asarray(trace.activations["both"])
    one, other = (maps * np.eye(9, dtype=np.float32)[feature] for feature in (5, 8))

    def back(values):
        seeds = {"both": Signal((Row("both", 0),), RowValues(values))}
        (arrived,) = backward(engine.steps, trace.memories, seeds)
        return np.asarray(all_channels(arrived.carried))

    np.testing.assert_allclose(back(3 * one), 3 * back(one), rtol=1e-5, atol=1e-6)
    assert np.abs(back(one + other) - back(one) - back(other)).max() > 0.01


def test_subtracting_the_bias_changes_the_result_as_written_down(tiny_image):
    """One layer: what comes back is the transposed convolution of the map less the bias, everywhere."""
    import keras

    from tests.support import reference

    model = keras.Sequential(
        [keras.layers.Input((17, 15, 3)), keras.layers.Conv2D(4, 3, activation="relu", name="conv")]
    )
    kernel = np.random.default_rng(5).normal(size=(3, 3, 3, 4)).astype(np.float32)
    bias = np.array([0.5, -0.25, 0.1, 0.0], np.float32)
    model.layers[0].set_weights([kernel, bias])
    found = swept(model, tiny_image, chosen={"conv": [2]}, bias="subtract")["conv"][0]
    output = np.maximum(reference.convolve(tiny_image[0], kernel) + bias, 0)
    output[..., [0, 1, 3]] = 0
    expected = reference.convolve_transposed(output - bias, kernel, (17, 15))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_chunks_that_fit_the_budget_give_the_same_rows(tiny_network, tiny_image):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, list(CHOSEN))
    whole = engine.backward(trace, CHOSEN)
    for rows in (1, 2, 4):
        budget = engine.kept_bytes(trace) + rows * engine.row_bytes
        chunked = engine.backward(trace, CHOSEN, memory_budget=budget)
        assert len(engine.sweeps(trace, CHOSEN, budget)) == -(-sum(map(len, CHOSEN.values())) // rows)
        for layer in CHOSEN:
            assert_same_rows(chunked[layer], whole[layer])


def test_a_budget_below_one_row_says_what_fits(tiny_network, tiny_image):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, ["both"])
    kept, row = engine.kept_bytes(trace), engine.row_bytes
    message = (
        f"`memory_budget` must be at least {kept + row} bytes: this network needs {row} bytes for one row "
        f"and {kept} bytes shared by all rows; a smaller `input_size` needs less. Received: {kept + row - 1}"
    )
    with pytest.raises(EngineError) as error:
        engine.backward(trace, {"both": [1]}, memory_budget=kept + row - 1)
    assert str(error.value) == message


def test_by_default_sweeps_take_half_of_what_is_free(tiny_network, tiny_image, monkeypatch):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, list(CHOSEN))
    kept, row = engine.kept_bytes(trace), engine.row_bytes
    whole = engine.backward(trace, CHOSEN, memory_budget=2**40)
    monkeypatch.setattr(footprint, "free_bytes", lambda: 2 * (kept + 2 * row))
    chunked = engine.backward(trace, CHOSEN)
    assert max(sum(map(len, sweep.values())) for sweep in engine.sweeps(trace, CHOSEN)) == 2
    for layer in CHOSEN:
        assert_same_rows(chunked[layer], whole[layer])
    compiled = set(engine._backwards)
    monkeypatch.setattr(footprint, "free_bytes", lambda: 2 * (kept + row))
    engine.backward(engine.forward(2 * tiny_image, list(CHOSEN)), CHOSEN)
    assert set(engine._backwards) == compiled  # less is free now: what was decided stays, nothing is compiled


def test_too_little_free_memory_says_what_helps(tiny_network, tiny_image, monkeypatch):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, ["both"])
    kept, row = engine.kept_bytes(trace), engine.row_bytes
    monkeypatch.setattr(footprint, "free_bytes", lambda: 2 * row)
    with pytest.raises(EngineError) as error:
        engine.backward(trace, {"both": [1]})
    assert str(error.value) == (
        f"too little memory is free: this network needs {row} bytes for one row and {kept} bytes shared by "
        f"all rows, but a sweep takes at most 50% of {2 * row} free bytes. Close other programs, choose "
        f"a smaller `input_size`, or allow more with a `memory_budget` of at least {kept + row} bytes"
    )
    monkeypatch.setattr(footprint, "free_bytes", lambda: None)
    assert len(engine.sweeps(trace, {"both": [1, 2, 3]})) == 1  # where nobody knows, nothing is cut


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "lime"}, "`method` must be one of deconvnet, guided, gradient. Received: 'lime'"),
        ({"seed": "all"}, "`seed` must be one of map, peak, unit. Received: 'all'"),
    ],
)
def test_unknown_options_name_the_choices(tiny_network, tiny_image, options, message):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, ["pool1"])
    with pytest.raises(EngineError) as error:
        engine.stream(trace, {"pool1": [0]}, **options)  # refused before any row is asked for
    assert str(error.value) == message


@pytest.mark.parametrize("rows", [0, -1])
def test_a_sweep_has_at_least_one_row(tiny_network, tiny_image, rows):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, ["pool1"])
    with pytest.raises(EngineError, match=f"^`sweep_rows` must be at least 1. Received: {rows}$"):
        engine.stream(trace, {"pool1": [0]}, sweep_rows=rows)


def test_an_unknown_bias_names_the_choices(tiny_network):
    with pytest.raises(EngineError) as error:
        Deconvnet(tiny_network, "add")
    assert str(error.value) == "`bias` must be one of none, subtract. Received: 'add'"


def test_one_by_one_rows_give_the_numbers_of_the_bundle(tiny_network, tiny_image, method, monkeypatch):
    swept_by = {}
    for bundled in (True, False):
        monkeypatch.setattr("generator.engine.deconvnet.bundles_rows", lambda bundled=bundled: bundled)
        sizes = []
        monkeypatch.setattr(
            passes,
            "_through",
            lambda *of, sizes=sizes, through=THROUGH: sizes.append(len(of[1].rows)) or through(*of),
        )
        swept_by[bundled] = swept(tiny_network, tiny_image, method)
        assert (max(sizes) == 1) is not bundled
    for layer in CHOSEN:
        np.testing.assert_allclose(swept_by[False][layer], swept_by[True][layer], rtol=1e-5, atol=1e-6)


def test_one_forward_pass_serves_every_method(tiny_network, tiny_image, method):
    engine = Deconvnet(tiny_network)
    with_slopes = engine.forward(tiny_image, list(CHOSEN), keeps_slopes=True)
    found = engine.backward(with_slopes, CHOSEN, method)
    alone = swept(tiny_network, tiny_image, method)
    for layer in CHOSEN:
        np.testing.assert_array_equal(found[layer], alone[layer])


def test_a_forward_pass_serves_whoever_needs_less(tiny_network, tiny_image):
    engine = Deconvnet(tiny_network)
    plain = engine.forward(tiny_image, ["pool1"])
    assert not engine._rectifiers & plain.memories.keys()
    full = engine.forward(tiny_image, ["pool1", "both"], keeps_slopes=True)
    assert engine._rectifiers <= full.memories.keys()
    assert len(engine._forwards) == 2
    engine.forward(tiny_image, ["both"])
    engine.forward(tiny_image, ["pool1"], keeps_slopes=True)
    assert len(engine._forwards) == 2


def test_slopes_that_were_not_kept_are_asked_for(tiny_network, tiny_image):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, ["both"])
    with pytest.raises(EngineError) as error:
        engine.stream(trace, {"both": [1]}, "guided")
    assert str(error.value) == "the method guided needs slopes; run `forward` with `keeps_slopes=True`"


def test_a_layer_is_there_once_its_last_row_is(tiny_network, tiny_image, monkeypatch):
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, list(CHOSEN))
    whole = engine.backward(trace, CHOSEN)
    begun, sweep = [], engine._sweep
    monkeypatch.setattr(engine, "_sweep", lambda *of: begun.append(of) or sweep(*of))
    arriving = engine.stream(trace, CHOSEN, sweep_rows=2)
    for begun_so_far in (2, 2, 3):  # of three rows, one and two
        layer, rows = next(arriving)
        assert len(begun) == begun_so_far
        assert_same_rows(rows, whole[layer])
    assert [layer for layer, _ in arriving] == list(CHOSEN)[3:]


def test_a_stream_lets_go_of_what_it_has_given(tiny_network, tiny_image):
    engine = Deconvnet(tiny_network)
    arriving = engine.stream(engine.forward(tiny_image, list(CHOSEN)), CHOSEN, sweep_rows=2)
    held = []
    for _ in CHOSEN:
        held.append(weakref.ref(next(arriving)[1]))
        gc.collect()
        assert [array() for array in held] == [None] * len(held)


def test_rows_of_several_signals_come_in_the_order_asked_for():
    one = Signal((B, A), RowValues(tensor([[2.0], [1.0]])))
    other = Signal((C,), RowValues(tensor([[3.0]])))
    for rows, values in (((A, B, C), [1, 2, 3]), ((C, B), [3, 2]), ((B, C, A), [2, 3, 1]), ((C,), [3])):
        assert ops.convert_to_numpy(gathered((one, other), rows))[:, 0].tolist() == values


THROUGH = passes._through
A, B, C = Row("x", 0), Row("x", 1), Row("y", 0)


def values_of(signal):
    return dict(zip(signal.rows, ops.convert_to_numpy(all_channels(signal.carried))[:, 0], strict=True))


def test_merge_adds_shared_rows_and_appends_the_others():
    first = Signal((A, B), RowValues(tensor([[1.0], [2.0]])))
    second = Signal((C, B), RowValues(tensor([[10.0], [20.0]])))
    assert values_of(merge(first, second)) == {A: 1.0, B: 22.0, C: 10.0}


def test_rows_of_one_channel_stay_apart_until_added_to():
    single = Signal((A,), RowValues(tensor([[5.0]]), np.array([1]), 2))
    others = Signal((B, C), RowValues(tensor([[1.0, 2.0], [3.0, 4.0]])))
    same = Signal((A, C), RowValues(tensor([[10.0, 20.0], [30.0, 40.0]])))
    waiting = join((others,), single)
    assert waiting == (others, single)
    (together,) = join(waiting, same)
    rows = dict(zip(together.rows, ops.convert_to_numpy(together.carried.values).tolist(), strict=True))
    assert rows == {A: [10.0, 25.0], B: [1.0, 2.0], C: [33.0, 44.0]}


def test_rows_with_all_channels_go_on_together():
    first, second = (Signal((row,), RowValues(tensor([[value]]))) for row, value in ((A, 1.0), (B, 2.0)))
    (together,) = join((first,), second)
    assert values_of(together) == {A: 1.0, B: 2.0}


def test_one_graph_serves_any_number_of_features(tiny_network, tiny_image, method, monkeypatch):
    monkeypatch.setattr("generator.engine.deconvnet.bundles_rows", lambda: False)
    engine = Deconvnet(tiny_network)
    trace = engine.forward(tiny_image, list(CHOSEN), keeps_slopes=True)
    whole = engine.backward(trace, CHOSEN, method)
    for layer, features in CHOSEN.items():
        twice = engine.backward(trace, {layer: [*features, *features]}, method)[layer]
        assert_same_rows(twice, np.concatenate([whole[layer]] * 2))
    assert len(engine._backwards) == len(CHOSEN)  # one for each layer, however many features and layers
