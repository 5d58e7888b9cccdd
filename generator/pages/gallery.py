"""A gallery's records to all files of the site that are text, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from jinja2 import Environment

from generator import site_paths
from generator.pages.documents import manifest, model_views, result
from generator.pages.environment import TEMPLATES, make_environment
from generator.records import Exhibit, GalleryConfig, Output


def render(
    config: GalleryConfig,
    exhibits: Sequence[Exhibit],
    version: str,
    config_hash: str,
    templates: Path | None = None,
) -> Iterator[Output]:
    """Give every page, data file and asset, the manifest of them all last.

    Pictures and figures are not made here; the pages link to them where ``site_paths`` says they lie.
    A folder of ``templates`` is used in place of the project's own.
    """
    folder = templates or TEMPLATES
    environment = make_environment(folder)
    environment.globals.update(config=config, version=version, manifest_path=site_paths.MANIFEST)
    written = []
    outputs = chain(
        _assets(folder),
        _site_pages(environment, config, exhibits),
        _image_outputs(environment, config, exhibits),
    )
    for output in outputs:
        written.append(output.path)
        yield output
    content = manifest(config, exhibits, version, config_hash, written)
    yield _text(site_paths.MANIFEST, content)


def _assets(templates: Path) -> Iterator[Output]:
    """Give the static files as they are."""
    for path in sorted((templates / "assets").rglob("*")):
        if path.is_file():
            yield Output(path.relative_to(templates).as_posix(), path.read_bytes())


def _site_pages(
    environment: Environment, config: GalleryConfig, exhibits: Sequence[Exhibit]
) -> Iterator[Output]:
    """Give the pages that a site has once."""
    yield _page(environment, site_paths.INDEX, "index.html", exhibits=exhibits, views=model_views(exhibits))
    yield _page(environment, site_paths.NOT_FOUND, "404.html")
    yield _page(environment, site_paths.ROBOTS, "robots.txt", sitemap=site_paths.SITEMAP)
    if config.base_url:
        pages = [site_paths.INDEX, *(site_paths.image_page(exhibit.image.slug) for exhibit in exhibits)]
        yield _page(environment, site_paths.SITEMAP, "sitemap.xml", pages=pages)
    yield Output(site_paths.NO_JEKYLL, b"")


def _image_outputs(
    environment: Environment, config: GalleryConfig, exhibits: Sequence[Exhibit]
) -> Iterator[Output]:
    """Give page and data of each image, in order; each page knows its neighbours."""
    padded = [None, *exhibits, None]
    for before, exhibit, after in zip(padded, exhibits, padded[2:], strict=False):
        slug = exhibit.image.slug
        path = site_paths.image_page(slug)
        yield _page(environment, path, "image.html", exhibit=exhibit, before=before, after=after)
        yield _text(site_paths.result_path(slug), result(config, exhibit))


def _page(environment: Environment, path: str, template: str, **names: object) -> Output:
    return _text(path, environment.get_template(template).render(page=path, **names))


def _text(path: str, content: str) -> Output:
    return Output(path, content.encode("utf-8"))
