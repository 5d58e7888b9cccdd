"""``python -m tests.kills [TABLE...] [--points N]``: print the tables; fail if a row has a fault."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.kills import builds, disks, killing, locks, losses, scans, signals, watching
from tests.kills.gallery import STATES, Gallery
from tests.kills.rows import told
from tests.support import weights

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: the rows copy many."""


def kill(gallery, points):
    """Yield the kill table: steps in every starting state, then moments of computing, then torn writes."""
    for state in STATES:
        for cache in ("results kept", "all kept"):
            share = points if cache == "results kept" else points // 4
            yield f"SIGKILL, {state}, {cache}", killing.by_steps(gallery, state, cache, share)
    yield "SIGKILL while computing", killing.by_time(gallery, "old site", max(3, points // 4))
    sizes = [1, 64, 500, 2000, 5000, 10_000, 20_000]
    yield "killed in a write", killing.by_bytes(gallery, "old site", sizes)
    yield "SIGKILL, clean", killing.cleaning(gallery, points // 2)
    yield "SIGKILL, no exchange of folders", killing.in_two_steps(gallery)
    yield "SIGKILL, a step that is gone", killing.gone(gallery, "old site", "all kept")
    yield "watched", watching.swaps(gallery, points // 2)


def stop(gallery, points):
    """Yield the table of signals."""
    yield "SIGINT and SIGTERM", signals.by_steps(gallery, "old site", "results kept", points // 2)
    yield "SIGINT and SIGTERM while computing", signals.by_time(gallery, "old site", max(2, points // 5))


def fill(gallery, points):
    """Yield the table of disks."""
    with disks.mounted(gallery.work / "disk") as able:
        pass
    if able:
        yield "a small disk under the site", disks.of_the_site(gallery, max(2, points // 2))
        yield "a small disk under the cache", disks.of_the_cache(gallery, max(2, points // 2))
    else:
        print("\nnothing can be mounted here: no small disks")
    yield "no room, no right to write", disks.without_mounting(gallery)


def lose(gallery, points):
    """Yield the table of losses."""
    yield "a loss of power, one file", losses.singly(gallery)
    yield "a loss of power, all files", losses.together(gallery)
    yield "a loss of power, pages", losses.of_the_site(gallery)


def meet(gallery, points):
    """Yield the table of locks."""
    yield "a second build", locks.meeting(gallery)
    yield "one cache", locks.sharing(gallery, max(2, points // 8))
    yield "one cache, computing", locks.sharing(gallery, 1, "nothing kept")
    yield "a race", locks.racing(gallery, max(2, points // 8))


def scan(gallery, _points):
    """Yield the table of scans: 20 points for each of the two that are killed."""
    yield "SIGKILL while scanning", scans.rows(gallery.root / "scan", 40, 2)


def few(gallery, _points):
    """Yield what the suite runs: a few rows of each table, nothing computed."""
    yield "SIGKILL, old site", killing.some(gallery, "old site", "results kept", 5)
    yield "SIGKILL, fewer pages", killing.some(gallery, "fewer pages", "all kept", 2)
    yield "SIGKILL, no site", killing.some(gallery, "no site", "all kept", 2)
    yield "SIGKILL, no exchange of folders", killing.in_two_steps(gallery)
    yield "SIGKILL, a step that is gone", killing.gone(gallery, "old site", "all kept")
    yield "watched", watching.swaps(gallery, 2)
    yield "signals", signals.some(gallery, "old site", "results kept", 3)
    yield "no room, no right to write", disks.without_mounting(gallery)
    yield "losses", losses.together(gallery, ("cut in half",), FIGURES)
    yield "a second build", locks.meeting(gallery, (0.5,))
    yield "one cache", locks.sharing(gallery, 1)
    yield "SIGKILL while scanning", scans.rows(gallery.root / "scan", 2, 1)


FIGURES = ("figures", "pages", "digests", "ledgers", "seals")
TABLES = {"few": few, "kill": kill, "stop": stop, "fill": fill, "lose": lose, "meet": meet}
TABLES |= {"scan": scan}


def main():
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], metavar="TABLE", help=", ".join(TABLES))
    parser.add_argument("--points", type=int, default=40, help="points a table, about (default: 40)")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    weights.share()
    builds.preload()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="kills-", dir=MEMORY if MEMORY.is_dir() else None) as root:
        gallery = Gallery(Path(root))
        gallery.prepare(lambda: builds.succeed(gallery))
        for name in options.tables or list(TABLES)[1:]:
            for title, rows in TABLES[name](gallery, options.points):
                wrong += told(title, rows)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
