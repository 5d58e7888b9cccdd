"""The part of a picture that a network saw, and where in its input that part is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Region:
    """A rectangle in pixels: its upper left corner, its width and its height."""

    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0


@dataclass(frozen=True)
class Framing:
    """How a picture was fitted to the input of a network.

    ``seen`` is the part of the upright picture that the network saw, in pixels of the picture; ``filled`` is
    the part of the input that it fills, in pixels of the input.
    """

    seen: Region = field(default_factory=Region)
    filled: Region = field(default_factory=Region)
