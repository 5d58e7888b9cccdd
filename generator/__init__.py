"""A static-site generator for convnet-visualization galleries.

>>> from generator import load_network, deconvolve, scan

They are imported on first use, so that importing the package is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import GalleryError
from generator.version import __version__

if TYPE_CHECKING:
    from generator.api import (
        Pointwise,
        Rule,
        deconvolve,
        load_network,
        occlude,
        optimize,
        register_rule,
        scan,
    )

__all__ = [
    "GalleryError",
    "Pointwise",
    "Rule",
    "__version__",
    "deconvolve",
    "load_network",
    "occlude",
    "optimize",
    "register_rule",
    "scan",
]


if not TYPE_CHECKING:  # a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name in __all__:
            from generator import api

            return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
