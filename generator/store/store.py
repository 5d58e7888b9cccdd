"""Everything kept between the builds of one gallery, behind one interface.

The key of a result does not say where it was computed; the store adds the machine and its packages. To that
of a table it adds the machine without the number of its cores: it was computed by one thread. If there
is an archive, it is asked first for results. What such a build draws is kept under a key that names the
archive, so that no later build takes it for a drawing of results computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from generator import environment
from generator.errors import StoreError
from generator.records import Value
from generator.store.archive import Archive
from generator.store.codec import pack, unpack
from generator.store.digests import Digests
from generator.store.entries import Entries
from generator.store.key import Key, text_digest
from generator.store.ledger import REDONE, REUSED, TAKEN, Ledger
from generator.store.memo import Memo
from generator.store.memory import recalled, remember
from generator.store.versions import code, packages


class Store:
    """The memory of a gallery between its builds.

    Args:
        folder: the cache, which all galleries share.
        gallery: the name of this gallery in the cache.
        report: called for entries that are damaged or cannot be kept.
        fresh: find nothing that earlier builds kept, so that everything is made again.
        archive: results of another machine, asked before the cache.
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
        self.folder, self.archive = folder, archive
        self.ledger = Ledger(folder / environment.LEDGERS / name)
        self.checked_links = Memo(folder / environment.LINKS / name, code("check"))
        self._entries = Entries(folder, report, fresh)
        self._digests = Digests(folder / environment.DIGESTS / name)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file, remembered while the file is unchanged.

        Raises:
            OSError: the file cannot be read.
        """
        return self._digests.of(path)

    def digest_of_all(self, name: str, files: Mapping[str, Path]) -> str:
        """Return the SHA-256 of several files and their names, remembered under a name while none changes."""
        return self._digests.of_all(name, files)

    def known_digest_of_all(self, name: str, files: Mapping[str, Path]) -> str:
        """Return the same without reading any file; nothing if it is not remembered."""
        return self._digests.known_of_all(name, files)

    def find(self, key: Key) -> Value | None:
        """Return the value under a key from the archive or the cache, ``None`` if missing or damaged."""
        taken = self.archive.found(key) if self.archive and key.travels else None
        if taken is not None:
            self.ledger.note(self._placed(key), TAKEN)
            return taken
        placed = self._placed(key)
        content = self._entries.get(placed)
        if content is None:
            return None
        self.ledger.note(placed, REUSED)
        value: Value = unpack(content)
        return value

    def recall(self, key: Key) -> Value | None:
        """Return a value that ``find`` or ``keep`` has seen, ``None`` if it has been removed since."""
        if self.archive and key.travels and self.archive.holds(key):
            return self.archive.found(key)
        content = self._entries.get(self._placed(key))
        value: Value | None = None if content is None else unpack(content)
        return value

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value that was just made."""
        placed = self._placed(key)
        self._entries.put(placed, pack(value))
        self.ledger.note(placed, REDONE)

    def keep_table(self, key: Key, value: Value) -> None:
        """Keep a table that was just made: on the disk before this returns, because it took long to make.

        Raises:
            StoreError: it cannot be kept.
        """
        placed = self._placed(key)
        try:
            self._entries.put_synced(placed, pack(value))
        except OSError as error:
            raise StoreError(
                f"{self.folder}: cannot be written: {error.strerror}; {key.name} is lost"
            ) from error
        self.ledger.note(placed, REDONE)

    def packed(self, key: Key) -> bytes | None:
        """Return the bytes kept under a key, as an archive stores them; ``None`` if missing or damaged."""
        return self._entries.get(self._placed(key))

    def origin(self, keys: Iterable[Key]) -> dict[str, str]:
        """Return where results were computed, for the site to show; empty if none is from the archive."""
        if not self.archive:
            return {}
        held = {key.name: self.archive.holds(key) for key in keys if key.travels}
        if not any(held.values()):
            return {}
        here = ", ".join(name for name, is_held in held.items() if not is_held)
        made = {"computed_on": self.archive.machine, "computed_with": self.archive.packages}
        return made | ({"not_computed_there": here} if here else {})

    def save(self) -> None:
        """Save what the next build needs to know of this one."""
        self._digests.save()
        self.ledger.save()
        self.checked_links.save()

    def scan_file(self, source: Path) -> Path:
        """Return the file that changes whenever a scan finds other shards in a data set."""
        return self.folder / environment.SCANS / f"{text_digest(str(source))[:32]}.json"

    def note_scan(self, source: Path, shards: Mapping[str, str]) -> None:
        """Note the digests of all shards of a data set, by name."""
        path = self.scan_file(source)
        if recalled(path) != dict(shards):
            remember(path, shards)

    def save_digests(self) -> None:
        """Save the digests of files that were read, and forget none: this is no build."""
        self._digests.save(forgets=False)

    def trim(self, limit_bytes: int) -> int:
        """Remove the entries unused for longest until the rest fits; return the bytes removed."""
        return self._entries.trim(limit_bytes)

    def _placed(self, key: Key) -> Key:
        """Return a key with the machine, packages and archive that its numbers come from."""
        if not key.is_computed:
            return key
        is_table = key.stage == "tables"
        machine = environment.machine_of_one_thread() if is_table else environment.machine()
        origin = {"machine": machine, "results packages": packages("results")}
        if self.archive and not key.travels:
            origin["archive"] = self.archive.sha256
        return key.with_parts(origin)
