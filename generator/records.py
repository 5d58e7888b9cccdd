"""The frozen records that flow between the rooms; no behaviour.

Arrays are NumPy, batch axis first, channels last. A record is never changed after it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True)
class Credit:
    """Who made a picture and on what terms it may be shown."""

    author: str = ""
    licence: str = ""
    licence_url: str = ""
    source_url: str = ""


@dataclass(frozen=True)
class ImageSpec:
    """One picture of the gallery, as configured."""

    slug: str
    path: Path
    title: str
    alt: str = ""
    credit: Credit = Credit()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnNetwork:
    """A user's own model: a ``.keras`` file and what it cannot say itself.

    ``preprocessing`` is a mode by name; ``labels`` are those of its classes, or none; ``input_size`` (height,
    width) is for a model whose input is open.
    """

    path: Path
    preprocessing: str
    labels: tuple[str, ...] = ()
    input_size: tuple[int, int] | None = None


@dataclass(frozen=True)
class NetworkSpec:
    """One network of the gallery and which of its layers to show.

    ``weights`` is a name the network knows (``imagenet``, ``hed``) or an absolute path.
    ``layers`` are names, in the network's order. ``slug`` names it in paths: the name, unless configured.
    ``variant`` is ``None`` for the network itself; ``input_size`` (height, width), ``None`` for its own.
    ``features`` maps layers to the features to show instead of the strongest. ``own`` is there where the
    network is a user's file; ``name`` is the file's then, without suffix, and ``weights`` the file's.
    """

    name: str
    weights: str
    layers: tuple[str, ...]
    slug: str
    variant: str | None = None
    input_size: tuple[int, int] | None = None
    features: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    own: OwnNetwork | None = None


@dataclass(frozen=True)
class GalleryConfig:
    """A whole configuration, checked: absolute paths, existing networks, layers that they have.

    ``memory_budget`` is what a sweep may take, in bytes; ``None`` for a share of what is free. ``templates``
    is the folder whose files take the place of the project's own. ``compare`` are methods besides ``method``.
    ``feature_pictures`` is in how many pictures each feature is shown; ``cache_limit`` the bytes that may be
    kept after a build. ``sources`` are the folders searched for pictures, and the files of labels.
    """

    path: Path
    title: str
    description: str
    base_url: str
    output: Path
    images: tuple[ImageSpec, ...]
    networks: tuple[NetworkSpec, ...]
    top_features: int
    method: str
    seed: str
    bias: str
    scale: str
    memory_budget: int | None = None
    templates: Path | None = None
    compare: tuple[str, ...] = ()
    feature_pictures: int = 4
    cache_limit: int = 5_000_000_000
    sources: tuple[Path, ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What is known of a layer without computing.

    ``shape`` is the activated output without the batch axis: (h, w, features) or (features,).
    ``receptive_field_px`` is the side of the square of input pixels that one unit sees, ``None`` for all.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    receptive_field_px: int | None


@dataclass(frozen=True)
class NetworkInfo:
    """What is known of a network without loading it.

    ``groups`` maps ``pools``, ``convs``, ``blocks`` and ``all`` to layer names.
    ``weights_choices`` maps the names of weights this network knows to one line on each, the default first.
    ``variants`` are the names of its forms, ``plain`` first. ``smallest_px`` is the least height and width of
    its input, ``None`` where it takes ``input_shape`` alone. ``class_names`` maps labels and WordNet ids to
    the classes of that name, mostly one; it is empty without a classifier.
    """

    name: str
    title: str
    reference: str
    reference_url: str
    input_shape: tuple[int, int, int]
    layers: tuple[LayerInfo, ...]
    groups: Mapping[str, tuple[str, ...]]
    weights_choices: Mapping[str, str]
    variants: tuple[str, ...] = ("plain",)
    smallest_px: int | None = None
    class_names: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class WeightsInfo:
    """Where the weights of a network come from."""

    name: str
    title: str
    licence: str
    source_url: str
    sha256: str


class Prediction(NamedTuple):
    """One guess of a classifier: WordNet id, English label, probability in 0 to 1."""

    wnid: str
    label: str
    probability: float


@dataclass(frozen=True)
class LayerResult:
    """The strongest features of one layer, strongest first, and what each of them reconstructs.

    ``features`` (K,) int32; ``strengths`` (K,) float32, L2 norms; ``activations`` (K, h, w) float32, or (K,)
    for a dense layer; ``reconstructions`` (K, H, W, C) float32, in input space, signed, not normalized.
    ``labels`` are K names of classes where the features are classes with names, else none. ``profile``
    (features,) float32 is the strength of every feature of the layer, ``None`` where only theirs is known.
    """

    features: Array
    strengths: Array
    activations: Array
    reconstructions: Array
    labels: tuple[str, ...] = ()
    profile: Array | None = None


@dataclass(frozen=True)
class Visualization:
    """One picture seen through one network.

    ``input`` is (H, W, 3) uint8 RGB, exactly what the network saw, or ``None`` for a float array.
    ``predictions`` are best first, five, or empty without a classifier.
    ``provenance`` says what made the result: method, weights and versions; ``sweeps`` in how many backward
    sweeps, which changes no number.
    """

    input: Array | None
    network: str
    predictions: tuple[Prediction, ...]
    layers: Mapping[str, LayerResult]
    provenance: Mapping[str, str]
    sweeps: int = 1


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
    layers and features, in the same order. ``sightings`` maps layers to panels of one feature each, which is
    strong in this picture among all but not among the strongest of the picture.
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
    sightings: Mapping[str, tuple[Panel, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Thumbnail:
    """A small copy of a picture, in every format of ``site_paths.THUMBNAIL_FORMATS``.

    ``name_px`` is the width that its path names; ``width_px`` the one it has, less for a small picture.
    """

    name_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Exhibit:
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
