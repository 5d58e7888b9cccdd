"""Pictures with layers, features and a method of their own: what is computed of them, and what pages say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.build.test_mutations import built, site, write_network, write_picture

GALLERY = """\
base_url: https://example.org/
top_features: 1
feature_pictures: 2
"""
MODEL = "models: [{name: own.keras, preprocessing: unit, input_size: [24, 32], layers: [conv, mean]}]\n"
SAYING_THE_SAME = "layers: [conv, mean], method: deconvnet"
OTHER = {"red": "method: guided", "striped": "layers: [conv, pool], features: {own: {conv: [3, 2]}}"}
Files = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    write_network(folder)
    write_picture(folder / "red.png", (200, 30, 40))
    write_picture(folder / "striped.png", (20, 60, 220))
    return folder


def files(folder: Path, red: str = "", striped: str = "", model: str = MODEL, more: str = "") -> Files:
    """Build a gallery whose pictures say this of their own, and return its texts by path."""
    pictures = [f"  - {{path: {name}.png, {keys}}}\n" for name, keys in (("red", red), ("striped", striped))]
    config = f"inputs:\n{''.join(pictures)}{model}{GALLERY}{more}"
    (folder / "gallery_config.yml").write_text(config, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        built(folder, patch, folder / "cache")
    texts = {path.removeprefix("site/"): content.decode("latin-1") for path, content in site(folder).items()}
    texts["gallery.json"] = re.sub("[0-9a-f]{64}", "", texts["gallery.json"])
    return texts


@pytest.fixture(scope="module")
def plain(folder: Path) -> Files:
    return files(folder)


@pytest.fixture(scope="module")
def other(folder: Path) -> Files:
    return files(folder, **OTHER)


def tiles(svg: str) -> list[str]:
    """Return the pictures in a figure."""
    return re.findall(r'href="(data:[^"]+)"', svg)


def test_pictures_that_say_what_the_gallery_says_change_no_byte(folder: Path, plain: Files) -> None:
    assert files(folder, SAYING_THE_SAME, SAYING_THE_SAME) == plain


def test_a_method_of_a_picture_gives_what_it_gives_all(folder: Path, plain: Files, other: Files) -> None:
    guided = files(folder, model=MODEL.replace("layers:", "method: guided, layers:"))
    for path in ("images/red/own/mean.svg", "images/red/own.svg"):
        assert tiles(guided[path]) == tiles(other[path]) != tiles(plain[path])
        assert [", guided" in some[path] for some in (plain, other)] == [False, True]


def test_layers_and_features_of_a_picture_are_as_in_all(folder: Path, other: Files) -> None:
    chosen = files(folder, model=MODEL.replace("[conv, mean]", "[conv, pool], features: {conv: [3, 2]}"))
    for path in ("images/striped/own/conv.svg", "images/striped/own/pool.svg", "images/striped/own.svg"):
        assert tiles(other[path]) == tiles(chosen[path])
    assert "images/striped/own/mean.svg" not in other


def test_a_result_has_the_settings_of_its_picture(other: Files) -> None:
    red, striped = (
        json.loads(other[f"images/{name}/result.json"])["models"][0] for name in ("red", "striped")
    )
    assert [red["method"], red["provenance"]["method"]] == ["guided", "guided"]
    assert [striped["method"], striped["provenance"]["method"]] == ["deconvnet", "deconvnet"]
    assert [layer["name"] for layer in striped["layers"]] == ["conv", "pool"]
    assert striped["layers"][0]["features"] == [3, 2]
    (model,) = json.loads(other["gallery.json"])["models"]
    assert (model["layers"], model["method"]) == (["conv", "pool", "mean"], "deconvnet")


def test_pages_say_what_differs(plain: Files, other: Files) -> None:
    red, striped = (" ".join(other[f"images/{name}/index.html"].split()) for name in ("red", "striped"))
    assert "Reconstructed by guided backpropagation (Springenberg et al. 2014)." in red
    assert "Chosen for this picture: its method." in red
    assert "carried back to the pixels by guided" in red
    assert "Reconstructed by deconvnet (Zeiler &amp; Fergus 2013)." in striped
    assert "Chosen for this picture: its layers and its features." in striped
    assert not any("Chosen for this picture" in text for text in plain.values())


def test_a_feature_page_does_not_mix_methods_in_silence(plain: Files, other: Files) -> None:
    mixed = [path for path, text in other.items() if "Not all of these reconstructions" in text]
    assert mixed
    assert {
        path.split("/")[2] for path in mixed if path.startswith("models/own/") and path.count("/") > 3
    } == {"conv"}
    for path in mixed:
        assert {"by deconvnet", "by guided backpropagation"} <= set(
            re.findall("; (by [a-z ]+)<", other[path])
        )
    assert not any("Not all of these" in text for text in plain.values())


def test_a_picture_of_another_method_is_compared_with_the_gallerys(folder: Path) -> None:
    compared = files(folder, red="method: gradient", more="compare: [guided]\n")
    methods = re.findall('class="method" id="own/conv/([a-z]+)"', compared["images/red/compare/index.html"])
    assert methods == ["gradient", "deconvnet", "guided"]
    beside = files(folder, more="compare: [guided]\n")
    for name in ("conv", "mean"):
        assert tiles(compared[f"images/red/own/deconvnet/{name}.svg"]) == tiles(
            beside[f"images/red/own/{name}.svg"]
        )
    assert compared["images/striped/compare/index.html"] == beside["images/striped/compare/index.html"]


def test_a_layer_of_a_hidden_picture_has_its_page(folder: Path) -> None:
    hidden = files(folder, striped=f"hidden: true, {OTHER['striped']}")
    assert "models/own/pool/index.html" in hidden  # the check of the site found no dead link
    assert "models/own/pool/" not in hidden["sitemap.xml"]
    assert "models/own/pool/" not in hidden["models/own/index.html"]


def test_the_search_finds_what_a_picture_shows(other: Files) -> None:
    shard = json.loads(re.fullmatch(r"galleryShard\(1,(.*)\);\n", other["search/1.js"], re.DOTALL)[1])  # type: ignore[index]
    assert shard["models"][0]["layers"] == ["conv", "pool", "mean"]
    red, striped = (picture["seen"][0][1] for picture in shard["pictures"])
    assert [bool(features) for features in red] == [True, False, True]
    assert [striped[0], striped[2]] == [[3, 2], 0]
