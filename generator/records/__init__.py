"""The frozen records that flow between the rooms; no behaviour.

Arrays are NumPy, batch axis first, channels last. A record is never changed after it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.records.configured import Credit, GalleryConfig, ImageSpec, NetworkSpec, OwnNetwork
from generator.records.known import LayerInfo, NetworkInfo, WeightsInfo
from generator.records.results import LayerResult, Prediction, Visualization
from generator.records.shown import Exhibit, Figure, Output, Panel, Thumbnail, View
from generator.records.tiles import EncodedPhotograph, LayerTiles, Tile

if TYPE_CHECKING:
    from generator.records.results import Array

__all__ = [
    "Array",
    "Credit",
    "EncodedPhotograph",
    "Exhibit",
    "Figure",
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
    "Prediction",
    "Thumbnail",
    "Tile",
    "View",
    "Visualization",
    "WeightsInfo",
]
