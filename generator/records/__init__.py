"""The frozen records that rooms pass to each other; they have no behaviour.

Arrays are NumPy arrays, batch axis first, channels last. A record never changes after it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.records.configured import (
    Album,
    Credit,
    DatasetSpec,
    GalleryConfig,
    ImageSpec,
    MarkdownText,
    NetworkSpec,
    OwnFile,
    OwnNetwork,
    OwnPage,
    SiteLink,
    Tag,
)
from generator.records.encoded import EncodedPhotograph, LayerTiles, Tile
from generator.records.framing import Framing, Region
from generator.records.kept import Classification, Profile, Subject, Value
from generator.records.networks import LayerInfo, NetworkInfo, WeightsInfo
from generator.records.patches import ExamplePicture, Examples, Patch, PatchTile, Place
from generator.records.progress import Progress
from generator.records.scanned import ScannedFeature, ScannedLayer
from generator.records.shown import (
    Figure,
    FigureFacts,
    Output,
    Panel,
    Photograph,
    SeenCopy,
    ShownPicture,
    Thumbnail,
    View,
)
from generator.records.visualization import LayerResult, Prediction, Visualization

if TYPE_CHECKING:
    from generator.records.visualization import Array

__all__ = [
    "Album",
    "Array",
    "Classification",
    "Credit",
    "DatasetSpec",
    "EncodedPhotograph",
    "ExamplePicture",
    "Examples",
    "Figure",
    "FigureFacts",
    "Framing",
    "GalleryConfig",
    "ImageSpec",
    "LayerInfo",
    "LayerResult",
    "LayerTiles",
    "MarkdownText",
    "NetworkInfo",
    "NetworkSpec",
    "Output",
    "OwnFile",
    "OwnNetwork",
    "OwnPage",
    "Panel",
    "Patch",
    "PatchTile",
    "Photograph",
    "Place",
    "Prediction",
    "Profile",
    "Progress",
    "Region",
    "ScannedFeature",
    "ScannedLayer",
    "SeenCopy",
    "ShownPicture",
    "SiteLink",
    "Subject",
    "Tag",
    "Thumbnail",
    "Tile",
    "Value",
    "View",
    "Visualization",
    "WeightsInfo",
]
