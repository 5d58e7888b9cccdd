"""The files of a site that are published."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from generator.errors import PublishError

MARKER = ".gallery-site"
UNPUBLISHED = frozenset({MARKER, ".gitkeep"})
"""Files at the top of a site's folder that are for ``gallery`` or git, not for visitors."""

CNAME = "CNAME"


def contents(site: Path, cname: str = "") -> Mapping[str, Path | bytes]:
    """Return what is published: relative POSIX path -> a file of the site, or bytes; sorted by path.

    Raises:
        PublishError: a file cannot be published, or the folder has a ``CNAME`` with another name than
        ``cname``.
    """
    found: dict[str, Path | bytes] = dict(_files(site))
    if cname:
        theirs = found.setdefault(CNAME, f"{cname}\n".encode())
        if isinstance(theirs, Path) and (said := theirs.read_text("utf-8", "replace").strip()) != cname:
            raise PublishError(
                f"{theirs}: says {said!r}, the configuration {cname!r}; change one or remove it"
            )
    return dict(sorted(found.items()))


def _files(site: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if name in UNPUBLISHED or path.name == MARKER or ".git" in PurePosixPath(name).parts:
            continue
        if path.is_symlink():
            raise PublishError(f"{path}: is a symbolic link; GitHub Pages does not accept these")
        if path.is_file():
            if not name.isprintable():
                raise PublishError(f"{os.fsencode(path)!r}: cannot be published under this name; rename it")
            yield name, path
