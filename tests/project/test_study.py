"""The study: its numbers against hand-made cases, and its pages with a tiny one; no time is measured."""

import json
import re
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from examples.study import chart, filters, passes, plain, randomization, similarity
from examples.study.__main__ import computed
from examples.study.chapter import chapters
from examples.study.scope import Scope, StudyError
from examples.study.wording import two
from generator.build.run import Run
from generator.cli.console import Plain
from generator.config import load_config
from generator.networks import choice, registry
from generator.pages import check_texts
from generator.pages.markdown import addresses, anchors
from generator.pages.references import names_of
from generator.pages.texts import all_texts, own_files
from generator.records import ImageSpec, Output, Value
from generator.store import Store
from tests.project.test_house import ROOT, shortcomings
from tests.support import tiny

ONES, IDENTITY = np.ones((3, 3)), filters.IDENTITY
POOLED = [0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5]
CELL = {"seconds": 2.5, "peak_bytes": 900_000_000, "above_bytes": 600_000_000, "sweeps": 1}

HERE = ROOT / "examples" / "study"
CLOSER = "chelsea", "jaguar", "scarlet-macaw"
FILTERS = "identity", "ones", "ninth", "zero"  # all ones: see tests/engine/test_rules.py


# The plain calculation, by heart


def test_ones_up_and_down_make_81_and_25_in_a_corner():
    first = next(plain.layers(ONES, 10))
    assert first.reconstruction[0, 0] == first.reconstruction[9, 9] == 25
    assert np.all(first.reconstruction[2:8, 2:8] == 81)


def test_of_the_identity_each_pooling_leaves_one_in_four():
    layers = list(plain.layers(IDENTITY, 64))
    assert [layer.reconstruction.sum() for layer in layers] == [64 * 64 / 4**pooled for pooled in POOLED]
    assert all({*np.unique(layer.reconstruction)} <= {0.0, 1.0} for layer in layers)


def test_a_unit_in_the_middle_sees_no_border_of_a_picture_of_224():
    assert all(layer.inside for layer in plain.layers(IDENTITY, 224))
    assert [layer.inside for layer in plain.layers(IDENTITY, 64)].count(False) == 8


def test_switches_are_the_first_maxima():
    values, switches = plain.pool(np.array([[3.0, 3.0, 1.0, 2.0], [3.0, 3.0, 2.0, 1.0]]))
    assert values.tolist() == [[3.0, 2.0]]
    assert plain.unpool(values, switches).tolist() == [[3.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]]


def test_a_wrong_number_is_refused():
    check = {"layer": "block1_conv1", "middle": (9.0, 9.5), "farthest": 0.0, "elsewhere": 0.0}
    check |= dict.fromkeys(("largest", "share", "sum"), (1.0, 1.0))
    with pytest.raises(StudyError) as error:
        filters.refuse_wrong("All ones", ({**check, "middle": (9.0, 9.0)}, check))
    assert str(error.value) == "All ones, block1_conv1, middle: expected 9, found 9.5"


# How alike


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3, 4], [2, 4, 8, 16], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 2, 3, 4], [5, 5, 5, 5], 0.0),
        ([1, 2, 3, 4], [1, 3, 2, 4], 0.8),  # 1 - 6 * 2 / (4 * 15)
        ([1, 1, 2, 2], [1, 2, 1, 2], 0.0),
        ([1, 1, 2], [1, 2, 3], 0.866025403784),  # sqrt(3) / 2: two values share the first places
    ],
)
def test_rank_correlation(one, other, expected):
    assert similarity.rank_correlation(np.array(one, float), np.array(other, float)) == expected


def test_structural_similarity():
    picture = np.random.default_rng(3).random((20, 30))
    assert similarity.ssim(picture, picture) == pytest.approx(1.0)
    assert similarity.ssim(picture, 1 - picture) < -0.9
    assert similarity.ssim(np.zeros((9, 9)), np.ones((9, 9))) == pytest.approx(1e-4 / (1 + 1e-4))


def test_reconstructions_are_alike_whatever_their_scale():
    one = np.random.default_rng(4).normal(size=(24, 24, 3))
    assert similarity.alike(one, 5 * one) == pytest.approx({"signed": 1.0, "magnitude": 1.0, "ssim": 1.0})
    assert similarity.alike(one, -one) == pytest.approx({"signed": -1.0, "magnitude": 1.0, "ssim": 1.0})


# The cascade


def test_a_cascade_starts_at_one_and_forgets():
    rgb = np.random.default_rng(5).integers(0, 256, (17, 15, 3)).astype(np.uint8)
    image = ImageSpec("noise", Path("noise.png"), "Noise")
    asked = [randomization.Asked(image, rgb, tiny.picture(), "predictions", 1)]
    cascade, methods = ("predictions", "conv1"), ("guided", "gradient")
    found = randomization.measured(tiny.network, cascade, asked, seed=1, methods=methods)
    rows = {(row["stage"], row["method"]): row for row in randomization.curves(found, asked)}
    for method in methods:
        start = rows["trained", method]
        assert [start[name] for name in ("signed", "magnitude")] == [1.0, 1.0]
        assert start["ssim"] == pytest.approx(1.0)
    assert abs(rows["conv1", "gradient"]["signed"]) < 0.5
    assert len(rows) == len(methods) * (1 + len(cascade))


def test_a_stage_keeps_what_was_drawn_before_it():
    model = tiny.network()
    stages = list(randomization.stages(model, ("predictions", "dense"), seed=1))
    assert [[stage, sorted(drawn)] for stage, drawn in stages] == [
        ["trained", []],
        ["predictions", ["predictions"]],
        ["dense", ["dense", "predictions"]],
    ]
    first, second = (drawn["predictions"] for _, drawn in stages[1:])
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert first[0].std() == pytest.approx((2 / 8) ** 0.5, rel=0.4)
    assert not first[1].any()


# Passes


def test_cells_of_an_absent_device_say_so():
    cells = (
        *(passes.cell("cpu", name, (1.0, 2.0, 3.0), CELL) for name in passes.PASSES),
        *passes.absent("gpu"),
    )
    told = passes.told({"machine": "M", "rounds": 3, "cells": cells, "gpus": 0, "farthest": 0.0})
    plot, table = (output.content.decode() for output in told.files)
    assert plot.count(passes.ABSENT) == 2 + 2  # each in the plot, and in its description
    assert "CPU, single pass: 2.00 seconds, 600 MB." in plot
    assert table.splitlines()[1] == "CPU,single pass,2.00 s,1.00 s,2.50 s,900 MB,600 MB"
    assert table.count("not measured: no GPU that TensorFlow can use") == 2
    assert told.facts["said"]["single"] == "2.00 s and 600 MB"


def test_curves_stay_in_their_plot():
    curve = chart.Curve("guided", ((1.0, 1.0, 1.0), (-1.0, 0.0, 0.5)))
    plot = chart.draw_curves("tiny", ["trained", "top"], [curve], "Tiny")
    (line,) = re.findall(r'class="line guided" d="([^"]+)"', plot)
    assert line == f"M{chart.LEFT_PX} {chart.TOP_PX} L{chart.LEFT_PX + chart.PLOT_PX} {chart.TOP_PX + 110}"
    assert "guided: trained 1.00, top 0.00." in plot


# Chapters as artifacts


@pytest.fixture
def store(tmp_path):
    """Return an empty store."""
    return Store(tmp_path / "cache", "tiny", print)


def one_chapter(told, **settings):
    """Return a chapter that notes each time it is computed."""

    def tell(scope):
        told.append(scope.size_px)
        return Value({"side": scope.size_px, "range": (0.0, 1.0)}, (Output("study/one/one.svg", b"<svg/>"),))

    image = ImageSpec("chelsea", ROOT / "inputs" / "chelsea.jpg", "Chelsea")
    return chapters(Scope((image,), **settings), {"one": tell})[0]


def test_a_chapter_is_found_again_until_its_scope_changes(store):
    told, run = [], Run(store, Plain(quiet=True))
    made = [run.made(one_chapter(told, size_px=side)) for side in (64, 64, 96)]
    assert told == [64, 96]
    assert made[0] == made[1]
    assert [value.facts["side"] for value in made] == [64, 64, 96]
    assert [output.path for output in made[1].files] == ["study/one/one.svg"]


def test_a_chapter_is_of_this_machine_and_stays_here():
    key = one_chapter([]).key
    assert key.is_computed
    assert not key.travels


def test_times_are_kept_whatever_has_changed_since(store):
    store.keep(passes.times(Path("a.jpg"), rounds=1).key, Value({"rounds": 1}))
    assert Run(store, Plain(quiet=True)).value(passes.times(Path("b.jpg"), rounds=5)) == {"rounds": 1}


# The pages, with files that a tiny study makes


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a folder with the study's pages and their files, of one filter and one tiny photograph."""
    folder = tmp_path_factory.mktemp("study")
    pages = shutil.copytree(HERE / "pages", folder / "pages", ignore=shutil.ignore_patterns("*.[!m]*"))
    image = ImageSpec(CLOSER[0], ROOT / "inputs" / f"{CLOSER[0]}.jpg", "Chelsea")
    pools = "block1_pool", "block2_pool"
    few = {"filters": (FILTERS[0],), "tested": 1, "tested_in_vgg": 1, "seeds": (1,), "stages": 1}
    scope = Scope((image,), size_px=32, pools=pools, **few)
    cells = (*(passes.cell("cpu", name, (1.0,), CELL) for name in passes.PASSES), *passes.absent("gpu"))
    measured = passes.told({"machine": "A machine", "rounds": 1, "cells": cells, "gpus": 0, "farthest": 0.0})
    store = Store(folder / "cache", "tiny", print)
    for output in computed(measured, chapters(scope), store, Plain(quiet=True)):
        for photograph, kernel in product(CLOSER, FILTERS):  # the first stand for the others
            name = output.path.replace(CLOSER[0], photograph).replace(FILTERS[0], kernel)
            path = pages / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(output.content)
    return folder


@pytest.fixture(scope="module")
def config(written):
    """Return the study's configuration, with these pages."""
    path = written / "gallery_config.yml"
    text = (HERE / "gallery_config.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("../../", f"{ROOT.as_posix()}/"), encoding="utf-8")
    return load_config(path, registry.catalogue(), choice.known, None)


@pytest.fixture(scope="module")
def numbers(written):
    """Return the study's numbers as data."""
    return json.loads((written / "pages" / "study" / "study.json").read_text(encoding="utf-8"))


def test_the_pages_keep_their_addresses(config):
    assert [page.name for page in config.pages] == [
        "study",
        *(f"study/{name}" for name in ("filters", "photographs", "passes", "classes", "atrous", "methods")),
        *("study/randomization", "study/references"),
    ]


def test_all_that_the_pages_name_is_there(config):
    check_texts(config)
    assert {one.path for one in own_files(config)} > {
        "study/study.json",
        "study/filters/filters.svg",
        "study/passes/passes.svg",
        "study/photographs/jaguar.svg",
        "study/randomization/squeezenet.svg",
        "study/randomization/vgg16-signed.svg",
    }


def test_the_pages_name_all_that_is_made(config):
    names = names_of(config)
    named = {
        target.file.path
        for text in all_texts(config)
        for one in addresses(text)
        if (target := names.target(one.address, text.file)).file
    }
    assert {one.path for one in config.own_files} == named


def test_every_photograph_has_a_place(config):
    (photographs,) = (page.text for page in config.pages if page.name == "study/photographs")
    assert anchors(photographs, has_title=False) > {image.slug for image in config.images}


def test_the_sanity_table_of_the_engine(numbers):
    (table,) = numbers["filters"]["filters"]
    assert [row["share"][1] for row in table["layers"]] == [1 / 4**pooled for pooled in POOLED]
    assert {row["largest"][1] for row in table["layers"]} == {1.0}


def test_the_test_of_weights_is_told_by_stage(numbers):
    networks = numbers["randomization"]["networks"]
    assert [network["stages"] for network in networks] == [["trained", "conv10"], ["trained", "block5_conv3"]]
    starts = [row["signed"] for network in networks for row in network["curves"] if row["stage"] == "trained"]
    assert starts == [[1.0, 1.0, 1.0]] * 6


def test_numbers_of_the_text_are_those_of_the_tables(numbers):
    found, said = numbers["methods"]["classes"], numbers["methods"]["said"]
    assert [said[row["method"]] for row in found] == [two(row["signed"][1]) for row in found]
    (squeezenet, _), said = numbers["randomization"]["networks"], numbers["randomization"]["said"]
    last = {row["method"]: row["signed"][1] for row in squeezenet["curves"] if row["stage"] == "conv10"}
    assert said["squeezenet all signed gradient"] == two(last["gradient"])
    assert said["squeezenet trained signed"] == "1.00 (deconvnet), 1.00 (guided), 1.00 (gradient)"


def test_modules_of_the_study_stay_short():
    assert shortcomings(Path(ROOT) / "examples") == []
