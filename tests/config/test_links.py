"""Links in the navigation: where they lead, and which addresses are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import ConfigError
from generator.records import SiteLink
from tests.config.test_albums import loaded


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("../digits/", "../digits/index.html"),
        ("digits/", "digits/index.html"),
        ("../", "../index.html"),
        ("../../a.b/", "../../a.b/index.html"),
        ("digits/about.html", "digits/about.html"),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
    ],
)
def test_a_folder_is_linked_by_its_page(tmp_path: Path, address: str, path: str) -> None:
    config = loaded(tmp_path, "cat.jpg", "[cat.jpg]", f"links: [{{title: Digits, address: '{address}'}}]\n")
    assert config.links == (SiteLink("Digits", path),)


@pytest.mark.parametrize(
    "address",
    ["", "digits", "/digits/", "javascript:alert(1)", "//example.org/", "a/../b/", "../a b/", "a.txt"],
)
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    expected = r"links\[0\]\.address: expected (an address that starts with http://.*relative|text)"
    with pytest.raises(ConfigError, match=expected):
        loaded(tmp_path, "cat.jpg", "[cat.jpg]", f"links: [{{title: Digits, address: '{address}'}}]\n")


def test_a_link_needs_its_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"links\[0\]: missing key 'title'"):
        loaded(tmp_path, "cat.jpg", "[cat.jpg]", "links: [{address: digits/}]\n")
