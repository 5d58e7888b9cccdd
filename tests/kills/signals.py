"""The table of signals: SIGINT and SIGTERM at points of the run, once and twice, and what is left."""

import os
import signal
from functools import partial

from tests.kills import builds, steps
from tests.kills.killing import judged, spread, undisturbed
from tests.kills.rows import Row

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}


def by_steps(gallery, state, cache, points):
    """Yield a row for each point, signal and number of times; the second comes one step after the first."""
    calm = undisturbed(gallery, state, cache)
    for number in spread(calm.steps, points):
        for place, name in enumerate(STATUS):
            for times in (1, 2):
                moment = ("before", "after")[(number + place) % 2]
                yield _row(gallery, calm, (state, cache), number, moment, name, times)


def some(gallery, state, cache, points):
    """Yield one row for each point, signals, moments and numbers of times in turn; the swap is among them."""
    calm = undisturbed(gallery, state, cache)
    numbers = spread(calm.steps, points, whole=False)
    for place, number in enumerate(numbers):
        name, moment = tuple(STATUS)[place % 2], ("after", "before")[place // 2 % 2]
        yield _row(gallery, calm, (state, cache), number, moment, name, 1 + (place + 1) % 2)


def _row(gallery, calm, start, number, moment, name, times):
    gallery.start(*start)
    ended = builds.run(gallery, prepare=partial(_arm, gallery, number, moment, name, times))
    what = f"{name.name} {times}x, {moment} {number + 1}/{len(calm.steps)} {calm.steps[number][0]}"
    return gently(gallery, calm, ended, what, name)


def by_time(gallery, state, points):
    """Yield a row for moments of a build that computes everything, the signals in turn."""
    calm = undisturbed(gallery, state, "nothing kept")
    for place in range(points):
        name = tuple(STATUS)[place % 2]
        seconds = calm.seconds * (place + 0.5) / points
        gallery.start(state, "nothing kept")
        ended = builds.run_until(gallery, seconds, name)
        while ended.status == 0:  # quicker than the undisturbed one: another busy moment of the machine
            seconds *= 0.7
            gallery.start(state, "nothing kept")
            ended = builds.run_until(gallery, seconds, name)
        yield gently(gallery, calm, ended, f"{name.name} computing, after {seconds:.1f} s", name)


def gently(gallery, calm, ended, blow, name):
    """Return the row of a signal: as after a kill, but for what is left, of which there is none."""
    left = gallery.seen().beside or gallery.parts()
    row = judged(gallery, calm, ended, blow, STATUS[name])
    faults = [f"left behind: {left}"] if left else []
    faults += [f"said {ended.said[-300:]!r}"] if ended.said else []
    return Row(row.blow, row.seen, (*row.faults, *faults))


def _arm(gallery, number, moment, name, times):
    for place in range(times):
        steps.act_at(str(gallery.work), number + place, moment, partial(os.kill, os.getpid(), name))
