"""What holds for every graph of these operations, drawn at random, in float64 where Keras has it."""

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from generator.engine import passes
from generator.engine.deconvnet import Deconvnet
from generator.engine.rules.rule import RowValues
from tests.engine.test_rules import tensor
from tests.support.precision import WIDEST, building_in
from tests.support.rows import assert_same_rows

SIZE = 8
CLOSE = {"float64": 1e-10, "float32": 1e-5}[WIDEST]

LINEAR = [
    lambda c: layers.AveragePooling2D(3, 1, "same"),
    lambda c: layers.BatchNormalization(),
    lambda c: layers.Conv2D(4, 3, padding="same", dilation_rate=2),
    lambda c: layers.Conv2D(2 * c, 1, groups=c),
    lambda c: layers.DepthwiseConv2D(3, padding="same"),
    lambda c: layers.SeparableConv2D(3, 3, padding="same"),
]
BENT = [
    lambda c: layers.Activation("relu6"),
    lambda c: layers.Activation("sigmoid"),
    lambda c: layers.Activation("silu"),
    lambda c: layers.GroupNormalization(-1),
    lambda c: layers.LayerNormalization(),
    lambda c: layers.LeakyReLU(0.25),  # TensorFlow keeps a slope in float32, where 0.2 is not 0.2
    lambda c: layers.MaxPooling2D(3, 1, "same"),
    lambda c: layers.RMSNormalization(),
    lambda c: layers.ReLU(),
    lambda c: layers.Softmax(),
    lambda c: layers.UnitNormalization(),
]
SUMS = [layers.Add, layers.Concatenate, layers.Subtract, None]
FEW = settings(max_examples=10)


def plans(kinds, merges):
    """Draw up to four blocks, each a layer and perhaps a branch that joins again, and a seed."""
    block = st.tuples(st.sampled_from(kinds), st.sampled_from(merges))
    return st.tuples(st.lists(block, min_size=1, max_size=4), st.integers(0, 99))


def built(plan):
    """Return the model of a plan and the random numbers that go on from its weights."""
    drawn, seed = plan
    with building_in(WIDEST):
        image = x = layers.Input((SIZE, SIZE, 2))
        for number, (kind, merge) in enumerate(drawn):
            before, x = x, kind(x.shape[-1])(x)
            if merge is layers.Concatenate or (merge is not None and before.shape == x.shape):
                x = merge()([before, x])
            x = layers.Conv2D(3, 1, name=f"block{number}")(x)
        model = keras.Model(image, x)
    random = np.random.default_rng(seed)
    for weight in model.weights:
        positive = "variance" in weight.name
        weight.assign(random.uniform(0.5, 2, weight.shape) if positive else random.normal(size=weight.shape))
    return model, random


def blocks(model):
    return {layer.name: np.array([2, 0]) for layer in model.layers if layer.name.startswith("block")}


def swept(model, image, chosen, **options):
    engine = Deconvnet(model)
    return engine.backward(engine.forward(image, list(chosen)), chosen, **options)


def assert_close(found, expected):
    np.testing.assert_allclose(found, expected, atol=CLOSE * max(np.abs(expected).max(), 1e-300))


@FEW
@given(plans(LINEAR + BENT, [*SUMS, layers.Multiply]))
def test_each_subset_of_layers_and_each_chunk_of_rows_is_the_sweeps(plan):
    model, random = built(plan)
    image, chosen = random.normal(size=(1, SIZE, SIZE, 2)), blocks(model)
    whole = swept(model, image, chosen)
    engine = Deconvnet(model)
    trace = engine.forward(image, list(chosen))
    chunked = engine.backward(trace, chosen, memory_budget=engine.kept_bytes(trace) + 3 * engine.row_bytes)
    last = list(chosen)[-1:]
    subset = engine.backward(trace, {layer: chosen[layer] for layer in last})
    for layer in chosen:
        assert_same_rows(chunked[layer], whole[layer], CLOSE)
    for layer in last:
        assert_same_rows(subset[layer], whole[layer], CLOSE)


@FEW
@given(plans(LINEAR + BENT, [*SUMS, layers.Multiply]), st.floats(0.01, 100))
def test_the_deconvnet_is_positively_homogeneous(plan, factor):
    model, random = built(plan)
    once = back(model, random.normal(size=(1, SIZE, SIZE, 2)), random, factor)
    assert_close(once[1], factor * once[0])


@FEW
@given(plans(LINEAR, SUMS))
def test_a_linear_network_comes_back_by_its_adjoint(plan):
    model, random = built(plan)
    image = random.normal(size=(1, SIZE, SIZE, 2))
    engine = Deconvnet(model)
    last = engine.steps[-1].name
    trace, zero = (passes.forward(engine.steps, tensor(x)) for x in (image, 0 * image))
    difference = keras.ops.convert_to_numpy(trace.activations[last] - zero.activations[last])
    signal = random.normal(size=difference.shape)
    seeds = {last: passes.Signal((passes.Row("end", 0),), RowValues(tensor(signal)))}
    (arrived,) = passes.backward(engine.steps, trace.memories, seeds)
    sent = keras.ops.convert_to_numpy(arrived.carried.values)
    scale = np.linalg.norm(image) * np.linalg.norm(sent)
    assert abs(np.sum(difference * signal) - np.sum(image * sent)) <= CLOSE * scale


def back(model, image, random, factor):
    """Return what a signal sends back, and what the signal times a factor does."""
    engine = Deconvnet(model)
    last = engine.steps[-1]
    signal = random.normal(size=(1, *last.shape))
    trace = passes.forward(engine.steps, tensor(image))
    rows = passes.Row("end", 0), passes.Row("end", 1)
    values = tensor(np.concatenate([signal, factor * signal]))
    (arrived,) = passes.backward(
        engine.steps, trace.memories, {last.name: passes.Signal(rows, RowValues(values))}
    )
    return keras.ops.convert_to_numpy(arrived.carried.values)
