"""The size of a built site, compared with the limits of GitHub Pages: 1 GB a site, 100 MB a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SITE_BYTES, FILE_BYTES = 1_000_000_000, 100_000_000
LARGEST = 10


def report(site: Path) -> Iterator[str]:
    """Yield the size of a site, then its largest files, one line each."""
    sizes = _sizes(site)
    whole = sum(sizes.values())
    share = 100 * whole / SITE_BYTES
    yield f"{len(sizes)} files, {amount(whole)}: {share:.1f} % of the {amount(SITE_BYTES)} of GitHub Pages"
    for name in sorted(sizes, key=lambda name: (-sizes[name], name))[:LARGEST]:
        yield f"  {amount(sizes[name]):>9}  {name}"


def excesses(site: Path) -> list[str]:
    """Return what GitHub Pages would refuse, one line each."""
    sizes = _sizes(site)
    found = [
        f"{name}: {amount(size)}; GitHub takes files of {amount(FILE_BYTES)} at most"
        for name, size in sorted(sizes.items())
        if size > FILE_BYTES
    ]
    whole = sum(sizes.values())
    if whole > SITE_BYTES:
        found.append(f"the site: {amount(whole)}; GitHub Pages takes {amount(SITE_BYTES)} at most")
    return found


def amount(size: int) -> str:
    """Return a number of bytes in the largest unit in which it is at least 1.

    >>> [amount(size) for size in (0, 999, 1_500, 20_000_000, 1_000_000_000)]
    ['0 B', '999 B', '1.5 kB', '20.0 MB', '1.0 GB']
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


def _sizes(site: Path) -> dict[str, int]:
    return {
        path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()
    }
