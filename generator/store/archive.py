"""Results in one file, for another machine.

Question: when is a result of another machine the one that is asked for? A key says all that made a result,
and with it the machine and the versions of its packages, by which the last digits of numbers may differ.
Options: enter it into the cache as if it had been made here; or ask the archive first, by the other parts.
Choice: ask it. Picture, weights, network, settings and our code must agree; machine and packages may differ,
and the site says which they were. The cache holds nothing that was not made here, and what is drawn from an
archive is kept under a key that names it. Cost: each build reads the archive, and one without it computes.

Question: what is an archive? Choice: a zip whose entries are stored as they are, since numbers hardly shrink:
the same results give the same bytes wherever they are written, and no entry is larger than it says. Nothing
is ever unpacked to disk. All is verified before anything is used: names, sizes, checksums, and that each
entry is the record that its key promises. Cost: a sixth more bytes than compressed.
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

_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
_MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)


class Archive:
    """The results in a file, every one of them verified.

    ``machine`` and ``packages`` say where they were made, ``sha256`` names the archive.

    Raises:
        ArchiveError: it is not there, damaged, no archive of results, or made by other code than ours.
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
        """Return the result that is asked for, ``None`` where the archive has none."""
        place = manifest.place(key.parts)
        if place in self._results:
            return self._read(place)
        known = self._named.get(key.name)
        changed = changes(known.parts, manifest.identity(key.parts)) if known else ()
        self._lacking[key.name] = f"changed: {', '.join(changed)}" if known else "not in it"
        return None

    def holds(self, key: Key) -> bool:
        """Tell whether the archive has the result that is asked for."""
        return manifest.place(key.parts) in self._results

    def lines(self) -> list[str]:
        """Return where the results were made, and how many had to come from elsewhere, and why."""
        said = [f"results from {self.path}, computed on {self.machine}, with {self.packages}"]
        if self._lacking:
            reasons = sorted(Counter(self._lacking.values()).items())
            listed = "; ".join(f"{count} {reason}" for reason, count in reasons)
            said.append(f"{len(self._lacking)} results are not from {self.path}: {listed}")
        return said

    def _manifest(self) -> Manifest:
        """Return the manifest, or refuse an archive that is not for us."""
        try:
            text = self._zip.read(NAME)
            known = Manifest.model_validate_json(text)
        except KeyError as error:
            raise self._refusal(f"has no {NAME}; 'gallery export' makes an archive of results") from error
        except ValidationError as error:
            raise self._refusal(f"its {NAME} is not one of ours") from error
        except _UNREADABLE as error:
            raise self._refusal(f"is damaged: {error}") from error
        if known.format != FORMAT:
            versions = f"by version {known.generator}; version {__version__} reads format {FORMAT}"
            raise self._refusal(f"was written in format {known.format} {versions}; export it again")
        if known.code != code(STAGE):
            versions = f"of version {known.generator}, this is {__version__}"
            raise self._refusal(f"was made by other code ({versions}); export it again with this code")
        self.sha256 = hashlib.sha256(text).hexdigest()
        return known

    def _refuse_odd_entries(self) -> None:
        """Refuse entries that are larger than the archive says or that share their bytes."""
        infos = self._zip.infolist()
        for info in infos:
            if info.compress_type != ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & 1:
                raise self._refusal(f"{info.filename!r} is compressed or encrypted; ours are not")
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
        """Return a result, verified."""
        entry = self._results[place]
        try:
            payload = self._zip.read(f"{STAGE}/{place}")
        except _UNREADABLE as error:
            raise self._refusal(f"{entry.name} is damaged: {error}") from error
        if hashlib.sha256(payload).hexdigest() != entry.sha256:
            raise self._refusal(f"{entry.name} is damaged: its checksum is not the one listed")
        if manifest.place(entry.parts) != place:
            raise self._refusal(f"{entry.name} is not what its place says")
        with suppress(*_MISSHAPEN):
            value: Value = unpack(payload)
            if manifest.is_sound(value, entry.parts):
                return value
        raise self._refusal(f"{entry.name} is no result of ours")

    def _refusal(self, text: str) -> ArchiveError:
        return ArchiveError(f"{self.path}: {text}")


def write_archive(path: Path, keys: Iterable[Key], payload: Callable[[Key], bytes]) -> int:
    """Write the results under keys into an archive and return how many; the same give the same bytes.

    Raises:
        ArchiveError: the file is there and no archive, or cannot be written.
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
    """Return how an entry is written: without times, owners or compression."""
    info = ZipInfo(name, _BEGINNING_OF_ZIP)
    info.create_system, info.external_attr, info.compress_type = 3, 0o600 << 16, ZIP_STORED
    return info


def refuse_other_file(path: Path) -> None:
    """Refuse a path at which no archive can be, or something else is.

    Raises:
        ArchiveError: there is no such folder, or a file that is no archive of results.
    """
    if not path.parent.is_dir():
        raise ArchiveError(f"{path}: no folder {str(path.parent)!r}")
    if not path.exists():
        return
    with suppress(ArchiveError), _opened(path) as archive:
        if NAME in archive.namelist():
            return
    raise ArchiveError(f"{path}: is there already and no archive of results; name another file")


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except FileNotFoundError as error:
        raise ArchiveError(f"{path}: no such file") from error
    except _UNREADABLE as error:
        raise ArchiveError(f"{path}: is no archive of results, or cut short") from error
