"""One figure of one picture through one network, for a paper or a talk: looked up or computed, then drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator import drawing, exhibits, images, looking
from generator.figures import draw_result
from generator.keeper import Keeper
from generator.lenses import Lens
from generator.records import Figure, GalleryConfig


@dataclass(frozen=True)
class Titled:
    """A figure and what it is called."""

    figure: Figure
    title: str


def make(config: GalleryConfig, lens: Lens, name: str, keeper: Keeper, say: Callable[[str], None]) -> Titled:
    """Return the figure of a configuration's only picture and network: a panel of its layer, or all in rows.

    Args:
        config: with one picture and one network.
        lens: that network.
        name: what the figure's ids are made of, after the names of picture and network.
        keeper: has what was computed before, of this figure or of any gallery.
        say: is told what a pass took.

    Raises:
        ImageError: the picture cannot be read.
    """
    subject = exhibits.subject_of(keeper, config.images[0])
    shown = drawing.layers(lens)
    needs = [(lens.spec.slug, config.method, layer.name) for layer in shown]
    rgb = exhibits.read(keeper, subject)
    look = looking.look(config, lens, subject, keeper, needs)
    if any(look.missing.values()):
        look = looking.complete(config, look, rgb, keeper, say)
    rows = [(layer, look.results[need]) for layer, need in zip(shown, needs, strict=True)]
    slug = f"{subject.image.slug}-{lens.spec.slug}-{name}"
    picture = images.fit(rgb, lens.info.input_shape[:2])
    whole = f"{subject.image.title} seen through {lens.info.title}"
    title = whole if len(rows) > 1 else f"{subject.image.title}: {shown[0].name} of {lens.info.title}"
    return Titled(draw_result(slug, picture, rows, scale=config.scale, title=title), title)
