"""A picture through a network by several methods: what is computed, drawn and recorded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator import exhibits, images
from generator.deconvolution import deconvolve
from generator.networks import choice
from generator.networks.network import load_network
from generator.records import GalleryConfig, ImageSpec, NetworkSpec

LAYERS = ("maxpool1", "predictions")
FEATURES = {"predictions": (285, 7)}


@pytest.fixture(scope="module")
def lens():
    spec = NetworkSpec("squeezenet", "imagenet", LAYERS, "squeezenet", features=FEATURES)
    info = choice.known("squeezenet", "imagenet", None)
    return exhibits.Lens(spec, info, load_network("squeezenet", "imagenet", None, None))


@pytest.fixture(scope="module")
def config(lens):
    image = ImageSpec("cat", Path(__file__).parents[1] / "inputs" / "chelsea.jpg", "Cat")
    words = {"path": Path("x.yml"), "title": "", "description": "", "base_url": "", "output": Path("site")}
    settings = {"top_features": 2, "method": "deconvnet", "seed": "map", "bias": "none", "scale": "symmetric"}
    compare = ("gradient", "guided")
    return GalleryConfig(**words, images=(image,), networks=(lens.spec,), **settings, compare=compare)


@pytest.fixture(scope="module")
def seen(config, lens):
    return exhibits.see(config, [lens], config.images[0], print)


@pytest.fixture(scope="module")
def drawn(config, lens, seen):
    return exhibits.draw(config, [lens], seen)


def test_each_method_gives_the_numbers_that_it_gives_alone(config, lens, seen):
    rgb = images.read(config.images[0].path)
    assert list(seen.visualizations[0]) == ["deconvnet", "gradient", "guided"]
    for method, seen_so in seen.visualizations[0].items():
        alone = deconvolve(lens.network, rgb, LAYERS, 2, FEATURES, method=method)
        assert seen_so.provenance["method"] == method
        for layer, result in alone.layers.items():
            np.testing.assert_array_equal(seen_so.layers[layer].features, result.features)
            np.testing.assert_array_equal(seen_so.layers[layer].reconstructions, result.reconstructions)


def test_methods_show_the_same_features_and_other_reconstructions(drawn):
    view = drawn.exhibit.views[0]
    assert list(view.comparisons) == ["gradient", "guided"]
    for panels in view.comparisons.values():
        assert [panel.layer.name for panel in panels] == list(LAYERS)
        for panel, main in zip(panels, view.panels, strict=True):
            assert (panel.features, panel.strengths) == (main.features, main.strengths)
            assert panel.profile is None
    limits = {panels[-1].limits for panels in (view.panels, *view.comparisons.values())}
    assert len(limits) == 3


def test_every_further_method_has_a_folder_of_panels_with_ids_of_their_own(drawn):
    panels = {
        output.path: output.content.decode() for output in drawn.outputs if "/squeezenet/" in output.path
    }
    folders = ("", "gradient/", "guided/")
    assert list(panels) == [
        f"images/cat/squeezenet/{folder}{layer}.svg" for folder in folders for layer in LAYERS
    ]
    assert 'id="cat-squeezenet-maxpool1.0.view"' in panels["images/cat/squeezenet/maxpool1.svg"]
    guided = panels["images/cat/squeezenet/guided/maxpool1.svg"]
    assert 'id="cat-squeezenet-guided-maxpool1.0.view"' in guided
    assert "<title" in guided
    assert "maxpool1 of SqueezeNet 1.1, guided" in guided


def test_without_further_methods_there_is_one_folder(config, lens):
    alone = replace(config, compare=())
    drawn = exhibits.draw(alone, [lens], exhibits.see(alone, [lens], config.images[0], print))
    assert drawn.exhibit.views[0].comparisons == {}
    assert [output.path for output in drawn.outputs if "/squeezenet/" in output.path] == [
        "images/cat/squeezenet/maxpool1.svg",
        "images/cat/squeezenet/predictions.svg",
    ]
