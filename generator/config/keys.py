"""The keys of ``gallery_config.yml``: the values that each accepts, and its description.

The same pydantic models validate a file and generate its JSON schema. They check types, choices and patterns.
``pictures`` and ``models`` check whether files, networks and layers exist.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.config.dataset_keys import Dataset, ModelDataset, no_dataset
from generator.config.picture_keys import Picture
from generator.config.values import (
    BASE_URL,
    CODE,
    HOST,
    MODEL_SLUG,
    PLACE,
    Budget,
    Display,
    Features,
    Keys,
    Layers,
    Size,
    Text,
)
from generator.records.choices import Bias, Fit, Method, Order, PairView, Preprocessing, Scale, Seed


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
    features: dict[str, Features] = Field(
        default_factory=dict,
        description="For each layer named here, the features to show instead of the strongest. Features are "
        "numbers; those of the classes may also be labels or WordNet ids. Without the key 'layers', only the "
        "layers named here are shown.",
    )
    method: Method = Field(
        default_factory=lambda: "deconvnet",
        description="The method for this network, as the gallery's key of this name; by default as there.",
    )
    dataset: ModelDataset = Field(
        default_factory=list,
        description="The layers of this model for which the strongest pictures of the data set are found, or "
        "false for none; by default as the gallery's key of this name says.",
    )
    slug: Annotated[str, Field(pattern=MODEL_SLUG, max_length=80)] = Field(
        default_factory=str, description="The model's name in addresses; by default the name of the network."
    )
    title: Text = Field(
        default_factory=str, description="The model's title on pages; by default that of the network."
    )


class LinkKeys(Keys):
    """A link in the navigation that leads out of the gallery."""

    title: Text = Field(description="The words of the link.")
    address: Annotated[str, Field(pattern=PLACE, min_length=1)] = Field(
        description="An address that starts with http:// or https://, or a folder or page relative to the "
        "root of this site, such as ../digits/."
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
    dataset: Dataset = Field(
        default_factory=no_dataset,
        description="A data set, in which the strongest pictures of each feature are found: its source, or a "
        "mapping with more details.",
    )
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
        default=[],
        description="Further methods, shown for the same layers and features to compare them. A "
        "picture or a model with its own method is also compared with the gallery's.",
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
        description="A folder, relative to this file, of pages of your own: each Markdown file there, and in "
        "its sub-folders, becomes a page and has its place in the navigation.",
    )
    links: list[LinkKeys] = Field(
        default=[],
        description="Links in the navigation of every page, to another gallery or any other site.",
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
