"""Figures, what pages say about pictures, and the files of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.records.choices import PAIR, Measure
from generator.records.configured import ImageSpec, NetworkSpec
from generator.records.framing import Framing
from generator.records.networks import LayerInfo, NetworkInfo, WeightsInfo
from generator.records.visualization import Prediction

if TYPE_CHECKING:
    from generator.records.visualization import Array


@dataclass(frozen=True)
class Figure:
    """A finished figure: one self-contained SVG document.

    ``limits`` are the magnitudes at which the display of each reconstruction saturates, in drawing order.
    ``view_width_px`` and ``view_height_px`` are the size of each of the ``views`` of a feature, which lie
    below each other if ``is_stacked``, else beside each other.
    """

    slug: str
    svg: str
    width_px: int
    height_px: int
    description: str
    limits: tuple[float, ...]
    views: tuple[str, ...]
    view_width_px: int
    view_height_px: int
    is_stacked: bool


@dataclass(frozen=True)
class FigureFacts:
    """What pages need of the figure of all layers."""

    width_px: int
    height_px: int
    description: str


@dataclass(frozen=True)
class Panel:
    """What pages need of the figure of one layer: its size and the facts of its K features.

    ``limits`` are the magnitudes at which the display of each reconstruction saturates. ``positions`` say in
    words where in the picture each feature is strongest, ``None`` if its map does not tell. ``labels`` and
    ``profile`` are as in ``LayerResult``, all else as in ``Figure``. ``method`` is how the reconstructions
    were made.
    """

    layer: LayerInfo
    features: tuple[int, ...]
    strengths: tuple[float, ...]
    limits: tuple[float, ...]
    width_px: int
    height_px: int
    description: str
    view_width_px: int
    view_height_px: int
    positions: tuple[str | None, ...]
    labels: tuple[str, ...] = ()
    profile: Array | None = field(default=None, compare=False, repr=False)
    views: tuple[str, ...] = PAIR
    is_stacked: bool = False
    method: str = "deconvnet"


@dataclass(frozen=True)
class View:
    """The results of one network for one picture, as pages show them.

    ``spec`` is the network as this picture shows it; ``own`` names the keys of the picture, of ``layers``,
    ``features`` and ``method``, by which that differs from the rest of the gallery. ``measure`` is what the
    network says of a class. ``panels`` are by the picture's method; ``comparisons`` maps each further method
    to its panels of the same layers and features, in the same order.
    ``single_panels`` maps layers to panels of one feature each. Such a feature is strong here compared with
    other pictures, but not among the strongest features of this one. ``framing`` says which part
    of the picture the network saw. ``grid_share`` is the share of a regular grid in the energy of the deepest
    layer's reconstructions, ``None`` if no layer has maps.
    """

    spec: NetworkSpec
    network: NetworkInfo
    weights: WeightsInfo
    predictions: tuple[Prediction, ...]
    panels: tuple[Panel, ...]
    width_px: int
    height_px: int
    description: str
    provenance: Mapping[str, str]
    comparisons: Mapping[str, tuple[Panel, ...]] = field(default_factory=dict)
    single_panels: Mapping[str, tuple[Panel, ...]] = field(default_factory=dict)
    measure: Measure = "probability"
    framing: Framing = field(default_factory=Framing)
    own: tuple[str, ...] = ()
    grid_share: float | None = None


@dataclass(frozen=True)
class Thumbnail:
    """A small copy of a picture, in every format of ``paths.THUMBNAIL_FORMATS``.

    ``name_px`` is the width in its file name; ``width_px``, its real width, is less if the picture is small.
    """

    name_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Photograph:
    """The sizes of a picture and of its copies; the fields are those of ``ShownPicture``."""

    width_px: int
    height_px: int
    thumbnail_width_px: int
    thumbnail_height_px: int
    thumbnails: tuple[Thumbnail, ...]
    original_width_px: int
    original_height_px: int


@dataclass(frozen=True)
class SeenCopy:
    """The picture through a reconstruction: the sizes of the copy in its own frame, and of its inset.

    The reconstruction is that of the strongest feature of ``layer``, the deepest with maps of the first
    model. If it ``is_small``, its pixels are enlarged as squares.
    """

    layer: str
    width_px: int
    height_px: int
    inset_width_px: int
    inset_height_px: int
    is_small: bool


@dataclass(frozen=True)
class ShownPicture:
    """One picture of the gallery with the results of all networks.

    ``width_px`` and ``height_px`` are the size of ``images/SLUG/picture.jpg``; ``thumbnail_width_px`` and
    ``thumbnail_height_px`` that of ``images/SLUG/thumbnail.jpg``. ``thumbnails`` are sorted, smallest first.
    ``original_width_px`` and ``original_height_px`` are the size of the user's picture, turned upright.
    ``seen`` is ``None`` if the first model shows no layer with maps.
    """

    image: ImageSpec
    width_px: int
    height_px: int
    thumbnail_width_px: int
    thumbnail_height_px: int
    thumbnails: tuple[Thumbnail, ...]
    views: tuple[View, ...]
    original_width_px: int = 0
    original_height_px: int = 0
    seen: SeenCopy | None = None

    @property
    def columns(self) -> int:
        """The width of a small picture, whose copies are enlarged, in its own pixels; 0 for others."""
        return self.original_width_px if self.width_px > self.original_width_px else 0


@dataclass(frozen=True)
class Output:
    """One file of the site: its relative POSIX path and its bytes."""

    path: str
    content: bytes
