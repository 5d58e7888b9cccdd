"""The numbers of TensorFlow in float64: within 1e-5 of the largest value, by every method, seed and bias.

The two trained networks are too large for float64 and compared with TensorFlow's float32.

A choice that ties (``runs`` says what that is) may fall otherwise here than under TensorFlow, and a
reconstruction then moves by more than rounding. So three things are asserted, and together they leave no
other difference: every activation agrees; every choice is TensorFlow's, or its own values tie; and with
TensorFlow's choices in the place of those that tied, every reconstruction agrees. In the small networks,
whose numbers are noise, nothing may tie.

Some rows are differences of numbers a thousand times larger, as the gradient through many swishes or a
normalization can be, and float32 does not keep five digits of them under any backend. What comes back through
``UnitNormalization`` in the direction of its own output is exactly nothing in real numbers; through
``RMSNormalization``, where one feature is active, it is in proportion to the epsilon of 1e-7, of which
float32 keeps the first digit when it is added to 0.1. Such a row may differ by twice as much as rounding
moves it under the backend in use, which ``runs.rounding`` measures, or by the precision of float32 at the
largest value that its layer sends back by any method. The summary counts these rows.
"""

from functools import partial

import numpy as np
from keras import ops

from generator.engine import passes
from generator.engine.translation import RULES
from tests.backends import runs
from tests.backends.cases import SMALL
from tests.backends.operations import FAMILIES
from tests.backends.ties import margin

TOLERANCE = 1e-5
PRECISION = np.finfo("float32").eps


def test_every_operation_with_a_rule_is_compared():
    assert {kind for family in FAMILIES.values() for kind in family} == set(RULES)


def test_the_numbers_are_tensorflows(compared, worst):
    name, case, written = compared
    errors, margins, lost = [], [], 0
    for options in case.options:
        run = runs.forward(case, *options)
        for layer, expected in written.activations().items():
            errors += [*runs.distances(run.engine.to_numpy(run.trace.activations[layer]), expected)]
        chosen = written.choices(options[0])
        differing = {k: v for k, v in chosen.items() if np.any(v != run.choices[k])}
        margins += ties(case, run, differing)
        found = run.backward(settled(run.trace, differing), written.features())
        assert any(np.any(rows) for rows in found.values()), "rows of nothing prove nothing"
        shares = {
            layer: runs.distances(found[layer], expected)
            for layer, expected in written.reconstructions(*options).items()
        }
        errors += [share for row in shares.values() for share in row if share <= TOLERANCE]
        beyond = {layer: row > TOLERANCE for layer, row in shares.items() if np.any(row > TOLERANCE)}
        if beyond:
            moved = runs.rounding(run, case, partial(settled, choices=chosen), written.features())
        for layer, rows in beyond.items():
            apart = runs.sizes(found[layer] - written.reconstructions(*options)[layer])
            scale = written.scale(layer)
            allowed = np.clip(2 * moved[layer], PRECISION * scale, TOLERANCE * scale)
            assert np.all(apart[rows] <= allowed[rows]), (options, layer, apart, allowed)
            lost += np.sum(rows)
    worst[name] = (
        f"{max(errors):.1e}; {len(margins)} choices tied, to {max(margins, default=0):.1e}; "
        f"rows of which float32 keeps fewer digits: {lost}"
    )
    assert max(errors) <= TOLERANCE
    assert max(margins, default=0) <= TOLERANCE
    assert not margins or name not in SMALL


def settled(trace, choices):
    """Return a trace with other choices in the place of its own."""
    memories = {name: ops.convert_to_tensor(choice) for name, choice in choices.items()}
    return passes.Trace(trace.activations, {**trace.memories, **memories})


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
