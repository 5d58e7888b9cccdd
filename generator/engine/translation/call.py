"""One use of an operation, and the questions that builders ask about it."""

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

    ``operands`` are the arguments of the call, in order: a KerasTensor for each of ``inputs``, and between
    them the constants of a bare operation, as in ``x * 0.5``. ``subtracts_bias`` makes rules take the bias
    off the arriving signal first.
    """

    operation: Any
    inputs: tuple[Shape, ...]
    output: Shape
    operands: tuple[Any, ...] = ()
    training: bool = False
    subtracts_bias: bool = False

    @property
    def where(self) -> str:
        """The layer's name, for an error."""
        return f"layer '{self.operation.name}'"

    def constant(self, place: int) -> Tensor:
        """Return a constant operand as a tensor.

        Raises:
            EngineError: the operand is computed from the picture.
        """
        if isinstance(self.operands[place], keras.KerasTensor):
            raise refusal(self, f"a computed operand {place + 1}", "constants")
        return ops.convert_to_tensor(self.operands[place], dtype=self.dtype)

    def offset(self, bias: Tensor) -> Tensor:
        """Return the ``offset`` of a rule with this bias: the bias itself or ``None``."""
        return bias if self.subtracts_bias else None

    @property
    def dtype(self) -> str:
        """The type in which the operation computes."""
        tensor = next(operand for operand in self.operands if isinstance(operand, keras.KerasTensor))
        return str(tensor.dtype)


def refusal(call: Call, what: str, choices: str) -> EngineError:
    """Return the error for an operation or option without a rule."""
    return EngineError(f"{call.where}: no rule for {what}; rules exist for {choices}")


def only(call: Call, option: str, value: Any, plain: Any) -> None:
    """Refuse all values of an option except the one that has a rule."""
    if value != plain:
        raise refusal(call, f"{option}={value}", f"{option}={plain}")


def at_inference(call: Call) -> None:
    """Refuse an operation that was called with ``training=True``."""
    only(call, "training", call.training, False)


def picture(call: Call) -> None:
    """Refuse an operation whose input is not a picture with its channels last."""
    only(call, "data_format", call.operation.data_format, "channels_last")
    if len(call.inputs[0]) != 3:
        raise refusal(call, f"an input of shape {call.inputs[0]}", "(height, width, channels)")


def windows(call: Call, size: Any, strides: Any, dilation: Any = 1) -> tuple[Window, Window]:
    """Return the windows of an operation over the rows and columns of its input."""
    padding = str(call.operation.padding).lower()
    rows, columns = (
        Window(length, taps, stride, apart, padding)
        for length, taps, stride, apart in zip(
            call.inputs[0][:2], pair(size), pair(strides), pair(dilation), strict=True
        )
    )
    return rows, columns


def pair(value: int | Sequence[int]) -> tuple[int, int]:
    """Return the numbers for both axes; Keras may have one number for both."""
    first, second = (value, value) if isinstance(value, int) else value
    return first, second


def weight(variable: Any) -> Tensor:
    """Return the value of a weight, in the type in which its layer computes; ``None`` for ``None``."""
    # stop_gradient, because PyTorch would otherwise record every operation on the parameter for training.
    return None if variable is None else ops.stop_gradient(ops.convert_to_tensor(variable))
