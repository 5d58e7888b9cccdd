"""Builders for operations on several branches, or on a branch and a constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from generator.engine import rules
from generator.engine.translation.affine import affine
from generator.engine.translation.call import Call, refusal

Build = Callable[[Call], rules.Rule]


def weighted(first: float, further: float) -> Build:
    """Return a builder for the weighted sum of branches, or of a branch and a constant."""

    def build(call: Call) -> rules.Rule:
        if len(call.inputs) == 1:
            place, constant = _constant(call)
            scale, share = (further, first) if place == 0 else (first, further)
            return affine(call, call.tensor(scale), constant * share)
        _ranks(call)
        return rules.WeightedSum(call.inputs, (first, *[further] * (len(call.inputs) - 1)))

    return build


def custom_scale(call: Call) -> rules.Rule:
    """Build the sum of a branch and another one times a number, in a block of an Inception-ResNet."""
    return rules.WeightedSum(call.inputs, (1.0, float(call.operation.scale)))


def average(call: Call) -> rules.Rule:
    """Build the mean of branches; ``keras.ops.average`` is the mean along axes of one tensor."""
    if hasattr(call.operation, "axis"):
        raise refusal(call, f"an average along axis={call.operation.axis}", "the average of branches")
    _ranks(call)
    return rules.WeightedSum(call.inputs, (1 / len(call.inputs),) * len(call.inputs))


def multiply(call: Call) -> rules.Rule:
    """Build a product of branches, or of a branch and a constant."""
    if len(call.inputs) == 1:
        _, constant = _constant(call)
        return affine(call, constant, ops.zeros((), dtype=call.dtype))
    _ranks(call)
    return rules.Product(call.inputs)


def divide(call: Call) -> rules.Rule:
    """Build a division by a constant."""
    return affine(call, 1 / call.constant(1), ops.zeros((), dtype=call.dtype))


def negative(call: Call) -> rules.Rule:
    """Build a change of sign."""
    return affine(call, -ops.ones((), dtype=call.dtype), ops.zeros((), dtype=call.dtype))


def maximum(call: Call) -> rules.Rule:
    """Build a maximum with zero, which is a ReLU."""
    constants = [operand for operand in call.operands if not isinstance(operand, keras.KerasTensor)]
    if constants != [0]:
        raise refusal(call, f"a maximum with {constants or 'another branch'}", "a maximum with 0")
    return rules.Rectifier(rules.ReLU())


def concatenate(call: Call) -> rules.Rule:
    """Build a concatenation along any axis of the picture."""
    rank = len(call.output) + 1
    axis = call.operation.axis % rank
    if axis == 0 or len(call.inputs) != len(call.operands):
        raise refusal(
            call, f"axis={call.operation.axis} or constants", "branches along an axis of the picture"
        )
    return rules.Concatenate(tuple(shape[axis - 1] for shape in call.inputs), axis - rank)


def _constant(call: Call) -> tuple[int, Any]:
    """Return the position of the constant among two operands, and the constant."""
    if len(call.operands) != 2:
        raise refusal(call, f"{len(call.operands)} operands", "2")
    place = 0 if isinstance(call.operands[1], keras.KerasTensor) else 1
    return place, call.constant(place)


def _ranks(call: Call) -> None:
    """Refuse branches with different numbers of axes, and constants among branches."""
    if len(call.inputs) != len(call.operands) or len({len(shape) for shape in call.inputs}) > 1:
        raise refusal(call, f"operands of shapes {call.inputs}", "branches with the same number of axes")
