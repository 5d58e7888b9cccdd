"""The text of a site without the rest of a build: every page, rendered directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator import paths
from generator.pages import BuildInfo, SitePages
from generator.records import GalleryConfig, Output, ScannedLayer, ShownPicture, View


def render(
    config: GalleryConfig,
    pictures: Sequence[ShownPicture],
    version: str,
    config_hash: str,
    epoch: int = 0,
    scanned: Mapping[str, Sequence[ScannedLayer]] | None = None,
) -> Iterator[Output]:
    """Yield all text of a site in the order of a build: files, pages, the sitemap, the manifest."""
    site_pages = SitePages(config, pictures, BuildInfo(version, config_hash, epoch), scanned)
    written = [path for picture in pictures for path in drawn(picture)]
    pages = (Output(page.path, page.rendered()) for page in site_pages.pages())
    for output in (*site_pages.files(), *pages):
        written.append(output.path)
        yield output
    for page in site_pages.sitemap(written):
        written.append(page.path)
        yield Output(page.path, page.rendered())
    yield site_pages.manifest(written)


def drawn(picture: ShownPicture) -> Iterator[str]:
    """Yield the paths of the pictures and figures of a gallery's picture, which lie beside its pages."""
    slug = picture.image.slug
    yield from (paths.picture_path(slug), paths.thumbnail_path(slug), paths.card_path(slug))
    if picture.seen:
        yield from (paths.seen_path(slug), paths.seen_inset_path(slug))
    for known in picture.thumbnails:
        for suffix in paths.THUMBNAIL_FORMATS:
            yield paths.sized_thumbnail_path(slug, known.name_px, suffix)
    for view in picture.views:
        yield from _figures(slug, view)


def _figures(slug: str, view: View) -> Iterator[str]:
    model = view.spec.slug
    yield paths.figure_path(slug, model)
    for method, panels in {"": view.panels, **view.comparisons}.items():
        yield from (paths.panel_path(slug, model, panel.layer.name, method) for panel in panels)
    for layer, panels in view.single_panels.items():
        yield from (paths.panel_path(slug, model, layer, str(panel.features[0])) for panel in panels)
