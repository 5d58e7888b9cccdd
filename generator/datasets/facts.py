"""What pages say of a layer: the counts of a table beside the montages that were made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from generator.datasets.tallies import LOWEST
from generator.records import Examples, LayerInfo, ScannedFeature, ScannedLayer

if TYPE_CHECKING:
    from generator.datasets.table import Table
    from generator.records import Array


def scanned_layer(
    table: Table, layer: LayerInfo, montages: Mapping[int, Examples], labels: Sequence[str] = ()
) -> ScannedLayer:
    """Return the features of a layer.

    Args:
        table: over the whole data set.
        layer: a layer of the table.
        montages: feature -> what is shown of it, for every feature that a picture excites.
        labels: the names of the features, if they are classes.

    Raises:
        NetworkError: the table does not have the layer.
    """
    active, leading, histogram = (
        count(layer.name) for count in (table.active, table.leading, table.histogram)
    )
    features = tuple(
        ScannedFeature(
            number,
            labels[number] if labels else "",
            montages.get(number),
            int(active[number]),
            int(leading[number]),
            _bins(histogram[number]),
        )
        for number in range(len(active))
    )
    return ScannedLayer(layer, features, table.seen)


def _bins(counts: Array) -> tuple[tuple[int, int], ...]:
    """Return (exponent, count) from the first to the last bin of a histogram that has any picture."""
    filled = np.flatnonzero(counts)
    if not len(filled):
        return ()
    return tuple((number + LOWEST, int(counts[number])) for number in range(filled[0], filled[-1] + 1))
