"""Check the arguments of the public functions, before anything is loaded or computed.

A wrong value or type is a ``GalleryError`` that says what is expected and what was received. An unknown
keyword stays Python's own ``TypeError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

from generator.errors import EngineError, GalleryError, NetworkError, SelectionError, shown

_UNORDERED = set, frozenset
_TEXT = str, bytes, bytearray


def listed(value: Any) -> tuple[Any, ...] | None:
    """Return the items of a list, an array or anything else in an order; ``None`` for text and other values.

    >>> listed(["fire9"]), listed("fire9"), listed(None)
    (('fire9',), None, None)
    """
    if isinstance(value, _TEXT + _UNORDERED) or not isinstance(value, Iterable):
        return None
    try:
        return tuple(value)
    except TypeError:  # an array of no dimension
        return None


def layer_names(value: Any) -> tuple[str, ...] | None:
    """Return names of layers, each once; ``None`` for ``None``.

    Raises:
        NetworkError: this is no list of names.
    """
    if value is None:
        return None
    names = listed(value)
    if names is None or not all(isinstance(name, str) for name in names):
        raise NetworkError(f"`layers` must be a list of layer names. Received: {shown(value)}")
    return tuple(dict.fromkeys(names))


def feature_numbers(value: Any) -> dict[str, tuple[int, ...]]:
    """Return layer -> numbers of features; empty for ``None``.

    Raises:
        SelectionError: this does not map names of layers to lists of whole numbers.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(layer, str) for layer in value):
        raise SelectionError(
            f"`features` must map names of layers to lists of numbers. Received: {shown(value)}"
        )
    return {layer: _numbers(layer, numbers) for layer, numbers in value.items()}


def whole_number(option: str, value: Any, unit: str, error: type[GalleryError]) -> int:
    """Return a whole number; refuse a boolean, text and fractions.

    Raises:
        GalleryError: of the class ``error``: this is no whole number.
    """
    if not _is_whole(value):
        raise error(f"`{option}` must be a whole number{unit}. Received: {shown(value)}")
    return int(value)


def truth(option: str, value: Any) -> bool:
    """Return a boolean.

    Raises:
        EngineError: this is no boolean.
    """
    if not isinstance(value, bool):
        raise EngineError(f"`{option}` must be True or False. Received: {shown(value)}")
    return value


def _numbers(layer: str, value: Any) -> tuple[int, ...]:
    numbers = listed(value)
    if numbers is None or not all(map(_is_whole, numbers)):
        raise SelectionError(
            f"`features` of {layer!r} must be a list of whole numbers. Received: {shown(value)}"
        )
    return tuple(map(int, numbers))


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)  # NumPy's integers are integral too
