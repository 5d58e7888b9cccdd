"""Records as templates receive them: without paths of this machine, and reduced to what a page needs.

The store finds a page by a digest of everything that its template receives. So a path of this machine would
make every other machine render all pages again, and a record that a page does not show would make the page
depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from generator.pages.markdown import plain
from generator.records import (
    Framing,
    GalleryConfig,
    ImageSpec,
    MarkdownText,
    NetworkSpec,
    ShownPicture,
    SiteLink,
    View,
)

NOWHERE = Path()


@dataclass(frozen=True)
class PageConfig:
    """The settings that templates may read; each field is one of ``GalleryConfig``.

    Paths of this machine are left out, and so are limits on a build, because they change no page.
    """

    title: str
    description: str
    base_url: str
    top_features: int
    method: str
    seed: str
    bias: str
    scale: str
    views: tuple[str, ...]
    compare: tuple[str, ...]
    feature_pictures: int
    cname: str
    links: tuple[SiteLink, ...]


def page_config(config: GalleryConfig) -> PageConfig:
    """Return the settings that templates may read."""
    settings = {field.name: getattr(config, field.name) for field in fields(PageConfig)}
    return PageConfig(**{**settings, "description": plain(config.description)})


def portable(picture: ShownPicture) -> ShownPicture:
    """Return a picture without its former slug, and without paths of its file and its networks' files.

    Its caption loses its place and its markup; the page of the picture gets it as HTML.
    """
    views = tuple(replace(view, spec=portable_spec(view.spec)) for view in picture.views)
    caption = MarkdownText(plain(picture.image.caption.markdown))
    image = replace(picture.image, path=NOWHERE, former_slug="", caption=caption, networks={})
    return replace(picture, image=image, views=views)


def portable_spec(spec: NetworkSpec) -> NetworkSpec:
    """Return a network as configured, without paths of its files and remarks for the command line."""
    return replace(spec, weights=Path(spec.weights).name, own=None, fewer={}, sizes={})


def without_views(picture: ShownPicture) -> ShownPicture:
    """Return a picture without its views and its caption, for pages about something else."""
    return replace(picture, image=replace(picture.image, caption=MarkdownText()), views=())


def tile(picture: ShownPicture) -> ShownPicture:
    """Return a picture reduced to its thumbnail, title and first class, for pages that list many."""
    first = next((view for view in picture.views if view.predictions), None)
    views = (replace(network_only(first), predictions=first.predictions[:1]),) if first else ()
    return replace(without_views(picture), views=views)


def name_only(picture: ShownPicture | None) -> ShownPicture | None:
    """Return a picture reduced to its slug and title, for pages that only link to it."""
    if picture is None:
        return None
    image = ImageSpec(picture.image.slug, NOWHERE, picture.image.title)
    return ShownPicture(image, 0, 0, 0, 0, (), ())


def network_only(view: View) -> View:
    """Return a view reduced to its network, without results of a picture."""
    return replace(
        view,
        predictions=(),
        panels=(),
        width_px=0,
        height_px=0,
        description="",
        provenance={},
        comparisons={},
        single_panels={},
        framing=Framing(),
        own=(),
        grid_share=None,
    )
