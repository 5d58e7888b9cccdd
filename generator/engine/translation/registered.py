"""Rules of users for layers of their own.

Question: which layers may get one? Options: all; those that are not Keras's. Choice: the latter, because a
rule for ``Conv2D`` would change every network of a gallery, also those whose keys do not name its source.
Cost: a layer of Keras without a rule must be derived from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np
from keras import ops

from generator.engine.field import Field
from generator.engine.rules import Rule
from generator.engine.translation.call import Call
from generator.errors import EngineError, shown

MakeRule = Callable[[Any], Rule]
_rules: WeakKeyDictionary[type, MakeRule] = WeakKeyDictionary()


def register_rule(layer_class: type[keras.Layer], rule: MakeRule) -> None:
    """Give the layers of a class a rule: how they compute forward, and how a signal goes back through them.

    A later call for the same class replaces the rule. Networks that are loaded already keep theirs.

    Args:
        layer_class: a class of your own, a subclass of ``keras.Layer``. Classes derived from it are others.
        rule: makes the rule of one layer, which it gets: a subclass of ``Rule`` whose only field is the
            layer, or a function.

    Raises:
        EngineError: this is not a class of layers, or one of Keras's own; or the rule cannot be called.
    """
    if not (isinstance(layer_class, type) and issubclass(layer_class, keras.Layer)):
        found = shown(layer_class)
        raise EngineError(f"register_rule: expected a subclass of keras.Layer. Received: {found}")
    if layer_class.__module__.startswith("keras."):
        name = layer_class.__name__
        raise EngineError(f"register_rule: {name} is Keras's own; derive a class from it and register that")
    if not callable(rule):
        raise EngineError(f"register_rule: expected a rule or a function. Received: {shown(rule)}")
    _rules[layer_class] = rule


def is_registered(layer_class: type) -> bool:
    """Tell whether the layers of a class have a rule of a user."""
    return layer_class in _rules


def registered_rule(call: Call) -> Rule:
    """Return the rule of a user for one use of a layer, once it computed what the layer does.

    Raises:
        EngineError: what was registered makes no rule, or one that fails, gives other values than the layer,
            or a signal of another shape than the input; the text names the layer.
    """
    layer = call.operation
    where = f"{call.where}: the rule of {type(layer).__name__}"
    with _named(f"{where} cannot be made"):
        rule = _rules[type(layer)](layer)
    if not isinstance(rule, Rule):
        raise EngineError(f"{call.where}: register_rule got {shown(rule)}, which is not a Rule")
    random = np.random.default_rng(0)
    inputs = [ops.convert_to_tensor(random.normal(size=(1, *shape)), call.dtype) for shape in call.inputs]
    _try_forward(rule, call, inputs, where)
    _try_field(rule, call, where)
    return rule


def _try_forward(rule: Rule, call: Call, inputs: list[Any], where: str) -> None:
    """Compare a rule with its layer on noise, and the shapes of the signal with those of the inputs."""
    with _named(f"{where}: forward fails"):
        made = rule.forward(*inputs)
    if not isinstance(made, tuple) or len(made) != 2:
        raise EngineError(
            f"{where}: forward must return the output and a memory, found {type(made).__name__}"
        )
    output, memory = made
    expected = ops.convert_to_numpy(call.operation(*_as_called(call.operation, inputs)))
    found = ops.convert_to_numpy(output)
    if found.shape != expected.shape or not np.allclose(found, expected, rtol=1e-3, atol=1e-4):
        raise EngineError(
            f"{where}: forward gives other values than the layer for noise of shape {expected.shape}"
        )
    signal = ops.repeat(output, 2, axis=0)
    with _named(f"{where}: backward fails"):
        returned = rule.backward(signal, memory)
    if not isinstance(returned, tuple):
        raise EngineError(
            f"{where}: backward must return a tuple of signals, found {type(returned).__name__}"
        )
    shapes, wanted = [tuple(one.shape) for one in returned], [(2, *shape) for shape in call.inputs]
    if shapes != wanted:
        raise EngineError(f"{where}: backward must return signals of shapes {wanted}, found {shapes}")


def _try_field(rule: Rule, call: Call, where: str) -> None:
    """Ask a rule for its field, on inputs that each see the whole of a picture of their size."""
    if any(len(shape) != 3 for shape in call.inputs):
        return
    with _named(f"{where}: field fails"):
        field = rule.field(*(Field.of_picture(shape) for shape in call.inputs))
    if not isinstance(field, Field) or tuple(field.shape) != tuple(call.output):
        raise EngineError(f"{where}: field must return a Field of shape {call.output}, found {shown(field)}")


def _as_called(layer: keras.Layer, inputs: list[Any]) -> list[Any]:
    """Return the arguments of a layer: its tensors one by one, or the list of them if it takes one."""
    required = [one for one in signature(layer.call).parameters.values() if one.default is one.empty]
    return inputs if len(required) >= len(inputs) else [inputs]


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Turn any exception of a user's code into an error that says where it comes from."""
    try:
        yield
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        raise EngineError(f"{what}: {type(error).__name__}: {lines[0][:200]}") from error
