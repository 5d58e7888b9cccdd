"""The pages of pictures, each with its data beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2 import Environment

from generator import site_paths
from generator.pages.comparisons import comparison_link, comparisons, has_page
from generator.pages.documents import result
from generator.pages.environment import page
from generator.pages.heads import card, structured
from generator.records import Exhibit, GalleryConfig, Output


def image_pages(
    environment: Environment, config: GalleryConfig, exhibits: Sequence[Exhibit]
) -> Iterator[Output]:
    """Give page and data of each image, in order; each page knows its neighbours."""
    padded = [None, *exhibits, None]
    for before, exhibit, after in zip(padded, exhibits, padded[2:], strict=False):
        slug = exhibit.image.slug
        yield page(
            environment,
            site_paths.image_page(slug),
            "image.html",
            exhibit=exhibit,
            before=before,
            after=after,
            comparable=has_page(exhibit),
            comparisons=comparisons(config, exhibit),
            comparison_link=comparison_link,
            card=card(config, exhibit),
            structured=structured(config, exhibit),
        )
        yield Output(site_paths.result_path(slug), result(config, exhibit).encode())
