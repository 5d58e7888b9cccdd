"""The places of a data set that excite a feature, cut out: as arrays, and as figures show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from generator.records.framing import Region

if TYPE_CHECKING:
    from generator.records.visualization import Array


class Place(NamedTuple):
    """An entry of a data set's table: a feature, and one of the pictures that excite it most.

    ``rank`` counts from 0, the strongest. ``picture`` is the picture's name in the data set, ``digest`` the
    SHA-256 of its bytes, ``value`` the maximum of the feature's rectified map, and ``class_name`` the
    picture's class, if it has one.
    """

    layer: str
    feature: int
    rank: int
    picture: str
    digest: str
    value: float
    class_name: str = ""


@dataclass(frozen=True, eq=False)
class Patch:
    """The square of a picture that excites a feature, and the reconstruction from that one unit, cut alike.

    ``square`` is in pixels of the network's input. ``photograph`` (s, s, 3) uint8 is what the network saw,
    and ``reconstruction`` (s, s, C) float32 is signed and not normalized. ``input_px`` is the height and
    width of the whole input.
    """

    place: Place
    square: Region
    photograph: Array
    reconstruction: Array
    input_px: tuple[int, int]

    def __repr__(self) -> str:
        """Return one line, with the size of the square in place of the arrays."""
        place, side = self.place, int(self.square.width)
        return f"<Patch of {place.layer}/{place.feature} in {place.picture}: {side} px, {place.value:.6g}>"


@dataclass(frozen=True)
class PatchTile:
    """A patch as it is drawn: three data URIs, of which white in ``strength_uri`` is strong.

    They are drawn pixelated if ``is_crisp``. ``black`` and ``white`` are the values that the reconstruction
    displays as black and white; ``rule`` says how they were chosen. All else is as in ``Place`` and
    ``Patch``.
    """

    picture: str
    value: float
    class_name: str
    square: Region
    photograph_uri: str
    reconstruction_uri: str
    strength_uri: str
    black: float
    white: float
    rule: str
    is_crisp: bool


class ExamplePicture(NamedTuple):
    """A picture that excites a feature, as pages name it."""

    picture: str
    value: float
    class_name: str = ""


@dataclass(frozen=True)
class Examples:
    """What pages need of a feature's montage: its size, its words, and its pictures, strongest first."""

    layer: str
    feature: int
    pictures: tuple[ExamplePicture, ...]
    width_px: int
    height_px: int
    description: str
