"""What pages are made of: records without what only this machine knows.

A page is kept under the digest of all that its template is given, so what templates are given holds no path
of a folder, which would be another one elsewhere, and nothing of pictures that the page is not about.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from generator.records import GalleryConfig, ImageSpec, NetworkSpec, ShownPicture, View

NOWHERE = Path()


@dataclass(frozen=True)
class PageConfig:
    """What pages may know of a configuration; each field is one of ``GalleryConfig``.

    What is not here changes no page: neither paths of this machine nor what only bounds a build.
    """

    title: str
    description: str
    base_url: str
    top_features: int
    method: str
    seed: str
    bias: str
    scale: str
    compare: tuple[str, ...]
    feature_pictures: int
    cname: str


def page_config(config: GalleryConfig) -> PageConfig:
    """Return what pages may know of a configuration."""
    return PageConfig(**{field.name: getattr(config, field.name) for field in fields(PageConfig)})


def portable(picture: ShownPicture) -> ShownPicture:
    """Return a picture as pages may know it: without the paths of its file and of its networks' files."""
    views = tuple(replace(view, spec=_portable_spec(view.spec)) for view in picture.views)
    return replace(picture, image=replace(picture.image, path=NOWHERE), views=views)


def _portable_spec(spec: NetworkSpec) -> NetworkSpec:
    return replace(spec, weights=Path(spec.weights).name, own=None)


def without_views(picture: ShownPicture) -> ShownPicture:
    """Return a picture without its views, for pages that are about something else."""
    return replace(picture, views=())


def name_only(picture: ShownPicture | None) -> ShownPicture | None:
    """Return a picture of which only slug and title are left, for pages that only link to it."""
    if picture is None:
        return None
    image = ImageSpec(picture.image.slug, NOWHERE, picture.image.title)
    return ShownPicture(image, 0, 0, 0, 0, (), ())


def network_only(view: View) -> View:
    """Return what a network's views of all pictures share."""
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
    )
