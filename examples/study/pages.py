"""The chapters as pages: the gallery's frame and environment, the study's own templates and few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from examples.study import chart
from examples.study.wording import exact, megabytes, two
from generator.pages.jinja_environment import make_environment
from generator.pages.page_records import page_config
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import GalleryConfig, Output
from generator.records.choices import METHODS
from generator.version import __version__

TEMPLATES = Path(__file__).parent / "templates"
INDEX = "study/index.html"
TITLES = {
    "filters": ("Four filters", "What can be told by heart, and whether the engine tells it."),
    "photographs": ("Photographs", "Five blocks of VGG16, with the bias and without."),
    "passes": ("One pass or many", "Time and memory, measured where this was made."),
    "classes": ("Classes", "What the last layers of trained classifiers carry back."),
    "atrous": ("With holes", "The same weights at twice the resolution."),
    "methods": ("Three methods", "Deconvnet, guided backpropagation and gradient side by side."),
    "randomization": ("Random weights", "Which of the three depend on what a network has learnt."),
    "references": ("References", "What the chapters cite."),
}
CURVES = {
    "signed": "Rank correlation with the trained network's reconstruction, signs kept",
    "magnitude": "The same of magnitudes",
    "ssim": "Structural similarity of magnitudes",
    "edges": "Rank correlation of magnitude with the picture's steepness, in cells of 8 pixels",
}


def render(config: GalleryConfig, facts: Mapping[str, Any]) -> Iterator[Output]:
    """Yield the first page and every chapter, and the plots that they show."""
    environment = make_environment(TEMPLATES)
    renderer = PageRenderer(environment, page_config(config), [], __version__)
    environment.globals.update(study=facts, titles=TITLES, chapter_page=chapter_page, study_page=INDEX)
    environment.globals.update(two=two, exact=exact, megabytes=megabytes)
    plots = {}
    for network in facts["randomization"]["networks"]:
        for name in CURVES:
            path = f"study/randomization/{network['name']}-{name}.svg"
            figure = curve(network, name)
            plots[network["name"], name] = figure.facts(path)
            yield Output(path, figure.svg.encode())
    yield from (Output(page.path, page.rendered()) for page in _pages(renderer, facts, plots))


def _pages(
    renderer: PageRenderer, facts: Mapping[str, Any], plots: Mapping[tuple[str, str], Any]
) -> Iterator[UnrenderedPage]:
    """Yield the first page, and a page for each chapter that links to those before and after it."""
    yield renderer.page(INDEX, "study/index.html", before=None, after=first(TITLES))
    padded = [None, *TITLES, None]
    for before, slug, after in zip(padded, TITLES, padded[2:], strict=False):
        yield renderer.page(
            chapter_page(slug),
            f"study/{slug}.html",
            slug=slug,
            chapter=facts.get(slug),
            plots=plots,
            before=before,
            after=after,
        )


def chapter_page(slug: str) -> str:
    """Return the path of a chapter."""
    return f"study/{slug}/index.html"


def first(names: Mapping[str, Any]) -> str:
    """Return the first key."""
    return next(iter(names))


def curve(network: Mapping[str, Any], name: str) -> Any:
    """Return the plot of one number over the stages of the cascade, a curve for each method."""
    points = {(row["stage"], row["method"]): row[name] for row in network["curves"]}
    stages = network["stages"]
    curves = [chart.Curve(method, tuple(points[stage, method] for stage in stages)) for method in METHODS]
    title = f"{network['title']}: {CURVES[name][0].lower()}{CURVES[name][1:]}"
    return chart.draw_curves(f"{network['name']}-{name}", stages, curves, title)
