"""The keys of ``gallery_config.yml``: the values that each accepts, and its description.

The same pydantic models validate a file and generate its JSON schema. They check types, choices and patterns.
``pictures`` and ``models`` check whether files, networks and layers exist.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from generator.records.choices import Bias, Fit, Method, Order, PairView, Preprocessing, Scale, Seed
from generator.records.networks import LARGEST_SIDE_PX

CODE = r"\.py$"
BASE_URL = r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$"
LINK = r"^https?://[^\s/]\S*$"
HOST = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
MODEL_SLUG = r"^[a-z0-9][a-z0-9_.-]*$"
AMOUNT = r"^[0-9]{1,9}(\.[0-9]{1,3})? ?[kMGT]i?B$"
_UNITS: dict[str, int] = {
    f"{letter}{infix}B": base**power
    for infix, base in (("", 1000), ("i", 1024))
    for letter, power in (("k", 1), ("M", 2), ("G", 3), ("T", 4))
}

Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=LINK)]


class Keys(BaseModel):
    """A mapping with exactly these keys.

    A key without a default of its own has a ``default_factory``: pydantic leaves its empty value out of the
    schema, where ``"default": ""`` would contradict the pattern or the minimal length of the key.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class CreditKeys(Keys):
    """The author and the licence of a picture."""

    author: Text = Field(default_factory=str, description="Who made the picture.")
    licence: Text = Field(default_factory=str, description="The name of its licence, such as CC BY 4.0.")
    licence_url: Link = Field(default_factory=str, description="The address of the licence's text.")
    source_url: Link = Field(default_factory=str, description="The address that the picture comes from.")


def _author(credit: object) -> object:
    return {"author": credit} if isinstance(credit, str) else credit


Credit = Annotated[CreditKeys, BeforeValidator(_author, json_schema_input_type=Text | CreditKeys)]


class PictureKeys(Keys):
    """One picture with its description, or several pictures with the same credit and tags."""

    path: Text = Field(description="A file, a folder or a glob, relative to this file.")
    title: Text = Field(
        default_factory=str, description="The title of the picture; by default made from the file name."
    )
    alt: str = Field(default="", description="What the picture shows, for readers who cannot see it.")
    caption: Text = Field(default_factory=str, description="A text below the picture, in Markdown.")
    credit: Credit = Field(
        default_factory=CreditKeys, description="The author, or a mapping with more details."
    )
    tags: list[Text] = Field(default=[], description="Words that group pictures; each has a page.")
    hidden: bool = Field(
        default=False,
        description="Whether the picture has its pages, but is left out of all lists: the gallery, albums, "
        "tags, features, classes, search, feed and sitemap.",
    )
    draft: bool = Field(default=False, description="Whether the picture is not built yet.")
    slug: Annotated[str, Field(pattern=SLUG, max_length=80)] = Field(
        default_factory=str,
        description="The picture's name in addresses; by default the file's name in Latin letters. Pictures "
        "of equal names get the folders of their path, or else a digest of it.",
    )


def _path(picture: object) -> object:
    return {"path": picture} if isinstance(picture, str) else picture


Picture = Annotated[PictureKeys, BeforeValidator(_path, json_schema_input_type=Text | PictureKeys)]

Group = Literal["pools", "convs", "blocks", "all"]
Layers = Annotated[
    Annotated[Group, Tag("group")] | Annotated[list[Text], Field(min_length=1), Tag("list")],
    Discriminator(lambda layers: "list" if isinstance(layers, list) else "group"),
]

Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE_PX)]
Size = Annotated[
    Annotated[Side, Tag("side")] | Annotated[list[Side], Field(min_length=2, max_length=2), Tag("sides")],
    Discriminator(lambda size: "sides" if isinstance(size, list) else "side"),
]

Budget = Annotated[
    Annotated[int, Field(ge=1), Tag("bytes")] | Annotated[str, Field(pattern=AMOUNT), Tag("amount")],
    Discriminator(lambda budget: "bytes" if isinstance(budget, int) else "amount"),
]


Feature = Annotated[
    Annotated[int, Field(ge=0), Tag("number")] | Annotated[Text, Tag("name")],
    Discriminator(lambda feature: "name" if isinstance(feature, str) else "number"),
]


Channel = Annotated[int, Field(ge=0)]
Display = Annotated[
    Annotated[Channel, Tag("channel")]
    | Annotated[list[Channel], Field(min_length=3, max_length=3), Tag("channels")],
    Discriminator(lambda display: "channels" if isinstance(display, list) else "channel"),
]


class ModelKeys(Keys):
    """One network and the layers of it to show."""

    name: Text = Field(
        description="A network that 'gallery models' lists, or the path to your own .keras, .onnx or .h5 "
        "file."
    )
    weights: Text = Field(
        default_factory=str,
        description="Weights that 'gallery models' lists for the network, or the path to a .h5 or .keras "
        "file; by default the first that it lists.",
    )
    variant: Text = Field(
        default_factory=str,
        description="A form of the network with the same weights ('gallery models' lists them); by default "
        "plain.",
    )
    input_size: Size = Field(
        default_factory=list,
        description="The size in pixels to which pictures are scaled: a number, or [height, width]; "
        "by default the network's own size.",
    )
    preprocessing: Preprocessing = Field(
        default="none",
        description="For a .keras, .onnx or .h5 file: the values that it expects of a picture. none means 0 "
        "to 255, unit means 0 to 1; tf, torch and caffe are the modes of Keras Applications.",
    )
    labels: Text = Field(
        default_factory=str,
        description="For a .keras, .onnx or .h5 file: a text file with the label of one class on each line.",
    )
    predictions: Text = Field(
        default_factory=str,
        description="For a .keras, .onnx or .h5 file with several outputs: the name of the output that has "
        "the classes, or of the layer that makes it; by default the model has no predictions.",
    )
    code: Annotated[str, Field(pattern=CODE)] = Field(
        default_factory=str,
        description="For your own file: a Python file that defines the custom layers of the model, and rules "
        "for them. It is run, with your rights, by every command that loads the model: name only files that "
        "you trust.",
    )
    display: Display = Field(
        default_factory=list,
        description="For your own file: the channels of its input that are shown, counted from 0: three as "
        "[red, green, blue], or one as grey. By default the first three, or the first of two.",
    )
    fit: Fit = Field(
        default_factory=lambda: "crop",
        description="How a picture gets the size of this network's input, as the gallery's key of this name; "
        "by default as there.",
    )
    layers: Layers = Field(default="pools", description="A group of layers, or a list of layer names.")
    features: dict[str, Annotated[list[Feature], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="For each layer named here, the features to show instead of the strongest. Features are "
        "numbers; those of the classes may also be labels or WordNet ids. Without the key 'layers', only the "
        "layers named here are shown.",
    )
    slug: Annotated[str, Field(pattern=MODEL_SLUG, max_length=80)] = Field(
        default_factory=str, description="The model's name in addresses; by default the name of the network."
    )
    title: Text = Field(
        default_factory=str, description="The model's title on pages; by default that of the network."
    )


class GalleryKeys(Keys):
    """The whole configuration: what a gallery shows, and how."""

    title: Text = Field(default="Looking inside a convnet", description="The title of the gallery.")
    description: str = Field(default="", description="A sentence or two about the gallery, in Markdown.")
    base_url: str = Field(
        default="",
        pattern=BASE_URL,
        description="The address of the published site; only the feed, the sitemap and social cards need it.",
    )
    cname: Annotated[str, Field(pattern=HOST, max_length=253)] = Field(
        default_factory=str,
        description="The host name of the published site, written to the file CNAME for GitHub Pages.",
    )
    output: Text = Field(
        default="site/", description="The folder to build, relative to this file. Every build replaces it."
    )
    inputs: list[Picture] = Field(
        min_length=1,
        description="The pictures, in order: files, folders, globs, or mappings with more details.",
    )
    sort: Order = Field(
        default="listed",
        description="The order of the pictures: as 'inputs' lists them, by file name, or by title. Numbers "
        "in these are sorted by their value.",
    )
    models: list[ModelKeys] = Field(min_length=1, description="The networks to look into.")
    top_features: int = Field(
        default=3,
        ge=1,
        description="The number of features of each layer to show, or all of a layer with fewer.",
    )
    feature_pictures: int = Field(
        default=4,
        ge=0,
        description="The number of pictures on the page of a feature: those in which it is strongest, even "
        "if other features are stronger there. With 0 the page shows only the pictures in which the "
        "feature is among the strongest.",
    )
    method: Method = Field(
        default="deconvnet", description="What a ReLU does to the signal on its way back to the image."
    )
    compare: list[Method] = Field(
        default=[], description="Further methods, shown for the same layers and features to compare them."
    )
    seed: Seed = Field(
        default="map",
        description="The signal that starts at a feature: its whole activation map, the maximum of the map "
        "alone, or 1 at the position of the maximum.",
    )
    bias: Bias = Field(
        default="none",
        description="Whether the bias is subtracted before each transposed convolution; none leaves it out.",
    )
    scale: Scale = Field(
        default="power",
        description="How the values of a reconstruction become colours: power raises weak values, symmetric "
        "and clipped are linear and end at the 99.5th and 97th percentile, luminance needs no sense of "
        "colour; all four show zero as mid-grey. minmax stretches the range from the minimum to the maximum.",
    )
    fit: Fit = Field(
        default="crop",
        description="How a picture gets the size of a network's input: crop takes the largest central part "
        "with the input's proportions, pad scales the whole picture and adds mid-grey at two sides, stretch "
        "scales the whole picture and changes its proportions.",
    )
    views: list[PairView] = Field(
        default=["map", "reconstruction"],
        min_length=1,
        description="What is shown of each feature, from left to right: map is the picture, in colour where "
        "the feature is active above half its peak; reconstruction is what it responds to; seen is the "
        "picture where the reconstruction is strong.",
    )
    templates: Text = Field(
        default_factory=str,
        description="A folder, relative to this file. Its files replace the templates and assets of the same "
        "name.",
    )
    pages: Text = Field(
        default="pages/",
        description="A folder, relative to this file, of pages of your own: each Markdown file there becomes "
        "a page and has its place in the navigation.",
    )
    cache_limit: Budget = Field(
        default="5GB",
        description="The size of the cache after a build. The entries unused for the longest time are "
        "deleted first; of those that the build used, results are deleted before figures.",
    )
    memory_budget: Budget = Field(
        default_factory=int,
        description="The memory that a backward sweep may use, such as 2GB, or a number of bytes; by default "
        "half of the free memory.",
    )


def amount_bytes(amount: int | str) -> int:
    """Return the bytes of a ``Budget``: a number of bytes, or an amount with a unit.

    >>> amount_bytes(500), amount_bytes("2GB"), amount_bytes("1.5 MiB")
    (500, 2000000000, 1572864)
    """
    if isinstance(amount, int):
        return amount
    unit = amount.lstrip("0123456789. ")
    return round(float(amount.removesuffix(unit)) * _UNITS[unit])
