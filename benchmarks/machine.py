"""What the numbers were measured on, in words without a name or a path: processor, cores, versions."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.serving import CORES

ASK = """
from importlib.metadata import version
import captum, torch
print(f"PyTorch {version('torch')}, Captum {version('captum')}")
"""


def describe(pytorch: str | None) -> str:
    """Return one line about this machine; ``pytorch`` is what ``pytorch_versions`` found."""
    versions = [f"Python {platform.python_version()}", f"TensorFlow {_tensorflow()}"]
    versions += [f"{title} {version(package)}" for title, package in (("Keras", "keras"), ("NumPy", "numpy"))]
    versions += [pytorch] if pytorch else []
    plural = "core" if CORES == 1 else "cores"
    return f"{processor()}, {CORES} {plural}, {platform.system()} {platform.machine()}; {', '.join(versions)}"


def pytorch_versions(python: str, environment: Mapping[str, str]) -> str | None:
    """Return the versions of PyTorch and Captum that an interpreter has, or ``None`` without both."""
    try:
        done = subprocess.run(
            [python, "-c", ASK], env=dict(environment), capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _tensorflow() -> str:
    for package in ("tensorflow-cpu", "tensorflow"):
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return "not installed"


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown processor"
