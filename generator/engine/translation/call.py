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

    ``operands`` are all its arguments, in order: a KerasTensor for each of ``inputs``, and among them the
    constants of a bare operation, such as 0.5 in ``x * 0.5``. With ``subtracts_bias``, rules first subtract
    the bias from the arriving signal. ``dtype`` is the type in which the engine computes. ``place`` is
    that of ``output`` among several outputs. ``name`` is that of a layer inside another.
    """

    operation: Any
    inputs: tuple[Shape, ...]
    output: Shape
    operands: tuple[Any, ...] = ()
    training: bool = False
    subtracts_bias: bool = False
    dtype: str = "float32"
    place: int = 0
    name: str = ""

    @property
    def where(self) -> str:
        """The layer's name for an error message."""
        return f"layer '{self.name or self.operation.name}'"

    def constant(self, place: int) -> Tensor:
        """Return a constant operand as a tensor.

        Raises:
            EngineError: the operand is computed from the picture.
        """
        if isinstance(self.operands[place], keras.KerasTensor):
            raise refusal(self, f"a computed operand {place + 1}", "constants")
        return self.tensor(self.operands[place])

    def tensor(self, numbers: Any) -> Tensor:
        """Return numbers of the operation in the type in which the engine computes.

        Raises:
            EngineError: a number is NaN or infinite, as after a training that diverged.
        """
        name = numbers.name if isinstance(numbers, keras.Variable) else "constant"
        return self.finite(name, ops.convert_to_tensor(numbers, dtype=self.dtype))

    def finite(self, name: str, numbers: Tensor) -> Tensor:
        """Return the numbers; refuse NaN and infinity, which rectifiers can hide and pages cannot show.

        Raises:
            EngineError: a number is NaN or infinite.
        """
        if not bool(ops.all(ops.isfinite(numbers))):
            raise EngineError(f"{self.where}: its {name} holds NaN or infinity")
        return numbers

    def weight(self, variable: Any) -> Tensor:
        """Return the value of a layer's weight, ``None`` for no weight.

        Its gradient is stopped, so that a backend does not record operations on it for training.
        """
        return None if variable is None else ops.stop_gradient(self.tensor(variable))

    def offset(self, bias: Tensor) -> Tensor:
        """Return the bias if rules subtract it from the arriving signal, otherwise ``None``."""
        return bias if self.subtracts_bias else None


def refusal(call: Call, what: str, choices: str) -> EngineError:
    """Return the error for an operation or option without a rule."""
    return EngineError(f"{call.where}: no rule for {what}; rules exist for {choices}")


def only(call: Call, option: str, value: Any, plain: Any) -> None:
    """Refuse every value of an option except the one that has a rule."""
    if value != plain:
        raise refusal(call, f"{option}={value}", f"{option}={plain}")


def at_inference(call: Call) -> None:
    """Refuse an operation that was called with ``training=True``."""
    only(call, "training", call.training, False)


def picture(call: Call) -> None:
    """Refuse an operation whose input is not a picture (height, width, channels)."""
    only(call, "data_format", call.operation.data_format, "channels_last")
    if len(call.inputs[0]) != 3:
        raise refusal(call, f"an input of shape {call.inputs[0]}", "(height, width, channels)")


def axes_of(call: Call, axis: int | Sequence[int]) -> tuple[int, ...]:
    """Return axes counted from the front, with the batch axis as 0, which must not be among them."""
    rank = len(call.output) + 1
    axes = tuple(sorted(one % rank for one in (axis if isinstance(axis, Sequence) else (axis,))))
    if 0 in axes:
        raise refusal(call, f"axis={axis}", "axes of a picture")
    return axes


def windows(call: Call, size: Any, strides: Any, dilation: Any = 1) -> tuple[Window, Window]:
    """Return the windows of an operation along the rows and the columns of its input."""
    padding = str(call.operation.padding).lower()
    rows, columns = (
        Window(length, taps, stride, apart, padding)
        for length, taps, stride, apart in zip(
            call.inputs[0][:2], pair(size), pair(strides), pair(dilation), strict=True
        )
    )
    return rows, columns


def pair(value: int | Sequence[int]) -> tuple[int, int]:
    """Return a number for each axis; Keras also allows one for both."""
    first, second = (value, value) if isinstance(value, int) else value
    return first, second
