"""One use of an operation, and what every builder asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from generator.engine.windows import Window
from generator.errors import EngineError

Shape = tuple[int, ...]
Tensor = Any

BIASES = ("none", "subtract")


@dataclass(frozen=True)
class Call:
    """One use of a Keras operation in a graph; shapes are without the batch axis.

    ``operands`` are all it was called with, in order: for each of ``inputs`` a KerasTensor, and between them
    the constants of a bare operation, as in ``x * 0.5``. ``subtracts_bias``: rules take the bias off the
    arriving signal first.
    """

    operation: Any
    inputs: tuple[Shape, ...]
    output: Shape
    operands: tuple[Any, ...] = ()
    training: bool = False
    subtracts_bias: bool = False

    @property
    def where(self) -> str:
        """Name the layer, for an error."""
        return f"layer '{self.operation.name}'"

    def constant(self, place: int) -> Tensor:
        """Return an operand that is not computed from the picture, as a tensor.

        Raises:
            EngineError: it is computed from the picture.
        """
        if isinstance(self.operands[place], keras.KerasTensor):
            raise refusal(self, f"a computed operand {place + 1}", "constants")
        return ops.convert_to_tensor(self.operands[place], dtype=self.dtype)

    def offset(self, bias: Tensor) -> Tensor:
        """Return what comes off the arriving signal first: the bias or nothing."""
        return bias if self.subtracts_bias else None

    @property
    def dtype(self) -> str:
        """Return the type the operation computes in."""
        tensor = next(operand for operand in self.operands if isinstance(operand, keras.KerasTensor))
        return str(tensor.dtype)


def refusal(call: Call, what: str, choices: str) -> EngineError:
    """Return the error for an operation or an option without a rule."""
    return EngineError(f"{call.where}: no rule for {what}; rules exist for {choices}")


def only(call: Call, option: str, value: Any, plain: Any) -> None:
    """Refuse any value of an option but the one for which a rule exists."""
    if value != plain:
        raise refusal(call, f"{option}={value}", f"{option}={plain}")


def at_inference(call: Call) -> None:
    """Refuse an operation that was called to act as in training."""
    only(call, "training", call.training, False)


def picture(call: Call) -> None:
    """Refuse an operation that is not over the rows and columns of a picture, channels last."""
    only(call, "data_format", call.operation.data_format, "channels_last")
    if len(call.inputs[0]) != 3:
        raise refusal(call, f"an input of shape {call.inputs[0]}", "(height, width, channels)")


def windows(call: Call, size: Any, strides: Any, dilation: Any = 1) -> tuple[Window, Window]:
    """Return the windows of an operation over the rows and the columns of its input."""
    padding = str(call.operation.padding).lower()
    rows, columns = (
        Window(length, taps, stride, apart, padding)
        for length, taps, stride, apart in zip(
            call.inputs[0][:2], pair(size), pair(strides), pair(dilation), strict=True
        )
    )
    return rows, columns


def pair(value: int | Sequence[int]) -> tuple[int, int]:
    """Return Keras's number for both axes, or its number for each."""
    first, second = (value, value) if isinstance(value, int) else value
    return first, second


def weight(variable: Any) -> Tensor:
    """Return the value of a layer's weight in the type the layer computes in; ``None`` for none.

    It is a constant here: a backend that records what is done to parameters, for training, need not.
    """
    return None if variable is None else ops.stop_gradient(ops.convert_to_tensor(variable))
