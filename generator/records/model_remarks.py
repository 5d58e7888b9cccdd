"""Remarks about a user's own model that both a configuration and Python make, in the words of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from generator.records.model_files import scalings

if TYPE_CHECKING:
    from generator.records.configured import OwnNetwork

_MOST_OUTPUTS = 6


class Wording(NamedTuple):
    """How a setting is written: the verb before it, and the pattern of its name and value."""

    verb: str
    pattern: str

    def setting(self, name: str, value: str) -> str:
        """Return a setting as its user writes it.

        >>> IN_FILE.setting("preprocessing", "unit"), IN_PYTHON.setting("preprocessing", "unit")
        ('preprocessing: unit', "preprocessing='unit'")
        """
        return self.pattern.format(name, value)


IN_FILE = Wording("set", "{}: {}")
IN_PYTHON = Wording("pass", "{}={!r}")


def remarks(own: OwnNetwork, wording: Wording) -> tuple[str, ...]:
    """Return the remarks about a user's own model."""
    name = own.path.name
    return (
        *((unscaled(name, wording),) if own.is_unscaled else ()),
        *((scaled_twice(name, own.preprocessing, wording),) if own.is_scaled_twice else ()),
        *((headless(name, own.outputs, wording),) if own.outputs else ()),
    )


def unscaled(name: str, wording: Wording) -> str:
    """Return the remark about a model that neither scales its input nor has a chosen preprocessing."""
    ways: Mapping[str, str] = scalings(name)
    listed = ", ".join(
        f"{wording.setting('preprocessing', mode)} if it was trained {how}" for mode, how in ways.items()
    )
    none = wording.setting("preprocessing", "none")
    return (
        f"{name} does not scale its input and gets values from 0 to 255; {wording.verb} {listed}, or {none} "
        "if not"
    )


def scaled_twice(name: str, preprocessing: str, wording: Wording) -> str:
    """Return the remark about a model that scales its input and has a preprocessing besides."""
    given, none = (wording.setting("preprocessing", mode) for mode in (preprocessing, "none"))
    return (
        f"{name} scales its input itself and gets it scaled by {given}; {wording.verb} {none} if it expects "
        "0 to 255"
    )


def headless(name: str, outputs: Sequence[str], wording: Wording) -> str:
    """Return the remark about a model with several outputs, if none is named as that with the classes."""
    ways = [wording.setting("predictions", output) for output in outputs[:_MOST_OUTPUTS]]
    return (
        f"{name} has {len(outputs)} outputs and is used without predictions; if one has the classes, "
        f"{wording.verb} {' or '.join(ways)}"
    )
