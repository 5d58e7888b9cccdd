"""Convert the text of an option to its value, for ``argparse``."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """Return a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1. Received: {text!r}")
    return int(text)


def days(text: str) -> float:
    """Return a number of days."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e6:
        raise argparse.ArgumentTypeError(f"expected a number of days, such as 30. Received: {text!r}")
    return found


def port(text: str) -> int:
    """Return a port; 0 means any free one."""
    if not (text.isdecimal() and len(text) <= 5 and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"expected a port, 0 to 65535. Received: {text!r}")
    return int(text)


def size(text: str) -> list[int]:
    """Return height and width from ``HxW`` or one number.

    >>> size("224"), size("240x320")
    ([224, 224], [240, 320])
    """
    height, _, width = text.partition("x")
    return [count(height), count(width or height)]


def channels(text: str) -> int | list[int]:
    """Return the number of a channel, or those of several.

    >>> channels("2,1,0"), channels("3")
    ([2, 1, 0], 3)
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and len(part) <= 9 for part in parts):
        raise argparse.ArgumentTypeError(f"expected numbers of channels, such as 2,1,0. Received: {text!r}")
    numbers = [int(part) for part in parts]
    return numbers if len(numbers) > 1 else numbers[0]
