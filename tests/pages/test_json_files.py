"""The data files: parsed back, they hold what the records hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def result(pages: dict[str, str]) -> Any:
    return json.loads(pages["images/cat/result.json"])


@pytest.fixture
def manifest(pages: dict[str, str]) -> Any:
    return json.loads(pages["gallery.json"])


def test_keys_are_sorted_and_indented(pages: dict[str, str]) -> None:
    for path in ("gallery.json", "images/hostile/result.json"):
        content = json.loads(pages[path])
        assert pages[path] == json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_a_result_holds_what_its_page_says(result: Any) -> None:
    assert (result["slug"], result["title"], result["credit"]["author"]) == ("cat", "Chelsea the cat", "Ann")
    assert result["settings"] == {
        "method": "deconvnet",
        "compare": ["guided"],
        "seed": "map",
        "bias": "none",
        "scale": "symmetric",
        "top_features": 2,
    }
    edges, classes = result["models"]
    assert (edges["slug"], edges["predictions"]) == ("edges", [])
    assert classes["provenance"] == {"method": "deconvnet"}
    assert classes["weights"]["licence"] == "MIT"
    assert classes["predictions"] == [
        {"wnid": "n02124075", "label": "Egyptian cat", "probability": 0.714286},
        {"wnid": "n02123045", "label": "tabby", "probability": 0.0004},
    ]


def test_a_result_holds_what_each_model_saw(result: Any) -> None:
    picture = result["picture"]
    assert (picture["original_width_px"], picture["original_height_px"]) == (900, 600)
    for model in result["models"]:
        assert model["fit"] == "crop"
        assert model["seen"] == {"x": 150, "y": 0, "width": 600, "height": 600}
        assert model["filled"] == {"x": 0, "y": 0, "width": 32, "height": 32}


def test_a_layer_holds_its_facts_and_features(result: Any) -> None:
    layer = result["models"][1]["layers"][0]
    assert layer["name"] == "conv1:preactivation"
    assert (layer["kind"], layer["shape"], layer["receptive_field_px"]) == ("Conv2D", [8, 8, 16], [3, 5])
    assert (layer["features"], layer["strengths"], layer["limits"]) == (
        [7, 4],
        [812.346, 640],
        [0.000123457, 2],
    )
    assert layer["figure"]["path"] == "classes/conv1-preactivation.svg"


def test_further_methods_have_figures_and_limits_of_their_own(result: Any, manifest: Any) -> None:
    compared = result["models"][0]["comparisons"]
    assert list(compared) == ["guided"]
    assert [layer["name"] for layer in compared["guided"]] == ["conv1:preactivation", "pool1", "predictions"]
    assert compared["guided"][1]["figure"]["path"] == "edges/guided/pool1.svg"
    assert compared["guided"][1]["limits"] == [0.000123457, 2.0]
    entry = manifest["images"][0]["models"]["edges"]["comparisons"]["guided"]
    assert entry["pool1"] == "images/cat/edges/guided/pool1.svg"


def test_paths_of_a_result_are_relative_to_it(site: Path, result: Any) -> None:
    figures = [model["figure"] for model in result["models"]]
    figures += [layer["figure"] for model in result["models"] for layer in model["layers"]]
    for picture in (result["picture"], *figures):
        assert (site / "images/cat" / picture["path"]).is_file()


def test_the_manifest_lists_every_file_of_the_site(site: Path, manifest: Any) -> None:
    files = (path for path in site.rglob("*") if path.is_file())
    assert manifest["artifacts"] == sorted(path.relative_to(site).as_posix() for path in files)


def test_the_manifest_says_what_made_the_site(manifest: Any) -> None:
    assert manifest["generator"] == {"name": "convnet-gallery", "version": "1.2.3"}
    assert manifest["config_hash"] == "c0ffee"
    assert [model["slug"] for model in manifest["models"]] == ["edges", "classes"]
    assert [image["slug"] for image in manifest["images"]] == ["cat", "hostile", "bare"]
    assert manifest["images"][0]["models"]["classes"]["panels"]["pool1"] == "images/cat/classes/pool1.svg"
