"""A picture through a real network by several methods: its results, figures, records and kept entries."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator import build, deconvolve, images, load_network
from generator.artifacts.results import Reconstructions
from generator.build.models import Fetch, open_models
from generator.build.plan import Plan
from generator.build.run import Run
from generator.records import GalleryConfig, ImageSpec, NetworkSpec
from generator.store import Store

INPUTS = Path(__file__).parents[2] / "inputs"
METHODS = ("deconvnet", "gradient", "guided")
LAYERS, FEATURES = ("maxpool1", "predictions"), {"predictions": (285, 7)}
SPEC = NetworkSpec("squeezenet", "imagenet", LAYERS, "squeezenet", features=FEATURES)
CAT = ImageSpec("cat", INPUTS / "chelsea.jpg", "Cat")
WORDS = {"path": Path("x.yml"), "title": "", "description": "", "base_url": "", "output": Path("site")}
CONFIG = GalleryConfig(
    **WORDS,
    images=(CAT,),
    networks=(SPEC,),
    top_features=2,
    method="deconvnet",
    seed="map",
    bias="none",
    scale="symmetric",
    compare=METHODS[1:],
)
PICTURES = tuple(ImageSpec(name, INPUTS / f"{name}.jpg", name) for name in ("chelsea", "rocket", "koala"))
SEVERAL = replace(
    CONFIG,
    compare=(),
    images=PICTURES,
    networks=(replace(SPEC, layers=("maxpool1", "fire9"), features={}),),
    top_features=1,
    feature_pictures=2,
)


class Silent:
    """Takes reports and keeps what is said."""

    def __init__(self):
        self.said, self.errors = [], []

    def say(self, text):
        self.said.append(text)

    def warn(self, text):
        raise AssertionError(text)

    def fetching(self, title):
        raise AssertionError(title)

    def shown(self, picture, done, total):
        pass

    def passed(self, done, total):
        pass

    def failed(self, picture, error):
        self.errors.append((picture, str(error)))


class Folder:
    """A site that is a mapping of paths to bytes."""

    def __init__(self):
        self.files = {}

    def write(self, output):
        self.files[output.path] = output.content

    def remove(self, path):
        del self.files[path]


class Shown:
    """A gallery whose results were made: its plan, its files, what is known, kept and said."""

    def __init__(self, config, cache):
        self.store = Store(cache, "gallery", pytest.fail)
        self.progress, self.site = Silent(), Folder()
        fetch = Fetch(self.progress, offline=True)
        models = open_models(config.networks, self.store.digest, self.progress.say, fetch)
        self.plan = Plan(config, models, self.store)
        self.known = Run(self.store, self.progress).complete(self.plan.results, self.site)
        self.pictures = self.plan.shown_pictures(self.known)
        self.artifacts = self.plan._pictures
        self.singles = self.plan._singles
        self.store.save()

    @property
    def outcomes(self):
        return {line.outcome for line in self.store.ledger.lines()}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def first(cache):
    return Shown(CONFIG, cache)


def results(shown, slug="cat"):
    """Yield the reconstructions that a picture's panels are drawn from, with their method and layer."""
    for view in shown.artifacts[slug].views:
        for panels in view.panels.values():
            for panel in panels:
                yield panel.tiles.reconstructions, panel.tiles.strengths


def test_each_method_gives_the_numbers_it_gives_alone(first):
    network = load_network("squeezenet", "imagenet")
    rgb = images.read(CAT.path)
    alone = {method: deconvolve(network, rgb, LAYERS, 2, FEATURES, method=method) for method in METHODS}
    compared = 0
    for reconstructions, strengths in results(first):
        assert isinstance(reconstructions, Reconstructions)
        expected = alone[reconstructions.method].layers[reconstructions.layer]
        (rows,) = first.store.recall(reconstructions.key).arrays
        np.testing.assert_array_equal(rows, expected.reconstructions)
        assert first.known.fact(strengths).features == tuple(expected.features)
        compared += 1
    assert compared == len(METHODS) * len(LAYERS)


def test_methods_share_features_but_not_reconstructions(first):
    view = first.pictures[0].views[0]
    assert list(view.comparisons) == ["gradient", "guided"]
    for panels in view.comparisons.values():
        assert [panel.layer.name for panel in panels] == list(LAYERS)
        for panel, main in zip(panels, view.panels, strict=True):
            assert (panel.features, panel.strengths) == (main.features, main.strengths)
            assert panel.profile is None
    assert all(panel.profile is not None for panel in view.panels)
    limits = {panels[-1].limits for panels in (view.panels, *view.comparisons.values())}
    assert len(limits) == 3


def test_a_method_has_a_folder_of_panels_with_own_ids(first):
    panels = {path: file.decode() for path, file in first.site.files.items() if "/squeezenet/" in path}
    folders = ("", "gradient/", "guided/")
    assert set(panels) == {
        f"images/cat/squeezenet/{folder}{layer}.svg" for folder in folders for layer in LAYERS
    }
    assert 'id="cat-squeezenet-maxpool1.0.view"' in panels["images/cat/squeezenet/maxpool1.svg"]
    guided = panels["images/cat/squeezenet/guided/maxpool1.svg"]
    assert 'id="cat-squeezenet-guided-maxpool1.0.view"' in guided
    assert "maxpool1 of SqueezeNet 1.1, guided" in guided


def test_provenance_lists_settings_and_what_made_the_model(first):
    (view,) = first.pictures[0].views
    assert list(view.provenance) == [
        *(
            "generator",
            "keras",
            "device",
            "method",
            "seed",
            "bias",
            "fit",
            "network",
            "variant",
            "input_size",
        ),
        *("preprocessing", "weights", "weights_sha256", "scale"),
    ]
    assert view.provenance["weights_sha256"] == view.weights.sha256


def test_a_second_time_nothing_is_computed(first, cache):
    again = Shown(CONFIG, cache)
    assert again.progress.said == []
    assert again.outcomes == {"reused"}
    assert again.site.files == first.site.files
    assert again.pictures == first.pictures


def test_another_title_is_drawn_from_kept_tiles(first, cache):
    again = Shown(replace(CONFIG, images=(replace(CAT, title="Chelsea"),)), cache)
    assert again.progress.said == []
    redone = {line.name for line in again.store.ledger.lines() if line.outcome == "redone"}
    assert redone == {path for path in first.site.files if path.endswith(".svg")}


def test_another_picture_in_its_place_is_another(tmp_path, cache):
    from PIL import Image

    path = tmp_path / "picture.png"
    config = replace(CONFIG, compare=(), images=(replace(CAT, path=path),))
    Image.new("RGB", (64, 64), "teal").save(path)
    before = Shown(config, cache)
    Image.new("RGB", (64, 64), "navy").save(path)
    after = Shown(config, cache)
    assert after.pictures != before.pictures
    again = Shown(config, cache)
    assert (again.pictures, again.outcomes) == (after.pictures, {"reused"})


# Features in the pictures where they are strongest


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return Shown(SEVERAL, tmp_path_factory.mktemp("several"))


def singles(shown):
    return [
        (slug, panel)
        for slug, by_model in shown.singles.items()
        for one in by_model.values()
        for panel in one
    ]


def test_a_single_feature_has_the_numbers_it_has_alone(several):
    network = load_network("squeezenet", "imagenet")
    assert singles(several)
    for slug, panel in singles(several):
        rows = panel.tiles.reconstructions
        rgb = images.read(INPUTS / f"{slug}.jpg")
        alone = deconvolve(network, rgb, [rows.layer], features={rows.layer: rows.features})
        (found,) = several.store.recall(rows.key).arrays
        np.testing.assert_array_equal(found, alone.layers[rows.layer].reconstructions)


def test_single_panels_lie_beside_those_of_their_picture(several):
    found = {panel.path for _, panel in singles(several)}
    assert found == {
        f"images/{slug}/squeezenet/{panel.tiles.reconstructions.features[0]}/{panel.info.name}.svg"
        for slug, panel in singles(several)
    }
    assert found <= several.site.files.keys()
    for picture in several.pictures:
        for layer, panels in picture.views[0].single_panels.items():
            assert all(panel.layer.name == layer and len(panel.features) == 1 for panel in panels)


class Removing(Silent):
    """Takes a picture away once all are shown."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def shown(self, picture, done, total):
        if done == len(PICTURES):
            self.path.unlink()


def test_a_picture_that_goes_later_is_left_out_of_all(several, tmp_path):
    gone, _ = singles(several)[0]
    pictures = {
        image.slug: replace(image, path=Path(shutil.copy(image.path, tmp_path))) for image in PICTURES
    }
    (tmp_path / "x.yml").touch()
    places = {"path": tmp_path / "x.yml", "output": tmp_path / "site", "title": "Gallery"}
    config = replace(SEVERAL, images=tuple(pictures.values()), **places)
    progress = Removing(pictures[gone].path)
    report = build.build(config, Store(tmp_path / "kept", "gallery", pytest.fail), progress, offline=True)
    rest = tuple(slug for slug in pictures if slug != gone)
    assert (report.failed, report.shown) == ((gone,), rest)
    assert progress.errors == [(gone, f"{pictures[gone].path}: no such file")]
    assert not (tmp_path / "site" / "images" / gone).exists()
    alone = replace(config, images=tuple(pictures[slug] for slug in rest), output=tmp_path / "alone")
    build.build(alone, Store(tmp_path / "other", "gallery", pytest.fail), Silent(), offline=True)
    assert files(tmp_path / "site") == files(tmp_path / "alone")


def files(site):
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
