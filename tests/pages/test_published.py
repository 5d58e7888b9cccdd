"""A published site, checked out again and served from a sub-path: every page and every link is good."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright import sync_api

from generator import publish
from generator.check import broken
from tests.pages.conftest import serving, watched

LINKS = """[...document.querySelectorAll('a[href]')]
  .map(link => new URL(link.getAttribute('href'), document.baseURI).href.split('#')[0])"""


def git(*arguments: str | Path) -> None:
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *map(str, arguments)], check=True, capture_output=True
    )


@pytest.fixture
def checkout(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a reader's server has of the site: the branch, cloned."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ann@example.org")
    git("init", "--quiet", "--bare", tmp_path / "remote.git")
    with publish.opened(
        publish.find_remote(tmp_path, str(tmp_path / "remote.git"), "gh-pages")
    ) as publication:
        publication.add(publish.contents(site))
        publication.send("Publish")
    git("clone", "--quiet", "--branch", "gh-pages", tmp_path / "remote.git", tmp_path / "web" / "my gallery")
    return tmp_path / "web" / "my gallery"


def test_every_page_of_a_published_site_opens_with_all_that_it_refers_to(
    checkout: Path, browser: sync_api.Browser
) -> None:
    assert broken(checkout) == []
    with serving(checkout.parent) as address, watched(browser) as page:
        root = f"{address}/my%20gallery/"
        waiting, seen = [f"{root}index.html"], set[str]()
        while waiting:
            here = waiting.pop()
            page.goto(here)
            seen.add(here)
            links = {link for link in page.evaluate(LINKS) if link.startswith(address)}
            assert all(link.startswith(root) for link in links), "no link leaves the sub-path"
            waiting += sorted(link for link in links - seen - set(waiting) if link.endswith(".html"))
            others = [link for link in links if not link.endswith(".html")]
            assert [link for link in others if page.request.get(link).status != 200] == []
    made = {f"{root}{path.relative_to(checkout).as_posix()}" for path in checkout.rglob("index.html")}
    assert made <= seen, "all pages can be reached from the first"
