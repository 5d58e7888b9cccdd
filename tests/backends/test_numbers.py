"""The same numbers as TensorFlow: within 1e-5 of the largest value, by every method, seed and bias.

A choice that ties (``runs`` says what that is) may fall otherwise here than under TensorFlow, and a
reconstruction then moves by more than rounding. So three things are asserted, and together they leave no
other difference: every activation agrees; every choice is TensorFlow's, or its own values tie; and with
TensorFlow's choices in the place of those that tied, every reconstruction agrees. In the small networks,
whose numbers are noise, nothing may tie.

Some rows are differences of numbers a thousand times larger, as the gradient through many swishes can be, and
float32 does not keep five digits of them under any backend. Where rounding takes TensorFlow itself farther
than the tolerance from float64, a backend may be as far from TensorFlow as both roundings; the summary counts
these rows.
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
    errors, margins, lost = [], [], 0
    for options in case.options:
        run = runs.forward(case, *options)
        for layer, expected in written.activations().items():
            errors += [*runs.distances(run.engine.to_numpy(run.trace.activations[layer]), expected)]
        differing = {k: v for k, v in written.choices(options[0]).items() if np.any(v != run.choices[k])}
        margins += ties(case, run, differing)
        found = run.backward(settled(run, differing), written.features())
        assert any(np.any(rows) for rows in found.values()), "rows of nothing prove nothing"
        for layer, expected in written.reconstructions(*options).items():
            apart, rounding = runs.distances(found[layer], expected), written.rounding(layer, *options)
            errors += [*apart[rounding <= TOLERANCE]]
            lost += np.sum(rounding > TOLERANCE)
            allowed = np.where(rounding > TOLERANCE, 2 * rounding, TOLERANCE)
            assert np.all(apart <= allowed), (options, layer)
    worst[name] = (
        f"{max(errors):.1e}; {len(margins)} choices tied, to {max(margins, default=0):.1e}; "
        f"rows of which TensorFlow keeps fewer digits: {lost}"
    )
    assert max(errors) <= TOLERANCE
    assert max(margins, default=0) <= TOLERANCE
    assert not margins or name not in SMALL


def settled(run, choices):
    """Return a run's trace with other choices in the place of its own."""
    memories = {name: ops.convert_to_tensor(choice) for name, choice in choices.items()}
    return passes.Trace(run.trace.activations, {**run.trace.memories, **memories})


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
