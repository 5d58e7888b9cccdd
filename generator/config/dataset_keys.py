"""The key ``dataset``, of a gallery and of a model: the values that it accepts, and its description."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from generator.config.values import Group, Keys, Layers, Names, Text

MOST_EXAMPLES = 25
"""The places of each feature in the table of a data set."""


class DatasetKeys(Keys):
    """A data set, in which the strongest pictures of each feature are found."""

    source: Text = Field(
        description="A folder of pictures, whose sub-folders are classes; a folder of .tar or .parquet "
        "shards, one such file, or a pattern of them, such as shards/train-*.tar; relative to this file."
    )
    examples: int = Field(
        default=9, ge=1, le=MOST_EXAMPLES, description="The number of pictures of each feature, at most 25."
    )
    layers: Layers = Field(
        default_factory=list,
        description="The layers of the models, a group or a list of names; by default those that are shown.",
    )
    distinct: bool = Field(
        default=True, description="Whether pictures with the same bytes count once among the strongest."
    )


def no_dataset() -> DatasetKeys:
    """Return the keys of a gallery without a data set: an empty source."""
    return DatasetKeys.model_construct(source="")


def _source(dataset: object) -> object:
    return {"source": dataset} if isinstance(dataset, str) else dataset


Dataset = Annotated[DatasetKeys, BeforeValidator(_source, json_schema_input_type=Text | DatasetKeys)]


def _tag(layers: object) -> str:
    return "off" if isinstance(layers, bool) else "list" if isinstance(layers, list) else "group"


ModelDataset = Annotated[
    Annotated[Literal[False], Tag("off")] | Annotated[Group, Tag("group")] | Annotated[Names, Tag("list")],
    Discriminator(_tag),
]
"""Whether a model is left out, or its layers."""
