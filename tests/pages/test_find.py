"""The search of the whole site in a browser: what it finds, in which order, by which keys."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from benchmarks.entries import parts
from benchmarks.search import write
from generator.pages.search_entries import Entry, EntryGroup
from generator.pages.search_files import entry_texts
from generator.records import Album, GalleryConfig, MarkdownText, OwnPage, ShownPicture
from tests.pages.conftest import HOSTILE, drawn_files, until, watched
from tests.support.pages import render

KINDS = {
    "feature": "Features",
    "layer": "Layers",
    "class": "Classes",
    "network": "Networks",
    "picture": "Pictures",
    "album": "Albums",
    "tag": "Tags",
    "page": "Pages",
}
LISTED = """text => {
  const field = document.querySelector("dialog [role=combobox]");
  field.value = text;
  field.dispatchEvent(new Event("input"));
  return new Promise(done => requestAnimationFrame(() => done(
    [...document.querySelectorAll("dialog [role=group]")].map(group => [group.querySelector("p").textContent,
      [...group.querySelectorAll(".name")].map(name => name.textContent)]))));
}"""


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search this site")


def search(page: Page, text: str) -> None:
    """Open the search and fill its field."""
    page.keyboard.press("Control+k")
    field(page).fill(text)


def options(page: Page, kind: str) -> Locator:
    return page.get_by_role("group", name=re.compile(rf"^{KINDS[kind]} ")).get_by_role("option")


def chosen(page: Page) -> Locator:
    return page.locator("dialog [aria-selected=true]")


def says(page: Page) -> Locator:
    return page.locator("dialog").get_by_role("status")


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    with watched(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{base}/images/cat/index.html")
        yield page


@pytest.fixture
def lone(browser: Browser, site: Path) -> Iterator[Page]:
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(f"{site.as_uri()}/images/cat/index.html")
        yield page


# What is found


@pytest.mark.parametrize(
    ("query", "kind", "names"),
    [
        ("pool1/7", "feature", ["pool1/7"] * 2),
        ("pool 4", "feature", ["pool1/4"] * 2),
        ("pool1 4", "feature", ["pool1/4"] * 2),
        ("classes pool1 4", "feature", ["pool1/4"]),
        ("preact", "layer", ["conv1:preactivation"] * 2),
        ("TABBY", "class", ["tabby"]),
        ("tabby", "picture", ["Chelsea the cat", HOSTILE]),
        ("edges", "network", ["EDGES"]),
        ("script", "tag", [HOSTILE]),
        ("n02124075", "class", ["Egyptian cat"]),
    ],
)
def test_each_kind_is_found(lone: Page, query: str, kind: str, names: list[str]) -> None:
    search(lone, query)
    expect(options(lone, kind).locator(".name")).to_have_text(names)


def test_a_result_is_opened_with_its_small_picture(page: Page) -> None:
    page.get_by_role("button", name="Search").click()
    field(page).fill("classes pool1/7")
    image = options(page, "feature").locator("img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    options(page, "feature").click()
    expect(page).to_have_url(re.compile(r"models/classes/pool1/7/index\.html$"))


def test_albums_captions_and_own_pages_are_found(
    browser: Browser, config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path
) -> None:
    image = replace(pictures[0].image, caption=MarkdownText("With **whiskers**."), album="zoo")
    cat = replace(pictures[0], image=image)
    text = MarkdownText(f"# Methods\n\n{'Word ' * 60}about gulls. {'Word ' * 60}", tmp_path / "own.md")
    config = replace(
        config,
        images=(image,),
        albums=(Album("zoo", "The zoo", MarkdownText("In *spring*.")),),
        pages=(OwnPage("own", "", "F", "", text),),
    )
    for output in (*render(config, [cat], "1", "c0"), *drawn_files([cat])):
        (tmp_path / output.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / output.path).write_bytes(output.content)
    with watched(browser) as page:
        page.goto(f"{tmp_path.as_uri()}/index.html")
        for query, kind, name, note in (
            ("whisk", "picture", "Chelsea the cat", "With whiskers."),
            ("spring", "album", "The zoo", "In spring."),
            ("zoo", "album", "The zoo", "1 picture"),
            ("zoo", "picture", "Chelsea the cat", "The zoo"),
            ("method", "page", "Methods", ""),
        ):
            search(page, query)
            expect(options(page, kind).locator(".name")).to_have_text(name)
            expect(options(page, kind)).to_contain_text(note)
        search(page, "gulls")
        expect(options(page, "page").locator(".soft")).to_have_text(
            re.compile(r"^… .{0,20}gulls\. Word .*…$")
        )
        expect(options(page, "page").locator("mark")).to_have_text("gulls")


def test_what_can_be_searched_is_said_before_and_when_nothing_is_found(lone: Page) -> None:
    contents = (
        "You can search 12 features (conv1:preactivation/4), 6 layers (conv1:preactivation), "
        "2 classes (Egyptian cat), 2 networks (EDGES), 3 pictures (Chelsea the cat), and 2 tags (animal)."
    )
    search(lone, "")
    expect(says(lone)).to_have_text(contents)
    expect(field(lone)).to_have_attribute("aria-expanded", "false")
    field(lone).fill("zebra")
    expect(says(lone)).to_have_text(f"Nothing found for “zebra”. {contents}")
    expect(lone.get_by_role("option")).to_have_count(0)


def test_words_without_spaces_between_them_are_found(browser: Browser, tmp_path: Path) -> None:
    write(tmp_path)
    page_group = EntryGroup("page", [Entry("写真の猫", "a.html")])
    for path, text in entry_texts([page_group], {}).items():
        (tmp_path / path).write_text(text)
    with watched(browser) as page:
        page.goto(f"{tmp_path.as_uri()}/page/index.html")
        search(page, "猫")
        expect(options(page, "page").locator(".name")).to_have_text("写真の猫")


# The order, compared with a plain search in Python


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with an index of 5,000 features."""
    folder = tmp_path_factory.mktemp("large")
    write(folder)
    return folder


@cache
def words(text: str) -> list[str]:
    """Return the words of a text, without accents."""
    letters = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", letters.lower())


def found(groups: list[EntryGroup], query: str) -> list[tuple[str, list[str]]]:
    """Return the results of each kind, by looking at every word of every entry."""
    asked = words(query)
    ranks: dict[str, list[tuple[int, str]]] = {}
    for group in groups:
        for entry in group.entries:
            name = words(entry.name)
            text = [word for part in (*entry.texts, group.note) for word in words(part)]
            rank = _rank(asked, name, name + text)
            if rank is not None:
                ranks.setdefault(group.kind, []).append((rank, entry.name))
    by_rank = {kind: sorted(some, key=lambda one: one[0]) for kind, some in ranks.items()}
    order = sorted(by_rank, key=lambda kind: (by_rank[kind][0][0], [*KINDS].index(kind)))
    return [(kind, [name for _, name in by_rank[kind]]) for kind in order]


def _rank(asked: list[str], name: list[str], text: list[str]) -> int | None:
    def begin(some: list[str]) -> bool:
        return all(any(word.startswith(one) for word in some) for one in asked)

    if not asked or not begin(text):
        return None
    ranks = (
        name == asked,
        set(asked) <= set(name),
        " ".join(name).startswith(" ".join(asked)),
        begin(name),
        set(asked) <= set(text),
        True,
    )
    return ranks.index(True)


def test_results_and_their_order_are_those_of_a_plain_search(browser: Browser, large: Path) -> None:
    lone, named = parts()
    groups = [*(group for some in named.values() for group in some), *lone]
    random = Random(1)
    names = [entry.name for group in groups for entry in group.entries]
    texts = [text for group in groups for entry in group.entries for text in entry.texts]
    queries = [
        "fire9/294",
        "fire9 294",
        "fire9/29",
        "294",
        "block4_pool",
        "SqueezeNet",
        "squeezenet fire1",
        "ka",
    ]
    queries += [random.choice(names)[: random.randint(1, 9)] for _ in range(25)]
    queries += [" ".join(random.choice(texts).split()[:2])[:-1] for _ in range(15)]
    with watched(browser) as page:
        page.goto(f"{large.as_uri()}/page/index.html")
        search(page, "")
        expect(says(page)).to_contain_text("5,000 features")
        for query in queries:
            expected = [[f"{KINDS[kind]} {len(some):,}", some[:5]] for kind, some in found(groups, query)]
            assert page.evaluate(LISTED, query) == expected, query
    assert found(groups, "fire9/294") == [("feature", ["fire9/294"])]


def test_further_results_are_shown_on_request(browser: Browser, large: Path) -> None:
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        page.goto(f"{large.as_uri()}/page/index.html")
        search(page, "fire9")
        features = options(page, "feature")
        expect(features).to_have_count(6)
        expect(features.last).to_have_text("Show 50 of 495 more")
        field(page).press("ArrowUp")
        expect(chosen(page)).to_have_text("Show 50 of 495 more")
        field(page).press("Enter")
        expect(features).to_have_count(56)
        expect(chosen(page)).to_contain_text("fire9/5")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


# Keys, and what assistive technology is told


def test_keys_open_search_choose_and_close(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.type("pool1/7")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(chosen(page)).to_have_text("pool1/7 EDGES")
    expect(field(page)).to_have_attribute("aria-activedescendant", "find-0")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_have_text("pool1/7 CLASSES")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(chosen(page)).to_have_text("pool1/7 CLASSES")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("edges")
    page.keyboard.press("Control+k")
    page.keyboard.type("pool1/7")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"models/edges/pool1/7/index\.html$"))


def test_enter_takes_what_was_typed_and_not_what_is_listed(lone: Page) -> None:
    search(lone, "pool1")
    expect(chosen(lone)).to_have_text("pool1 EDGES")
    lone.evaluate("""() => {
      const field = document.querySelector("dialog [role=combobox]");
      field.value = "bare";
      field.dispatchEvent(new Event("input"));
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }""")
    expect(lone).to_have_url(re.compile(r"images/bare/index\.html$"))


def test_the_button_gets_the_focus_back(page: Page) -> None:
    button = page.get_by_role("button", name="Search")
    button.click()
    page.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()
    button.click()
    page.mouse.click(5, 5)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_letters_do_not_reach_the_full_screen_view(page: Page) -> None:
    page.locator("a[data-open]").first.click()
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_be_visible()
    before = viewer.get_by_role("status").inner_text()
    search(page, "")
    page.keyboard.type("m0+")
    page.keyboard.press("End")
    expect(field(page)).to_have_value("m0+")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.find")).to_be_hidden()
    expect(viewer).to_be_visible()
    assert viewer.get_by_role("status").inner_text() == before


# What is loaded, and when


def test_nothing_of_it_is_loaded_before_the_first_search(browser: Browser, served: str) -> None:
    with watched(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(served)))
        page.goto(f"{served}/index.html")
        until(page, "document.readyState === 'complete'")
        assert not [path for path in asked if path.startswith("/search/") or "find.css" in path]
        search(page, "")
        expect(says(page)).to_contain_text("You can search")
        page.keyboard.press("Escape")
        search(page, "pool")
        expect(options(page, "layer")).to_have_count(2)
        loaded = sorted(path for path in asked if path.startswith("/search/"))
        files = ("", "/models/classes", "/models/edges", "/pictures/1")
        assert loaded == sorted(f"/search/entries{name}.js" for name in files)


def test_a_missing_index_is_said(browser: Browser, site: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(site, tmp_path / "site")
    (folder / "search" / "entries" / "models" / "edges.js").unlink()
    page = browser.new_page()
    page.goto(f"{folder.as_uri()}/about/index.html")
    search(page, "pool1/7")
    expect(options(page, "feature")).to_have_count(1)
    expect(says(page)).to_have_text("1 result A part of the index could not be loaded.")
    (folder / "search" / "entries.js").rename(folder / "kept.js")
    page.reload()
    search(page, "pool1/7")
    expect(says(page)).to_have_text("The index of this site could not be loaded.")
    (folder / "kept.js").rename(folder / "search" / "entries.js")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(says(page)).to_contain_text("You can search")
    page.close()


@pytest.mark.parametrize("block", ["", "<ul>{{ self.search() }}</ul>"])
def test_a_theme_with_its_own_header_places_the_search(
    browser: Browser, config: GalleryConfig, pictures: list[ShownPicture], tmp_path: Path, block: str
) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "base.html").write_text(
        f"{{% extends '!base.html' %}}{{% block header %}}{block}{{% endblock %}}"
    )
    for output in (*render(replace(config, templates=theme), pictures, "1", "c0"), *drawn_files(pictures)):
        (tmp_path / output.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / output.path).write_bytes(output.content)
    with watched(browser) as page:
        page.goto(f"{tmp_path.as_uri()}/index.html")
        filtering = page.get_by_role("searchbox", name="Filter pictures")
        expect(filtering).to_have_attribute("placeholder", re.compile("/7$" if block else r"\(Ctrl K\)$"))
        page.keyboard.press("Control+k")
        expect(field(page) if block else filtering).to_be_focused()
