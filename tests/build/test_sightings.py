"""A feature's strongest pictures are found, computed and kept, also where others are stronger."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generator.recipes import row_key

from generator import exhibits, images, lenses, sightings
from generator.analysis.deconvolution import deconvolve
from generator.build import build
from generator.networks.network import load_network
from generator.records import ImageSpec
from tests.build.test_exhibits import SPEC, Silent, config_of, keeper

INPUTS = Path(__file__).parents[2] / "inputs"
PICTURES = tuple(ImageSpec(name, INPUTS / f"{name}.jpg", name) for name in ("chelsea", "rocket", "koala"))
LAYERS = ("maxpool1", "fire9")
CONFIG = config_of(
    compare=(),
    images=PICTURES,
    networks=(replace(SPEC, layers=LAYERS, features={}),),
    top_features=1,
    feature_pictures=2,
)


def drawn_of(views, image, keeping, progress):
    prepared = exhibits.prepare(CONFIG, views, image, keeping)
    return exhibits.draw(CONFIG, views, exhibits.see(CONFIG, prepared, keeping, progress.say), keeping)


def shown(folder):
    """Return the pictures with their sightings, what was sought, the keeper, and what was said."""
    keeping, progress = keeper(folder), Silent()
    views = [lenses.lens(spec, keeping, progress, offline=True) for spec in CONFIG.networks]
    drawn = [drawn_of(views, image, keeping, progress) for image in PICTURES]
    wanted = sightings.sought([one.exhibit for one in drawn], CONFIG.feature_pictures)
    progress.said.clear()
    added = [sightings.add(CONFIG, views, one.exhibit, wanted, keeping, progress.say) for one in drawn]
    return added, wanted, keeping, progress.said


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    return folder, *shown(folder)


def panels(added, layer):
    """Return (picture, panel) of a layer."""
    return [
        (one.exhibit.image.slug, panel)
        for one in added
        for panel in one.exhibit.views[0].panels
        if panel.layer.name == layer
    ]


def test_each_shown_feature_is_sought_where_it_is_strongest(first):
    _, added, wanted, *_ = first
    assert wanted
    for layer in LAYERS:
        for feature in {panel.features[0] for _, panel in panels(added, layer)}:
            by_strength = sorted(panels(added, layer), key=lambda pair: -pair[1].profile[feature])
            for slug, panel in by_strength[: CONFIG.feature_pictures]:
                is_sought = feature in wanted.get((slug, "squeezenet", layer), ())
                assert is_sought is (feature not in panel.features)
            for slug, _ in by_strength[CONFIG.feature_pictures :]:
                assert feature not in wanted.get((slug, "squeezenet", layer), ())


def test_nothing_is_sought_on_request(first):
    assert sightings.sought([one.exhibit for one in first[1]], 0) == {}


def test_its_numbers_are_those_of_the_feature_asked_for_alone(first):
    _, added, wanted, keeping, _ = first
    network = load_network("squeezenet", "imagenet")
    (slug, _, layer), features = next(iter(wanted.items()))
    alone = deconvolve(network, images.read(INPUTS / f"{slug}.jpg"), [layer], features={layer: features})
    lens = lenses.lens(CONFIG.networks[0], keeping, Silent(), offline=True)
    subject = exhibits.subject_of(keeping, next(image for image in PICTURES if image.slug == slug))
    for place, feature in enumerate(features):
        row = keeping.found(row_key(CONFIG, lens, subject, layer, feature))
        np.testing.assert_array_equal(row.reconstructions[0], alone.layers[layer].reconstructions[place])
    exhibit = next(one.exhibit for one in added if one.exhibit.image.slug == slug)
    single = exhibit.views[0].sightings[layer]
    assert [panel.features for panel in single] == [(feature,) for feature in features]


def test_its_panels_lie_beside_the_pictures_own(first):
    _, added, wanted, *_ = first
    paths = {output.path for one in added for output in one.outputs}
    assert paths == {
        f"images/{slug}/squeezenet/{feature}/{layer}.svg"
        for (slug, _, layer), features in wanted.items()
        for feature in features
    }


def test_a_second_time_nothing_is_computed(first):
    folder, added, *_ = first
    again, _, keeping, said = shown(folder)
    assert said == []
    assert [one.outputs for one in again] == [one.outputs for one in added]
    assert {line.outcome for line in keeping.ledger.lines()} == {"reused"}


class Removing(Silent):
    """What takes a picture away once all are shown."""

    def __init__(self, path):
        super().__init__()
        self.path, self.errors = path, []

    def shown(self, image, done, total):
        if done == total:
            self.path.unlink()

    def failed(self, image, error):
        self.errors.append((image.slug, str(error)))


def test_a_picture_that_goes_between_two_looks_stops_no_other(tmp_path):
    pictures = [replace(image, path=Path(shutil.copy(image.path, tmp_path))) for image in PICTURES]
    (tmp_path / "x.yml").touch()
    places = {"path": tmp_path / "x.yml", "output": tmp_path / "site", "title": "Gallery"}
    config = replace(CONFIG, images=tuple(pictures), **places)
    progress = Removing(pictures[0].path)
    report = build(config, keeper(tmp_path / "kept"), progress, offline=True)
    assert (report.failed, report.shown) == (("chelsea",), ("chelsea", "rocket", "koala"))
    assert progress.errors == [("chelsea", f"{pictures[0].path}: no such file")]
    for image in pictures:
        assert (tmp_path / "site" / "images" / image.slug / "index.html").is_file()
