"""What makes an artifact anew only where it must: the cache, and the small memories of one gallery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.cache import Cache, Digests, Key, Ledger, Memo
from generator.cache.codec import pack, unpack
from generator.cache.ledger import REDONE, REUSED
from generator.cache.versions import code


class Keeper:
    """The memory of a gallery between its builds.

    Args:
        folder: of the cache, shared by all galleries.
        gallery: the name of this gallery among others.
        report: is told of what is damaged or cannot be kept.
        fresh: make everything anew.
    """

    def __init__(
        self, folder: Path, gallery: str, report: Callable[[str], None], fresh: bool = False
    ) -> None:
        name = f"{gallery}.json"
        self.cache = Cache(folder, report, fresh)
        self.digests = Digests(folder / "digests" / name)
        self.ledger = Ledger(folder / "ledgers" / name)
        self.read = Memo(folder / "read" / name, code("check"))

    def kept(self, key: Key, make: Callable[[], Any]) -> Any:
        """Return an artifact: the one that is kept, or else one made and kept now."""
        found = self.found(key)
        return self.keep(key, make()) if found is None else found

    def found(self, key: Key) -> Any:
        """Return the artifact that is kept under a key, ``None`` where none is."""
        content = self.cache.get(key)
        if content is None:
            return None
        self.ledger.note(key, REUSED)
        return unpack(content)

    def has(self, key: Key) -> bool:
        """Return whether an artifact is kept, sound or not."""
        return self.cache.has(key)

    def keep(self, key: Key, value: Any) -> Any:
        """Keep an artifact made just now, and return it."""
        self.cache.put(key, pack(value))
        self.ledger.note(key, REDONE)
        return value

    def save(self) -> None:
        """Remember this build for the next."""
        self.digests.save()
        self.ledger.save()
        self.read.save()
