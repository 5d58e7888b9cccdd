"""One picture through one network: the results that are kept, and the others computed.

All layers that are missing of a method are computed in one pass. A row's numbers do not depend on the others
of its pass, so that what was kept and what is computed later fit together as if made at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.analysis.deconvolution import deconvolve
from generator.lenses import Lens
from generator.recipes import Subject, result_key, row_key, view_key
from generator.records import Facts, GalleryConfig, LayerResult, Visualization
from generator.store.keeper import Keeper

if TYPE_CHECKING:
    from generator.records import Array

Need = tuple[str, str, str]  # model, method, layer
Say = Callable[[str], None]


@dataclass(frozen=True)
class Look:
    """What is kept of a picture seen through a network; ``missing`` are layers by method."""

    lens: Lens
    subject: Subject
    facts: Facts | None
    results: Mapping[Need, LayerResult]
    missing: Mapping[str, Sequence[str]]

    @property
    def is_complete(self) -> bool:
        """Whether nothing must be computed."""
        return self.facts is not None and not any(self.missing.values())


def methods(config: GalleryConfig) -> tuple[str, ...]:
    """Return the methods that a gallery shows, its own first."""
    return (config.method, *config.compare)


def look(config: GalleryConfig, lens: Lens, subject: Subject, keeper: Keeper, needs: Iterable[Need]) -> Look:
    """Return what is kept of a picture seen through a network, of what is needed."""
    wanted = set(needs)
    results: dict[Need, LayerResult] = {}
    missing: dict[str, list[str]] = {method: [] for method in methods(config)}
    for method in methods(config):
        for layer in lens.spec.layers:
            need = lens.spec.slug, method, layer
            if need not in wanted:
                continue
            found = keeper.found(result_key(config, lens, subject, method, layer))
            if found is None:
                missing[method].append(layer)
            else:
                results[need] = found
    return Look(lens, subject, keeper.found(view_key(config, lens, subject)), results, missing)


def complete(config: GalleryConfig, known: Look, rgb: Array, keeper: Keeper, say: Say) -> Look:
    """Return a look with what was missing computed from the picture (H, W, 3) uint8, and kept."""
    facts, results = known.facts, dict(known.results)
    for method in methods(config):
        layers = known.missing[method]
        if not layers and (facts or method != config.method):
            continue
        seen = _through(config, known, method, layers or known.lens.spec.layers[:1], rgb, say)
        for layer in layers:
            key = result_key(config, known.lens, known.subject, method, layer)
            results[known.lens.spec.slug, method, layer] = keeper.keep(key, seen.layers[layer])
        if method == config.method and facts is None:
            key = view_key(config, known.lens, known.subject)
            facts = keeper.keep(key, Facts(seen.predictions, seen.provenance))
    return Look(known.lens, known.subject, facts, results, {})


def rows(
    config: GalleryConfig,
    lens: Lens,
    subject: Subject,
    wanted: Sequence[Need],
    rgb: Array,
    keeper: Keeper,
    say: Say,
) -> dict[Need, LayerResult]:
    """Return single features by the gallery's method, those that are not kept computed together.

    A need is (model, feature, layer) here, for figures to be drawn of; ``rgb`` is (H, W, 3) uint8.
    """
    keys = {need: row_key(config, lens, subject, need[2], int(need[1])) for need in wanted}
    found = {need: keeper.found(key) for need, key in keys.items()}
    missing = [need for need, result in found.items() if result is None]
    if not missing:
        return found
    features: dict[str, list[int]] = {}
    for _, feature, layer in missing:
        features.setdefault(layer, []).append(int(feature))
    seen = _pass(config, lens, subject, config.method, tuple(features), features, rgb, say, 1)
    for need in missing:
        row = _row(seen.layers[need[2]], features[need[2]].index(int(need[1])))
        found[need] = keeper.keep(keys[need], row)
    return found


def _row(result: LayerResult, place: int) -> LayerResult:
    """Return one feature of a layer alone."""
    some = slice(place, place + 1)
    return LayerResult(
        result.features[some], result.strengths[some], result.activations[some], result.reconstructions[some]
    )


def _through(
    config: GalleryConfig, known: Look, method: str, layers: Sequence[str], rgb: Array, say: Say
) -> Visualization:
    """Return a picture as a network sees it, with the features that the configuration asks for."""
    named = known.lens.spec.features
    features = {layer: named[layer] for layer in layers if layer in named}
    return _pass(config, known.lens, known.subject, method, layers, features, rgb, say)


def _pass(
    config: GalleryConfig,
    lens: Lens,
    subject: Subject,
    method: str,
    layers: Sequence[str],
    features: Mapping[str, Sequence[int]],
    rgb: Array,
    say: Say,
    sweep_rows: int | None = None,
) -> Visualization:
    """Return a picture as a network sees it, and say what the pass took."""
    network = lens.network()
    started = time.perf_counter()
    seen = deconvolve(
        network,
        rgb,
        layers=layers,
        features=features,
        top_features=config.top_features,
        method=method,
        seed=config.seed,
        bias=config.bias,
        memory_budget=config.memory_budget,
        sweep_rows=sweep_rows,
    )
    seconds = time.perf_counter() - started
    by = f" by {method}" if config.compare else ""
    say(f"{subject.image.slug} through {lens.spec.slug}{by}: {_work(seen)} in {seconds:.2f} s{_peak()}")
    return seen


def _work(visualization: Visualization) -> str:
    """Return in words what a pass carried back."""
    rows = sum(len(result.features) for result in visualization.layers.values())
    return f"{rows} rows, {visualization.sweeps} sweeps" if visualization.sweeps > 1 else f"{rows} rows"


def _peak() -> str:
    """Return the most memory this process ever held, in words, where the system counts it."""
    if sys.platform == "win32":
        return ""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f", peak {peak // (1_000_000 if sys.platform == 'darwin' else 1_000)} MB"
