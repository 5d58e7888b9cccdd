"""One picture of the gallery: what is kept of it from earlier builds, and what must be computed and drawn.

``see`` needs the networks and runs one picture at a time; ``prepare`` before it and ``draw`` after it may run
beside it, for other pictures. What leaves this module is small: the files of the picture, and the facts the
pages speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import drawing, images, looking
from generator.drawing import Material, Recipe
from generator.errors import ImageError
from generator.lenses import Lens
from generator.looking import Look
from generator.recipes import Subject, copies_key, panel_key, result_keys, whole_key
from generator.records import Drawing, Exhibit, Facts, GalleryConfig, ImageSpec, Output, Panel, View
from generator.store.keeper import Keeper

if TYPE_CHECKING:
    from generator.records import Array


@dataclass(frozen=True)
class Prepared:
    """A picture with what is kept of it, by the name of the artifact and by network.

    ``rgb`` is the picture where something must be computed or drawn of it, else ``None``.
    """

    subject: Subject
    recipes: tuple[Recipe, ...]
    kept: Mapping[str, Drawing]
    looks: tuple[Look, ...]
    rgb: Array | None


@dataclass(frozen=True)
class Seen:
    """A picture that was prepared, and what the rest of it is drawn from.

    ``facts`` are what each model says of it; ``material`` is ``None`` where nothing is to be drawn.
    """

    prepared: Prepared
    facts: Mapping[str, Facts]
    material: Material | None


@dataclass(frozen=True)
class Drawn:
    """What the pages say of a picture, and its files."""

    exhibit: Exhibit
    outputs: tuple[Output, ...]


def prepare(config: GalleryConfig, lenses: Sequence[Lens], image: ImageSpec, keeper: Keeper) -> Prepared:
    """Return a picture with all that is kept of it; decoded, where that is not all.

    Raises:
        ImageError: the picture cannot be read, or changes meanwhile.
    """
    subject = subject_of(keeper, image)
    recipes = tuple(drawing.recipes(config, lenses, subject))
    kept = {recipe.key.name: found for recipe in recipes if (found := keeper.found(recipe.key)) is not None}
    needs = {need for recipe in recipes if recipe.key.name not in kept for need in recipe.needs}
    looks = tuple(looking.look(config, lens, subject, keeper, needs) for lens in lenses)
    is_complete = len(kept) == len(recipes) and all(look.is_complete for look in looks)
    return Prepared(subject, recipes, kept, looks, None if is_complete else read(keeper, subject))


def see(config: GalleryConfig, prepared: Prepared, keeper: Keeper, say: Callable[[str], None]) -> Seen:
    """Return a picture with whatever its figures need, and say what each pass took."""
    looks, rgb, material = prepared.looks, prepared.rgb, None
    if rgb is not None:
        looks = tuple(looking.complete(config, look, rgb, keeper, say) for look in looks)
        material = Material(rgb, {need: found for look in looks for need, found in look.results.items()})
    facts = {look.lens.spec.slug: look.facts for look in looks if look.facts}
    return Seen(prepared, facts, material)


def draw(config: GalleryConfig, lenses: Sequence[Lens], seen: Seen, keeper: Keeper) -> Drawn:
    """Return the files of a picture that was seen, and the record that the pages speak of."""
    prepared = seen.prepared
    drawn = dict(prepared.kept)
    for recipe in prepared.recipes:
        if recipe.key.name not in drawn and seen.material:
            drawn[recipe.key.name] = keeper.keep(recipe.key, recipe.draw(seen.material))
    copies = drawn[copies_key(prepared.subject).name]
    (width, height, thumbnail_width, thumbnail_height), thumbnails = copies.facts
    views = tuple(_view(config, lens, seen, drawn, keeper) for lens in lenses)
    outputs = tuple(output for recipe in prepared.recipes for output in drawn[recipe.key.name].outputs)
    sizes = width, height, thumbnail_width, thumbnail_height
    return Drawn(Exhibit(prepared.subject.image, *sizes, thumbnails, views), outputs)


def _view(
    config: GalleryConfig, lens: Lens, seen: Seen, drawn: Mapping[str, Drawing], keeper: Keeper
) -> View:
    """Return what the pages say of a picture seen through one network."""
    shown, subject = drawing.layers(lens), seen.prepared.subject

    def panels(method: str) -> tuple[Panel, ...]:
        keys = (panel_key(config, lens, subject, method, layer) for layer in shown)
        return tuple(drawn[key.name].facts for key in keys)

    facts = seen.facts[lens.spec.slug]
    origin = keeper.origin(result_keys(config, lens, subject))
    width, height, description = drawn[whole_key(config, lens, subject, shown).name].facts
    return View(
        spec=lens.spec,
        network=lens.info,
        weights=lens.weights,
        predictions=facts.predictions,
        panels=panels(config.method),
        width_px=width,
        height_px=height,
        description=description,
        provenance={**facts.provenance, "scale": config.scale, **origin},
        comparisons={method: panels(method) for method in config.compare},
    )


def read(keeper: Keeper, subject: Subject) -> Array:
    """Return the picture (H, W, 3) uint8 whose checksum is known."""
    rgb = images.read(subject.image.path)
    if subject_of(keeper, subject.image) != subject:
        raise ImageError(f"{subject.image.path}: changed while it was read; build again")
    return rgb


def subject_of(keeper: Keeper, image: ImageSpec) -> Subject:
    """Return a picture with the checksum of its file.

    Raises:
        ImageError: there is no such file, or it cannot be read.
    """
    try:
        images.check_file(image.path)
        return Subject(image, keeper.digests.of(image.path))
    except OSError as error:
        raise ImageError(f"{image.path}: {error.strerror or error}") from error
