"""An archive: results in one file, to use on another machine.

Question: when may a build use a result of another machine? Its key contains everything that made it, and so
also the machine and the versions of its packages, which may change the last digits of numbers. Options: copy
the result into the cache as if it had been made here; ask the archive first, by the other parts of the key.
Choice: ask the archive. Picture, weights, network, settings and our code must agree. Machine and packages may
differ, and the site names those of the archive. The cache holds only what was made here, and figures drawn
from an archive are kept under a key that names it. Cost: every build reads the archive, and a build without
it computes the results itself.

Question: what is an archive? Choice: a zip of uncompressed entries, because floating-point numbers hardly
shrink. The same results give the same bytes on every machine, and no entry can be larger than it claims.
Nothing is ever unpacked to disk. Everything is verified before anything is used: names, sizes, checksums, and
that each entry is the record that its key promises. Cost: a sixth more bytes than a compressed zip.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from generator.errors import ArchiveError
from generator.records import Value
from generator.store import manifest
from generator.store.codec import unpack
from generator.store.key import Key, changes
from generator.store.manifest import FORMAT, NAME, STAGE, Manifest
from generator.store.versions import code
from generator.version import __version__

_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # the earliest date that the format can express
# zipfile documents only BadZipFile for damaged files but raises the others too: NotImplementedError for an
# unknown version or method, RuntimeError for an encrypted entry, EOFError and ValueError for wrong offsets.
_UNREADABLE = (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
_MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)


class Archive:
    """The results in a file, each of them verified.

    ``machine`` and ``packages`` say where the results were computed; ``sha256`` identifies the archive.

    Raises:
        ArchiveError: the file is missing, damaged, not an archive of results, or made by different code.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip = _opened(path)
        self._refuse_odd_entries()
        known = self._manifest()
        self.machine, self.packages = known.machine, known.packages
        self._results = known.results
        self._named = {entry.name: entry for entry in known.results.values()}
        self._lacking: dict[str, str] = {}
        self._refuse_other_entries()
        for place in self._results:
            self._read(place)

    def found(self, key: Key) -> Value | None:
        """Return the result for a key, ``None`` if the archive lacks it."""
        place = manifest.place(key.parts)
        if place in self._results:
            return self._read(place)
        known = self._named.get(key.name)
        changed = changes(known.parts, manifest.identity(key.parts)) if known else ()
        self._lacking[key.name] = f"changed: {', '.join(changed)}" if known else "not in it"
        return None

    def holds(self, key: Key) -> bool:
        """Tell whether the archive has the result for a key."""
        return manifest.place(key.parts) in self._results

    def lines(self) -> list[str]:
        """Report where the results were computed, how many were missing so far, and why."""
        said = [f"results from {self.path}, computed on {self.machine}, with {self.packages}"]
        if self._lacking:
            reasons = sorted(Counter(self._lacking.values()).items())
            listed = "; ".join(f"{count} {reason}" for reason, count in reasons)
            said.append(f"{len(self._lacking)} results are not from {self.path}: {listed}")
        return said

    def _manifest(self) -> Manifest:
        """Return the manifest, or refuse an archive that this code cannot use."""
        try:
            text = self._zip.read(NAME)
            known = Manifest.model_validate_json(text)
        except KeyError as error:
            raise self._refusal(f"has no {NAME}; 'gallery export' makes an archive of results") from error
        except ValidationError as error:
            raise self._refusal(f"its {NAME} was not written by 'gallery export'") from error
        except _UNREADABLE as error:
            raise self._refusal(f"is damaged: {error}") from error
        if known.format != FORMAT:
            versions = f"by version {known.generator}; version {__version__} reads format {FORMAT}"
            raise self._refusal(f"was written in format {known.format} {versions}; export it again")
        if known.code != code(STAGE):
            versions = f"version {known.generator}; this is {__version__}"
            raise self._refusal(f"was made by different code ({versions}); export it again with this code")
        self.sha256 = hashlib.sha256(text).hexdigest()
        return known

    def _refuse_odd_entries(self) -> None:
        """Refuse entries that are larger than the archive claims, or that overlap.

        Such entries could fill the memory: a few bytes can claim to be gigabytes (a zip bomb).
        """
        infos = self._zip.infolist()
        for info in infos:
            if info.compress_type != ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & 1:
                raise self._refusal(f"{info.filename!r} is compressed or encrypted; export it again")
        if sum(info.file_size for info in infos) > self.path.stat().st_size:
            raise self._refusal("its entries are larger than the file")

    def _refuse_other_entries(self) -> None:
        """Refuse an archive that holds more or less than its manifest lists."""
        names = Counter(self._zip.namelist())
        listed = Counter([NAME, *(f"{STAGE}/{place}" for place in self._results)])
        if more := sorted(names - listed):
            raise self._refusal(f"holds {more[0]!r}, which its {NAME} does not list")
        if less := sorted(listed - names):
            raise self._refusal(f"lacks {less[0]!r}, which its {NAME} lists")

    def _read(self, place: str) -> Value:
        """Return a result after verifying it."""
        entry = self._results[place]
        try:
            payload = self._zip.read(f"{STAGE}/{place}")
        except _UNREADABLE as error:
            raise self._refusal(f"{entry.name} is damaged: {error}") from error
        if hashlib.sha256(payload).hexdigest() != entry.sha256:
            raise self._refusal(f"{entry.name} is damaged: its checksum differs from the one listed")
        if manifest.place(entry.parts) != place:
            raise self._refusal(f"{entry.name} is listed under the hash of another result")
        with suppress(*_MISSHAPEN):
            value: Value = unpack(payload)
            if manifest.is_sound(value, entry.parts):
                return value
        raise self._refusal(f"{entry.name} is not a valid result")

    def _refusal(self, text: str) -> ArchiveError:
        return ArchiveError(f"{self.path}: {text}")


def write_archive(path: Path, keys: Iterable[Key], payload: Callable[[Key], bytes]) -> int:
    """Write the results under keys into an archive, and return their number.

    The same results give the same bytes.

    Raises:
        ArchiveError: another file has that name, or the archive cannot be written.
    """
    refuse_other_file(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    entries = {}
    try:
        with ZipFile(part, "x") as archive:
            for place, key in sorted({manifest.place(key.parts): key for key in keys}.items()):
                content = payload(key)
                archive.writestr(_info(f"{STAGE}/{place}"), content)
                entries[place] = manifest.entry(key, content)
            archive.writestr(_info(NAME), manifest.text(entries))
        part.replace(path)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return len(entries)


def _info(name: str) -> ZipInfo:
    """Return the header of an entry: without time, owner or compression, which would differ by machine."""
    info = ZipInfo(name, _BEGINNING_OF_ZIP)
    # 3 is Unix: ZipInfo's default is the system that runs. The upper half of the attributes is the file mode.
    info.create_system, info.external_attr, info.compress_type = 3, 0o600 << 16, ZIP_STORED
    return info


def refuse_other_file(path: Path) -> None:
    """Refuse a path in a missing folder, or of a file that is not an archive.

    Raises:
        ArchiveError: the folder is missing, or the file is not an archive of results.
    """
    if not path.parent.is_dir():
        raise ArchiveError(f"{path}: no folder {str(path.parent)!r}")
    if not path.exists():
        return
    with suppress(ArchiveError), _opened(path) as archive:
        if NAME in archive.namelist():
            return
    raise ArchiveError(f"{path}: exists and is not an archive of results; name another file")


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except FileNotFoundError as error:
        raise ArchiveError(f"{path}: no such file") from error
    except _UNREADABLE as error:
        raise ArchiveError(f"{path}: is not an archive of results, or is cut short") from error
