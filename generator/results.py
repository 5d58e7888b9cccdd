"""All results that a gallery is made of, computed where they are not kept: what is exported.

A build that finds a figure does not ask for the results behind it, and these may have gone. Here all of them
are asked for, and which they are is read off the ledger afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from generator import lenses, looking, sightings
from generator.build import Progress
from generator.errors import ImageError
from generator.exhibits import draw, prepare, read, see, subject_of
from generator.lenses import Lens
from generator.records import Exhibit, GalleryConfig, ImageSpec
from generator.store import Key
from generator.store.keeper import Keeper


def gather(
    config: GalleryConfig, keeper: Keeper, progress: Progress, offline: bool
) -> tuple[list[Key], list[str]]:
    """Return the keys of all results of a gallery, which are kept now, and the pictures that failed.

    Raises:
        WeightsError: weights are missing, damaged or do not fit.
    """
    views = [lenses.lens(spec, keeper, progress, offline) for spec in config.networks]
    exhibits: list[Exhibit] = []
    failed: list[str] = []
    for image in config.images:
        try:
            exhibits.append(_exhibit(config, views, image, keeper, progress))
            progress.shown(image, len(exhibits) + len(failed), len(config.images))
        except (ImageError, OSError) as error:
            failed.append(image.slug)
            progress.failed(image, error)
    _ask_for_rows(config, views, exhibits, keeper, progress)
    keeper.digests.save()
    return keeper.ledger.keys("results"), failed


def _exhibit(
    config: GalleryConfig, views: Sequence[Lens], image: ImageSpec, keeper: Keeper, progress: Progress
) -> Exhibit:
    """Return what is shown of a picture, all that every network says of it computed or found."""
    subject = subject_of(keeper, image)
    for lens in views:
        needs = product([lens.spec.slug], looking.methods(config), lens.spec.layers)
        look = looking.look(config, lens, subject, keeper, needs)
        if not look.is_complete:
            looking.complete(config, look, read(keeper, subject), keeper, progress.say)
    seen = see(config, prepare(config, views, image, keeper), keeper, progress.say)
    return draw(config, views, seen, keeper).exhibit


def _ask_for_rows(
    config: GalleryConfig,
    views: Sequence[Lens],
    exhibits: Sequence[Exhibit],
    keeper: Keeper,
    progress: Progress,
) -> None:
    """Compute or find the features that are sought in other pictures than those that show them."""
    wanted = sightings.sought(exhibits, config.feature_pictures)
    for exhibit, lens in product(exhibits, views):
        model = lens.spec.slug
        needs = [
            (model, f"{feature}", layer)
            for layer in lens.spec.layers
            for feature in wanted.get((exhibit.image.slug, model, layer), ())
        ]
        if needs:
            subject = subject_of(keeper, exhibit.image)
            rgb = read(keeper, subject)
            looking.rows(config, lens, subject, needs, rgb, keeper, progress.say)
