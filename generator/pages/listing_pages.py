"""Pages that list pictures as tiles, ``PER_PAGE`` on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from generator.pages.metadata import card, structured_page
from generator.pages.page_records import PageConfig, tile
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import ShownPicture

PER_PAGE = 60
"""Pictures on a page of the gallery, of a tag or of an album."""


def page_count(pictures: int) -> int:
    """Return the number of pages for a number of pictures, at least one.

    >>> page_count(0), page_count(60), page_count(61)
    (1, 1, 2)
    """
    return max(1, -(-pictures // PER_PAGE))


def on_page(pictures: Sequence[ShownPicture], number: int) -> Sequence[ShownPicture]:
    """Return the pictures on a page, counted from 1."""
    return pictures[(number - 1) * PER_PAGE : number * PER_PAGE]


def listing_pages(
    renderer: PageRenderer,
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    address: Callable[[int], str],
    template: str,
    name: str,
    cover: ShownPicture | None = None,
    **names: object,
) -> Iterator[UnrenderedPage]:
    """Yield the pages that list some pictures.

    Args:
        renderer: prepares the pages.
        config: the settings that templates may read.
        pictures: the pictures, at least one.
        address: number of a page -> its path.
        template: the template; besides ``names`` it gets ``pictures``, ``picture_count``, ``number`` and
            ``addresses``, the paths of all pages.
        name: what the pictures have in common.
        cover: the picture that the pages are shared with; by default the first on each page.
        names: further variables.
    """
    addresses = [address(number) for number in range(1, page_count(len(pictures)) + 1)]
    for number, path in enumerate(addresses, start=1):
        shown = [tile(picture) for picture in on_page(pictures, number)]
        yield renderer.page(
            path,
            template,
            pictures=shown,
            picture_count=len(pictures),
            number=number,
            addresses=addresses,
            card=card(config, cover or shown[0]),
            structured=structured_page(config, "CollectionPage", path, name),
            **names,
        )
