"""The same numbers as TensorFlow: within 1e-5 of the largest value, by every method, seed and bias.

A choice that ties (``runs`` says what that is) may fall otherwise here than under TensorFlow, and a
reconstruction then moves by more than rounding. So three things are asserted, and together they leave no
other difference: every activation agrees; every choice is TensorFlow's, or its own values tie; and with
TensorFlow's choices in the place of those that tied, every reconstruction agrees. In the small networks,
whose numbers are noise, nothing may tie.
"""

import numpy as np
from keras import ops

from generator.engine import passes
from generator.engine.translation import RULES
from tests.backends import runs
from tests.backends.cases import SMALL
from tests.backends.operations import FAMILIES
from tests.backends.ties import margin

TOLERANCE = 1e-5


def test_every_operation_with_a_rule_is_compared():
    assert {kind for family in FAMILIES.values() for kind in family} == set(RULES)


def test_the_numbers_are_tensorflows(compared, worst):
    name, case, written = compared
    errors, margins = [], []
    for options in case.options:
        run = runs.forward(case, *options)
        errors += differences(arrays(run.trace.activations), written.activations())
        differing = {k: v for k, v in written.choices(options[0]).items() if np.any(v != run.choices[k])}
        margins += ties(case, run, differing)
        memories = {k: ops.convert_to_tensor(v) for k, v in differing.items()}
        trace = passes.Trace(run.trace.activations, {**run.trace.memories, **memories})
        found = run.engine.backward(trace, written.features())
        errors += differences(found, written.reconstructions(*options))
    worst[name] = f"{max(errors):.1e}; {len(margins)} choices tied, to {max(margins, default=0):.1e}"
    assert max(errors) <= TOLERANCE
    assert max(margins, default=0) <= TOLERANCE
    assert not margins or name not in SMALL


def differences(found, expected):
    """Return the largest difference of every row, as a share of its largest value."""
    rows = [
        (one, other) for layer in expected for one, other in zip(found[layer], expected[layer], strict=True)
    ]
    assert any(np.any(other) for _, other in rows), "rows of nothing prove nothing"
    assert not any(np.any(one) for one, other in rows if not np.any(other))
    return [np.abs(one - other).max() / np.abs(other).max() for one, other in rows if np.any(other)]


def ties(case, run, differing):
    """Return how far apart the values are between which this backend and TensorFlow chose differently."""
    if not differing:
        return []
    values = arrays(passes.forward(run.engine.steps, ops.convert_to_tensor(case.batch)).activations)
    return [
        share
        for step in run.engine.steps
        if step.name in differing
        for share in margin(step, values[step.inputs[0]], run.choices[step.name], differing[step.name])
    ]


def arrays(tensors):
    """Return tensors as arrays."""
    return {name: ops.convert_to_numpy(tensor) for name, tensor in tensors.items()}
