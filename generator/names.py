"""Names that nothing in a site may have: those that the site itself uses, and those that no file can have.

Pictures, models, layers, tags and pages become folders and files of a site. A build that finds out late that
two of them are one file has computed for nothing, so a configuration is checked against these lists first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal["page", "file", "picture", "model", "layer"]

TAKEN: Mapping[Kind, tuple[str, ...]] = {
    "page": (
        "about",
        "albums",
        "assets",
        "embed",
        "images",
        "index",
        "live",
        "models",
        "page",
        "search",
        "tags",
    ),
    "file": ("404.html", "cname", "feed.xml", "gallery.json", "index.html", "robots.txt", "sitemap.xml"),
    "picture": (),
    "model": ("compare",),
    "layer": ("index.html",),
}
"""Kind of thing -> the site's own names beside those of that kind: models also lie in pictures' folders."""

SUFFIXES = (".avif", ".html", ".jpg", ".json", ".svg", ".txt", ".webp", ".xml")
"""The suffixes of a site's own files; a folder that ends in one could be such a file."""

LONGEST_BYTES = 200
"""The length of a name in UTF-8. File systems take 255 bytes, of which suffixes and checksums need some."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff<>:"/\\|?*]')


def fault_of_name(name: str, kind: Kind) -> str:
    """Return why nothing of a kind may have this name in a site, or nothing.

    >>> fault_of_name("fire9", "layer"), fault_of_name("index.html", "layer")
    ('', 'the site has a folder or file of that name')
    >>> fault_of_name("aux.h5", "model")
    'Windows reserves it for a device'
    """
    if name.casefold() in TAKEN[kind]:
        return "the site has a folder or file of that name"
    return fault_of_file(name)


def fault_of_file(name: str) -> str:
    """Return why no file can have this name on Linux, macOS and Windows, or nothing.

    >>> fault_of_file(".."), fault_of_file("a/b"), fault_of_file("conv.")
    ('it means another folder', "no file name contains '/'", 'Windows drops the last character')
    """
    if name in ("", ".", ".."):
        return "it means another folder"
    if found := _FORBIDDEN.search(name):
        return f"no file name contains {found[0]!r}"
    if name.endswith((".", " ")):
        return "Windows drops the last character"
    if _DEVICES.fullmatch(name):
        return "Windows reserves it for a device"
    length = len(name.encode("utf-8", "surrogatepass"))
    return (
        f"it has {length} bytes, at most {LONGEST_BYTES} fit into a file name"
        if length > LONGEST_BYTES
        else ""
    )
