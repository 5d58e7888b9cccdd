"""axe (WCAG 2.2 AA and best practices) on every kind of page, in both schemes, narrow and wide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright import sync_api

from tests.audit.conftest import TOOLS

WIDTHS = (390, 1280)
RUN = """async () => (await axe.run(document)).violations.map(
    violation => `${violation.id}: ${violation.nodes.map(node => node.target.join(' ')).join(', ')}`
)"""


def violations(
    browser: sync_api.Browser, address: str, scheme: str, width: int, query: str | None = None
) -> list[str]:
    """Return what axe objects to, a line each; with a query, while it is searched for."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.goto(address)
        page.add_script_tag(path=str(TOOLS / "axe-core" / "axe.min.js"))
        if query is not None:
            page.get_by_role("button", name="Search").click()
            page.locator("dialog").get_by_role("status").get_by_text("You can search").wait_for()
            page.get_by_role("combobox", name="Search this site").fill(query)
            page.wait_for_timeout(500)  # until the small pictures have come
        found: list[str] = page.evaluate(RUN)
        return found
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_violations(
    browser: sync_api.Browser, served: str, kinds: Mapping[str, str], scheme: str, width: int
) -> None:
    found = {kind: violations(browser, f"{served}/{page}", scheme, width) for kind, page in kinds.items()}
    assert {kind: lines for kind, lines in found.items() if lines} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_violations_in_the_search(browser: sync_api.Browser, served: str, scheme: str, width: int) -> None:
    for query in ("", "a", "nothing of the kind"):
        assert violations(browser, f"{served}/index.html", scheme, width, query) == [], query


def test_a_seeded_violation_is_found(
    browser: sync_api.Browser, site: Path, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(page.replace("<main", '<img src="x.png"><main', 1), encoding="utf-8")
    found = violations(browser, f"{serve(tmp_path)}/index.html", "light", 1280)
    assert any(line.startswith("image-alt: ") for line in found)
