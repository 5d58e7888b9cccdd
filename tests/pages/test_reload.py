"""A gallery that is served, open in a browser while its configuration changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright import sync_api

from tests.pages.conftest import until
from tests.support import gallery


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[gallery.Served]:
    folder = tmp_path_factory.mktemp("served")
    gallery.fill(folder)
    with gallery.serving(folder) as served:
        yield served


def test_an_open_page_follows_the_configuration(served: gallery.Served, browser: sync_api.Browser) -> None:
    config = served.folder / "gallery_config.yml"
    page, complaints = browser.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    heading = page.get_by_role("heading", level=1)
    address = f"http://localhost:{served.port}"
    page.goto(address)
    sync_api.expect(heading).to_have_text("Tiny", timeout=60_000)
    page.set_viewport_size({"width": 400, "height": 100})
    page.mouse.wheel(0, 150)
    until(page, "scrollY > 100")
    scrolled = page.evaluate("scrollY")
    config.write_text(gallery.CONFIG.replace("Tiny", "Grown"))
    sync_api.expect(heading).to_have_text("Grown", timeout=10_000)
    until(page, f"scrollY === {scrolled}")
    for path in ("/", "/nowhere/at/all"):
        page.goto(f"{address}{path}")
        config.write_text("title: [<b>]\n")
        sync_api.expect(heading).to_have_text("The site cannot be built", timeout=10_000)
        sync_api.expect(page.locator("pre")).to_contain_text("title: expected text, found a list")
        config.write_text(gallery.CONFIG.replace("Tiny", f"Mended {path}"))
        title = "Page not found" if path != "/" else "Mended /"
        sync_api.expect(heading).to_have_text(title, timeout=10_000)
    errors = [text for text in complaints if not text.startswith("Failed to load resource")]
    assert errors == []
    page.close()
