"""The table of disks: full, small and read-only disks under the site and under the cache.

A file system in memory is filled to various degrees. Only root may mount one; otherwise a limit on file
sizes, and folders without write permission, take its place.
"""

import os
import resource
import subprocess
from contextlib import contextmanager
from functools import partial

from tests.kills import builds
from tests.kills.gallery import files
from tests.kills.rows import Row, difference

FULL, READ_ONLY, TOO_LARGE = "No space left on device", "Read-only file system", "File too large"


@contextmanager
def mounted(place):
    """Mount a file system in memory at a place while the block runs; tell whether that may be."""
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", str(place)]
    able = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield able
    finally:
        if able:
            subprocess.run(["umount", str(place)], check=True)


def remount(place, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def of_the_site(gallery, steps):
    """Yield rows: the output folder on a disk with room for ever more bytes, or files; then read-only."""
    disk = gallery.work / "disk"
    new = _built(gallery, disk)
    for kind, more in _rooms(new, steps):
        gallery.start("old site", "all kept")
        with mounted(disk):
            _old_site(gallery, disk)
            before = files(disk)
            remount(disk, _options(disk, kind, more))
            ended = builds.run(gallery, "build", "-q", "-o", str(disk / "site"))
            reason = READ_ONLY if kind == "ro" else FULL
            yield _refused(ended, disk, before, new, f"site: {kind} +{more}", reason)


def _refused(ended, disk, before, new, blow, reason):
    """Return the row of a disk too small for a site: the old one stands, and the place is named."""
    site = files(disk / "site")
    if ended.status == 0:
        return Row(blow, "built", () if site == new else (difference(site, new),))
    faults = [] if files(disk) == before else [f"the old site: {difference(files(disk), before)}"]
    line = ended.said.splitlines()[-1] if ended.said else ""
    told = line.startswith(f"gallery: {disk / 'site'}") and line.endswith(f": cannot be written: {reason}")
    faults += [] if ended.status == 1 and told and ended.said.count("\n") == 1 else [f"{ended}"]
    return Row(blow, line.removeprefix(f"gallery: {disk}/")[:38], tuple(faults))


def of_the_cache(gallery, steps):
    """Yield rows: the cache on such a disk. The build warns and goes on; the next has room and is normal."""
    disk = gallery.work / "disk"
    new = _built(gallery, disk)
    for kind, more in _rooms(new, steps):
        gallery.start("old site", "results kept")
        with mounted(disk):
            subprocess.run(["cp", "-a", f"{gallery.cache}/.", str(disk)], check=True)
            remount(disk, _options(disk, kind, more))
            there = {"GALLERY_CACHE": str(disk)}
            ended = builds.run(gallery, environment=there)
            faults = list(_warned(ended, disk, READ_ONLY if kind == "ro" else FULL))
            faults += [f"left half written: {left}"] if (left := list(disk.rglob("*.part"))) else []
            faults += [] if _made(gallery.site) == new else ["the site is wrong"]
            remount(disk, "rw,size=64m,nr_inodes=100k")
            again = builds.run(gallery, environment=there)
            faults += [] if (again.status, again.said) == (0, "") else [f"the next build: {again}"]
            seen = "warned" if ended.said else "silent"
            yield Row(f"cache: {kind} +{more}", seen, tuple(faults))


def _warned(ended, disk, reason):
    """Yield the faults in the messages about a cache that cannot be written: one warning, or none."""
    word = f"warning: {disk}: cannot be written: {reason}; nothing more is kept\n"
    if ended.status or ended.said not in ("", word):
        yield f"{ended}"


def _rooms(new, steps):
    """Yield the free space of a disk: a number of bytes or files, from none up to what a site needs."""
    pages = sum(-(-len(content) // 4096) + 1 for content in new.values())
    yield from (("bytes", 4096 * round(pages * step / steps)) for step in range(steps))
    yield from (("files", round(1.5 * len(new) * step / steps)) for step in range(steps))
    yield "ro", 0


def _options(disk, kind, more):
    found = os.statvfs(disk)
    if kind == "ro":
        return "ro"
    if kind == "bytes":
        return f"size={(found.f_blocks - found.f_bfree) * found.f_frsize + more}"
    return f"nr_inodes={found.f_files - found.f_ffree + more}"


def _built(gallery, disk):
    """Return the files of the site that a build makes, without the user's."""
    gallery.start("no site", "all kept")
    builds.run(gallery)
    return files(gallery.site)


def _made(site):
    """Return the files of a site without the user's."""
    listed = (site / ".gallery-site").read_text().splitlines()
    return {path: content for path, content in files(site).items() if path in {*listed, ".gallery-site"}}


def _old_site(gallery, disk):
    """Put a site with other content on a disk."""
    subprocess.run(["cp", "-a", str(gallery.root / "states" / "fewer pages" / "site"), str(disk)], check=True)


# Where nothing can be mounted


def without_mounting(gallery):
    """Yield rows that every system can show."""
    gallery.start("no site", "all kept")
    builds.run(gallery)
    new = files(gallery.site)
    largest = max(map(len, new.values()))
    gallery.start("fewer pages", "all kept")
    old = files(gallery.site)
    written = max(len(content) for path, content in new.items() if old.get(path) != content)
    for size in (1000, 4000, written - 1):
        gallery.start("fewer pages", "all kept")
        before = gallery.seen()
        ended = builds.run(gallery, prepare=partial(_limit, size))
        faults = [] if gallery.seen() == before else ["something has changed"]
        told = ended.said.startswith(f"gallery: {gallery.site}/") and ended.said.count("\n") == 1
        told = told and ended.said.endswith(f": cannot be written: {TOO_LARGE}\n")
        faults += [] if ended.status == 1 and told else [f"{ended}"]
        yield Row(f"site: no file over {size} bytes", "refused", tuple(faults))
    yield _small_cache(gallery, new, largest)
    for place in ("/dev/null/cache", "/proc/cache"):
        gallery.start("no site", "all kept")
        yield _no_place_for_cache(gallery, new, place)
    for place in ("/dev/null/site", "/proc/site"):
        gallery.start("no site", "all kept")
        ended = builds.run(gallery, "build", "-q", "-o", place)
        told = ended.said.startswith(f"gallery: {place}: cannot be written: ") and ended.said.count("\n") == 1
        yield Row(f"site: {place}", "refused", () if ended.status == 1 and told else (f"{ended}",))


def _small_cache(gallery, new, largest):
    """Return the row of a limit that every page keeps to, but not the largest figure as it is kept."""
    gallery.start("no site", "results kept")
    ended = builds.run(gallery, prepare=partial(_limit, largest))
    faults = list(_warned(ended, gallery.cache, TOO_LARGE)) if ended.said else ["no warning"]
    faults += [] if files(gallery.site) == new else ["the site is wrong"]
    faults += [f"left half written: {gallery.parts()}"] if gallery.parts() else []
    return Row(f"cache: no file over {largest} bytes", "warned", tuple(faults))


def _no_place_for_cache(gallery, new, place):
    """Return the row of a cache that was read in full, and then is where nobody may write."""
    ended = builds.run(gallery, environment={"GALLERY_CACHE": place})
    lines = [line for line in ended.said.splitlines() if line.startswith("warning: ")]
    faults = [] if ended.status == 0 and len(lines) == 1 else [f"{ended}"]
    faults += [] if files(gallery.site) == new else ["the site is wrong"]
    return Row(f"cache: {place}", "warned", tuple(faults))


def _limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
