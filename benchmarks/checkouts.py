"""A checkout of this project that builds galleries, so that one can be measured beside another."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.fetched import shared

VARIABLES = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "GALLERY_OFFLINE": "1"}


@dataclass(frozen=True)
class Checkout:
    """A checkout and the interpreter that runs it."""

    root: Path
    python: str

    def build(self, folder: Path) -> processes.Taken:
        """Build the gallery of a folder into its ``site``, with a cache of its own in ``cache``."""
        places = ["--config", str(folder / "gallery_config.yml"), "--output", str(folder / "site")]
        command = [self.python, "-m", "generator", "build", "--quiet", *places]
        environment = {**os.environ, **VARIABLES, "GALLERY_CACHE": str(folder / "cache")}
        environment |= shared("squeezenet", "efficientnet_lite0", "vgg16")
        return processes.run(command, environment, self.root)


def checkout(root: Path) -> Checkout:
    """Return a checkout with the interpreter of its own virtual environment.

    Raises:
        FileNotFoundError: it has none.
    """
    python = root.absolute() / ".venv" / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(f"{python}: expected a checkout after `make setup`")
    return Checkout(root.absolute(), str(python))
