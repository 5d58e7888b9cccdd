"""Finds references that lead nowhere, or out of the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from generator.check.site_file import SiteFile

_ELSEWHERE = ("http", "https", "mailto")
_PLAIN = re.compile(r"[\w./-]+(#[\w./-]*)?", re.ASCII)
"""A path with an anchor or without one, in which nothing is escaped."""
_HAVE_ANCHORS = (".html", ".svg")


def broken_references(file: SiteFile, site: Mapping[str, SiteFile]) -> Iterator[tuple[int, str]]:
    """Yield the line and the problem of each broken reference."""
    fault_of = _fault_in_svg if file.path.endswith(".svg") else _fault
    for reference in file.references:
        fault = fault_of(file, reference.target, site)
        if fault:
            yield reference.line, f"{reference.attribute} '{reference.target}': {fault}"


def _fault_in_svg(file: SiteFile, target: str, _site: Mapping[str, SiteFile]) -> str | None:
    if not target.startswith("#"):
        return "an SVG may refer only to itself"
    return None if target[1:] in file.ids else "no such id"


def _fault(file: SiteFile, target: str, site: Mapping[str, SiteFile]) -> str | None:
    """Return what is wrong with a link, ``None`` if nothing is."""
    if _PLAIN.fullmatch(target):
        path, _, anchor = target.partition("#")
    else:
        try:
            scheme, host, path, _query, anchor = urlsplit(target)
        except ValueError:
            return "not an address"
        if scheme in _ELSEWHERE:
            return None
        if scheme or host or not target:
            return "not a relative link"
    if path.startswith("/"):
        return "not a relative link"
    found = _joined(file.path.rpartition("/")[0], path) if path else file.path
    return _fault_of_file(found, site) or _fault_of_anchor(site[found], unquote(anchor))


@lru_cache(2**14)  # the pages of a folder share most of their links
def _joined(folder: str, path: str) -> str:
    """Return the path in the site that a path from a folder leads to."""
    return posixpath.normpath(posixpath.join(folder, unquote(path)))


def _fault_of_file(path: str, site: Mapping[str, SiteFile]) -> str | None:
    if path in site:
        return None
    if path.startswith("../") or path == "..":
        return "leads out of the site"
    is_folder = path == "." or any(name.startswith(f"{path}/") for name in site)
    return "names a folder, not a file" if is_folder else "no such file"


def _fault_of_anchor(file: SiteFile, anchor: str) -> str | None:
    if not anchor or anchor in file.ids or not file.path.endswith(_HAVE_ANCHORS):
        return None
    return "no such anchor"
