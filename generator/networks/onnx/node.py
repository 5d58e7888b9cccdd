"""One node of an ONNX graph: its operator, attributes and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from onnx import AttributeProto, helper

from generator.errors import NetworkError, shown
from generator.networks.onnx.reading import number, text

Value = Any

_PLAIN = {
    AttributeProto.FLOAT,
    AttributeProto.INT,
    AttributeProto.STRING,
    AttributeProto.FLOATS,
    AttributeProto.INTS,
    AttributeProto.STRINGS,
}


@dataclass(frozen=True, eq=False)
class Node:
    """An operator at its place in the graph; an input that was left out is an empty name.

    ``scopes`` are the modules around it as PyTorch's newer exporter notes them, outermost first.
    """

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Value]
    scopes: str = ""

    @classmethod
    def of(cls, proto: Any) -> Node:
        """Return the node of a file."""
        notes = {each.key: each.value for each in proto.metadata_props}
        own = proto.domain in ("", "ai.onnx")
        operator = proto.op_type if own else f"{text(proto.domain)}.{text(proto.op_type)}"
        inputs, outputs = tuple(map(text, proto.input)), tuple(map(text, proto.output))
        name = proto.name or next(iter(outputs), "")
        scopes = text(notes.get("pkg.torch.onnx.name_scopes", ""))
        node = cls(text(operator), text(name), inputs, outputs, {}, scopes)
        attributes = {text(each.name): _value(node, each) for each in proto.attribute}
        return replace(node, attributes=attributes)

    @property
    def where(self) -> str:
        """The node in messages."""
        return f"node {shown(self.name)} ({shown(self.operator)[1:-1]})"

    def refused(self, what: str, choices: str = "") -> NetworkError:
        """Return the error for a node without a translation."""
        return NetworkError(
            f"{self.where}: no translation of {what}{f'; expected {choices}' * bool(choices)}"
        )

    def has(self, place: int) -> bool:
        """Tell whether an input was given."""
        return place < len(self.inputs) and bool(self.inputs[place])

    def whole(self, key: str, default: int) -> int:
        """Return an attribute that is a whole number."""
        return int(self._of(key, int, default))

    def decimal(self, key: str, default: float) -> float:
        """Return an attribute that is a number."""
        return float(self._of(key, float, default))

    def text(self, key: str, default: str) -> str:
        """Return an attribute that is text."""
        found = self._of(key, bytes, default.encode())
        return str(found.decode(errors="replace"))

    def wholes(self, key: str, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers."""
        found = self._of(key, list, [*default])
        if not all(type(one) is int for one in found):
            raise self.refused(f"{key}={shown(found)}", "whole numbers")
        return tuple(found)

    def only(self, key: str, found: object, plain: object) -> None:
        """Refuse every value of an option except the one that has a translation."""
        if found != plain:
            raise self.refused(f"{key}={found}", f"{key}={plain}")

    def _of(self, key: str, kind: type, default: Value) -> Value:
        found = self.attributes.get(key, default)
        if not isinstance(found, kind):
            raise self.refused(f"{key}={shown(found)}", f"a value of type {kind.__name__}")
        return found


def _value(node: Node, attribute: Any) -> Value:
    """Return the value of an attribute: numbers, text, lists of them, or an array."""
    if attribute.type == AttributeProto.TENSOR:
        return number(attribute.t)
    if attribute.type not in _PLAIN:
        raise node.refused(f"the attribute {shown(attribute.name)}, a graph or a reference")
    return helper.get_attribute_value(attribute)
