"""The files of the site's index: complete, small, harmless, and each changed by its own subject alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.pages import BuildInfo, SitePages
from generator.pages.search import PER_SHARD
from generator.pages.search_entries import Entry, EntryGroup
from generator.pages.search_files import entry_texts
from generator.records import GalleryConfig, Prediction, ShownPicture


def contents(texts: dict[str, str]) -> dict[str, Any]:
    """Return what the scripts hand over, by name."""
    found = (re.fullmatch(r'galleryEntries\("([^"]*)",(.*)\);\n', text) for text in texts.values())
    return {match[1]: json.loads(match[2]) for match in found if match}


def entries(content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, link and picture of the entries of a file."""
    for group in content["groups"]:
        for row in group["entries"]:
            name, link, picture = (
                beginning + rest for beginning, rest in zip(group["shared"], [*row, "", "", ""], strict=False)
            )
            assert name
            yield group["kind"], link, picture


def test_the_first_file_names_the_others() -> None:
    cat = EntryGroup("picture", [Entry("Cat", "cat.html")])
    made = entry_texts([EntryGroup("tag", [])], {"pictures/1": [cat], "pictures/2": [cat]})
    assert list(made) == [f"search/entries{name}.js" for name in ("", "/pictures/1", "/pictures/2")]
    known = contents(made)
    assert known[""] == {"files": ["pictures/1", "pictures/2"], "groups": []}
    assert known["pictures/1"] == {
        "groups": [{"kind": "picture", "shared": ["Cat", "cat.html", ""], "entries": [[]]}]
    }


def test_shared_beginnings_are_written_once() -> None:
    some = [Entry(f"pool1/{one}", f"models/m/pool1/{one}/", f"images/{one}.svg") for one in (7, 71)]
    more = EntryGroup(
        "feature", [*some, Entry("pool1/8", "models/m/pool1/8/", "", "Eight", ("x",))], "M", 0.5
    )
    (group,) = contents(entry_texts([], {"models/m": [more]}))["models/m"]["groups"]
    assert group == {
        "kind": "feature",
        "note": "M",
        "ratio": 0.5,
        "shared": ["pool1/", "models/m/pool1/", ""],
        "entries": [
            ["7", "7/", "images/7.svg"],
            ["71", "71/", "images/71.svg"],
            ["8", "8/", "", "Eight", "x"],
        ],
    }


def test_no_text_can_end_a_script() -> None:
    hostile = Entry("</script>\u2028", "a.html", texts=("<!--",))
    (text,) = entry_texts([EntryGroup("page", [hostile])], {}).values()
    assert text.isascii()
    assert "<" not in text


def test_every_page_and_picture_of_the_index_exists(site: Path) -> None:
    texts = {path.name: path.read_text() for path in site.glob("search/entries.js")}
    texts |= {str(path): path.read_text() for path in site.glob("search/entries/**/*.js")}
    found = [entry for content in contents(texts).values() for entry in entries(content)]
    assert {kind for kind, _, _ in found} == {"feature", "layer", "class", "network", "picture", "tag"}
    for _, link, picture in found:
        assert (site / link).is_file()
        file, _, view = picture.partition("#")
        assert (site / file).exists()
        assert not view or f'id="{view}"' in (site / file).read_text()
    listed = {page.relative_to(site).as_posix() for page in site.glob("models/*/*/*/index.html")}
    assert listed == {link for kind, link, _ in found if kind in ("feature", "class")}


def test_a_title_changes_one_file_of_the_index(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    cat, *others = pictures
    renamed = [replace(cat, image=replace(cat.image, title="Another cat")), *others]
    before, after = (
        {
            page.path: page.made_by()
            for page in SitePages(config, some, BuildInfo("1", "2")).pages()
            if page.path.startswith("search/entries")
        }
        for some in (pictures, renamed)
    )
    changed = [path for path in before if before[path] != after[path]]
    assert changed == ["search/entries/pictures/1.js"]


def test_pictures_are_in_files_of_two_hundred(config: GalleryConfig, pictures: list[ShownPicture]) -> None:
    many = [
        replace(pictures[2], image=replace(pictures[2].image, slug=f"p{place}"))
        for place in range(PER_SHARD + 1)
    ]
    paths = {page.path for page in SitePages(config, many, BuildInfo("1", "2")).pages()}
    assert {"search/entries/pictures/1.js", "search/entries/pictures/2.js"} <= paths
    assert "search/entries/pictures/3.js" not in paths


def test_hidden_pictures_and_what_only_they_show_are_left_out(
    config: GalleryConfig, pictures: list[ShownPicture]
) -> None:
    cat = pictures[0]
    panels = tuple(replace(panel, features=(9, 4)) for panel in cat.views[1].panels)
    views = (cat.views[0], replace(cat.views[1], panels=panels, predictions=(Prediction("", "owl", 0.9),)))
    image = replace(cat.image, slug="secret", title="Secret", tags=("secret",), is_hidden=True)
    hidden = replace(cat, image=image, views=views)
    found = [
        {
            link
            for page in SitePages(config, some, BuildInfo("1", "2")).pages()
            if page.path.startswith("search/entries")
            for content in contents({page.path: page.rendered().decode()}).values()
            for _, link, _ in entries(content)
        }
        for some in ([cat], [cat, hidden])
    ]
    assert found[0] == found[1]
    assert "models/classes/pool1/4/index.html" in found[0]
