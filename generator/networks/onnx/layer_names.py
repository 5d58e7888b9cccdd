"""Names of layers: those of the modules that a network was written with.

The exporters of PyTorch tell the module of each node, the older one in the node's name
(``/layer1/layer1.0/conv1/Conv``), the newer one in a note beside it. Both give ``layer1.0.conv1``. A module
that contains others, such as a residual block, names none of its nodes alone: its sum is ``layer1.0.add``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.networks.onnx.node import Node

_LONGEST = 80
_FORBIDDEN = re.compile(r"[^\w.@+=()-]", re.ASCII)
_WEIGHT = ".weight"
_QUOTED = re.compile(r"'([^']*)'")


class LayerNames:
    """Gives each layer a name that no other has, not even in other letters."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._taken: set[str] = set()
        self._containers = {
            ".".join(parts[:end])
            for parts in (_module(node).split(".") for node in nodes)
            for end in range(1, len(parts))
        }

    def new(self, node: Node, part: str = "") -> str:
        """Return a new name for the layer of a node, or for a part of what it does."""
        module, operator = _module(node), node.operator.rpartition(".")[2].lower()
        base = module or node.name.strip("/") or operator
        further = [one for one in (operator if module in self._containers else "", part) if one]
        return self.unused(".".join([base, *further]), "" if further else operator)

    def unused(self, name: str, further: str = "") -> str:
        """Return a name; if it is taken, followed by another word or a number."""
        name = _FORBIDDEN.sub("_", name)[:_LONGEST].strip(".") or "node"
        found, number = name, 1
        while found.casefold() in self._taken:
            number += 1
            word = f".{_FORBIDDEN.sub('_', further)[:_LONGEST]}" if further else ""
            found = f"{name}{word}" if word and number == 2 else f"{name}{word}_{number}"
        self._taken.add(found.casefold())
        return found


def _module(node: Node) -> str:
    """Return the module that a node is in, with dots between its parts; empty if nobody says."""
    if node.scopes and node.inputs[1:] and node.inputs[1].endswith(_WEIGHT):
        return node.inputs[1].removesuffix(_WEIGHT)  # a convolution that took in the normalization behind it
    if node.scopes:
        return next((scope for scope in reversed(_QUOTED.findall(node.scopes)[:-1]) if scope), "")
    parts = node.name.strip("/").split("/")[:-1]
    inner = [*parts[1:], ""]
    return ".".join(
        part for part, after in zip(parts, inner, strict=False) if not after.startswith(f"{part}.")
    )
