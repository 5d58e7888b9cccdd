"""The keys of an entry of ``inputs``: a picture with its description, or several pictures."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from generator.config.values import SLUG, FeaturesByModel, Keys, LayersByModel, Link, Text
from generator.records.choices import Method


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
    layers: LayersByModel = Field(
        default_factory=list,
        description="The layers that this picture shows in place of those of the models: a group of layers "
        "or a list of layer names, for every model that has any of them, or a mapping of slugs of models to "
        "these.",
    )
    features: dict[str, FeaturesByModel] = Field(
        default_factory=dict,
        description="For each layer named here, the features that this picture shows in place of those of "
        "the models: a mapping of layers to lists of features, or of slugs of models to such mappings. The "
        "layers shown stay the same.",
    )
    method: Method = Field(
        default_factory=lambda: "deconvnet",
        description="The method of this picture, as the gallery's key of this name; by default that of each "
        "model.",
    )
    slug: Annotated[str, Field(pattern=SLUG, max_length=80)] = Field(
        default_factory=str,
        description="The picture's name in addresses; by default the file's name in Latin letters. Pictures "
        "of equal names get the folders of their path, or else a digest of it.",
    )


def _path(picture: object) -> object:
    return {"path": picture} if isinstance(picture, str) else picture


Picture = Annotated[PictureKeys, BeforeValidator(_path, json_schema_input_type=Text | PictureKeys)]
