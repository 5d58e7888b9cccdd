"""The methods: what happens to the signal at a rectifier on its way back. They differ in nothing else.

This module does not import Keras, so that checking the name of a method is fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.errors import EngineError, shown


@dataclass(frozen=True)
class Method:
    """A treatment of the signal at a rectifier.

    ``rectifies``: negative values of the signal itself are set to zero. ``needs_slopes``: the signal is
    multiplied by the slope of the activation function at the forward value; for a ReLU the slope is a mask.
    The forward pass must then keep the slopes.
    """

    rectifies: bool
    needs_slopes: bool


METHODS: Mapping[str, Method] = {
    "deconvnet": Method(rectifies=True, needs_slopes=False),  # Zeiler & Fergus 2013, section 2.1
    "guided": Method(rectifies=True, needs_slopes=True),  # Springenberg et al. 2014, section 3
    "gradient": Method(rectifies=False, needs_slopes=True),  # Simonyan et al. 2014, section 3
}


def method_named(name: str) -> Method:
    """Return a method by its name.

    Raises:
        EngineError: there is no such method.
    """
    one_of("method", name, METHODS)
    return METHODS[name]


def need_slopes(names: Iterable[str]) -> bool:
    """Tell whether any of these methods needs the slopes of the forward pass.

    >>> need_slopes(["deconvnet"]), need_slopes(["deconvnet", "guided"])
    (False, True)
    """
    return any(method_named(name).needs_slopes for name in names)


def one_of(option: str, value: object, choices: Iterable[str]) -> None:
    """Refuse a value of any type that is not one of the choices for an option."""
    if not isinstance(value, str) or value not in choices:
        raise EngineError(f"`{option}` must be one of {', '.join(choices)}. Received: {shown(value)}")
