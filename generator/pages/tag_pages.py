"""The page of each tag, which lists its pictures, and the page that lists all tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from generator import paths
from generator.pages.listing_pages import listing_pages
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import ShownPicture, Tag

MOST_SHOWN = 40
"""The tags on the first page of the gallery; of more, those of the most pictures."""


@dataclass(frozen=True)
class ShownTag:
    """A tag, and how many pictures it has."""

    tag: Tag
    picture_count: int


def shown_tags(tags: Collection[Tag], pictures: Sequence[ShownPicture]) -> list[ShownTag]:
    """Return the tags that any of the pictures has, in their order."""
    counts = Counter(tag for picture in pictures for tag in picture.image.tags)
    return [ShownTag(tag, counts[tag.name]) for tag in tags if tag.name in counts]


def most_frequent(tags: Sequence[ShownTag]) -> list[ShownTag]:
    """Return the tags for the first page of the gallery, in their order."""
    ranked = sorted(tags, key=lambda one: -one.picture_count)[:MOST_SHOWN]
    return [one for one in tags if one in ranked]


def tags_of(picture: ShownPicture, tags: Sequence[ShownTag]) -> list[Tag]:
    """Return the tags of a picture that have a page, in the order of the picture."""
    known = {one.tag.name: one.tag for one in tags}
    return [known[name] for name in picture.image.tags if name in known]


def tag_pages(
    renderer: PageRenderer,
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    tags: Sequence[ShownTag],
    is_several: bool,
) -> Iterator[UnrenderedPage]:
    """Yield the pages of each tag, then the page of all tags, if there is one.

    Args:
        renderer: prepares the pages.
        config: the settings that templates may read.
        pictures: the pictures, in the order of the gallery.
        tags: the tags that any of them has.
        is_several: several networks predict, so that a class is shown with its network.
    """
    for one in tags:
        tagged = [picture for picture in pictures if one.tag.name in picture.image.tags]
        address = partial(paths.tag_page, one.tag.slug)
        yield from listing_pages(
            renderer, config, tagged, address, "tag.html", one.tag.name, tag=one.tag, is_several=is_several
        )
    if tags:
        shared = card(config, pictures[0])
        yield renderer.page(paths.TAGS, "tags.html", tags=tags, card=shared)
