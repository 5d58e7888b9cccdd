"""The kill table: SIGKILL at points spread over the whole run, and what is left afterwards."""

import ctypes
import resource
import signal
from dataclasses import dataclass
from functools import partial

from tests.kills import builds, steps
from tests.kills.blows import Blow, count, strike
from tests.kills.rows import Row, difference


@dataclass(frozen=True)
class Undisturbed:
    """An undisturbed build: the site before and after it, the cache it leaves, its points and its time."""

    old: object
    new: object
    kept: frozenset
    points: tuple
    seconds: float


def undisturbed(gallery, state, cache):
    """Return what a build from a starting state does."""
    gallery.start(state, cache)
    old = gallery.seen()
    ended, points = count(gallery)
    if (ended.status, ended.said) != (0, ""):
        raise RuntimeError(f"{state}, {cache}: the undisturbed build ended with {ended}")
    return Undisturbed(old, gallery.seen(), frozenset(gallery.entries()), points, ended.seconds)


def in_two_steps(gallery):
    """Yield rows for a system that cannot exchange folders: for a moment there is none, but none is lost."""
    gallery.start("old site", "all kept")
    old = gallery.seen()
    ended, points = count(gallery, first=_without_exchange)
    calm = Undisturbed(old, gallery.seen(), frozenset(gallery.entries()), points, ended.seconds)
    for place in (place for place, point in enumerate(points) if _moves_the_site(point)):
        for moment in ("before", "after"):
            blow = Blow(moment, first=_without_exchange)
            struck = strike(gallery, ("old site", "all kept"), points, place, blow)
            row = judged(gallery, calm, struck.ended, f"{_told(moment, struck)}, of two steps")
            faults = [fault for fault in row.faults if not fault.endswith(": no site")]
            yield Row(row.blow, row.seen, tuple(faults))


def _without_exchange():
    def refuse(_name):
        raise OSError("no library")

    ctypes.CDLL = refuse


def by_steps(gallery, state, cache, points):
    """Yield a row for each point: before and after steps spread evenly, and all those of the swap."""
    calm = undisturbed(gallery, state, cache)
    for place in spread(calm.points, points):
        for moment in ("before", "after"):
            yield _killed(gallery, calm, (state, cache), place, moment)


def some(gallery, state, cache, points):
    """Yield a row for each point, before and after a step in turn; the swap is among them."""
    calm = undisturbed(gallery, state, cache)
    for number, place in enumerate(spread(calm.points, points, whole=False)):
        yield _killed(gallery, calm, (state, cache), place, ("before", "after")[number % 2])


def _killed(gallery, calm, start, place, moment):
    struck = strike(gallery, start, calm.points, place, Blow(moment))
    return judged(gallery, calm, struck.ended, _told(moment, struck))


def _told(moment, struck):
    """Return a short description of where a run was struck."""
    turn = f" no. {struck.point.turn}" if struck.point.turn > 1 else ""
    return f"{moment} {struck.point.what} {struck.point.path[-32:]}{turn}"


def gone(gallery, state, cache):
    """Yield the row of a blow at a step that no run takes: it falls at a point before that."""
    calm = undisturbed(gallery, state, cache)
    place = len(calm.points) // 2
    points = (*calm.points[:place], steps.Point("os.mkdir", "nowhere", 1), *calm.points[place:])
    struck = strike(gallery, (state, cache), points, place, Blow("before"))
    row = judged(gallery, calm, struck.ended, f"gone; {_told('before', struck)}")
    faults = [] if struck.point in calm.points[:place] else [f"struck at {struck.point}"]
    yield Row(row.blow, row.seen, (*row.faults, *faults))


def spread(points, wanted, whole=True):
    """Return the places of points: so many spread evenly, and the swap; with ``whole``, one of each kind."""
    last = len(points) - 1
    chosen = {round(last * number / max(1, wanted - 1)) for number in range(wanted)}
    chosen |= {place for place, point in enumerate(points) if point.what == "swap"}
    if whole:
        chosen |= set({point.what: place for place, point in enumerate(points)}.values())
        chosen |= {place for place, point in enumerate(points) if _moves_the_site(point)}
    return sorted(chosen)


def _moves_the_site(point):
    return point.what == "os.rename" and ".part" not in point.path


def by_time(gallery, state, points):
    """Yield a row for each moment of a build that computes everything."""
    calm = undisturbed(gallery, state, "nothing kept")
    for place in range(points):
        seconds = calm.seconds * (place + 0.5) / points
        gallery.start(state, "nothing kept")
        ended = builds.run_until(gallery, seconds, signal.SIGKILL)
        while ended.status == 0:  # quicker than the undisturbed one: another busy moment of the machine
            seconds *= 0.7
            gallery.start(state, "nothing kept")
            ended = builds.run_until(gallery, seconds, signal.SIGKILL)
        yield judged(gallery, calm, ended, f"computing, after {seconds:.1f} of {calm.seconds:.1f} s")


def by_bytes(gallery, state, sizes):
    """Yield a row for each size at which a write is cut short, the process dying in it."""
    calm = undisturbed(gallery, state, "results kept")
    for size in sizes:
        gallery.start(state, "results kept")
        ended = builds.run(gallery, prepare=partial(_die_at, size))
        yield judged(gallery, calm, ended, f"in the middle of a write, after {size} bytes", -signal.SIGXFSZ)


def _die_at(size):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def judged(gallery, calm, ended, blow, status=-signal.SIGKILL):
    """Return the row of a blow: the state right after it, and after the next build."""
    faults = [] if ended.status == status else [f"ended with {ended.status}: {ended.said[-200:]}"]
    after = gallery.seen()
    faults += whole(calm, after)
    finished, parts = gallery.entries(), gallery.parts()
    what = "new" if after.site == calm.new.site else "none" if after.site is None else "old"
    seen = f"{what} site, {len(finished)} kept, {len(parts)} torn, {len(after.beside)} beside"
    return Row(blow, seen, (*faults, *recovered(gallery, calm, finished)))


def whole(calm, after):
    """Yield what is wrong right after a blow."""
    if after.site not in (calm.old.site, calm.new.site):
        yield f"the site is neither old nor new: {difference(after.site, calm.new.site)}"
    if after.theirs != calm.old.theirs:
        yield f"the user's: {difference(after.theirs, calm.old.theirs)}"


def recovered(gallery, calm, finished):
    """Yield what is wrong after the next build, which gets no help."""
    ended = builds.run(gallery)
    if (ended.status, ended.said) != (0, ""):
        yield f"the next build ended with {ended.status}: {ended.said[-300:]}"
    after = gallery.seen()
    if after.site != calm.new.site:
        yield f"the next site: {difference(after.site, calm.new.site)}"
    if after.theirs != calm.old.theirs:
        yield f"the user's, next: {difference(after.theirs, calm.old.theirs)}"
    if after.beside or gallery.parts():
        yield f"left behind: {sorted(after.beside)} {gallery.parts()}"
    entries = gallery.entries()
    again = [path for path in finished if entries.get(path) != finished[path]]
    if again:
        yield f"made again: {again}"
    if useless := finished.keys() - calm.kept:
        yield f"kept, but what no build asks for: {sorted(useless)}"


def cleaning(gallery, points):
    """Yield rows for points of a removal: another ends it as ever, and a build after either is as ever."""
    calm = undisturbed(gallery, "old site", "all kept")
    cleaned, passed = _calmly_cleaned(gallery)
    for place in spread(passed, points, whole=False):
        moment = ("before", "after")[place % 2]
        struck = strike(gallery, ("old site", "all kept"), passed, place, Blow(moment), ("clean",))
        faults = [] if struck.ended.status == -signal.SIGKILL else [f"ended with {struck.ended}"]
        if place % 4 < 2:
            again = builds.run(gallery, "clean")
            faults += [f"the next removal: {again}"] if again.status else []
            faults += [] if gallery.seen() == cleaned else ["not removed as ever"]
        faults += recovered(gallery, calm, {})
        yield Row(f"clean: {_told(moment, struck)}", "removed, or built", tuple(faults))


def _calmly_cleaned(gallery):
    """Return what an undisturbed removal leaves, and the points it passes."""
    gallery.start("old site", "all kept")
    _, passed = count(gallery, ("clean",))
    return gallery.seen(), passed
