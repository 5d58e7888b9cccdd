"""The environment of a run: machine, cores, cache folder, and environment variables."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Literal, get_args

VARIABLES = (
    *("TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"),
    *("CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS", "XLA_FLAGS", "TF_XLA_FLAGS"),
)
"""Environment variables that change how the libraries compute, and so the last bits of results."""

KERAS_DEFAULTS = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}


Stage = Literal["results", "patches", "figures", "pages", "tables"]
"""What kind of thing an artifact is: numbers of a model, places in a data set, a figure, text, or a table."""

WEIGHTS = "weights"
STAGES: tuple[str, ...] = get_args(Stage)
DIGESTS, LEDGERS, LINKS, SEALS, SCANS = "digests", "ledgers", "read", "seals", "scans"
CACHE_FOLDERS = (WEIGHTS, *STAGES, DIGESTS, LEDGERS, LINKS, SEALS, SCANS)
"""What lies in the cache: fetched weights, entries by stage, what is remembered of galleries and data sets.

Of a gallery these are the digests of its files, what its last build made and why, the links in its site, and
what its last complete build was made of; of a data set the digests of its shards when it was last scanned.
"""


@cache
def machine() -> str:
    """Return what changes the last bits of a result besides code: backend, processor, cores, settings.

    >>> machine().split(";")[0].startswith("backend ")
    True
    """
    return _described({"processor": platform.machine(), "cores": str(cores())})


@cache
def machine_of_one_thread() -> str:
    """Return the same without the number of cores, which changes nothing in a process with one thread.

    >>> "cores" in machine_of_one_thread()
    False
    """
    return _described({"processor": platform.machine()})


def _described(hardware: Mapping[str, str]) -> str:
    named = {"backend": os.environ.get("KERAS_BACKEND", ""), "settings": _keras_settings(), **hardware}
    named |= {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return "; ".join(f"{name} {value}" for name, value in named.items())


def _keras_settings() -> str:
    """Return the settings in ``keras.json`` that differ from Keras's defaults.

    Keras writes this file at its first import, so a missing file must equal one with defaults.
    """
    path = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""  # Keras ignores an unreadable file too
    if not isinstance(settings, dict):
        return ""
    changed = {name: value for name, value in settings.items() if KERAS_DEFAULTS.get(name) != value}
    return ", ".join(f"{name} {changed[name]}" for name in sorted(changed))


def gone_working_folder() -> str:
    """Return the message that the working folder has been removed; nothing if it exists."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return "the working folder no longer exists; change to another folder"
    return ""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_use_gpu() -> bool:
    """Return whether a GPU probably computes, without loading the backend: NVIDIA's driver and no CPU build.

    >>> may_use_gpu() in (True, False)
    True
    """
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip() in ("", "-1")
    return which("nvidia-smi") is not None and not hidden and not _is_installed("tensorflow-cpu")


def _is_installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def cache_folder() -> Path:
    """Return the absolute path of the cache: ``GALLERY_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("GALLERY_CACHE")
    if chosen:
        return expanded(chosen).absolute()
    import platformdirs  # here, so that the engine runs with few packages, as for its benchmark

    return platformdirs.user_cache_path("convnet-gallery", appauthor=False)


def weights_folder() -> Path:
    """Return the absolute path of the folder of fetched weights: ``GALLERY_WEIGHTS``, or one in the cache."""
    chosen = os.environ.get("GALLERY_WEIGHTS")
    return expanded(chosen).absolute() if chosen else cache_folder() / WEIGHTS


def expanded(path: str) -> Path:
    """Return a path in which ``~`` as the first part is the user's home folder, as in a shell.

    A shell leaves it alone in ``--output=~/site``, in a configuration and in variables that a program sets.
    """
    return Path(path).expanduser() if path == "~" or path.startswith("~/") else Path(path)


def heic_decoder() -> str:
    """Return the name and version of the package that decodes HEIC, or nothing if it is not installed."""
    if find_spec("pillow_heif") is None:
        return ""
    try:
        return f"pillow-heif {version('pillow-heif')}"
    except PackageNotFoundError:
        return "pillow-heif"


def offline() -> bool:
    """Return whether ``GALLERY_OFFLINE`` forbids downloads."""
    return os.environ.get("GALLERY_OFFLINE", "") not in ("", "0")


def peak_memory() -> str:
    """Return the peak memory of this process as text, or nothing on Windows, which does not report it.

    ``ru_maxrss`` is in bytes on macOS and in kilobytes on Linux.
    """
    if sys.platform == "win32":
        return ""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"peak {peak // (1_000_000 if sys.platform == 'darwin' else 1_000)} MB"
