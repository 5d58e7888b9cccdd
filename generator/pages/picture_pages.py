"""The page of each picture, with its ``result.json``, and pages that forward from former addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from markupsafe import Markup

from generator import paths
from generator.names import fault_of_file
from generator.pages.album_pages import neighbours
from generator.pages.compare_pages import comparisons, has_page
from generator.pages.groups import Groups
from generator.pages.json_files import result
from generator.pages.metadata import card, structured
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.seen_parts import frames, seen_parts
from generator.pages.tag_pages import tags_of
from generator.records import ImageSpec, ShownPicture


def picture_pages(
    renderer: PageRenderer,
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    groups: Groups,
    caption: Callable[[str], Markup],
) -> Iterator[UnrenderedPage]:
    """Yield the page and the ``result.json`` of each picture, in order; pages link to their neighbours.

    ``caption`` returns the caption of a picture by its slug.
    """
    beside = neighbours(pictures)
    albums = {one.album.slug: one.album for one in groups.albums}
    for picture in pictures:
        slug, seen = picture.image.slug, seen_parts(picture)
        before, after = beside.get(slug, (None, None))
        yield renderer.page(
            paths.image_page(slug),
            "image.html",
            picture=picture,
            seen=seen,
            frames=frames(seen),
            before=before,
            after=after,
            caption=caption(slug),
            album=albums.get(picture.image.album),
            tags=tags_of(picture, groups.tags),
            comparable=has_page(picture),
            comparisons=comparisons(picture),
            card=card(config, picture),
            structured=structured(config, picture),
            is_listed=not picture.image.is_hidden,
        )
        yield renderer.untemplated(paths.result_path(slug), partial(result, config, picture), picture)


def moved_pages(
    renderer: PageRenderer, moved: Mapping[str, str], pictures: Sequence[ShownPicture]
) -> Iterator[UnrenderedPage]:
    """Yield a page at the former address of each shown picture that has moved; ``moved`` is ``moves``."""
    titles = {picture.image.slug: picture.image.title for picture in pictures}
    for former, slug in moved.items():
        if slug in titles:
            target = paths.image_page(slug)
            yield renderer.page(paths.image_page(former), "moved.html", target=target, title=titles[slug])


def moves(images: Sequence[ImageSpec]) -> dict[str, str]:
    """Return former slug -> slug of each picture that has moved.

    Left out are slugs that another picture has now, and those that a site could not be checked out with on
    Windows, such as ``con``, which version 0.1.0 gave.
    """
    slugs = {image.slug for image in images}
    former = {image.former_slug: image.slug for image in images if image.former_slug}
    return {old: slug for old, slug in former.items() if old not in slugs and not fault_of_file(old)}
