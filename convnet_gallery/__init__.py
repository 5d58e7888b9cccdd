"""The public import: everything here is ``generator``'s, under the name of the distribution.

>>> from convnet_gallery import load_network, deconvolve, scan

Question: where does this stand, and as what? Options: a module or a package; at the root of the checkout, or
inside ``generator`` and mapped by the build. Choice: a package at the root. Only a package can carry
``py.typed``, and the one path that a checkout adds to Python's is its root, so the same import works there
and in an installation. Cost: one more folder at the root. Names are asked of ``generator``, stored nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import generator

try:
    from generator import GalleryError, __version__
except ImportError as error:
    raise ImportError(
        f"{generator.__file__} hides the package 'generator' of convnet-gallery; rename that file or start "
        "Python in another folder"
    ) from error

if TYPE_CHECKING:
    from generator import Pointwise, Rule, deconvolve, load_network, occlude, optimize, register_rule, scan

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


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name in __all__:
            return getattr(generator, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
