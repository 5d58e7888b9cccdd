"""What makes an artifact anew only where it must: the cache, and the small memories of one gallery."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from generator.store import Cache, Digests, Key, Ledger, Memo
from generator.store.archive import Archive
from generator.store.codec import pack, unpack
from generator.store.ledger import REDONE, REUSED, TAKEN
from generator.store.versions import code


class Keeper:
    """The memory of a gallery between its builds.

    Args:
        folder: of the cache, shared by all galleries.
        gallery: the name of this gallery among others.
        report: is told of what is damaged or cannot be kept.
        fresh: make everything anew.
        archive: results of another machine, which are asked for first.
    """

    def __init__(
        self,
        folder: Path,
        gallery: str,
        report: Callable[[str], None],
        fresh: bool = False,
        archive: Archive | None = None,
    ) -> None:
        name = f"{gallery}.json"
        self.cache = Cache(folder, report, fresh)
        self.digests = Digests(folder / "digests" / name)
        self.ledger = Ledger(folder / "ledgers" / name)
        self.read = Memo(folder / "read" / name, code("check"))
        self.archive = archive

    def kept(self, key: Key, make: Callable[[], Any]) -> Any:
        """Return an artifact: the one that is kept, or else one made and kept now."""
        found = self.found(key)
        return self.keep(key, make()) if found is None else found

    def found(self, key: Key) -> Any:
        """Return the artifact that is kept under a key, or in the archive; ``None`` where none is."""
        if self.archive and key.stage == "results":
            taken = self.archive.found(key)
            if taken is not None:
                self.ledger.note(key, TAKEN)
                return taken
        key = self._with_archive(key)
        content = self.cache.get(key)
        if content is None:
            return None
        self.ledger.note(key, REUSED)
        return unpack(content)

    def has(self, key: Key) -> bool:
        """Return whether an artifact is kept, sound or not."""
        return self.cache.has(self._with_archive(key))

    def keep(self, key: Key, value: Any) -> Any:
        """Keep an artifact made just now, and return it."""
        key = self._with_archive(key)
        self.cache.put(key, pack(value))
        self.ledger.note(key, REDONE)
        return value

    def origin(self, keys: Iterable[Key]) -> dict[str, str]:
        """Return where results come from, as the site says it: nothing where none is from the archive."""
        if not self.archive:
            return {}
        held = {key.name: self.archive.holds(key) for key in keys}
        if not any(held.values()):
            return {}
        here = ", ".join(name for name, is_held in held.items() if not is_held)
        made = {"computed_on": self.archive.machine, "computed_with": self.archive.packages}
        return made | ({"not_computed_there": here} if here else {})

    def _with_archive(self, key: Key) -> Key:
        """Return the key of what is drawn from an archive: it names the archive."""
        if not self.archive or key.stage == "results":
            return key
        return Key(key.stage, key.name, {**key.parts, "archive": self.archive.sha256})

    def save(self) -> None:
        """Remember this build for the next."""
        self.digests.save()
        self.ledger.save()
        self.read.save()
