"""What the store keeps: the values of artifacts, and the subjects that artifacts are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.records.choices import Measure
from generator.records.shown import Output
from generator.records.visualization import Prediction

if TYPE_CHECKING:
    from generator.records.visualization import Array

PICTURE, MODEL, DATASET, PAGE = "picture", "model", "data set", "page"
"""The possible values of ``Subject.sort``."""


@dataclass(frozen=True)
class Subject:
    """What an artifact is about: a picture, a model, what a data set says of one, or a page, by its name."""

    sort: str
    name: str


@dataclass(frozen=True)
class Value:
    """The value of an artifact.

    ``facts`` is a small record for later stages. ``files`` go into the site. ``arrays`` are for other
    artifacts and can be large.
    """

    facts: object = None
    files: tuple[Output, ...] = ()
    arrays: tuple[Array, ...] = ()


@dataclass(frozen=True)
class Classification:
    """A model's predictions for a picture, and their provenance.

    ``measure`` is what the model says of a class. ``versions`` are those of the software that computed them;
    ``made_by`` says what made the model.
    """

    predictions: tuple[Prediction, ...]
    versions: Mapping[str, str]
    made_by: Mapping[str, str]
    measure: Measure = "probability"


@dataclass(frozen=True)
class Profile:
    """The strength of every feature of a layer in a picture, and the features that the picture shows.

    ``features`` are the K features shown, in order; ``labels`` are their K names if they are classes with
    names, else empty. ``strengths`` (features,) float32 are the L2 norms of all activation maps of the layer.
    """

    features: tuple[int, ...]
    labels: tuple[str, ...]
    strengths: Array
