"""What is drawn, what the pages say of it, and the files that come of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.records.configured import ImageSpec, NetworkSpec
from generator.records.networks import LayerInfo, NetworkInfo, WeightsInfo
from generator.records.visualization import Prediction

if TYPE_CHECKING:
    from generator.records.visualization import Array


@dataclass(frozen=True)
class Figure:
    """A finished figure: one self-contained SVG document.

    ``limits`` are the magnitudes at which its reconstructions saturate, row by row, in drawing order.
    ``pair_width_px`` and ``pair_height_px`` are the size of one overlay with its reconstruction, ``corners``
    the (x, y) of each one's upper left corner, in drawing order.
    """

    slug: str
    svg: str
    width_px: int
    height_px: int
    description: str
    limits: tuple[float, ...]
    pair_width_px: int
    pair_height_px: int
    corners: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FigureFacts:
    """The figure of all layers as the pages speak of it."""

    width_px: int
    height_px: int
    description: str


@dataclass(frozen=True)
class Panel:
    """The figure of one layer as the pages speak of it: facts and size, no picture.

    ``limits`` (K,) are the magnitudes at which each reconstruction's display saturates; ``labels`` and
    ``profile`` as of the ``LayerResult``; ``positions`` say where in the picture each feature is strongest,
    ``None`` where its map does not tell; ``corners`` as of the ``Figure``.
    """

    layer: LayerInfo
    features: tuple[int, ...]
    strengths: tuple[float, ...]
    limits: tuple[float, ...]
    width_px: int
    height_px: int
    description: str
    pair_width_px: int
    pair_height_px: int
    positions: tuple[str | None, ...]
    corners: tuple[tuple[int, int], ...]
    labels: tuple[str, ...] = ()
    profile: Array | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class View:
    """One picture seen through one network, as the pages speak of it.

    ``panels`` are by the gallery's method; ``comparisons`` maps each further one to its panels of the same
    layers and features, in the same order. ``single_panels`` maps layers to panels of one feature each: this
    picture is among those in which it is strongest, but shows others.
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


@dataclass(frozen=True)
class Thumbnail:
    """A small copy of a picture, in every format of ``paths.THUMBNAIL_FORMATS``.

    ``name_px`` is the width that its path names; ``width_px`` the one it has, less for a small picture.
    """

    name_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Photograph:
    """The sizes of a picture's copies; fields as of the ``ShownPicture``."""

    width_px: int
    height_px: int
    thumbnail_width_px: int
    thumbnail_height_px: int
    thumbnails: tuple[Thumbnail, ...]


@dataclass(frozen=True)
class ShownPicture:
    """One picture of the gallery with all its views.

    ``width_px`` and ``height_px`` are the size of ``images/SLUG/picture.jpg``; ``thumbnail_width_px`` and
    ``thumbnail_height_px`` that of ``images/SLUG/thumbnail.jpg``. ``thumbnails`` are smallest first.
    """

    image: ImageSpec
    width_px: int
    height_px: int
    thumbnail_width_px: int
    thumbnail_height_px: int
    thumbnails: tuple[Thumbnail, ...]
    views: tuple[View, ...]


@dataclass(frozen=True)
class Output:
    """One file of the site: its relative POSIX path and its bytes."""

    path: str
    content: bytes
