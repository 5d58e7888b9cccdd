"""The story of the study: measure the passes, find or make every chapter, render."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from examples.study import atrous, classes, filters, methods, pages, passes, photographs, randomization
from examples.study.chapter import Facts, Tell, chapters
from examples.study.scope import Scope
from generator.build.run import Run
from generator.records import GalleryConfig, Output, Progress
from generator.store import Store

HERE = Path(__file__).parent
DATA = "study/study.json"
PLOT = "study/passes/passes.svg"

TELLERS: Mapping[str, Tell] = {
    "filters": lambda scope: filters.chapter(scope.size_px or 224),
    "photographs": photographs.chapter,
    "methods": methods.chapter,
    "classes": classes.chapter,
    "atrous": atrous.chapter,
    "randomization": randomization.chapter,
}


def study(
    config: GalleryConfig,
    scope: Scope,
    store: Store,
    progress: Progress,
    rounds: int = 5,
    keep_times: bool = False,
) -> list[Output]:
    """Return all pages, figures and data of the study.

    Args:
        config: the gallery's, of which the study becomes a part.
        scope: what to look at.
        store: has the chapters that earlier builds made, and keeps those that this one makes.
        progress: takes a report of every chapter.
        rounds: how often each pass is timed.
        keep_times: show the times measured last, if there are any, instead of measuring again.

    Raises:
        StudyError: a number is not what it must be.
    """
    progress.say("study: passes")
    table, plot = _passes(scope, store, progress, rounds, keep_times)  # first: this process holds little yet
    facts, outputs = {"passes": table}, [plot]
    run, wanted = Run(store, progress), chapters(scope, TELLERS)
    for done, chapter in enumerate(wanted, start=1):
        progress.say(f"study: {chapter.slug}")
        value = run.made(chapter)
        facts[chapter.slug] = value.facts
        outputs += value.files
        progress.shown(chapter.name, done, len(wanted))
    data = Output(DATA, _json(facts))
    return [*outputs, data, *pages.render(config, facts)]


def _passes(
    scope: Scope, store: Store, progress: Progress, rounds: int, keep_times: bool
) -> tuple[Facts, Output]:
    """Return the table of passes and its plot."""
    if not keep_times:
        store = Store(store.folder, "study", progress.warn, fresh=True)
    table = Run(store, progress).value(passes.times(scope.shown_closer[0].path, rounds))
    figure = passes.drawn(table)
    return {**table, "figure": figure.facts(PLOT)}, Output(PLOT, figure.svg.encode())


def _json(facts: Facts) -> bytes:
    return (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
