"""A gallery of numbers: every step of its builds is recorded, and can be made to fail or wait."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from generator.artifacts.artifact import Artifact, Source
from generator.build.run import Run
from generator.build.stages import Group, Known, Stage
from generator.records import Output, Subject
from generator.records.kept import MODEL, PAGE, PICTURE
from generator.store import Store
from tests.support.kinds import Copy, Montage, Panel, Rows, Strength
from tests.support.runs import Told, Written


class Alive:
    """Counts arrays that are alive, and how many were at most."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def count(self, array: np.ndarray) -> np.ndarray:
        self.now += 1
        self.most = max(self.most, self.now)
        weakref.finalize(array, self._gone)
        return array

    def _gone(self) -> None:
        self.now -= 1


class NumberGallery:
    """Pictures named by letters, a model with layers, and builds one after the other.

    ``calls`` are the steps of the last build, such as ``decode a``, ``see a pool`` and ``draw a/pool.svg``;
    ``on`` is called before a step, and raises where that should fail.
    """

    def __init__(self, folder: Path, names: str = "abcd", layers: tuple[str, ...] = ("conv", "pool")) -> None:
        self.folder, self.names, self.layers = folder, names, layers
        self.on: dict[str, Callable[[], object]] = {}
        self.calls: list[str] = []
        self.pictures_alive, self.rows_alive = Alive(), Alive()
        self.model = Source("net", {"weights": "1"}, self._loaded, is_shared=True)
        self.pen = Source("pen", {"pen": "1"}, lambda: self._drawn, is_shared=True)

    def build(
        self, *stages: Stage, jobs: int = 2, site: Written | None = None, **how: Any
    ) -> dict[str, bytes]:
        """Run the stages, all of them by default, and return the files of the site."""
        self.calls, self.told, self.reports = [], Told(), list[str]()
        self.store = Store(self.folder, "gallery", self.reports.append, **how)
        self.site = site or Written()
        run = Run(self.store, self.told, jobs)
        self.known = run.complete(stages or (self.pictures, self.features, self.pages), self.site)
        self.store.save()
        return self.site.files

    def made(self) -> Counter[str]:
        """Return how often each thing was computed or drawn in the last build."""
        return Counter(call for call in self.calls if not call.startswith(("plan", "decode", "load")))

    def fails(self, call: str, error: Exception) -> None:
        """Let a step fail."""

        def fail() -> None:
            raise error

        self.on[call] = fail

    # What there is

    @property
    def pictures(self) -> Stage:
        return Stage(lambda _: map(self.group, self.names), steps=len(self.names))

    @property
    def features(self) -> Stage:
        """Of each layer a further panel, in the picture in which it is strongest."""
        return Stage(self._of_features, is_joint=True, says="features")

    @property
    def pages(self) -> Stage:
        return Stage(self._of_pages)

    def group(self, name: str) -> Group:
        return Group(Subject(PICTURE, name), partial(self.artifacts, name))

    def artifacts(self, name: str) -> list[Artifact[Any]]:
        self.did(f"plan {name}")
        panels = [self.panel(name, layer) for layer in self.layers]
        of_picture = [Copy(subject(name), self.picture(name), f"{name}.raw")]
        strengths = [self.strength(name, layer) for layer in self.layers]
        return [*of_picture, *strengths, *panels, Montage(subject(name), tuple(panels), f"{name}/all.txt")]

    def panel(self, name: str, layer: str) -> Panel:
        return Panel(subject(name), self.rows(name, layer), self.pen, f"{name}/{layer}.svg")

    def rows(self, name: str, layer: str) -> Rows:
        return Rows(subject(name), self.picture(name), self.model, layer)

    def strength(self, name: str, layer: str) -> Strength:
        return Strength(subject(name), self.picture(name), self.model, f"{layer}-strength")

    def description(self) -> Strength:
        """Return the artifact that describes the model."""
        return Strength(Subject(MODEL, "net"), self.picture("a"), self.model, "description")

    def picture(self, name: str) -> Source[np.ndarray]:
        return Source(name, {"picture": name}, lambda: self._decoded(name))

    def _of_features(self, known: Known) -> Iterator[Group]:
        shown = [name for name in self.names if subject(name) not in known.left_out]
        best: dict[str, list[str]] = {}
        for layer in self.layers:
            strongest = max(shown, key=lambda name, layer=layer: known.fact(self.strength(name, layer)))
            best.setdefault(strongest, []).append(layer)
        for name in sorted(best):
            panels = [self.panel(name, f"best-{layer}") for layer in best[name]]
            files = [Output(f"best/{layer}.txt", name.encode()) for layer in best[name]]
            yield Group(subject(name), partial(tuple, panels), files)

    def _of_pages(self, known: Known) -> Iterator[Group]:
        shown = [name for name in self.names if subject(name) not in known.left_out]
        yield Group(Subject(PAGE, "index"), files=[Output("index.html", " ".join(shown).encode())])

    # What is done

    def did(self, call: str) -> None:
        self.calls.append(call)
        self.on.get(call, lambda: None)()

    def _loaded(self) -> Callable[[str, np.ndarray], np.ndarray]:
        self.did("load")
        return self._seen

    def _decoded(self, name: str) -> np.ndarray:
        self.did(f"decode {name}")
        return self.pictures_alive.count(np.full(3, ord(name), np.float32))

    def _seen(self, layer: str, pixels: np.ndarray) -> np.ndarray:
        self.did(f"see {chr(int(pixels[0]))} {layer}")
        return self.rows_alive.count(pixels * (-1 if layer.startswith("conv") else 1))

    def _drawn(self, path: str, numbers: np.ndarray) -> bytes:
        self.did(f"draw {path}")
        return f"{path} {numbers.tolist()}".encode()


def subject(name: str) -> Subject:
    return Subject(PICTURE, name)


def only(*artifacts: Artifact[Any]) -> Stage:
    """Return a stage of artifacts of one subject."""
    return Stage(lambda _: iter([Group(artifacts[0].subject, lambda: artifacts)]))


def outcomes(gallery: NumberGallery) -> dict[str, str]:
    return {line.name: line.outcome for line in gallery.store.ledger.lines()}


def drawn(name: str, gallery: NumberGallery) -> list[str]:
    return [f"draw {name}/{layer}.svg" for layer in gallery.layers]


def without(gallery: NumberGallery, *names: str) -> dict[str, bytes]:
    """Return the site of a gallery that never had these pictures."""
    left = "".join(name for name in gallery.names if name not in names)
    return NumberGallery(gallery.folder.with_name(f"without {names}"), left, gallery.layers).build()
