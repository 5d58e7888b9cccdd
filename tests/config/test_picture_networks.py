"""What pictures show of each network: which settings go before which, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import load_config, load_single
from generator.errors import ConfigError
from generator.records import GalleryConfig
from tests.config.test_config import NETWORKS, POOLS, describe_own, with_weights

MODELS = """\
models:
  - {name: squeezenet, layers: [conv1, fire9], features: {fire9: [7, 4]}}
  - {name: vgg16, method: guided}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("cat", "dog"):
        (tmp_path / f"{name}.jpg").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(entry: str, models: str = MODELS, more: str = "") -> GalleryConfig:
    Path("gallery.yml").write_text(f"inputs:\n  - dog.jpg\n  - {entry}\n{models}{more}", encoding="utf-8")
    return load_config(Path("gallery.yml"), NETWORKS, with_weights, describe_own)


def refusal(entry: str, models: str = MODELS) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(entry, models)
    return [line.removeprefix("gallery.yml:3:") for line in str(caught.value).splitlines()]


def shown(config: GalleryConfig, slug: str = "cat") -> dict[str, tuple[object, ...]]:
    """Return layers, features and method by model, as a picture shows them."""
    found = {spec.slug: config.seen(spec)[slug] for spec in config.networks}
    return {name: (spec.layers, dict(spec.features), spec.method) for name, spec in found.items()}


PLAIN = {"squeezenet": (("conv1", "fire9"), {"fire9": (7, 4)}, "deconvnet"), "vgg16": (POOLS, {}, "guided")}


@pytest.mark.parametrize(
    ("entry", "differing"),
    [
        (
            "{path: cat.jpg, layers: [maxpool1, conv1]}",
            {"squeezenet": (("conv1", "maxpool1"), {}, "deconvnet")},
        ),
        (
            "{path: cat.jpg, layers: [fire9, block3_pool]}",
            {
                "squeezenet": (("fire9",), {"fire9": (7, 4)}, "deconvnet"),
                "vgg16": (("block3_pool",), {}, "guided"),
            },
        ),
        (
            "{path: cat.jpg, layers: pools}",
            {"squeezenet": (("maxpool1",), {}, "deconvnet")},
        ),
        (
            "{path: cat.jpg, layers: {vgg16: [block5_pool], squeezenet: pools}}",
            {"squeezenet": (("maxpool1",), {}, "deconvnet"), "vgg16": (("block5_pool",), {}, "guided")},
        ),
        (
            "{path: cat.jpg, features: {fire9: [0], block1_pool: [63]}}",
            {
                "squeezenet": (("conv1", "fire9"), {"fire9": (0,)}, "deconvnet"),
                "vgg16": (POOLS, {"block1_pool": (63,)}, "guided"),
            },
        ),
        (
            "{path: cat.jpg, layers: [predictions], features: {squeezenet: {predictions: [tabby, 3]}}}",
            {"squeezenet": (("predictions",), {"predictions": (281, 3)}, "deconvnet")},
        ),
        (
            "{path: cat.jpg, method: gradient}",
            {
                "squeezenet": (("conv1", "fire9"), {"fire9": (7, 4)}, "gradient"),
                "vgg16": (POOLS, {}, "gradient"),
            },
        ),
        ("{path: cat.jpg, method: guided}", {"squeezenet": (*PLAIN["squeezenet"][:2], "guided")}),
    ],
)
def test_a_picture_goes_before_a_model(entry: str, differing: dict[str, tuple[object, ...]]) -> None:
    config = load(entry)
    assert shown(config, "dog") == PLAIN
    assert shown(config) == {**PLAIN, **differing}
    assert set(config.images[1].networks) == set(differing)


def test_a_model_goes_before_the_gallery() -> None:
    config = load("cat.jpg", more="method: gradient\n")
    assert [spec.method for spec in config.networks] == ["gradient", "guided"]


@pytest.mark.parametrize(
    "entry",
    [
        "{path: cat.jpg, layers: [fire9, conv1]}",
        "{path: cat.jpg, layers: {squeezenet: [conv1, fire9], vgg16: pools}, features: {fire9: [7, 4]}}",
        "{path: cat.jpg, features: {squeezenet: {fire9: [7, 4]}}}",
    ],
)
def test_what_the_gallery_says_anyway_changes_nothing(entry: str) -> None:
    assert [image.networks for image in load(entry).images] == [{}, {}]


def test_keys_of_several_entries_come_together() -> None:
    config = load("{path: cat.jpg, features: {fire9: [1]}}\n  - {path: '*.jpg', layers: [fire9]}")
    assert shown(config)["squeezenet"] == (("fire9",), {"fire9": (1,)}, "deconvnet")
    assert shown(config, "dog")["squeezenet"] == (("fire9",), {"fire9": (7, 4)}, "deconvnet")


UNSHOWN = (
    "is not among the layers of squeezenet that this picture shows; add it to 'layers' of the picture or of"
)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            "layers: 3",
            "29: inputs[1].layers: expected one of pools, convs, blocks, all, a list of layer names, or a "
            "mapping of models to these, found 3 (a number)",
        ),
        ("layers: []", "29: inputs[1].layers: lists no layers"),
        ("layers: {vgg16: []}", "37: inputs[1].layers.vgg16: lists no layers"),
        ("layers: [fire8]", "30: inputs[1].layers: no layer 'fire8' in squeezenet or vgg16; nearest: fire9"),
        (
            "layers: convs",
            "29: inputs[1].layers: no convs in squeezenet or vgg16; 'gallery models' lists the layers",
        ),
        (
            "layers: {vgg61: pools}",
            "30: inputs[1].layers: no model 'vgg61'; nearest: vgg16; models here: squeezenet, vgg16",
        ),
        (
            "layers: {vgg16: [fire9]}",
            "38: inputs[1].layers.vgg16: no layer 'fire9' in vgg16; 'gallery models' lists its layers",
        ),
        (
            "layers: {vgg16: poools}",
            "37: inputs[1].layers.vgg16: expected one of pools, convs, blocks, all or a list "
            "of layer names, found 'poools' (text); nearest: pools",
        ),
        (
            "features: [7]",
            "31: inputs[1].features: expected a mapping of layers to lists of features, or of models "
            "to such mappings, found a list",
        ),
        (
            "features: {fire9: 7}",
            "39: inputs[1].features.fire9: expected a list of features, or a mapping of layers "
            "to lists of features, found 7 (a number)",
        ),
        (
            "features: {vgg16: {block1_pool: 7}}",
            "53: inputs[1].features.vgg16.block1_pool: expected a list of features, found 7 (a number)",
        ),
        (
            "features: {fire9: [-1]}",
            "40: inputs[1].features.fire9: expected a feature: a whole number of at least 0, "
            "or the name of a class, found -1 (a number)",
        ),
        ("features: {fire9: [8]}", "40: inputs[1].features.fire9: no feature 8 in fire9; it has 0 to 7"),
        (
            "features: {fire8: [7]}",
            "32: inputs[1].features: no layer 'fire8' in squeezenet or vgg16; nearest: fire9",
        ),
        ("features: {maxpool1: [7]}", f"32: inputs[1].features: 'maxpool1' {UNSHOWN} the model"),
        ("layers: [conv1], features: {fire9: [7]}", f"49: inputs[1].features: 'fire9' {UNSHOWN} the model"),
        (
            "features: {squeezenot: {fire9: [7]}}",
            "32: inputs[1].features: no model 'squeezenot'; nearest: squeezenet;"
            " models here: squeezenet, vgg16",
        ),
        (
            "method: gided",
            "29: inputs[1].method: expected one of deconvnet, guided, gradient, found 'gided' (text);"
            " nearest: guided",
        ),
    ],
)
def test_what_no_network_has_is_refused(keys: str, said: str) -> None:
    assert refusal(f"{{path: cat.jpg, {keys}}}") == [said]


def test_one_mistake_of_many_pictures_is_said_once() -> None:
    assert refusal("{path: '*.jpg', features: {fire9: [8], conv2: [1]}}") == [
        "40: inputs[1].features.fire9: no feature 8 in fire9; it has 0 to 7",
        "44: inputs[1].features: no layer 'conv2' in squeezenet or vgg16; nearest: conv1",
    ]


def test_layers_of_one_address_are_refused(folder: Path) -> None:
    (folder / "odd.keras").touch()
    models = "models: [{name: odd.keras, layers: [conv]}]\n"
    assert refusal("{path: cat.jpg, layers: ['a:b', A-b]}", models) == [
        "29: inputs[1].layers: 'A-b' has the address of the layer 'a:b'; choose layers without 'A-b'"
    ]


def single(**options: object) -> tuple[object, ...]:
    model = dict.fromkeys(("name", "layers", "features")) | {
        key: value for key, value in options.items() if key != "method"
    }
    settings = {"method": options.get("method")}
    config = load_single("cat", model, settings, Path("gallery.yml"), NETWORKS, with_weights, describe_own)
    (spec,) = config.networks
    return spec.layers, dict(spec.features), spec.method


def test_a_single_figure_is_as_on_the_page() -> None:
    layers = "layers: {squeezenet: [fire9], vgg16: pools}"
    load(f"{{path: cat.jpg, {layers}, features: {{fire9: [1]}}, method: gradient}}")
    assert single() == (("fire9",), {"fire9": (1,)}, "gradient")
    assert single(name="vgg16") == (POOLS, {}, "gradient")
    assert single(layers=["conv1"]) == (("conv1",), {}, "gradient")
    assert single(method="guided") == (("fire9",), {"fire9": (1,)}, "guided")
