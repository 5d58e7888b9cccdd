"""The montage of a feature from Python: its patches, its figure in a file and in a notebook, and errors."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from generator import load_network, scan
from generator.errors import EngineError, FigureError, NetworkError, SelectionError
from tests.support import tiny


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(8)
    for number in range(12):
        path = folder / ("cats" if number % 2 else "dogs") / f"{number:02}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (30, 30, 3), np.uint8)).save(path)
    return folder


@pytest.fixture(scope="module")
def table(dataset):
    return scan(load_network(tiny.network()), dataset, ["pool1", "both"], examples=4)


def test_a_montage_has_the_examples_of_the_table(table):
    montage = table.montage("pool1", 1)
    found = [(one.place.picture, one.place.value, one.place.class_name) for one in montage.patches]
    examples = table.examples("pool1", 1)
    assert found == [(one.picture, one.value, one.class_name) for one in examples]
    assert {patch.photograph.dtype for patch in montage.patches} == {np.dtype(np.uint8)}
    assert all(patch.reconstruction.shape == patch.photograph.shape for patch in montage.patches)
    assert repr(montage) == "<Montage of pool1, feature 1 of tiny: 4 of 12 pictures, deconvnet>"


def test_a_table_is_one_line(table, dataset):
    assert repr(table) == f"<Table of tiny over 12 pictures of {dataset}: pool1 (6), both (9)>"


def test_the_figure_is_saved_and_shown_in_notebooks(table, tmp_path):
    montage = table.montage("pool1", 1)
    for name, options in (("a.svg", {}), ("b.svg", {"views": ["photograph", "seen"], "scale": "minmax"})):
        montage.save(tmp_path / name, **options)
    plain, other = ((tmp_path / name).read_text("utf-8") for name in ("a.svg", "b.svg"))
    assert plain.count('class="pair"') == 4
    assert "pool1, feature 1 of tiny: the 4 of 12 pictures that excite it most" in plain
    assert "<mask" in other
    assert "<mask" not in plain
    shown = montage._repr_html_()
    assert shown.startswith('<svg style="max-width: 100%; height: auto" ')
    assert shown.split(" ", 5)[5] == plain.partition("<svg ")[2]


def test_a_png_has_its_width(table, tmp_path):
    table.montage("pool1", 1).save(tmp_path / "a.png", width=300)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 300


def test_methods_give_other_reconstructions(table):
    first, second = (table.montage("both", 5, method) for method in ("deconvnet", "guided"))
    assert not np.array_equal(first.patches[0].reconstruction, second.patches[0].reconstruction)


def test_a_feature_that_no_picture_excites_is_refused(dataset):
    model = tiny.network()
    layer = model.get_layer("conv1")
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel * 0, bias * 0 - 1])
    dead = scan(model, dataset, ["pool1"])
    with pytest.raises(SelectionError) as caught:
        dead.montage("pool1", 3)
    assert str(caught.value) == f"no picture of {dataset} excites feature 3 of layer 'pool1'"


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (
            ("pool2", 0),
            NetworkError,
            "no layer 'pool2' in this table; nearest: pool1; layers: pool1, both",
        ),
        (("pool1", 6), SelectionError, "no feature 6; layer 'pool1' has features 0 to 5"),
        (("pool1", "1"), SelectionError, "`feature` must be a whole number. Received: '1'"),
        (
            ("pool1", 0, "cam"),
            EngineError,
            "`method` must be one of deconvnet, guided, gradient. Received: 'cam'",
        ),
    ],
)
def test_wrong_arguments_are_refused(table, arguments, error, text):
    with pytest.raises(error) as caught:
        table.montage(*arguments)
    assert str(caught.value) == text


@pytest.mark.parametrize("views", ["seen", [], ["map"], ["seen", "seen"]])
def test_wrong_views_are_refused(table, tmp_path, views):
    with pytest.raises(FigureError) as caught:
        table.montage("pool1", 1).save(tmp_path / "a.svg", views=views)
    expected = "`views` must be different ones of photograph, reconstruction, seen. Received: "
    assert str(caught.value) == f"{expected}{views!r}"
