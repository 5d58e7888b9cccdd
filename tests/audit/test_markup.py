"""The Nu HTML checker on every page and figure, and the feed as XML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

Check = Callable[..., list[str]]


def test_every_page_is_valid(site: Path, markup_errors: Check) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    assert markup_errors(pages) == []


def test_every_figure_is_valid(site: Path, markup_errors: Check) -> None:
    figures = sorted(site.rglob("*.svg"))
    assert figures
    assert markup_errors(figures, "--svg") == []


def test_other_xml_is_well_formed(site: Path) -> None:
    roots = [ElementTree.parse(path).getroot().tag for path in sorted(site.rglob("*.xml"))]
    assert all(root.endswith(("feed", "urlset")) for root in roots)


def test_a_seeded_mistake_is_found(site: Path, tmp_path: Path, markup_errors: Check) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text(page.replace("</main>", '<p id="main"></div></main>', 1), encoding="utf-8")
    assert any("Duplicate ID" in error for error in markup_errors([broken]))
