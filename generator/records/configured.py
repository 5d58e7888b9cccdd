"""What a configuration says, checked: pictures, networks, and the gallery of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
    width) is for a model whose input is open. ``is_unscaled`` says that nobody named a preprocessing and that
    the model has none itself.
    """

    path: Path
    preprocessing: str
    labels: tuple[str, ...] = ()
    input_size: tuple[int, int] | None = None
    is_unscaled: bool = False


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
    ``cname`` is the host name to publish under.
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
    cname: str = ""
