"""Pages are the same bytes whoever makes them, and are made once."""

from dataclasses import replace

import pytest
from generator.rendering import Gallery, rendered
from generator.store.keeper import Keeper

from generator import rendering
from generator.errors import PageError
from tests.pages.conftest import config, exhibits

__all__ = ["config", "exhibits"]  # fixtures


@pytest.fixture(scope="module")
def gallery(config, exhibits):
    many = [
        replace(exhibits[place % 2], image=replace(exhibits[place % 2].image, slug=f"picture-{place}"))
        for place in range(25)
    ]
    return Gallery(config, many, "1.2.3", "c0ffee", 0)


def keeper(folder):
    return Keeper(folder, "gallery", pytest.fail)


def test_processes_give_the_bytes_that_one_gives(gallery, tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "FEWEST", 20)
    alone = {page.path: page.content for page in rendered(gallery, keeper(tmp_path / "one"), 1)}
    keeping = keeper(tmp_path / "two")
    asked = []
    monkeypatch.setattr("generator.pages.press.Press._rendered", lambda _, path, *__: asked.append(path))
    shared = {page.path: page.content for page in rendered(gallery, keeping, 2)}
    assert shared == alone
    assert asked == []  # the other processes made them all
    assert {page.path: page.content for page in rendered(gallery, keeping, 2)} == alone
    assert all(line.outcome == "redone" for line in keeping.ledger.lines())
    again = keeper(tmp_path / "two")
    assert {page.path: page.content for page in rendered(gallery, again, 2)} == alone
    assert all(line.outcome == "reused" for line in again.ledger.lines())


def test_a_wrong_template_in_another_process_is_told_the_same(gallery, tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "FEWEST", 20)
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "about.html").write_text("\n{{ nothing.at_all }}")
    wrong = replace(gallery, config=replace(gallery.config, templates=theme))
    for jobs in (1, 2):
        with pytest.raises(PageError, match=r"about\.html:2: 'nothing' is undefined"):
            list(rendered(wrong, keeper(tmp_path / "kept"), jobs))
