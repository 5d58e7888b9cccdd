"""Whose folder is it: what build and clean say of every output that is not theirs, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import cli
from generator.site import MARKER

OWN = "choose an output folder of its own, such as site/"
HOLDS = "--output: expected a folder for the site alone, but '{output}' contains the configuration\n"
NOT_OURS = (
    f"gallery: {{output}}: is not empty and was not made by gallery (it has no {MARKER}); "
    "choose another output folder, or empty this one\n"
)
REFUSED = {
    "the root": ("/", 2, HOLDS),
    "the project": ("{project}", 2, HOLDS),
    "what holds the project": ("{project}/..", 2, HOLDS),
    "home": ("{home}", 1, f"gallery: {{home}}: contains {{home}}; {OWN}\n"),
    "what holds home": ("{home}/..", 1, f"gallery: {{people}}: contains {{home}}; {OWN}\n"),
    "other files": ("{project}/letters", 1, NOT_OURS),
    "other folders": ("{project}/boxes", 1, NOT_OURS),
    "a link": (
        "{project}/link",
        1,
        "gallery: {output}: is a symbolic link; give the folder it points to as the output\n",
    ),
    "a link to nothing": (
        "{project}/broken",
        1,
        "gallery: {output}: is a symbolic link; give the folder it points to as the output\n",
    ),
    "a mount point": (
        "/dev",
        1,
        "gallery: /dev: is a mount point and cannot be swapped; choose a folder in it\n",
    ),
    "a file": (
        "{project}/letters/letter.txt",
        2,
        "--output: expected a folder, but '{output}' is a file\n",
    ),
    "the inputs": (
        "{project}/inputs",
        2,
        "--output: expected a folder for the site alone, but it contains the picture 'red.png'\n",
    ),
}
REFUSED_TO_A_BUILD = {
    "the cache": ("{cache}", 0, f"gallery: {{cache}}: contains {{cache}}; {OWN}\n"),
    "what holds the cache": ("{cache}/..", 1, f"gallery: {{caches}}: contains {{cache}}; {OWN}\n"),
    "in the cache": (
        "{cache}/site",
        0,
        "gallery: {output}: lies in the cache, {cache}; choose an output folder outside it\n",
    ),
}


@pytest.fixture
def places(tiny_gallery: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every kind of folder that a site must not go to."""
    elsewhere = tiny_gallery.with_name(f"{tiny_gallery.name}-elsewhere")
    home, cache = elsewhere / "people" / "me", elsewhere / "caches" / "gallery"
    for folder in (home, cache, tiny_gallery / "letters", tiny_gallery / "boxes" / "empty"):
        folder.mkdir(parents=True)
    (tiny_gallery / "letters" / "letter.txt").write_text("dear")
    (home / "thesis.tex").write_text("years of work")
    (tiny_gallery / "link").symlink_to(home)
    (tiny_gallery / "broken").symlink_to("nowhere")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GALLERY_CACHE", str(cache))
    return {
        "project": tiny_gallery,
        "home": home,
        "people": home.parent,
        "cache": cache,
        "caches": cache.parent,
    }


def everything(places: dict[str, Path]) -> dict[Path, bytes | None]:
    """Return all that lies in any of the places, but for what a refused build remembers of pictures."""
    roots = (places["project"], places["people"].parent)
    return {
        path: path.read_bytes() if path.is_file() else None
        for root in roots
        for path in sorted(root.rglob("*"))
    }


def said(output: str, verb: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = cli.main([verb, *(["-q"] if verb == "build" else []), "-o", output])
    return status, capsys.readouterr().err


@pytest.mark.parametrize("verb", ["build", "clean"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_ours_is_refused_by_name(
    places: dict[str, Path], capsys: pytest.CaptureFixture[str], case: str, verb: str
) -> None:
    output, status, text = REFUSED[case]
    output, before = output.format_map(places), everything(places)
    assert said(output, verb, capsys) == (status, text.format(output=output, **places))
    assert everything(places) == before


@pytest.mark.parametrize("case", REFUSED_TO_A_BUILD)
def test_a_site_and_the_cache_keep_apart(
    places: dict[str, Path], capsys: pytest.CaptureFixture[str], case: str
) -> None:
    output, of_clean, text = REFUSED_TO_A_BUILD[case]
    output, before = output.format_map(places), everything(places)
    assert said(output, "build", capsys) == (1, text.format(output=output, **places))
    assert everything(places) == before
    assert said(output, "clean", capsys)[0] == of_clean, "there is nothing of ours"
    assert everything(places) == before


def test_a_site_among_the_inputs_is_no_input(tiny_gallery: Path) -> None:
    for _ in range(2):
        assert cli.main(["build", "-q", "-o", "inputs/site"]) == 0
    assert (tiny_gallery / "inputs" / "site" / "images" / "red" / "index.html").is_file()
    assert cli.main(["clean", "-o", "inputs/site"]) == 0
    assert sorted(path.name for path in (tiny_gallery / "inputs").iterdir()) == ["red.png", "striped.png"]
