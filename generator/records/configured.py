"""A checked configuration: its pictures, its networks and the gallery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.records.channels import Display, ModelInput, shown_channels
from generator.records.choices import PAIR
from generator.records.model_files import files_of_model


@dataclass(frozen=True)
class Credit:
    """The author, licence and source of a picture; empty if unknown."""

    author: str = ""
    licence: str = ""
    licence_url: str = ""
    source_url: str = ""


@dataclass(frozen=True)
class Tag:
    """A word that groups pictures; ``slug`` names its page."""

    name: str
    slug: str


@dataclass(frozen=True)
class MarkdownText:
    """A text in Markdown; messages name its ``file`` and the ``line`` on which it begins."""

    markdown: str = ""
    file: Path = Path()
    line: int = 1


@dataclass(frozen=True)
class Album:
    """The pictures of one folder; ``slug`` names its page, ``cover`` is the slug of a picture or empty."""

    slug: str
    title: str
    text: MarkdownText = MarkdownText()
    cover: str = ""


@dataclass(frozen=True)
class OwnPage:
    """A page of the user's own, written in Markdown; ``name`` is its address, such as ``notes/first``.

    An empty ``title`` means the first heading of the text, or else ``file_title``, made from the file's name.
    """

    name: str
    title: str
    file_title: str
    description: str
    text: MarkdownText


@dataclass(frozen=True)
class OwnFile:
    """A file beside pages of the user's own, which texts place or link to; ``path`` is its path in the site.

    Pictures that browsers show have a size; tables in CSV and values in JSON have their ``text``. A ``fault``
    says why the content cannot be placed.
    """

    file: Path
    path: str
    width_px: int = 0
    height_px: int = 0
    text: str = ""
    fault: str = ""


@dataclass(frozen=True)
class OwnNetwork:
    """A user's own model: a ``.keras``, ``.onnx`` or ``.h5`` file, and settings that it does not contain.

    ``preprocessing`` is one of ``choices.PREPROCESSINGS``. ``labels`` are the names of its classes, or empty.
    ``input_size`` (height, width) fixes the input of a model that accepts several sizes. ``is_unscaled`` is
    true if the configuration names no preprocessing and the model has no layer that scales its input,
    ``is_scaled_twice`` if it names one and the model has such a layer.
    ``code`` is a module of the user's own with the model's layers, which is run to load it. ``predictions``
    names the output that has the classes; ``outputs`` are those to choose from if there are several and
    ``predictions`` is empty. ``display`` are the configured channels to show, empty for the first ones;
    ``channels`` is how many the input has.
    """

    path: Path
    preprocessing: str
    labels: tuple[str, ...] = ()
    input_size: tuple[int, int] | None = None
    is_unscaled: bool = False
    code: Path | None = None
    predictions: str = ""
    outputs: tuple[str, ...] = ()
    display: Display = ()
    channels: int = 3
    is_scaled_twice: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the network is loaded from; weights beside the model need not exist."""
        return (*files_of_model(self.path), *((self.code,) if self.code else ()))


@dataclass(frozen=True)
class NetworkSpec:
    """One network of the gallery, and the layers of it to show.

    ``weights`` is one of the network's choices (``imagenet``, ``hed``) or an absolute path. ``layers`` are
    names, in the network's order. ``slug`` names the network in paths; by default it is ``name``. ``variant``
    is ``None`` for the plain network; ``input_size`` (height, width) is ``None`` for the default size.
    ``features`` maps layers to the features to show instead of the strongest. ``own`` is set if the network
    is a user's file; then ``name`` is the file's name without suffix and ``weights`` its path. ``fewer`` maps
    layers with fewer features than a configured ``top_features`` to their number, ``sizes`` all layers to
    the number of their features. ``fit``, one of
    ``choices.FITS``, says how pictures get the size of its input. ``method`` is one of ``choices.METHODS``.
    ``title`` replaces the network's own, if it is not empty. ``scanned`` are the layers for which the
    gallery's data set is scanned, in the network's order, with the number of their features.
    """

    name: str
    weights: str
    layers: tuple[str, ...]
    slug: str
    variant: str | None = None
    input_size: tuple[int, int] | None = None
    features: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    own: OwnNetwork | None = None
    title: str = ""
    fewer: Mapping[str, int] = field(default_factory=dict, compare=False)
    sizes: Mapping[str, int] = field(default_factory=dict, compare=False)
    fit: str = "crop"
    method: str = "deconvnet"
    scanned: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def takes(self) -> ModelInput:
        """What pictures are read for; ``preprocessing`` decides nothing about grey and RGB."""
        if self.own is None:
            return ModelInput(self.slug, 3, is_scaled=True)
        return ModelInput(self.slug, self.own.channels, self.own.preprocessing != "none")

    @property
    def shown_channels(self) -> Display:
        """The channels that figures show: three as red, green and blue, or one as grey."""
        own = self.own
        return shown_channels(own.display, own.channels) if own else shown_channels((), 3)


@dataclass(frozen=True)
class SiteLink:
    """A link in the navigation that leads out of the gallery.

    ``path`` is relative to the root of the site, or an address.
    """

    title: str
    path: str


@dataclass(frozen=True)
class ImageSpec:
    """One picture of the gallery, as configured; ``slug`` names it in paths.

    ``former_slug`` is its slug by the rule of version 0.1.0, from which a page forwards. ``album`` is the
    slug of its album, or empty. A hidden picture has its page, but no list names it. ``networks`` are those,
    by slug, of which it shows other layers or features than the rest, or by another method.
    """

    slug: str
    path: Path
    title: str
    alt: str = ""
    credit: Credit = Credit()
    tags: tuple[str, ...] = ()
    former_slug: str = ""
    album: str = ""
    is_hidden: bool = False
    caption: MarkdownText = MarkdownText()
    networks: Mapping[str, NetworkSpec] = field(default_factory=dict)


@dataclass(frozen=True)
class DatasetSpec:
    """A data set, of which ``examples`` pictures of each feature are shown.

    ``source`` is a folder, a file, or a pattern of files. If ``is_distinct``, pictures with the same bytes
    count once.
    """

    source: Path
    examples: int
    is_distinct: bool = True


@dataclass(frozen=True)
class GalleryConfig:
    """A whole configuration after checks: paths are absolute, networks and their layers exist.

    ``memory_budget`` bounds a backward sweep, in bytes; ``None`` for a share of the free memory. Files in
    ``templates`` replace the project's of the same name. ``compare`` lists methods in addition to ``method``.
    ``feature_pictures`` is the number of pictures that show each feature. ``cache_limit`` bounds the store
    after a build, in bytes. ``sources`` are the folders that were searched for pictures, and files of labels.
    ``cname`` is the host name to publish under. ``passed_over`` are files in those folders that may be
    pictures but are of no format that is read. ``tags`` are those of all pictures,
    by name. ``drafts`` counts the pictures that are not built. ``lead`` is the description with its place.
    ``dataset`` is ``None`` without one.
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
    views: tuple[str, ...] = PAIR
    feature_pictures: int = 4
    cache_limit: int = 5_000_000_000
    sources: tuple[Path, ...] = ()
    cname: str = ""
    passed_over: tuple[Path, ...] = ()
    tags: tuple[Tag, ...] = ()
    albums: tuple[Album, ...] = ()
    drafts: int = 0
    lead: MarkdownText = MarkdownText()
    pages: tuple[OwnPage, ...] = ()
    own_files: tuple[OwnFile, ...] = ()
    dataset: DatasetSpec | None = None
    links: tuple[SiteLink, ...] = ()

    def seen(self, network: NetworkSpec) -> dict[str, NetworkSpec]:
        """Return slug -> a network as that picture shows it."""
        return {image.slug: image.networks.get(network.slug, network) for image in self.images}
