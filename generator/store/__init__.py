"""The store: what was made once, named by the hash of all that made it.

Question: when is something stale? Options: when its files' times say so; when its inputs hash to another
name. Choice: the name. An artifact is looked up by the hash of its inputs, settings, code and packages, so
that it cannot be stale, only missing. Times serve twice, never for freshness: to spare hashing a file whose
size, times and inode are as they were, and to tell what was not used for long. Cost: every input must be in
the key, which tests hold it to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.store.key import Key, digest, text_digest
from generator.store.seal import Seal

if TYPE_CHECKING:
    from generator.store.store import Store

__all__ = ["Key", "Seal", "Store", "digest", "text_digest"]


def __getattr__(name: str) -> Any:
    if name == "Store":  # on first use: a build with nothing to do asks the seal alone
        from generator.store.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
