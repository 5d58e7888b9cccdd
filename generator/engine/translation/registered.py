"""Rules of users for layers of their own.

Question: which layers may get one? Options: all; those that are not Keras's. Choice: the latter, because a
rule for ``Conv2D`` would change every network of a gallery, also those whose keys do not name its source.
Cost: a layer of Keras without a rule must be derived from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import keras

from generator.engine.rules import Rule
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


def registered_rule(layer: Any) -> Rule:
    """Return the rule of a user for a layer.

    Raises:
        EngineError: what was registered makes no rule.
    """
    rule = _rules[type(layer)](layer)
    if not isinstance(rule, Rule):
        raise EngineError(f"layer '{layer.name}': register_rule got {shown(rule)}, which is not a Rule")
    return rule
