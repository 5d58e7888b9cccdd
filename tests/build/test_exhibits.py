"""A picture through a network by several methods: what is computed, drawn, recorded and kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generator.store.keeper import Keeper

from generator import exhibits, images, lenses
from generator.analysis.deconvolution import deconvolve
from generator.networks.network import load_network
from generator.records import GalleryConfig, ImageSpec, NetworkSpec

LAYERS = ("maxpool1", "predictions")
FEATURES = {"predictions": (285, 7)}
METHODS = ("deconvnet", "gradient", "guided")
SPEC = NetworkSpec("squeezenet", "imagenet", LAYERS, "squeezenet", features=FEATURES)


class Silent:
    """What is told of nothing."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def fetching(self, title):
        raise AssertionError(title)


def keeper(folder):
    return Keeper(folder, "a gallery", lambda text: pytest.fail(text))


def config_of(compare=METHODS[1:], **changes):
    image = ImageSpec("cat", Path(__file__).parents[2] / "inputs" / "chelsea.jpg", "Cat")
    words = {"path": Path("x.yml"), "title": "", "description": "", "base_url": "", "output": Path("site")}
    settings = {"top_features": 2, "method": "deconvnet", "seed": "map", "bias": "none", "scale": "symmetric"}
    config = GalleryConfig(**words, images=(image,), networks=(SPEC,), **settings, compare=compare)
    return replace(config, **changes)


def shown(config, folder):
    """Return what is seen and drawn of the picture, the keeper, and what was said."""
    keeping, progress = keeper(folder), Silent()
    views = [lenses.lens(spec, keeping, progress, offline=True) for spec in config.networks]
    prepared = exhibits.prepare(config, views, config.images[0], keeping)
    seen = exhibits.see(config, prepared, keeping, progress.say)
    drawn = exhibits.draw(config, views, seen, keeping)
    keeping.save()
    return seen, drawn, keeping, progress.said


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    return folder, *shown(config_of(), folder)


def test_each_method_gives_the_numbers_that_it_gives_alone(first):
    _, seen, *_ = first
    config, network = config_of(), load_network("squeezenet", "imagenet")
    rgb = images.read(config.images[0].path)
    for method in METHODS:
        alone = deconvolve(network, rgb, LAYERS, 2, FEATURES, method=method)
        for layer, result in alone.layers.items():
            found = seen.material.results["squeezenet", method, layer]
            np.testing.assert_array_equal(found.features, result.features)
            np.testing.assert_array_equal(found.reconstructions, result.reconstructions)


def test_methods_show_the_same_features_and_other_reconstructions(first):
    view = first[2].exhibit.views[0]
    assert list(view.comparisons) == ["gradient", "guided"]
    for panels in view.comparisons.values():
        assert [panel.layer.name for panel in panels] == list(LAYERS)
        for panel, main in zip(panels, view.panels, strict=True):
            assert (panel.features, panel.strengths) == (main.features, main.strengths)
            assert panel.profile is None
    limits = {panels[-1].limits for panels in (view.panels, *view.comparisons.values())}
    assert len(limits) == 3


def test_every_further_method_has_a_folder_of_panels_with_ids_of_their_own(first):
    outputs = first[2].outputs
    panels = {output.path: output.content.decode() for output in outputs if "/squeezenet/" in output.path}
    folders = ("", "gradient/", "guided/")
    assert list(panels) == [
        f"images/cat/squeezenet/{folder}{layer}.svg" for folder in folders for layer in LAYERS
    ]
    assert 'id="cat-squeezenet-maxpool1.0.view"' in panels["images/cat/squeezenet/maxpool1.svg"]
    guided = panels["images/cat/squeezenet/guided/maxpool1.svg"]
    assert 'id="cat-squeezenet-guided-maxpool1.0.view"' in guided
    assert "maxpool1 of SqueezeNet 1.1, guided" in guided


def test_a_second_time_nothing_is_computed_and_all_is_the_same(first):
    folder, _, drawn, *_ = first
    seen, again, keeping, said = shown(config_of(), folder)
    assert (seen.material, said) == (None, [])
    assert again == drawn
    assert {line.outcome for line in keeping.ledger.lines()} == {"reused"}


def test_another_picture_in_the_same_place_is_another_picture(first, tmp_path):
    from PIL import Image

    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 64), "teal").save(path)
    config = config_of(compare=())
    config = replace(config, images=(replace(config.images[0], path=path),))
    before = shown(config, first[0])[1]
    Image.new("RGB", (64, 64), "navy").save(path)
    after = shown(config, first[0])[1]
    assert after.exhibit != before.exhibit
    _, again, keeping, _ = shown(config, first[0])
    assert again == after
    assert {line.outcome for line in keeping.ledger.lines()} == {"reused"}
