"""The places of features as artifacts: what is made, from what, and what is made again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from generator import load_network
from generator.analysis.scanner import Scanner
from generator.artifacts import patches as kinds
from generator.artifacts.artifact import Source, Values
from generator.artifacts.montages import FeatureMontage
from generator.artifacts.patches import FeaturePatches
from generator.datasets.opening import opened
from generator.datasets.places import places
from generator.figures.patches import encode_patch
from generator.records import Subject
from generator.records.kept import MODEL
from generator.store.codec import pack, unpack
from tests.support import tiny

SUBJECT = Subject(MODEL, "tiny")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """Return the artifacts of all features of two layers."""
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(8)
    for number in range(10):
        picture = Image.fromarray(random.integers(0, 256, (30, 30, 3), np.uint8))
        picture.save(folder / f"{number}.png")
    network = load_network(tiny.network())
    shards = opened(folder)
    table = Scanner(network, ["pool1", "both"]).table(shards[0])
    model = Source("tiny", {"weights": "1"}, lambda: network, is_shared=True)
    dataset = Source("pictures", {"data set": str(folder)}, lambda: shards, is_shared=True)
    return [
        FeaturePatches(SUBJECT, model, dataset, found, "deconvnet")
        for layer, features in (("pool1", 6), ("both", 9))
        for feature in range(features)
        if (found := places(table, layer, feature))
    ]


def made(artifacts):
    values = Values({}, lambda _: pytest.fail("nothing is kept"))
    return {one.name: value.facts for one, value in FeaturePatches.make(artifacts, values)}


def test_tiles_are_in_the_order_of_the_table(scanned):
    for one in scanned:
        tiles = made([one])[one.name]
        assert [(tile.picture, tile.value) for tile in tiles] == [
            (place.picture, place.value) for place in one.places
        ]


def test_features_made_together_are_those_made_alone(scanned, monkeypatch):
    whole = made(scanned)
    assert set(whole) == {one.name for one in scanned}
    monkeypatch.setattr(kinds, "FEATURES", 4)
    assert made(scanned) == whole
    assert all(made([one]) == {one.name: whole[one.name]} for one in scanned[::4])


def test_a_feature_is_kept_as_soon_as_its_last_place_is_cut(scanned, monkeypatch):
    order = []

    def noted(patch, scale):
        order.append(patch.place.picture)
        return encode_patch(patch, scale)

    monkeypatch.setattr(kinds, "encode_patch", noted)
    few = [replace(one, places=one.places[:1]) for one in scanned]
    after = [len(order) for _ in FeaturePatches.make(few, Values({}, lambda _: None))]
    assert after == [*range(1, len(few) + 1)]
    assert order == sorted(order)


def test_the_key_is_that_of_the_entries_of_the_table(scanned):
    one = scanned[0]
    elsewhere = replace(one.dataset, parts={"data set": "elsewhere"})
    assert replace(one, dataset=elsewhere, memory_budget=10**9).digest == one.digest
    first = one.places[0]
    others = [
        replace(one, places=one.places[:-1]),
        replace(one, places=(first._replace(value=first.value + 1), *one.places[1:])),
        replace(one, places=(first._replace(digest="f" * 64), *one.places[1:])),
        replace(one, method="guided"),
        replace(one, scale="power"),
        replace(one, fit="pad"),
        replace(one, model=replace(one.model, parts={"weights": "2"})),
        scanned[1],
    ]
    assert len({one.digest, *(other.digest for other in others)}) == len(others) + 1
    assert one.is_computed


def test_values_come_back_from_the_store(scanned):
    one = scanned[0]
    ((_, value),) = FeaturePatches.make([one], Values({}, lambda _: None))
    assert unpack(pack(value)) == value


def test_a_montage_has_a_figure_a_small_picture_and_its_pictures(scanned):
    one = scanned[0]
    values = Values({}, lambda _: None)
    ((_, values[one]),) = FeaturePatches.make([one], values)
    montage = FeatureMontage(SUBJECT, one, "tiny-net", "pool1", one.places[0].feature, "A title")
    ((_, value),) = FeatureMontage.make([montage], values)
    folder = f"models/tiny-net/pool1/{one.places[0].feature}"
    assert [file.path for file in value.files] == [f"{folder}/examples.svg", f"{folder}/examples.jpg"]
    assert b"A title" in value.files[0].content
    assert [shown.picture for shown in value.facts.pictures] == [place.picture for place in one.places]
    assert unpack(pack(value)) == value
