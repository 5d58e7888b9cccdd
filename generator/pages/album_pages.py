"""The page of each album, which lists its pictures, and what other pages show of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from generator import paths
from generator.pages.listing_pages import listing_pages
from generator.pages.page_records import PageConfig, name_only, without_views
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import Album, GalleryConfig, MarkdownText, ShownPicture


@dataclass(frozen=True)
class ShownAlbum:
    """An album on other pages: its name, the picture that stands for it, and how many it lists."""

    album: Album
    cover: ShownPicture
    picture_count: int


def shown_albums(config: GalleryConfig, pictures: Sequence[ShownPicture]) -> list[ShownAlbum]:
    """Return the albums that list a picture; a cover that failed is replaced by the first that is listed."""
    found = []
    for album in config.albums:
        inside = [picture for picture in pictures if picture.image.album == album.slug]
        listed = [picture for picture in inside if not picture.image.is_hidden]
        if listed:
            covers = (picture for picture in inside if picture.image.slug == album.cover)
            found.append(ShownAlbum(album_name(album), without_views(next(covers, listed[0])), len(listed)))
    return found


def album_name(album: Album) -> Album:
    """Return an album reduced to its slug and title, for pages that only link to it."""
    return replace(album, text=MarkdownText(), cover="")


def outside_albums(pictures: Sequence[ShownPicture]) -> list[ShownPicture]:
    """Return the pictures that are in no album."""
    return [picture for picture in pictures if not picture.image.album]


def album_pages(
    renderer: PageRenderer,
    config: PageConfig,
    albums: Sequence[ShownAlbum],
    pictures: Sequence[ShownPicture],
    html: Callable[[str], Markup],
    **names: object,
) -> Iterator[UnrenderedPage]:
    """Yield the pages of each album; each links to its neighbours.

    Args:
        renderer: prepares the pages.
        config: the settings that templates may read.
        albums: the albums.
        pictures: the listed pictures, in the order of the gallery.
        html: returns the text of an album by its slug.
        names: further variables of the template.
    """
    padded = [None, *albums, None]
    for before, one, after in zip(padded, albums, padded[2:], strict=False):
        slug = one.album.slug
        yield from listing_pages(
            renderer,
            config,
            [picture for picture in pictures if picture.image.album == slug],
            partial(paths.album_page, slug),
            "album.html",
            one.album.title,
            one.cover,
            album=one.album,
            text=html(slug),
            before=before and before.album,
            after=after and after.album,
            **names,
        )


def neighbours(
    pictures: Sequence[ShownPicture],
) -> dict[str, tuple[ShownPicture | None, ShownPicture | None]]:
    """Return slug -> the pictures before and after in the same album, or outside all, unless it is hidden."""
    by_album: dict[str, list[ShownPicture]] = {}
    for picture in pictures:
        if not picture.image.is_hidden:
            by_album.setdefault(picture.image.album, []).append(picture)
    found = {}
    for inside in by_album.values():
        padded = [None, *map(name_only, inside), None]
        for before, picture, after in zip(padded, inside, padded[2:], strict=False):
            found[picture.image.slug] = before, after
    return found
