"""A ``.keras`` archive: a zip of HDF5 weights and a JSON description of the model.

To read weights, only the names in the description are used. It is not passed to Keras here, because it can
refer to code.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from generator.errors import WeightsError
from generator.networks.h5_probe import CRASHES, survives
from generator.networks.h5_weights import Layers, Shapes, contents, open_h5

_WEIGHTS, _DESCRIPTION = "model.weights.h5", "config.json"
_MEMBERS = {_WEIGHTS, _DESCRIPTION, "metadata.json"}
_LARGEST_RATIO = 16  # unpacked member to whole archive, against zip bombs; weights hardly compress
_SMALL_BYTES = 64 * 2**20


@contextmanager
def open_keras_archive(path: Path, expected: Shapes) -> Iterator[Layers]:
    """Yield the layers of an archive: name -> its datasets, whose numbers are not read yet."""
    with ZipFile(path) as archive, _weights(archive, path) as weights:
        names = _layer_names(_describe(archive, path.stat().st_size)["config"])
        with open_h5(weights, expected, names) as layers:
            yield layers


def check(path: Path) -> int:
    """Return how many numbers the weights of an archive hold; refuse an archive that is not safe to load.

    Raises:
        WeightsError: the archive has an unexpected member, a member of an implausible size, or weights that
            crash HDF5.
    """
    import h5py  # slow to import, and a rebuild opens no model

    with ZipFile(path) as archive:
        for member in archive.namelist():
            if member not in _MEMBERS:
                raise WeightsError(f"contains {member[:80]!r}, which does not belong to a model for pictures")
        _describe(archive, path.stat().st_size)
        with _weights(archive, path) as weights, h5py.File(weights, "r") as opened:
            return sum(dataset.size for dataset in contents(opened)[1].values())


@contextmanager
def _weights(archive: ZipFile, path: Path) -> Iterator[IO[bytes]]:
    """Yield the unpacked weights of an archive; refuse weights that crash HDF5."""
    with tempfile.NamedTemporaryFile(suffix=".h5") as weights:
        _extract(archive, _WEIGHTS, weights, path.stat().st_size)
        if not survives(Path(weights.name)):
            raise WeightsError(f"{_WEIGHTS}: {CRASHES}")
        yield weights


def _describe(archive: ZipFile, archive_bytes: int) -> Any:
    """Return the parsed description of the model."""
    with tempfile.TemporaryFile() as description:
        _extract(archive, _DESCRIPTION, description, archive_bytes)
        return json.load(description)


def _extract(archive: ZipFile, member: str, target: IO[bytes], archive_bytes: int) -> None:
    """Unpack a member into ``target``; refuse an implausible size before unpacking."""
    if member not in archive.namelist():
        raise WeightsError(f"not a .keras archive: a zip without {member}")
    if archive.getinfo(member).file_size > max(_SMALL_BYTES, _LARGEST_RATIO * archive_bytes):
        raise WeightsError(
            f"{member} would unpack to {archive.getinfo(member).file_size} bytes, too many for this archive"
        )
    with archive.open(member) as packed:
        shutil.copyfileobj(packed, target)
    target.flush()
    target.seek(0)


def _layer_names(config: Mapping[str, Any], parent: str = "") -> dict[str, str]:
    """Return class and number -> name; within each model layers are ``conv2d``, ``conv2d_1``, ..."""
    seen: Counter[str] = Counter()
    names = {}
    for layer in config.get("layers", ()):
        kind = _snake_case(layer["class_name"])
        key = parent + (f"{kind}_{seen[kind]}" if seen[kind] else kind)
        seen[kind] += 1
        names[key] = layer["config"]["name"]
        names |= _layer_names(layer["config"], f"{key}/")
    return names


def _snake_case(class_name: str) -> str:
    """Return ``max_pooling2d`` for ``MaxPooling2D``."""
    return re.sub(r"(?<=.)(?=[A-Z][a-z])", "_", class_name).lower()
