"""The kill table: SIGKILL at points spread over the whole run, and what is left."""

import ctypes
import json
import resource
import signal
from dataclasses import dataclass
from functools import partial

from tests.kills import builds, steps
from tests.kills.rows import Row, difference


@dataclass(frozen=True)
class Undisturbed:
    """What a build does where nothing disturbs it: what was there, what comes and is kept, steps, time."""

    old: object
    new: object
    kept: frozenset
    steps: tuple
    seconds: float


def undisturbed(gallery, state, cache):
    """Return what a build from a starting state does."""
    gallery.start(state, cache)
    old = gallery.seen()
    ended, noted = _counted(gallery)
    if (ended.status, ended.said) != (0, ""):
        raise RuntimeError(f"{state}, {cache}: the undisturbed build ended with {ended}")
    return Undisturbed(old, gallery.seen(), frozenset(gallery.entries()), noted, ended.seconds)


def in_two_steps(gallery):
    """Yield rows for a system that cannot exchange folders: for a moment there is none, but none is lost."""
    gallery.start("old site", "all kept")
    old = gallery.seen()
    ended, noted = _counted(gallery, first=_without_exchange)
    calm = Undisturbed(old, gallery.seen(), frozenset(gallery.entries()), noted, ended.seconds)
    for number in (number for number, step in enumerate(noted) if _moves_the_site(*step)):
        for moment in ("before", "after"):
            gallery.start("old site", "all kept")
            ended = builds.run(
                gallery, prepare=partial(_arm, gallery, number, moment, first=_without_exchange)
            )
            row = judged(gallery, calm, ended, f"{moment} {number + 1}/{len(noted)} of two steps")
            faults = [fault for fault in row.faults if not fault.endswith(": no site")]
            yield Row(row.blow, row.seen, tuple(faults))


def _without_exchange():
    def refuse(_name):
        raise OSError("no library")

    ctypes.CDLL = refuse


def by_steps(gallery, state, cache, points):
    """Yield a row for each point: before and after steps spread evenly, and all those of the swap."""
    calm = undisturbed(gallery, state, cache)
    for number in spread(calm.steps, points):
        for moment in ("before", "after"):
            yield _killed(gallery, calm, (state, cache), number, moment)


def some(gallery, state, cache, points):
    """Yield a row for each point, before and after a step in turn; the swap is among them."""
    calm = undisturbed(gallery, state, cache)
    for place, number in enumerate(spread(calm.steps, points, whole=False)):
        yield _killed(gallery, calm, (state, cache), number, ("before", "after")[place % 2])


def _killed(gallery, calm, start, number, moment):
    gallery.start(*start)
    ended = builds.run(gallery, prepare=partial(_arm, gallery, number, moment))
    what, path = calm.steps[number]
    name = path.replace(str(gallery.work), "")[-26:]
    return judged(gallery, calm, ended, f"{moment} {number + 1}/{len(calm.steps)} {what} {name}")


def _arm(gallery, number, moment, first=None):
    if first:
        first()
    steps.act_at(str(gallery.work), number, moment, steps.kill)


def spread(all_steps, points, whole=True):
    """Return the numbers of steps: so many spread evenly, and the swap; with ``whole``, one of each kind."""
    last = len(all_steps) - 1
    even = {round(last * place / max(1, points - 1)) for place in range(points)}
    chosen = even | {number for number, (what, _) in enumerate(all_steps) if what == "swap"}
    if whole:
        chosen |= set({what: number for number, (what, _) in enumerate(all_steps)}.values())
        chosen |= {number for number, step in enumerate(all_steps) if _moves_the_site(*step)}
    return sorted(chosen)


def _moves_the_site(what, path):
    return what == "os.rename" and ".part" not in path


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
    """Return the row of a blow: what is there now, and what the next build makes of it."""
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
    """Yield what is wrong after the next build, which has nobody's help."""
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
    cleaned, total = _calmly_cleaned(gallery)
    for number in sorted({round((total - 1) * place / max(1, points - 1)) for place in range(points)}):
        moment = ("before", "after")[number % 2]
        gallery.start("old site", "all kept")
        ended = builds.run(gallery, "clean", prepare=partial(_arm, gallery, number, moment))
        faults = [] if ended.status == -signal.SIGKILL else [f"ended with {ended}"]
        if number % 4 < 2:
            again = builds.run(gallery, "clean")
            faults += [f"the next removal: {again}"] if again.status else []
            faults += [] if gallery.seen() == cleaned else ["not removed as ever"]
        faults += recovered(gallery, calm, {})
        yield Row(f"{moment} {number + 1}/{total} of clean", "removed, or built", tuple(faults))


def _calmly_cleaned(gallery):
    """Return what an undisturbed removal leaves, and the number of its steps."""
    gallery.start("old site", "all kept")
    _, noted = _counted(gallery, "clean")
    return gallery.seen(), len(noted)


def _counted(gallery, *verb, first=None):
    """Run a verb, and return how it ended and its steps."""
    noted, writes = gallery.root / "steps.json", []

    def prepare():
        if first:
            first()
        writes.append(steps.count(str(gallery.work), noted))

    ended = builds.run(gallery, *verb, prepare=prepare, finish=lambda: writes[0]())
    return ended, tuple(map(tuple, json.loads(noted.read_text())))
