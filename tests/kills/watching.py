"""A second process that reads the site all the time while builds replace it: it must be old or new."""

import os
import signal
from contextlib import suppress

from tests.kills import builds
from tests.kills.rows import Row

LOOKED = ("index.html", ".gallery-site")


def swaps(gallery, count):
    """Yield the row of several builds, each with another title, while a second process reads the site."""
    gallery.start("old site", "all kept")
    config = gallery.folder / "gallery_config.yml"
    whole = set()
    for title in ("Old", "New"):
        _retitle(config, title)
        builds.run(gallery)
        whole.add(_look(gallery.site))
    reading, writing = os.pipe()
    watcher = _watch(gallery.site, whole, writing)
    os.close(writing)
    statuses = []
    for number in range(count):
        _retitle(config, ("Old", "New")[number % 2])
        statuses.append(builds.run(gallery).status)
    os.kill(watcher, signal.SIGTERM)
    with os.fdopen(reading) as pipe:
        *faults, looks = pipe.read().splitlines()
    os.waitpid(watcher, 0)
    faults += [f"a build ended with {status}" for status in statuses if status]
    faults += [] if len(whole) == 2 else ["the titles make no difference"]
    yield Row(f"{count} swaps, watched", f"{looks} looks", tuple(faults[:3]))


def _retitle(config, title):
    lines = config.read_text().splitlines()
    config.write_text("\n".join([f"title: {title}", *lines[1:], ""]))


def _watch(site, whole, pipe):
    """Fork a process that reads the site until stopped, and writes the faults and the number of reads."""
    watcher = os.fork()
    if watcher:
        return watcher
    told, looks, stopped = set(), 0, []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    while not stopped:
        looks += 1
        with suppress(_SwapError):
            try:
                if _look(site) not in whole:
                    told.add("mixed")
            except FileNotFoundError as error:
                told.add(f"missing: {error.filename}")
    os.write(pipe, "".join(f"{line}\n" for line in [*sorted(told), looks]).encode())
    os._exit(0)


class _SwapError(Exception):
    """The files read belong to two sites, because the swap came between."""


def _look(site):
    """Return what a look at the site by its name gives.

    Raises:
        FileNotFoundError: there is no site, or a site without one of its files.
        _SwapError: the name stood for another folder at the end.
    """
    number = site.stat().st_ino
    try:
        found = tuple((site / name).read_bytes() for name in LOOKED)
    except FileNotFoundError:
        if site.stat().st_ino == number:
            raise
        raise _SwapError from None
    if site.stat().st_ino != number:
        raise _SwapError
    return found
