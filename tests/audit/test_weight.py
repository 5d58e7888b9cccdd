"""What a reader downloads: the index before scrolling, and an image page with all its panels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright import sync_api

INDEX_BYTES, IMAGE_PAGE_BYTES = 300_000, 1_500_000


def downloaded(browser: sync_api.Browser, address: str, scroll: bool) -> int:
    """Return the bytes of all that a page loads, as files lie on the disk."""
    sizes: dict[str, int] = {}
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("response", lambda answer: sizes.update({answer.url: int(answer.headers["content-length"])}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if scroll:
        for image in page.locator("img:visible").all():
            image.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
    page.close()
    return sum(sizes.values())


def test_the_index_is_light_before_scrolling(browser: sync_api.Browser, served: str) -> None:
    found = downloaded(browser, f"{served}/index.html", scroll=False)
    print(f"index before scrolling: {found} bytes")
    assert found < INDEX_BYTES


def test_an_image_page_is_light(browser: sync_api.Browser, served: str, kinds: Mapping[str, str]) -> None:
    found = downloaded(browser, f"{served}/{kinds['images/*/index.html']}", scroll=True)
    print(f"image page, scrolled through: {found} bytes")
    assert found < IMAGE_PAGE_BYTES


def test_a_heavy_page_is_found(browser: sync_api.Browser, site: Path, served: str) -> None:
    largest = max(site.rglob("*.svg"), key=lambda path: path.stat().st_size)
    found = downloaded(browser, f"{served}/{largest.relative_to(site).as_posix()}", scroll=False)
    assert found == largest.stat().st_size
