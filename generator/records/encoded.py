"""The parts of figures: encoded images, and the numbers printed beside them."""

from __future__ import annotations

from dataclasses import dataclass

from generator.records.framing import Region


@dataclass(frozen=True)
class EncodedPhotograph:
    """A picture as the network saw it, as a data URI; its size is that of the network's input.

    ``filled`` is the part of the input that the picture fills; figures show nothing outside.
    """

    uri: str
    width_px: int
    height_px: int
    filled: Region


@dataclass(frozen=True)
class Tile:
    """One feature as it is drawn: where it is active, its reconstruction, and how strong that is where.

    ``contour`` is the path, in units, around all units of the activation map that reach half its peak. It is
    empty if no unit is active, and for a dense layer, which has no map. The others are data URIs; white in
    ``strength_uri`` is strong. ``black`` and ``white`` are the values that the reconstruction displays as
    black and white; ``rule`` says how they were chosen.
    """

    contour: str
    reconstruction_uri: str
    strength_uri: str
    black: float
    white: float
    rule: str

    @property
    def limit(self) -> float:
        """The magnitude at which the display of the reconstruction saturates."""
        return max(abs(self.black), abs(self.white))


@dataclass(frozen=True)
class LayerTiles:
    """The tiles of one layer, strongest feature first, with everything else that a figure prints.

    ``labels`` are K names of classes, or empty. ``units`` are the height and width of an activation map, or
    ``()`` for a dense layer. ``positions`` say in words where each map is strongest, ``None`` if nowhere.
    """

    features: tuple[int, ...]
    strengths: tuple[float, ...]
    labels: tuple[str, ...]
    units: tuple[int, ...]
    positions: tuple[str | None, ...]
    tiles: tuple[Tile, ...]
