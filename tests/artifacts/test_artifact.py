"""Key and needs of an artifact are read off its fields, and values are held no longer than needed."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from generator.artifacts.artifact import Artifact, Source, Values, closure
from generator.records import LayerInfo, Subject, Value
from generator.store import text_digest
from generator.store.versions import code, packages
from tests.support.kinds import Copy, Montage, Panel, Rows, Strength, source

CAT, DOG = Subject("picture", "cat"), Subject("picture", "dog")
PIXELS = source("cat", np.ones(3), picture="aa")
NET = source("net", None, is_shared=True, weights="bb", network="net")
PEN = source("pen", None, is_shared=True)
ROWS = Rows(CAT, PIXELS, NET, "pool")
OTHER_ROWS = replace(ROWS, layer="conv")
PANEL = Panel(CAT, ROWS, PEN, "cat/pool.svg")
MONTAGE = Montage(CAT, (PANEL, Panel(CAT, OTHER_ROWS, PEN, "cat/conv.svg")), "cat.txt")
OF_RESULTS = {"picture": "aa", "weights": "bb", "network": "net", "results code": code("results")}
OF_FIGURES = {"figures code": code("figures"), "figures packages": packages("figures")}


@dataclass(frozen=True)
class Pair(Panel):
    """A panel of two rows, with all sorts of plain fields."""

    second: Rows | None = None
    info: LayerInfo | None = None
    sizes: tuple[int, ...] = (2, 3)
    is_whole: bool = False


def pair(second: Rows | None = None, **fields: Any) -> Pair:
    return Pair(CAT, ROWS, PEN, "pair.svg", second, **fields)


# Keys


def test_the_parts_of_a_key_are_the_fields() -> None:
    assert ROWS.parts == {**OF_RESULTS, "kind": "Rows", "layer": "pool"}


def test_another_field_is_another_key() -> None:
    several = [ROWS, OTHER_ROWS, Strength(CAT, PIXELS, NET, "pool"), replace(ROWS, model=PEN)]
    assert len({one.digest for one in several}) == 4


def test_an_added_field_takes_part_unless_it_has_its_default() -> None:
    padded = replace(ROWS, fit="pad")
    assert padded.parts == {**ROWS.parts, "fit": "pad"}
    assert "fit" not in ROWS.parts
    assert replace(PANEL, rows=padded).digest != PANEL.digest


def test_a_field_that_is_not_compared_takes_no_part() -> None:
    assert replace(ROWS, budget=7).parts == ROWS.parts
    assert replace(ROWS, budget=7).digest == ROWS.digest


def test_the_subject_takes_no_part() -> None:
    renamed = replace(ROWS, subject=DOG)
    assert renamed.digest == ROWS.digest
    assert (renamed.key.subject, renamed.key.name) == (DOG, "dog pool Rows")


def test_parts_of_needs_are_parts_under_the_same_names() -> None:
    assert PANEL.parts == {
        **OF_RESULTS,
        **OF_FIGURES,
        "kind": "Panel",
        "layer": "pool",
        "pen": "1",
        "path": "cat/pool.svg",
    }


def test_no_need_hides_another() -> None:
    assert pair(ROWS).parts["layer"] == "pool"
    assert pair(OTHER_ROWS).parts["layer"] == "pool; conv"
    assert replace(pair(ROWS), rows=OTHER_ROWS).parts["layer"] == "conv; pool"
    assert MONTAGE.parts["layer"] == "pool; conv"
    assert MONTAGE.parts["path"] == "cat/pool.svg; cat/conv.svg; cat.txt"


def test_the_order_of_needs_is_a_part() -> None:
    swapped = replace(MONTAGE, panels=MONTAGE.panels[::-1])
    assert swapped.parts["layer"] == "conv; pool"
    assert swapped.digest != MONTAGE.digest


def test_short_values_are_themselves_and_long_ones_digests() -> None:
    info = LayerInfo("pool", "MaxPooling2D", (4, 4, 16), 0, (4, 4))
    parts = pair(info=info, is_whole=True).parts
    assert (parts["sizes"], parts["is_whole"], parts["second"]) == ("(2, 3)", "True", "None")
    assert parts["info"] == text_digest(repr(info))
    assert pair().parts["info"] == "None"


def test_a_mapping_gives_its_own_parts() -> None:
    @dataclass(frozen=True)
    class Written(Panel):
        made_by: dict[str, str]

    written = Written(CAT, ROWS, PEN, "a", {"template": "cc", "facts": "dd"})
    assert {"template": "cc", "facts": "dd"}.items() <= written.parts.items()
    assert "made_by" not in written.parts


def test_a_digest_is_the_same_each_time() -> None:
    again = Rows(CAT, source("c", None, picture="aa"), source("n", None, network="net", weights="bb"), "pool")
    assert again.digest == ROWS.digest == ROWS.key.digest
    before = PANEL.digest
    PANEL.forget_parts()
    assert "parts" not in vars(PANEL)
    assert "parts" not in vars(PANEL.rows)
    assert PANEL.key.digest == before


def test_results_leave_their_packages_to_the_store() -> None:
    assert [part for part in ROWS.parts if part.endswith("packages")] == []
    assert [part for part in PANEL.parts if part.endswith("packages")] == ["figures packages"]


def test_numbers_of_a_model_behind_it_make_it_computed() -> None:
    copy = Copy(CAT, PIXELS, "cat.jpg")
    assert [one.key.is_computed for one in (ROWS, PANEL, MONTAGE, copy)] == [True, True, True, False]
    assert [one.key.travels for one in (ROWS, PANEL, MONTAGE, copy)] == [True, False, False, False]


# Needs


def test_needs_are_the_artifacts_and_sources_among_the_fields() -> None:
    assert ROWS.needs == (PIXELS, NET)
    assert PANEL.needs == (ROWS, PEN)
    assert MONTAGE.needs == MONTAGE.panels
    assert pair().needs == (ROWS, PEN)


def test_a_source_is_told_by_its_parts() -> None:
    renamed = replace(PIXELS, name="dog", open=lambda: np.zeros(1))
    assert renamed.identity == PIXELS.identity
    assert replace(PIXELS, parts={"picture": "ab"}).identity != PIXELS.identity


def test_the_closure_has_all_needs_once_and_first() -> None:
    names = [one.name for one in closure([PANEL, MONTAGE, ROWS])]
    assert names == ["cat pool Rows", "cat/pool.svg", "cat conv Rows", "cat/conv.svg", "cat.txt"]
    assert list(closure([])) == []


# Values


class Kept:
    """A store that counts how often it is asked."""

    def __init__(self, *values: tuple[Artifact[Any], Value]) -> None:
        self.values = {artifact.digest: value for artifact, value in values}
        self.asked = 0

    def __call__(self, artifact: Artifact[Any]) -> Value:
        self.asked += 1
        return self.values[artifact.digest]


class Opened:
    """What opens to itself, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Opened:
        self.times += 1
        return self


def test_a_kept_value_is_read_at_each_use() -> None:
    kept = Kept((ROWS, Value(arrays=(np.arange(3),))), (PANEL, Value("cat/pool.svg")))
    values = Values({}, kept)
    assert [values.array(ROWS).tolist(), values.array(ROWS).tolist()] == [[0, 1, 2]] * 2
    assert values.facts(PANEL) == "cat/pool.svg"
    assert kept.asked == 3


def test_a_value_made_just_now_is_held() -> None:
    values = Values({}, kept := Kept())
    values[ROWS] = Value(arrays=(np.arange(3),))
    assert values.array(replace(ROWS, subject=DOG)).tolist() == [0, 1, 2]
    assert kept.asked == 0


def test_what_is_asked_for_one_array_has_one() -> None:
    for arrays in ((), (np.ones(1), np.ones(1))):
        with pytest.raises(ValueError, match="values to unpack"):
            Values({}, Kept((ROWS, Value(arrays=arrays)))).array(ROWS)


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_source_is_opened_once(is_shared: bool) -> None:
    of_picture = Source("cat", {"picture": "aa"}, opened := Opened(), is_shared)
    values = Values({}, Kept())
    assert values.opened(of_picture) is values.opened(replace(of_picture, name="again")) is opened
    assert opened.times == 1


def test_only_what_is_shared_is_open_for_other_groups() -> None:
    own, shared = Source("cat", {"picture": "aa"}, Opened()), Source("net", {"weights": "bb"}, Opened(), True)
    for values in [Values(run := {}, Kept()), Values(run, Kept())]:
        values.opened(own)
        values.opened(shared)
    assert (own.open.times, shared.open.times) == (2, 1)  # type: ignore[attr-defined]
    assert list(run) == [shared.identity]


def test_what_nothing_needs_is_let_go() -> None:
    pixels = Source("cat", {"picture": "aa"}, opened := Opened())
    values = Values({}, kept := Kept((ROWS, Value("read again"))))
    values[ROWS], values[OTHER_ROWS] = Value("held"), Value("held too")
    values.opened(pixels)
    values.keep_only({OTHER_ROWS.identity, pixels.identity})
    assert (values.facts(OTHER_ROWS), values.facts(ROWS), kept.asked) == ("held too", "read again", 1)
    values.keep_only(set())
    values.opened(pixels)
    assert opened.times == 2


def test_what_is_shared_is_never_let_go() -> None:
    net = Source("net", {"weights": "bb"}, opened := Opened(), is_shared=True)
    values = Values({}, Kept())
    values.opened(net)
    values.keep_only(set())
    values.opened(net)
    assert opened.times == 1


# In other processes


def test_a_source_travels_without_what_opens_it() -> None:
    there = pickle.loads(pickle.dumps(replace(PIXELS, open=lambda: 1 / 0)))
    assert (there.identity, there.name, there.parts) == (PIXELS.identity, "cat", {"picture": "aa"})
    with pytest.raises(AssertionError, match="must be shared with a worker"):
        there.open()


def test_an_artifact_travels_with_its_needs() -> None:
    there = pickle.loads(pickle.dumps(MONTAGE))
    assert (there.digest, there.name, there.subject) == (MONTAGE.digest, "cat.txt", CAT)
    assert [need.digest for need in there.needs] == [panel.digest for panel in MONTAGE.panels]
