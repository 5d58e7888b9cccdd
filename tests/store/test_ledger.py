"""A ledger reports the outcome for each artifact in a build, and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.records import Subject
from generator.store import Key
from generator.store.ledger import REDONE, REUSED, TAKEN, Ledger, Line
from generator.store.memory import recalled, remember

CAT, VGG = Subject("picture", "cat"), Subject("model", "vgg16")
PARTS = {"picture": "0f", "method": "deconvnet"}
PANEL = Key("figures", "images/cat/pool1.svg", PARTS, CAT)
LAYERS = Key("results", "vgg16 layers", {"weights": "aa"}, VGG, is_computed=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


def noted(path: Path, *notes: tuple[Key, str]) -> Ledger:
    """Return the ledger of one more build."""
    ledger = Ledger(path)
    for key, outcome in notes:
        ledger.note(key, outcome)
    ledger.save()
    return ledger


def reasons(ledger: Ledger) -> list[str]:
    return [line.reason for line in ledger.lines()]


def test_what_was_noted_is_there_after_the_build(path: Path) -> None:
    noted(path, (PANEL, REDONE), (LAYERS, TAKEN))
    assert Ledger(path).before() == (
        Line("figures", PANEL.name, CAT, REDONE, "new", PARTS),
        Line("results", LAYERS.name, VGG, TAKEN, "", {"weights": "aa"}),
    )
    assert Ledger(path).lines() == ()


def test_what_is_made_again_names_the_parts_that_changed(path: Path) -> None:
    noted(path, (PANEL, REDONE))
    other = Key(PANEL.stage, PANEL.name, {"picture": "0e", "scale": "minmax"}, CAT)
    assert reasons(noted(path, (other, REDONE))) == ["changed: method, picture, scale"]


def test_what_is_made_again_of_the_same_was_not_kept(path: Path) -> None:
    noted(path, (PANEL, REDONE))
    assert reasons(noted(path, (PANEL, REDONE))) == ["no longer kept"]


def test_a_build_that_finds_all_again_keeps_the_reasons(path: Path) -> None:
    noted(path, (PANEL, REDONE), (LAYERS, REUSED))
    before = Ledger(path).before()
    noted(path, (PANEL, REUSED), (LAYERS, REUSED))
    assert Ledger(path).before() == before
    noted(path, (PANEL, REUSED))
    assert [line.reason for line in Ledger(path).before()] == [""]
    other = Key(PANEL.stage, PANEL.name, {"picture": "0e"}, CAT)
    noted(path, (other, REUSED))
    assert [line.parts for line in Ledger(path).before()] == [{"picture": "0e"}]


def test_what_is_reused_has_no_reason(path: Path) -> None:
    noted(path, (PANEL, REDONE))
    assert reasons(noted(path, (PANEL, REUSED), (LAYERS, REUSED))) == ["", ""]


def test_the_first_word_on_an_artifact_counts(path: Path) -> None:
    (line,) = noted(path, (PANEL, REDONE), (PANEL, REUSED)).lines()
    assert line.outcome == REDONE


def test_names_of_two_stages_are_two_artifacts(path: Path) -> None:
    text = Key("pages", PANEL.name, PARTS, CAT)
    assert len(noted(path, (PANEL, REDONE), (text, REDONE)).lines()) == 2


def test_each_part_is_written_once(path: Path) -> None:
    several = [Key("figures", f"{number}.svg", PARTS, CAT) for number in range(100)]
    noted(path, *((key, REDONE) for key in several))
    assert recalled(path)["parts"] == [["picture", "0f"], ["method", "deconvnet"]]
    assert [dict(line.parts) for line in Ledger(path).before()] == [PARTS] * 100


def test_a_ledger_of_version_0_1_0_is_taken_for_empty(path: Path) -> None:
    remember(path, {"parts": [["picture", "0f"]], "artifacts": [["figures", "a.svg", "redone", "new", 0]]})
    assert Ledger(path).before() == ()
    assert reasons(noted(path, (PANEL, REDONE))) == ["new"]


GOOD = ["figures", "a.svg", "picture", "cat", "redone", "new", 0]


@pytest.mark.parametrize("line", [None, [], GOOD[:5], [*GOOD, 7], [*GOOD, "a"], "figures"])
def test_of_a_damaged_ledger_the_lines_before_stay(path: Path, line: object) -> None:
    remember(path, {"parts": [["picture", "0f"]], "lines": [GOOD, line, GOOD]})
    assert Ledger(path).before() == (Line("figures", "a.svg", CAT, REDONE, "new", {"picture": "0f"}),)


@pytest.mark.parametrize("known", [{}, {"lines": 5}, {"parts": 5, "lines": [GOOD]}, {"lines": [GOOD]}])
def test_a_ledger_without_parts_or_lines_is_empty(path: Path, known: dict[str, object]) -> None:
    remember(path, known)
    assert Ledger(path).before() == ()


def test_what_this_build_made_under_another_name_was_made(path: Path) -> None:
    twin = Key(PANEL.stage, "images/twin/pool1.svg", PARTS, Subject("picture", "twin"))
    first = noted(path, (PANEL, REDONE), (twin, REUSED))
    assert [line.outcome for line in first.lines()] == [REDONE, REDONE]
    again = noted(path, (PANEL, REUSED), (twin, REUSED))
    assert [line.outcome for line in again.lines()] == [REUSED, REUSED]
