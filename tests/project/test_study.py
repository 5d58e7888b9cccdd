"""The study: its numbers against hand-made cases, and a tiny one of its pages; no time is measured."""

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from examples.study import chart, filters, passes, plain, randomization, similarity
from examples.study.chapter import chapters
from examples.study.scope import Scope, StudyError
from generator.build.run import Run
from generator.check import broken
from generator.cli.console import Plain
from generator.records import ImageSpec, Output, Value
from generator.store import Store
from tests.project.test_house import ROOT, shortcomings
from tests.support import tiny

ONES, IDENTITY = np.ones((3, 3)), filters.IDENTITY
POOLED = [0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5]
CELL = {"seconds": 2.5, "peak_bytes": 900_000_000, "above_bytes": 600_000_000, "sweeps": 1}

CONFIG = """\
title: Tiny study
inputs:
  - path: {picture}
    title: Chelsea
models:
  - name: vgg16
    input_size: 64
    layers: [block1_pool]
  - name: squeezenet
    input_size: 64
    layers: [maxpool1]
top_features: 1
feature_pictures: 1
"""


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
    plot = passes.drawn({"cells": cells})
    assert plot.svg.count(passes.ABSENT) == 2 + 2  # each in the plot, and in its description
    assert "CPU, single pass: 2.00 seconds, 600 MB." in plot.description
    assert "GPU, loop over layers: no GPU that TensorFlow can use." in plot.description


def test_curves_stay_in_their_plot():
    curve = chart.Curve("guided", ((1.0, 1.0, 1.0), (-1.0, 0.0, 0.5)))
    plot = chart.draw_curves("tiny", ["trained", "top"], [curve], "Tiny")
    (line,) = re.findall(r'class="line guided" d="([^"]+)"', plot.svg)
    assert line == f"M{chart.LEFT_PX} {chart.TOP_PX} L{chart.LEFT_PX + chart.PLOT_PX} {chart.TOP_PX + 110}"
    assert plot.description == "Tiny. guided: trained 1.00, top 0.00."


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
    return chapters(Scope((image,), classifiers=("squeezenet",), **settings), {"one": tell})[0]


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


# A tiny study, whole


@pytest.fixture(scope="module")
def tiny_study(tmp_path_factory):
    """Return a site with a gallery of one picture and the study of it, at 64 pixels."""
    from examples.study.story import HERE, study

    from generator.build import build

    folder = tmp_path_factory.mktemp("study")
    path = folder / "gallery_config.yml"
    path.write_text(CONFIG.format(picture=ROOT / "inputs" / "chelsea.jpg"), encoding="utf-8")
    config = loaded(path, HERE / "templates")
    store = Store(folder / "cache", "tiny", print)
    cells = (*(passes.cell("cpu", name, (1.0,), CELL) for name in passes.PASSES), *passes.absent("gpu"))
    times = {"machine": "A machine", "rounds": 1, "cells": cells, "gpus": 0, "farthest": 0.0}
    store.keep(passes.times(Path("unread.jpg"), rounds=1).key, Value(times))
    scope = Scope(
        config.images,
        size_px=64,
        pools=("block1_pool", "block2_pool"),
        classifiers=("squeezenet",),
        tested=1,
        tested_in_vgg=1,
        seeds=(1,),
        stages=1,
    )
    progress = Plain(quiet=True)
    further = study(config, scope, store, progress, keep_times=True)
    build(config, store, progress, further=further)
    return config.output


def loaded(path, templates):
    """Return a configuration with the study's templates."""
    from dataclasses import replace

    from generator.config import load_config
    from generator.networks import choice, registry

    config = load_config(path, registry.catalogue(), choice.known, None)
    return replace(config, templates=templates)


@pytest.fixture(scope="module")
def numbers(tiny_study):
    """Return the study's numbers as data."""
    return json.loads((tiny_study / "study" / "study.json").read_text(encoding="utf-8"))


def test_a_tiny_study_is_a_whole_site(tiny_study):
    assert broken(tiny_study) == []
    pages = sorted(path.parent.name for path in (tiny_study / "study").rglob("index.html"))
    assert pages == [
        *("atrous", "classes", "filters", "methods", "passes", "photographs"),
        *("randomization", "references", "study"),
    ]
    manifest = json.loads((tiny_study / "gallery.json").read_text(encoding="utf-8"))
    assert {"study/index.html", "study/study.json"} <= {*manifest["artifacts"]}
    assert 'href="study/index.html"' in (tiny_study / "index.html").read_text(encoding="utf-8")


def test_the_sanity_table_of_the_engine(numbers):
    tables = {table["slug"]: table["layers"] for table in numbers["filters"]["filters"]}
    found = {
        slug: {name: [row[name][1] for row in rows] for name in ("middle", "largest", "sum", "share")}
        for slug, rows in tables.items()
    }
    assert found["ones"]["largest"][0] == 81
    assert found["ones"]["middle"][:3] == [9, 81, 81]
    assert found["identity"]["share"] == [1 / 4**pooled for pooled in POOLED]
    assert {*found["identity"]["largest"]} == {1.0}
    assert {*found["zero"]["sum"], *found["zero"]["middle"]} == {0.0}
    sums = found["ninth"]["sum"]
    assert all(after < before for before, after in pairwise(sums))


def test_pages_say_what_was_not_measured(tiny_study):
    page = (tiny_study / "study" / "passes" / "index.html").read_text(encoding="utf-8")
    assert page.count("not measured: no GPU that TensorFlow can use") == 2
    assert "A machine. 1 round, alternating between the cells" in page


def test_the_test_of_weights_is_told_by_stage(numbers):
    networks = numbers["randomization"]["networks"]
    assert [network["stages"] for network in networks] == [["trained", "conv10"], ["trained", "block5_conv3"]]
    starts = [row["signed"] for network in networks for row in network["curves"] if row["stage"] == "trained"]
    assert starts == [[1.0, 1.0, 1.0]] * 6


def test_modules_of_the_study_stay_short():
    assert shortcomings(Path(ROOT) / "examples") == []
