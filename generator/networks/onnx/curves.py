"""Find activations that a graph spells out as several nodes.

Exporters write SiLU as ``x * Sigmoid(x)``, GELU with ``Erf``, before opset 20, and a layer normalization with
means, before opset 17. Read node by node the product would be a gate, which comes back by its derivative, and
not a rectifier: the deconvnet would be another.

Question: how are they found? Options: a pattern for each way to write each of them; what the nodes compute.
Choice: the values. A node and those before it are computed at some numbers, from each tensor before it, and
compared with the known curves, so that every spelling is found. Cost: numbers computed for each product.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.networks.onnx.node import Node

if TYPE_CHECKING:
    from generator.records import Array

_ENDS = ("Div", "Mul")
_DEPTH = 9
_NUMBERS = np.concatenate([np.linspace(-8, 8, 65), np.linspace(-1, 3, 33)])[None].astype(np.float64)
_TOLERANCE = 3e-6
_SCALES = (1.0, 1e-1, 1e-2, 1e-3, 1e-4)
"""Factors of the numbers at which a layer normalization is compared."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Curve:
    """An activation, by its name in Keras, of a tensor.

    A layer normalization also has an ``epsilon``, and the ``axis`` of its means: whether that is the
    last, only the tensor tells.
    """

    activation: str
    root: str
    epsilon: float = 0.0
    axis: int = -1


class Curves:
    """The activations of a graph, by the tensors that they end in."""

    def __init__(self, makers: Mapping[str, Node], constants: Mapping[str, Array]) -> None:
        self._makers = makers
        self._constants = constants

    def ending_in(self, name: str) -> Curve | None:
        """Return the activation that a tensor is of another one before it, ``None`` if it is none."""
        maker = self._makers.get(name)
        if maker is None or maker.operator not in _ENDS:
            return None
        for root in self._before(name):
            values = self._values(name, {root: _NUMBERS})
            if values is None or np.shape(values) != _NUMBERS.shape:
                continue
            for activation, known in _KNOWN.items():
                if np.allclose(values, known, rtol=0, atol=_TOLERANCE):
                    return Curve(activation, root)
            epsilon, axes = self._epsilon(name, root), self._axes(name, root)
            if epsilon is not None and len(axes) <= 1:
                return Curve("layer_normalization", root, epsilon, *axes)
        return None

    def _before(self, name: str) -> Iterator[str]:
        """Yield the tensors that a tensor is computed from, the nearest first."""
        found, latest = {name}, [name]
        for _ in range(_DEPTH):
            inputs = [one for each in latest if (node := self._pointwise(each)) for one in node.inputs]
            latest = [one for one in dict.fromkeys(inputs) if one and one not in found | {*self._constants}]
            found.update(latest)
            yield from latest

    def _pointwise(self, name: str) -> Node | None:
        maker = self._makers.get(name)
        return maker if maker and maker.operator in _POINTWISE else None

    def _values(self, name: str, known: dict[str, Any], depth: int = _DEPTH) -> Any:
        """Return a tensor's values for those of the root; ``None`` if it depends on more than the root."""
        if name in known:
            return known[name]
        if name in self._constants:
            constant = self._constants[name]
            return float(constant.item()) if constant.size == 1 and constant.dtype.kind in "fi" else None
        node = self._pointwise(name) if depth else None
        if node and "" in node.inputs:  # left out: the next one would take its place
            node = None
        inputs = [self._values(one, known, depth - 1) for one in node.inputs] if node else []
        if node is None or any(one is None for one in inputs):
            known[name] = None
            return None
        known[name] = None
        with np.errstate(all="ignore"), suppress(TypeError, ValueError):  # of another number of inputs
            known[name] = _POINTWISE[node.operator](node, *inputs)
        return known[name]

    def _axes(self, name: str, root: str) -> set[int]:
        """Return the axes of the means between a tensor and its root, but the last by its number -1."""
        node = None if name == root else self._pointwise(name)
        if node is None:
            return set()
        own = (
            {axis for axis in self._over(node) if axis != -1} if node.operator == "ReduceMean" else set[int]()
        )
        return own.union(*(self._axes(one, root) for one in node.inputs))

    def _over(self, node: Node) -> tuple[int, ...]:
        given = self._constants.get(node.inputs[1]) if len(node.inputs) > 1 else None
        return node.wholes("axes") or tuple(map(int, np.ravel(() if given is None else given)))

    def _epsilon(self, name: str, root: str) -> float | None:
        """Return the epsilon of the layer normalization that a tensor is of the root; ``None`` if it is none.

        It is solved for where it weighs most, at small numbers, and must hold at numbers of every size: an
        epsilon outside the root of the variance fits at one of them.
        """
        small = _NUMBERS * _SCALES[-1]
        values, deviations = self._values(name, {root: small}), small - small.mean()
        if values is None or np.shape(values) != small.shape:
            return None
        with np.errstate(all="ignore"):
            epsilon = float(((deviations / values) ** 2).flat[0] - small.var())
        for scale in _SCALES if 0 <= epsilon < math.inf else ():
            numbers = _NUMBERS * scale
            expected = (numbers - numbers.mean()) / np.sqrt(numbers.var() + epsilon)
            found = self._values(name, {root: numbers})
            if not np.allclose(found, expected, rtol=0, atol=_TOLERANCE):
                return None
        return epsilon if 0 <= epsilon < math.inf else None


def _clip(node: Node, x: Any, *bounds: float) -> Any:
    low, high = (*bounds, *(-math.inf, math.inf)[len(bounds) :])
    return np.clip(x, node.decimal("min", low), node.decimal("max", high))


def _mean(node: Node, x: Any, *axes: float) -> Any:
    """Return the mean over the last axis, if it may be the last: ``Curve.axis`` is compared later."""
    over = node.wholes("axes") or axes
    is_one = len(over) == 1 and over[0] >= -1 and bool(node.whole("keepdims", 1))
    return np.mean(x, axis=-1, keepdims=True) if is_one else None


def _erf(_node: Node, x: Any) -> Any:
    return np.vectorize(math.erf, otypes=[float])(x)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _softplus(x: Any) -> Any:
    return np.logaddexp(x, 0)


def _hard_sigmoid(x: Any, alpha: float = 1 / 6, beta: float = 0.5) -> Any:
    return np.clip(alpha * x + beta, 0, 1)


_POINTWISE: Mapping[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "Clip": _clip,
    "Div": lambda _, a, b: a / b,
    "Erf": _erf,
    "Exp": lambda _, x: np.exp(x),
    "HardSigmoid": lambda node, x: _hard_sigmoid(x, node.decimal("alpha", 0.2), node.decimal("beta", 0.5)),
    "Mul": lambda _, a, b: a * b,
    "Neg": lambda _, x: -x,
    "Pow": lambda _, a, b: a**b,
    "ReduceMean": _mean,
    "Sigmoid": lambda _, x: _sigmoid(x),
    "Softplus": lambda _, x: _softplus(x),
    "Sqrt": lambda _, x: np.sqrt(x),
    "Sub": lambda _, a, b: a - b,
    "Tanh": lambda _, x: np.tanh(x),
}
_KNOWN: Mapping[str, Array] = {
    "silu": _NUMBERS * _sigmoid(_NUMBERS),
    "hard_silu": _NUMBERS * _hard_sigmoid(_NUMBERS),
    "hard_sigmoid": _hard_sigmoid(_NUMBERS),
    "gelu": _NUMBERS * 0.5 * (1 + np.vectorize(math.erf)(_NUMBERS / math.sqrt(2))),
    "approximate_gelu": _NUMBERS
    * 0.5
    * (1 + np.tanh(math.sqrt(2 / math.pi) * (_NUMBERS + 0.044715 * _NUMBERS**3))),
    "mish": _NUMBERS * np.tanh(_softplus(_NUMBERS)),
}
