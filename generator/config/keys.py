"""The keys of ``gallery_config.yml``: what each accepts, and its documentation.

The same models validate a file and make its JSON schema. They know types, words and patterns; whether a file,
a network or a layer exists is for ``pictures`` and ``models`` to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic.json_schema import GenerateJsonSchema

from generator.records import NetworkInfo
from generator.records.choices import Bias, Method, Preprocessing, Scale, Seed

BASE_URL = r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$"
LINK = r"^https?://[^\s/]\S*$"
HOST = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
MODEL_SLUG = r"^[a-z0-9][a-z0-9_.-]*$"
AMOUNT = r"^[0-9]{1,9}(\.[0-9]{1,3})? ?[kMGT]i?B$"

Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=LINK)]


class _Keys(BaseModel):
    """A mapping with exactly these keys. A ``default_factory`` keeps an empty default out of the schema."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class CreditKeys(_Keys):
    """Who made a picture and on what terms it may be shown."""

    author: Text = Field(default_factory=str, description="Who made the picture.")
    licence: Text = Field(default_factory=str, description="The name of its licence, such as CC BY 4.0.")
    licence_url: Link = Field(default_factory=str, description="Where the licence can be read.")
    source_url: Link = Field(default_factory=str, description="Where the picture comes from.")


def _author(credit: object) -> object:
    return {"author": credit} if isinstance(credit, str) else credit


Credit = Annotated[CreditKeys, BeforeValidator(_author, json_schema_input_type=Text | CreditKeys)]


class PictureKeys(_Keys):
    """One picture with what is known of it, or several with the same credit and tags."""

    path: Text = Field(description="A file, a folder or a glob, relative to this file.")
    title: Text = Field(default_factory=str, description="Its title; by default made from the file's name.")
    alt: str = Field(default="", description="What it shows, for those who cannot see it.")
    credit: Credit = Field(default_factory=CreditKeys, description="Its author, or a mapping that says more.")
    tags: list[Text] = Field(default=[], description="Words to find it by.")
    slug: Annotated[str, Field(pattern=SLUG, max_length=80)] = Field(
        default_factory=str, description="Its name in addresses; by default made from the file's name."
    )


def _path(picture: object) -> object:
    return {"path": picture} if isinstance(picture, str) else picture


Picture = Annotated[PictureKeys, BeforeValidator(_path, json_schema_input_type=Text | PictureKeys)]

Group = Literal["pools", "convs", "blocks", "all"]
Layers = Annotated[
    Annotated[Group, Tag("group")] | Annotated[list[Text], Field(min_length=1), Tag("list")],
    Discriminator(lambda layers: "list" if isinstance(layers, list) else "group"),
]

Side = Annotated[int, Field(ge=1)]
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


class ModelKeys(_Keys):
    """One network and which of its layers to show."""

    name: Text = Field(
        description="The network; 'gallery models' lists them. Or the path to a .keras file of your own."
    )
    weights: Text = Field(
        default_factory=str,
        description="A name the network knows, by default its first, or a path to a .h5 or .keras file.",
    )
    variant: Text = Field(
        default_factory=str,
        description="The same weights in another form that 'gallery models' lists; by default plain.",
    )
    input_size: Size = Field(
        default_factory=list,
        description="The size its pictures are scaled to: a number, or [height, width]; by default its own.",
    )
    preprocessing: Preprocessing = Field(
        default="none",
        description="Of a .keras file, how it wants pictures: none for 0 to 255, unit for 0 to 1, or a mode "
        "of Keras Applications.",
    )
    labels: Text = Field(
        default_factory=str,
        description="Of a .keras file, a text file with the label of a class on every line.",
    )
    layers: Layers = Field(default="pools", description="A group of layers, or a list of their names.")
    features: dict[str, Annotated[list[Feature], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="Layer -> the features to show instead of the strongest: numbers; of predictions also "
        "labels or WordNet ids. Without 'layers', these layers alone are shown.",
    )
    slug: Annotated[str, Field(pattern=MODEL_SLUG, max_length=80)] = Field(
        default_factory=str, description="Its name in addresses; by default the network's."
    )


class GalleryKeys(_Keys):
    """What a gallery shows, and how."""

    title: Text = Field(default="Looking inside a convnet", description="The title of the gallery.")
    description: str = Field(default="", description="A sentence or two about the gallery.")
    base_url: str = Field(
        default="",
        pattern=BASE_URL,
        description="The address the site will have; only feeds, sitemap and social cards need it.",
    )
    cname: Annotated[str, Field(pattern=HOST, max_length=253)] = Field(
        default_factory=str,
        description="The host name under which the site is published, for the file CNAME of GitHub Pages.",
    )
    output: Text = Field(
        default="site/", description="The folder to build, relative to this file. Every build replaces it."
    )
    inputs: list[Picture] = Field(
        min_length=1, description="The pictures, in order: files, folders, globs, or mappings that say more."
    )
    models: list[ModelKeys] = Field(min_length=1, description="The networks to look into.")
    top_features: int = Field(default=3, ge=1, description="How many features of each layer to show.")
    feature_pictures: int = Field(
        default=4,
        ge=0,
        description="In how many pictures, those where it is strongest, the page of a feature shows it, "
        "whether or not it is among the strongest there. 0 for none but these.",
    )
    method: Method = Field(
        default="deconvnet", description="What a ReLU does to the signal on its way back to the image."
    )
    compare: list[Method] = Field(
        default=[], description="Further methods, to be compared with it: the same layers and features again."
    )
    seed: Seed = Field(
        default="map",
        description="What starts at a feature: its activation map, the map's peak alone, or 1 at the peak.",
    )
    bias: Bias = Field(
        default="none", description="Whether the bias comes off before each transposed convolution."
    )
    scale: Scale = Field(
        default="symmetric",
        description="How reconstructions become colours: zero mid-grey, or the full range.",
    )
    templates: Text = Field(
        default_factory=str,
        description="A folder, relative to this file, whose files take the place of the templates and assets "
        "of the same name.",
    )
    cache_limit: Budget = Field(
        default="5GB",
        description="What the cache may hold after a build. What was not used for longest goes first; of "
        "what the build itself used, results go before figures.",
    )
    memory_budget: Budget = Field(
        default_factory=int,
        description="What a backward sweep may take, such as 2GB, or a number of bytes; "
        "by default half of the memory that is free.",
    )


class _Untitled(GenerateJsonSchema):
    """A JSON schema without titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return ``False``: a key is its own title."""
        del schema
        return False


def schema(networks: Mapping[str, NetworkInfo]) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of ``gallery_config.yml`` for these networks."""
    generated = GalleryKeys.model_json_schema(schema_generator=_Untitled)
    model = generated["$defs"]["ModelKeys"]["properties"]
    model["name"]["anyOf"] = [{"enum": list(networks)}, {"pattern": r"\.keras$"}]
    model["variant"]["enum"] = list(
        dict.fromkeys(name for info in networks.values() for name in info.variants)
    )
    model["weights"]["examples"] = sorted(
        {name for info in networks.values() for name in info.weights_choices}
    )
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": "gallery_config.yml"}


def json_schema_text(networks: Mapping[str, NetworkInfo]) -> str:
    """Return the text of ``gallery_config.schema.json``."""
    return json.dumps(schema(networks), indent=2, ensure_ascii=False) + "\n"
