"""The table of locks: builds in several processes that meet."""

import os
import signal

from tests.kills import builds
from tests.kills.blows import Blow, strike
from tests.kills.gallery import files
from tests.kills.killing import undisturbed
from tests.kills.rows import Row, difference


def meeting(gallery, places=(0.3, 0.6, 0.9)):
    """Yield rows: another build and a removal while the first is held at a step; then that one is killed."""
    calm = undisturbed(gallery, "old site", "results kept")
    for share in places:
        place = round(share * (len(calm.points) - 1))
        held = strike(gallery, ("old site", "results kept"), calm.points, place, Blow("before", _stop))
        first = held.ended.process
        word = f"gallery: {gallery.site}: another gallery (process {first}) is at work on it "
        word += "(often a 'gallery serve'); wait until it is done\n"
        try:
            for verb in (("build", "-q"), ("clean",)):
                ended = builds.run(gallery, *verb)
                faults = () if (ended.status, ended.said) == (1, word) else (f"{ended}",)
                yield Row(f"{verb[0]} while another is before {held.point.what}", "refused", faults)
        finally:
            os.kill(first, signal.SIGKILL)
            os.waitpid(first, 0)
        ended = builds.run(gallery)
        faults = [] if (ended.status, ended.said) == (0, "") else [f"{ended}"]
        faults += [] if gallery.seen() == calm.new else [difference(gallery.seen().site, calm.new.site)]
        yield Row("build after the other was killed", "takes over", tuple(faults))


def _stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def sharing(gallery, count, cache="results kept"):
    """Yield rows: two sites built at once with one cache."""
    calm = undisturbed(gallery, "no site", cache)
    for _ in range(count):
        gallery.start("no site", cache)
        outputs = ("site", "second")
        ends = _together(gallery, [("build", "-q", "-o", name) for name in outputs])
        faults = [f"ended with {status}: {said}" for status, said in ends if (status, said) != (0, "")]
        for name in outputs:
            found = difference(files(gallery.folder / name), calm.new.site)
            faults += [f"{name}: {found}"] if found else []
        faults += [f"left behind: {left}"] if (left := gallery.seen().beside or gallery.parts()) else []
        yield Row(f"two sites, one cache, {cache}", "both whole", tuple(faults))


def racing(gallery, count):
    """Yield rows: two builds of one site started at once; who comes second is refused, or builds it again."""
    calm = undisturbed(gallery, "old site", "results kept")
    for _ in range(count):
        gallery.start("old site", "results kept")
        ends = _together(gallery, [("build", "-q")] * 2)
        refused = [
            said
            for status, said in ends
            if status == 1 and "is at work on it (often a 'gallery serve'); wait until" in said
        ]
        faults = [f"{status}: {said}" for status, said in ends if status and said not in refused]
        faults += [] if len(refused) < 2 else ["both were refused"]
        faults += (
            []
            if gallery.seen() == calm.new
            else [difference(gallery.seen().site, calm.new.site) or "left behind"]
        )
        yield Row("two builds of one site at once", f"{len(refused)} refused", tuple(faults))


def _together(gallery, verbs):
    """Run verbs at once, and return for each the status and what it said."""
    logs = [gallery.root / f"log-{number}.txt" for number, _ in enumerate(verbs)]
    running = [
        builds.start(gallery, verb, prepare=lambda log=log: _speak_into(log))
        for verb, log in zip(verbs, logs, strict=True)
    ]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in running]
    return [(status, builds.ours(log)) for status, log in zip(statuses, logs, strict=True)]


def _speak_into(log):
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
