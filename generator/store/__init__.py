"""The store: artifacts kept between builds, found by a hash of everything that made them.

Question: when is a kept artifact stale? Options: when a file it was made from is newer, as in Make; when its
inputs hash to another name. Choice: the hash. An artifact is looked up by the hash of its inputs, settings,
code and packages, so it may be missing but is never stale. File times are used twice, neither time to decide
freshness: a file whose size, times and inode are unchanged is not hashed again, and entries that were not
used for long are removed first. Cost: every input must be part of the key; tests enforce that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.store.key import Key, text_digest
from generator.store.seal import Seal

if TYPE_CHECKING:
    from generator.store.store import Store

__all__ = ["Key", "Seal", "Store", "text_digest"]


def __getattr__(name: str) -> Any:
    if name == "Store":  # imported on first use: a build with nothing to do needs only the seal
        from generator.store.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
