"""The text of a site without the rest of a build: every page rendered here and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator import paths
from generator.pages import Book, Edition
from generator.records import Exhibit, GalleryConfig, Output, View


def render(
    config: GalleryConfig, exhibits: Sequence[Exhibit], version: str, config_hash: str, epoch: int = 0
) -> Iterator[Output]:
    """Yield all text of a site in the order of a build: files, pages, the sitemap, the manifest."""
    book = Book(config, exhibits, Edition(version, config_hash, epoch))
    written = [path for exhibit in exhibits for path in drawn(exhibit)]
    pages = (Output(sheet.path, sheet.rendered()) for sheet in book.sheets())
    for output in (*book.files(), *pages):
        written.append(output.path)
        yield output
    for sheet in book.sitemap(written):
        written.append(sheet.path)
        yield Output(sheet.path, sheet.rendered())
    yield book.manifest(written)


def drawn(exhibit: Exhibit) -> Iterator[str]:
    """Yield the paths of the pictures and figures of an exhibit, which lie beside its pages."""
    slug = exhibit.image.slug
    yield from (paths.picture_path(slug), paths.thumbnail_path(slug), paths.card_path(slug))
    for known in exhibit.thumbnails:
        for suffix in paths.THUMBNAIL_FORMATS:
            yield paths.sized_thumbnail_path(slug, known.name_px, suffix)
    for view in exhibit.views:
        yield from _figures(slug, view)


def _figures(slug: str, view: View) -> Iterator[str]:
    model = view.spec.slug
    yield paths.figure_path(slug, model)
    for method, panels in {"": view.panels, **view.comparisons}.items():
        yield from (paths.panel_path(slug, model, panel.layer.name, method) for panel in panels)
    for layer, panels in view.sightings.items():
        yield from (paths.panel_path(slug, model, layer, str(panel.features[0])) for panel in panels)
