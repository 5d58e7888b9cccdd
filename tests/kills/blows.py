"""A blow: a signal, or another fault, at a point of a run, and the proof that it happened."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.kills import builds, steps

BUILD = ("build", "-q")


@dataclass(frozen=True)
class Blow:
    """What is done to a process right before or after a point; ``times`` blows in all, one step apart.

    The process calls ``first`` before it runs anything.
    """

    moment: str
    act: Callable[[], None] = steps.kill
    times: int = 1
    first: Callable[[], None] | None = None


@dataclass(frozen=True)
class Struck:
    """A run that was struck: where, by how many blows (at least one), and how it ended."""

    point: steps.Point
    fallen: int
    ended: builds.Ended


def strike(gallery, start, points, place, blow, verb=BUILD):
    """Run a verb from a starting state and strike it at the point of a place.

    Threads meet differently in each run: two that find a folder missing both make it, so that a step of one
    run may be missing in the next. If a run ends well without that step, another run is struck at the nearest
    point before it that this one passed.

    Raises:
        RuntimeError: no blow fell, although the point came, or because the run failed by itself.
    """
    while True:
        gallery.start(*start)
        ended, fallen = _try(gallery, points[place], blow, verb)
        if fallen:
            return Struck(points[place], fallen, ended)
        passed = _passed(gallery) if ended.status == 0 else ()
        if not passed or points[place] in passed:
            raise RuntimeError(f"no blow fell {blow.moment} {points[place]}: {ended}")
        place = steps.nearest_before(points, place, passed)


def count(gallery, verb=BUILD, first=None):
    """Run a verb without a blow, and return how it ended and the points it passed."""
    ended = _run(gallery, verb, first)
    return ended, _passed(gallery)


def _try(gallery, point, blow, verb):
    """Run a verb, and return how it ended and how many blows fell."""
    proof = gallery.root / "blows"
    proof.write_bytes(b"")
    ended = _run(gallery, verb, partial(_arm, gallery, point, blow, proof))
    return ended, len(proof.read_bytes())


def _arm(gallery, point, blow, proof):
    """Aim a blow in the process that it is to strike; each leaves one byte as proof."""
    if blow.first:
        blow.first()
    file = os.open(proof, os.O_WRONLY | os.O_APPEND)  # now, because opening is itself a step

    def act():
        os.write(file, b"x")
        blow.act()

    steps.act_at(str(gallery.work), point, blow.moment, act, blow.times)


def _run(gallery, verb, first):
    """Run a verb that notes its steps."""
    writes = []

    def prepare():
        if first:
            first()
        writes.append(steps.count(str(gallery.work), _noted(gallery)))

    return builds.run(gallery, *verb, prepare=prepare, finish=lambda: writes[0]())


def _passed(gallery):
    """Return the points that the last run passed; only a run that ended by itself has written them."""
    return steps.points(steps.read(_noted(gallery)))


def _noted(gallery):
    return gallery.root / "steps.json"
