"""The story of the study: compute or recall every chapter, measure the passes, render."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from generator.store.keeper import Keeper

from examples.study import atrous, classes, filters, methods, pages, passes, photographs, randomization
from examples.study.scope import Scope
from generator import environment
from generator.networks import choice
from generator.records import Drawing, GalleryConfig, Output
from generator.store import Key
from generator.store.versions import code, packages

HERE = Path(__file__).parent
DATA = "study/study.json"
PLOT = "study/passes/passes.svg"

CHAPTERS: Mapping[str, Callable[[Scope], Drawing]] = {
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
    keeper: Keeper,
    say: Callable[[str], None],
    rounds: int = 5,
    keep_times: bool = False,
) -> list[Output]:
    """Return all pages, figures and data of the study.

    Args:
        config: the gallery's, of which the study becomes a part.
        scope: what to look at.
        keeper: recalls the chapters of which nothing has changed.
        say: is told of every chapter.
        rounds: how often each pass is timed.
        keep_times: show the times of the last study, if there are any, instead of measuring anew.

    Raises:
        StudyError: a number is not what it must be.
    """
    say("study: passes")
    table, plot = _passes(scope, keeper, rounds, keep_times)  # first, while this process holds little
    facts, outputs = {"passes": table}, [plot]
    made_by = _made_by(scope)
    for name, chapter in CHAPTERS.items():
        say(f"study: {name}")
        key = Key("results", f"study/{name}", made_by | {"chapter": name})
        drawing = keeper.kept(key, partial(chapter, scope))
        facts[name] = drawing.facts
        outputs += drawing.outputs
    data = Output(DATA, _json(facts))
    return [*outputs, data, *pages.render(config, facts)]


def _passes(scope: Scope, keeper: Keeper, rounds: int, keep_times: bool) -> tuple[dict[str, Any], Output]:
    """Return the table of passes and its plot."""
    key = times_key()
    table = keeper.found(key) if keep_times else None
    if table is None:
        table = keeper.keep(key, passes.measure(scope.shown_closer[0].path, rounds))
    figure = passes.drawn(table)
    return {**table, "figure": figure.facts(PLOT)}, Output(PLOT, figure.svg.encode())


def times_key() -> Key:
    """Return the key under which the times of the last study are kept: not what made them, but where."""
    return Key("results", "study/passes", {"machine": environment.machine(), "of": "the last study"})


def _made_by(scope: Scope) -> dict[str, str]:
    """Return all that the chapters depend on: code, packages, photographs, weights and what is looked at."""
    names = dict.fromkeys(("vgg16", "squeezenet", *scope.classifiers))
    weights = {
        name: choice.credit(choice.choose(name, scope.weights if name == "vgg16" else None)).sha256
        for name in names
    }
    pictures = {
        image.slug: (image.title, hashlib.sha256(image.path.read_bytes()).hexdigest())
        for image in scope.photographs
    }
    settings = {name: value for name, value in vars(scope).items() if name != "photographs"}
    return {
        "code": " ".join([_own_code(), code("results"), code("figures")]),
        "packages": f"{packages('results')}; {packages('figures')}",
        "machine": environment.machine(),
        "weights": repr((weights, classes.vgg16_classifies())),
        "photographs": repr(pictures),
        "scope": repr(sorted(settings.items())),
    }


def _own_code() -> str:
    """Return the SHA-256 of what computes the chapters; pages and times are made every time."""
    hashed = hashlib.sha256()
    every_time = {"__main__.py", "cell.py", "chart.py", "pages.py", "passes.py", "story.py"}
    for path in sorted(HERE.glob("*.py")):
        if path.name not in every_time:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
