"""The pages of pictures, each with its data beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from generator import paths
from generator.pages.comparisons import comparisons, has_page
from generator.pages.documents import result
from generator.pages.facts import PageConfig, name_only
from generator.pages.heads import card, structured
from generator.pages.press import Press, Sheet
from generator.records import Exhibit


def image_pages(press: Press, config: PageConfig, exhibits: Sequence[Exhibit]) -> Iterator[Sheet]:
    """Give page and data of each image, in order; each page knows its neighbours."""
    padded = [None, *exhibits, None]
    for before, exhibit, after in zip(padded, exhibits, padded[2:], strict=False):
        slug = exhibit.image.slug
        yield press.page(
            paths.image_page(slug),
            "image.html",
            exhibit=exhibit,
            before=name_only(before),
            after=name_only(after),
            comparable=has_page(exhibit),
            comparisons=comparisons(config, exhibit),
            card=card(config, exhibit),
            structured=structured(config, exhibit),
        )
        yield press.document(paths.result_path(slug), partial(result, config, exhibit), exhibit)
