"""Tables of data sets as one Parquet file, for pandas and its like: a row for each example of a feature."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from generator.datasets.table import Table
from generator.errors import DatasetError


def save(tables: Mapping[str, Table], path: Path) -> None:
    """Write the examples of all features to a file; an existing one is replaced.

    The columns are ``model``, ``layer``, ``feature``, ``rank`` from 1, ``value``, ``picture``, ``class_name``
    and ``sha256``, that of the picture's bytes.

    Args:
        tables: model -> its table, whose ``shown`` says how many examples a feature has.
        path: the file.

    Raises:
        DatasetError: the file cannot be written.
    """
    parts = [_rows(model, table, layer) for model, table in tables.items() for layer in table.layers]
    try:
        parquet.write_table(pa.concat_tables(parts), path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written: {error.strerror or error}") from error


def _rows(model: str, table: Table, layer: str) -> Any:
    values = table.layers[layer].values[:, : table.shown]
    features, ranks = np.nonzero(values > 0)
    pictures = [table.pictures[place] for place in table.layers[layer].pictures[features, ranks]]
    count = len(features)
    return pa.table(
        {
            "model": pa.array([model] * count, pa.string()).dictionary_encode(),
            "layer": pa.array([layer] * count, pa.string()).dictionary_encode(),
            "feature": pa.array(features.astype(np.int32)),
            "rank": pa.array((ranks + 1).astype(np.int32)),
            "value": pa.array(values[features, ranks]),
            "picture": pa.array([picture.name for picture in pictures], pa.string()),
            "class_name": pa.array([picture.class_name for picture in pictures], pa.string()),
            "sha256": pa.array([picture.digest for picture in pictures], pa.string()),
        }
    )
