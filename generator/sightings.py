"""A feature's strongest pictures, also where other features are stronger: sought once all pictures are seen.

A picture shows the strongest features of its layers. Turned round, a feature's page is to show the pictures
in which it is strongest, and some of these show others. Their pairs are made here, all of a picture together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from generator.drawing import Material, Recipe, layers, sighting
from generator.exhibits import Drawn, read, subject_of
from generator.lenses import Lens
from generator.looking import rows
from generator.recipes import Subject, result_keys, row_key
from generator.records import Drawing, Exhibit, GalleryConfig, Output, Panel, View
from generator.store.keeper import Keeper

Say = Callable[[str], None]
Sought = Mapping[tuple[str, str, str], tuple[int, ...]]
"""(picture, model, layer) -> the features to be shown there besides its own."""


def sought(exhibits: Sequence[Exhibit], count: int) -> Sought:
    """Return what is missing of each shown feature's strongest ``count`` pictures."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for model, layer, shown in _shown(exhibits):
        for feature in sorted({feature for _, panel in shown for feature in panel.features}):
            for exhibit, panel in _strongest(shown, feature, count):
                if feature not in panel.features:
                    found.setdefault((exhibit.image.slug, model, layer), []).append(feature)
    return {place: tuple(features) for place, features in found.items()}


def add(
    config: GalleryConfig, lenses: Sequence[Lens], exhibit: Exhibit, wanted: Sought, keeper: Keeper, say: Say
) -> Drawn:
    """Return a picture with the pairs that features seek in it, and their files.

    Raises:
        ImageError: the picture cannot be read, or is not the one that was shown.
    """
    subject = subject_of(keeper, exhibit.image)
    views: list[View] = []
    outputs: list[Output] = []
    for lens, view in zip(lenses, exhibit.views, strict=True):
        recipes = list(_recipes(config, lens, subject, wanted))
        drawings = _drawn(config, lens, subject, recipes, keeper, say)
        outputs += [output for drawing in drawings for output in drawing.outputs]
        keys = [row_key(config, lens, subject, *_row(recipe)) for recipe in recipes]
        origin = keeper.origin([*result_keys(config, lens, subject), *keys])
        views.append(_with(view, [drawing.facts for drawing in drawings], origin))
    return Drawn(replace(exhibit, views=tuple(views)), tuple(outputs))


def _shown(exhibits: Sequence[Exhibit]) -> Iterator[tuple[str, str, list[tuple[Exhibit, Panel]]]]:
    """Give each model's layers whose features have a strength in every picture, with their panels."""
    panels: dict[tuple[str, str], list[tuple[Exhibit, Panel]]] = {}
    for exhibit in exhibits:
        for view in exhibit.views:
            for panel in view.panels:
                if panel.profile is not None and not panel.labels:
                    panels.setdefault((view.spec.slug, panel.layer.name), []).append((exhibit, panel))
    yield from ((*place, shown) for place, shown in panels.items())


def _strongest(
    shown: Sequence[tuple[Exhibit, Panel]], feature: int, count: int
) -> list[tuple[Exhibit, Panel]]:
    """Return the pictures in which a feature is strongest, of those where it is active at all."""
    strengths = np.array([panel.profile[feature] for _, panel in shown if panel.profile is not None])
    order = np.argsort(-strengths, kind="stable")[:count]
    return [shown[place] for place in order if strengths[place] > 0]


def _recipes(config: GalleryConfig, lens: Lens, subject: Subject, wanted: Sought) -> Iterator[Recipe]:
    for layer in layers(lens):
        for feature in wanted.get((subject.image.slug, lens.spec.slug, layer.name), ()):
            yield sighting(config, lens, subject, layer, feature)


def _drawn(
    config: GalleryConfig,
    lens: Lens,
    subject: Subject,
    recipes: Sequence[Recipe],
    keeper: Keeper,
    say: Say,
) -> list[Drawing]:
    """Return the drawings, those that are not kept made of rows computed in one pass."""
    found: list[Drawing] = [keeper.found(recipe.key) for recipe in recipes]
    missing = [recipe for recipe, drawing in zip(recipes, found, strict=True) if drawing is None]
    if not missing:
        return found
    rgb = read(keeper, subject)
    needs = [recipe.needs[0] for recipe in missing]
    material = Material(rgb, rows(config, lens, subject, needs, rgb, keeper, say))
    return [
        drawing or keeper.keep(recipe.key, recipe.draw(material))
        for recipe, drawing in zip(recipes, found, strict=True)
    ]


def _row(recipe: Recipe) -> tuple[str, int]:
    """Return the layer and the feature that a recipe draws."""
    ((_, feature, layer),) = recipe.needs
    return layer, int(feature)


def _with(view: View, panels: Sequence[Panel], origin: Mapping[str, str]) -> View:
    """Return a view with further pairs, by layer, and where all its results come from."""
    by_layer: dict[str, list[Panel]] = {}
    for panel in panels:
        by_layer.setdefault(panel.layer.name, []).append(panel)
    sightings = {layer: tuple(found) for layer, found in by_layer.items()}
    return replace(view, sightings=sightings, provenance={**view.provenance, **origin})
