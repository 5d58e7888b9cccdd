"""What the store keeps: what an artifact is about, and what it becomes once it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.records.shown import Output
from generator.records.visualization import Prediction

if TYPE_CHECKING:
    from generator.records.visualization import Array

PICTURE, MODEL, PAGE = "picture", "model", "page"
"""The sorts of subjects."""


@dataclass(frozen=True)
class Subject:
    """What an artifact is about: a picture, a model or a page, by the name that addresses have for it."""

    sort: str
    name: str


@dataclass(frozen=True)
class Value:
    """What an artifact becomes.

    ``facts`` is a small record for later stages, ``files`` belong to the site, ``arrays`` serve other
    artifacts and may be large.
    """

    facts: object = None
    files: tuple[Output, ...] = ()
    arrays: tuple[Array, ...] = ()


@dataclass(frozen=True)
class Classification:
    """What a model says of a whole picture, and what computed it: versions, and what made the model."""

    predictions: tuple[Prediction, ...]
    versions: Mapping[str, str]
    made_by: Mapping[str, str]


@dataclass(frozen=True)
class Profile:
    """How strong each feature of a layer is in a picture, and which features the picture shows.

    ``features`` (K,) are those shown, in order; ``labels`` their K names where they are classes with names,
    else none. ``strengths`` (features,) float32 are the L2 norms of all activation maps of the layer.
    """

    features: tuple[int, ...]
    labels: tuple[str, ...]
    strengths: Array
