"""A static-site generator for convnet-visualization galleries.

>>> from generator import load_network, deconvolve

Both are imported on first use, so that importing the package is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import GalleryError
from generator.version import __version__

if TYPE_CHECKING:
    from generator.api import deconvolve, load_network

__all__ = ["GalleryError", "__version__", "deconvolve", "load_network"]


if not TYPE_CHECKING:  # a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name in ("deconvolve", "load_network"):
            from generator import api

            return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
