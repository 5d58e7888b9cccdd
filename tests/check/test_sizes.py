"""The size report, and what GitHub Pages would refuse."""

import pytest

from generator.check import sizes


@pytest.fixture
def site(tmp_path):
    """A site of twelve files of 1 to 12 kB."""
    for number in range(1, 13):
        path = tmp_path / "images" / f"{number:02}.svg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 1000 * number)
    return tmp_path


def test_the_report_names_the_ten_largest_files(site):
    first, *largest = sizes.report(site)
    assert first == "12 files, 78.0 kB: 0.0 % of the 1.0 GB of GitHub Pages"
    assert largest == [f"{f'{number}.0 kB':>11}  images/{number:02}.svg" for number in range(12, 2, -1)]
    assert sizes.excesses(site) == []


def test_what_is_too_large_is_named(site, monkeypatch):
    monkeypatch.setattr(sizes, "FILE_BYTES", 11_000)
    monkeypatch.setattr(sizes, "SITE_BYTES", 77_000)
    assert sizes.excesses(site) == [
        "images/12.svg: 12.0 kB; GitHub takes files of 11.0 kB at most",
        "the site: 78.0 kB; GitHub Pages takes 77.0 kB at most",
    ]
