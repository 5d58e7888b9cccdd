"""The table of signals: SIGINT and SIGTERM at points of the run, once and twice, and what is left."""

import os
import signal
from functools import partial

from tests.kills import builds
from tests.kills.blows import Blow, strike
from tests.kills.killing import judged, spread, undisturbed
from tests.kills.rows import Row

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}


def by_steps(gallery, state, cache, points):
    """Yield a row for each point, signal and number of times; the second comes one step after the first."""
    calm = undisturbed(gallery, state, cache)
    for place in spread(calm.points, points):
        for turn, name in enumerate(STATUS):
            for times in (1, 2):
                moment = ("before", "after")[(place + turn) % 2]
                yield _row(gallery, calm, (state, cache), place, moment, name, times)


def some(gallery, state, cache, points):
    """Yield one row for each point, signals, moments and numbers of times in turn; the swap is among them."""
    calm = undisturbed(gallery, state, cache)
    for turn, place in enumerate(spread(calm.points, points, whole=False)):
        name, moment = tuple(STATUS)[turn % 2], ("after", "before")[turn // 2 % 2]
        yield _row(gallery, calm, (state, cache), place, moment, name, 1 + (turn + 1) % 2)


def _row(gallery, calm, start, place, moment, name, times):
    struck = strike(gallery, start, calm.points, place, Blow(moment, partial(_signal, name), times))
    what = f"{name.name} {struck.fallen}x of {times}, {moment} {struck.point.what}"
    return gently(gallery, calm, struck.ended, what, name)


def _signal(name):
    os.kill(os.getpid(), name)


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
