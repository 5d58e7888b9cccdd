"""Layers whose names are no folders of a site are refused before anything is computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import load_config
from generator.errors import ConfigError
from generator.records import LayerInfo, NetworkInfo, OwnNetwork


def loaded(folder: Path, layers: list[str], text: str = "layers: all") -> tuple[str, ...]:
    """Return the layers that a configuration shows of a model with these layers."""
    infos = tuple(LayerInfo(name, "Conv2D", (4, 4, 8), 0, None) for name in layers)
    info = NetworkInfo("own", "own", "", "", (8, 8, 3), infos, {"all": tuple(layers)}, {})

    def describe(own: OwnNetwork) -> NetworkInfo:
        return info

    def with_weights(name: str, weights: str, variant: str | None) -> NetworkInfo:
        raise AssertionError(name)

    for name in ("cat.jpg", "own.keras"):
        (folder / name).touch()
    path = folder / "g.yml"
    path.write_text(f"inputs: [cat.jpg]\nmodels: [{{name: own.keras, {text}}}]\n", encoding="utf-8")
    (spec,) = load_config(path, {}, with_weights, describe).networks
    return spec.layers


@pytest.mark.parametrize("name", ["..", "a/b", "x" * 260, "NUL", "end.", "end ", "猫" * 80])
def test_a_layer_that_no_file_can_be_named_after(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, ["conv", name])
    text = str(caught.value)
    assert text.startswith(f"{tmp_path}/g.yml:2:36: models[0].layers: ")
    assert "cannot be the name of a layer in addresses" in text
    assert loaded(tmp_path, ["conv", name], "layers: [conv]") == ("conv",)


def test_a_layer_may_be_called_like_the_folder_of_class_pages(tmp_path: Path) -> None:
    assert loaded(tmp_path, ["conv", "classes", "predictions"]) == ("conv", "classes", "predictions")


def test_two_layers_of_one_address(tmp_path: Path) -> None:
    assert loaded(tmp_path, ['a"b', "c<d"]) == ('a"b', "c<d")
    with pytest.raises(ConfigError, match="'a-b' has the address of the layer 'a:b'"):
        loaded(tmp_path, ["a:b", "a-b"])
