"""One node as it is translated, and the questions that translations ask about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import layers

from generator.errors import NetworkError
from generator.networks.onnx.layer_names import LayerNames
from generator.networks.onnx.node import Node
from generator.networks.onnx.tensors import CHANNELS_LAST, Tensor, layout, plain

if TYPE_CHECKING:
    from generator.records import Array

MOST = 2**16
"""The largest number of an option, such as a margin or a stride; an array is made of some."""


@dataclass(frozen=True, eq=False)
class Call:
    """A node with its inputs: tensors, constants, and ``None`` for those that were left out."""

    node: Node
    inputs: tuple[Tensor | Array | None, ...]
    opset: int
    names: LayerNames

    def named(self, part: str = "") -> str:
        """Return a new name for the layer of the node, or for a part of what it does."""
        return self.names.new(self.node, part)

    def refused(self, what: str, choices: str = "") -> NetworkError:
        """Return the error for an operator or option without a translation."""
        return self.node.refused(what, choices)

    def is_constant(self, place: int) -> bool:
        """Tell whether an input does not depend on the picture."""
        return not isinstance(self.inputs[place], Tensor)

    def tensor(self, place: int = 0) -> Tensor:
        """Return an input that depends on the picture."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if not isinstance(found, Tensor):
            raise self.refused(f"a constant as input {place + 1}", "a tensor computed from the picture")
        return found

    def picture(self, place: int = 0) -> Any:
        """Return an input (batch, channels, height, width) as a Keras tensor with channels last."""
        found = self.tensor(place)
        if found.rank != 4:
            shape = ("batch", *found.shape[1:])
            raise self.refused(f"an input of shape {shape}", "(batch, channels, height, width)")
        return self.ordered(found, CHANNELS_LAST)

    def laid_out(self, place: int = 0) -> Tensor:
        """Return an input in the order of Keras: a picture with channels last, anything else as in ONNX."""
        found = self.tensor(place)
        axes = layout(found.rank)
        return Tensor(self.ordered(found, axes), axes)

    def in_order(self, tensor: Tensor) -> Any:
        """Return a Keras tensor whose numbers lie in the order of ONNX, in that shape."""
        if tensor.is_plain:
            return tensor.keras
        return self.ordered(tensor, plain(tensor.rank))

    def ordered(self, tensor: Tensor, axes: tuple[int, ...]) -> Any:
        """Return a Keras tensor with its axes in this order."""
        if tensor.axes == axes:
            return tensor.keras
        if _is_free(tensor, axes):
            shape = [tensor.shape[axis] for axis in axes[1:]]
            return layers.Reshape(shape, name=self.named("order"))(tensor.keras)
        order = tuple(tensor.axes.index(axis) for axis in axes[1:])
        return layers.Permute(order, name=self.named("order"))(tensor.keras)

    def constant(self, place: int) -> Array:
        """Return a constant input in float32."""
        found = self.optional(place)
        if found is None:
            raise self.refused(f"no input {place + 1}")
        return found

    def optional(self, place: int) -> Array | None:
        """Return a constant input in float32, ``None`` if it was left out."""
        found = self.numbers(place)
        if found is None:
            return None
        with np.errstate(over="ignore"):
            return np.asarray(found, np.float32)

    def numbers(self, place: int) -> Array | None:
        """Return a constant input as it is, ``None`` if it was left out."""
        if not self.node.has(place):
            return None
        found = self.inputs[place]
        if isinstance(found, Tensor):
            raise self.refused(f"a computed input {place + 1}", "a constant")
        return found

    def wholes(self, place: int) -> tuple[int, ...] | None:
        """Return a constant input that is a list of whole numbers, ``None`` if it was left out."""
        found = self.numbers(place)
        return None if found is None else tuple(int(one) for one in np.ravel(found))

    def small(self, key: str, default: tuple[int, ...], least: int = 0) -> tuple[int, ...]:
        """Return an attribute with as many numbers as its default, within bounds."""
        found = self.node.wholes(key, default)
        if len(found) != len(default) or not all(least <= one <= MOST for one in found):
            raise self.refused(f"{key}={found}", f"{len(default)} numbers from {least} to {MOST}")
        return found

    def fits(self, what: str, found: int, expected: int) -> None:
        """Refuse weights for another number of channels, before Keras makes arrays for them."""
        if found != expected:
            raise self.refused(f"{what} for {found} channels", f"the {expected} of its input")


Translate = Callable[[Call], Tensor | list[Tensor]]


def _is_free(tensor: Tensor, axes: tuple[int, ...]) -> bool:
    """Tell whether another order of the axes leaves all numbers where they are."""
    shape = tensor.shape
    return [axis for axis in axes if shape[axis] != 1] == [axis for axis in tensor.axes if shape[axis] != 1]
