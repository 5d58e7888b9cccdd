"""The frozen records that flow between the rooms; no behaviour.

Arrays are NumPy, batch axis first, channels last. A record is never changed after it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.records.configured import Credit, GalleryConfig, ImageSpec, NetworkSpec, OwnNetwork
from generator.records.kept import Classification, Profile, Subject, Value
from generator.records.known import LayerInfo, NetworkInfo, WeightsInfo
from generator.records.progress import Progress
from generator.records.results import LayerResult, Prediction, Visualization
from generator.records.shown import (
    Exhibit,
    Figure,
    FigureFacts,
    Output,
    Panel,
    Photograph,
    Thumbnail,
    View,
)
from generator.records.tiles import EncodedPhotograph, LayerTiles, Tile

if TYPE_CHECKING:
    from generator.records.results import Array

__all__ = [
    "Array",
    "Classification",
    "Credit",
    "EncodedPhotograph",
    "Exhibit",
    "Figure",
    "FigureFacts",
    "GalleryConfig",
    "ImageSpec",
    "LayerInfo",
    "LayerResult",
    "LayerTiles",
    "NetworkInfo",
    "NetworkSpec",
    "Output",
    "OwnNetwork",
    "Panel",
    "Photograph",
    "Prediction",
    "Profile",
    "Progress",
    "Subject",
    "Thumbnail",
    "Tile",
    "Value",
    "View",
    "Visualization",
    "WeightsInfo",
]
