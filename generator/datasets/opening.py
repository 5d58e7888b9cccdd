"""Open a data set: a folder of pictures, or shards in the way of WebDataset or in Parquet files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.datasets.folder import buckets, folders_in
from generator.datasets.shards import Shard
from generator.datasets.tar import TarShard
from generator.errors import DatasetError

TAR, PARQUET = ".tar", ".parquet"
SHARDS = (TAR, PARQUET)
EXPECTED = (
    "a folder of pictures, a folder of .tar or .parquet shards, one such file, or a pattern such as *.tar"
)
NO_PARQUET = "Parquet needs the extra 'parquet': pip install 'convnet-gallery[parquet]'"
_MAGIC = re.compile(r"[*?\[]")


def opened(source: Path) -> Sequence[Shard]:
    """Return the shards of a data set, in the order of their names.

    Args:
        source: a folder with pictures, whose sub-folders are classes; a folder with ``.tar`` or ``.parquet``
            files; one such file; or a pattern of them, such as ``shards/train-*.tar``.

    Raises:
        DatasetError: there are no pictures or shards, or both, or they cannot be read.
    """
    if source.is_dir():
        return _of_folder(source)
    if source.is_file():
        return _of_files([source])
    found = sorted(source.parent.glob(source.name)) if _MAGIC.search(source.name) else []
    if not found:
        raise DatasetError(f"{source}: no such folder or file; expected {EXPECTED}")
    return _of_files(found)


def marked(source: Path) -> Iterator[Path]:
    """Yield the folders and shards whose marks change when pictures or shards are added or removed.

    A picture that is edited in place changes none of them: there may be too many pictures to look at each.

    Raises:
        DatasetError: a folder cannot be read.
    """
    if source.is_dir():
        yield from (path for path, _ in folders_in(source))
        yield from (path for path in source.iterdir() if path.suffix.lower() in SHARDS)
    elif source.is_file():
        yield source
    else:
        yield source.parent
        yield from source.parent.glob(source.name)


def _of_folder(folder: Path) -> Sequence[Shard]:
    pictures = buckets(folder)
    shards = sorted(path for path in folder.iterdir() if path.suffix.lower() in SHARDS)
    if pictures and shards:
        raise DatasetError(f"{folder}: has pictures and {shards[0].name}; expected one or the other")
    if not pictures and not shards:
        raise DatasetError(f"{folder}: no pictures; expected {EXPECTED}")
    return pictures or _of_files(shards)


def _of_files(paths: Sequence[Path]) -> Sequence[Shard]:
    """Return the shards in files of one kind."""
    for path in paths:
        if path.suffix.lower() not in SHARDS:
            raise DatasetError(f"{path}: expected {EXPECTED}")
        if path.suffix.lower() != paths[0].suffix.lower():
            raise DatasetError(
                f"{path.parent}: has {paths[0].name} and {path.name}; expected one or the other"
            )
    if paths[0].suffix.lower() == TAR:
        return [TarShard(path) for path in paths]
    try:
        from generator.datasets.parquet import row_groups
    except ImportError as error:
        raise DatasetError(f"{paths[0]}: {NO_PARQUET}") from error
    return [shard for path in paths for shard in row_groups(path)]
