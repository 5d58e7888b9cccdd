"""What the search of a site finds: an entry for everything that has a page and is listed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.pages.album_pages import shown_albums
from generator.pages.class_pages import shown_classes
from generator.pages.groups import Groups
from generator.pages.page_records import portable
from generator.pages.search_entries import (
    Entry,
    EntryGroup,
    network_groups,
    picture_group,
    site_groups,
)
from generator.pages.shown_networks import ShownNetwork, shown_networks
from generator.pages.tag_pages import shown_tags
from generator.records import Album, GalleryConfig, MarkdownText, OwnPage, ShownPicture
from tests.pages.conftest import GUESSES, HOSTILE


@pytest.fixture(scope="module")
def network(pictures: list[ShownPicture]) -> ShownNetwork:
    return shown_networks(pictures, {})[1]


@pytest.fixture(scope="module")
def groups(network: ShownNetwork) -> list[EntryGroup]:
    return list(network_groups(network, shown_classes(network)))


def names(groups: list[EntryGroup], kind: str) -> list[str]:
    return [entry.name for group in groups if group.kind == kind for entry in group.entries]


def test_a_network_gives_itself_layers_features_and_classes(groups: list[EntryGroup]) -> None:
    layers = ["conv1:preactivation", "pool1", "predictions"]
    assert names(groups, "network") == ["CLASSES"]
    assert names(groups, "layer") == layers
    assert names(groups, "feature") == [f"{layer}/{number}" for layer in layers for number in (4, 7)]
    assert names(groups, "class") == ["Egyptian cat", "tabby"], "all predictions, not the first alone"


def test_features_are_shown_where_they_are_strongest(network: ShownNetwork, groups: list[EntryGroup]) -> None:
    feature = next(entry for group in groups for entry in group.entries if entry.name == "pool1/7")
    view = "cat-classes-pool1.0.map"
    expected = "models/classes/pool1/7/index.html", f"images/cat/classes/pool1.svg#{view}"
    assert (feature.link, feature.picture) == expected
    assert {group.ratio for group in groups if group.kind in ("feature", "layer")} == {1}
    (layer, *_) = network.layers
    views = ("reconstruction",)
    shown = tuple(
        replace(
            feature,
            pictures=tuple(
                one._replace(panel=replace(one.panel, views=views, view_width_px=84))
                for one in feature.pictures
            ),
        )
        for feature in layer.features
    )
    alone = replace(network, layers=(replace(layer, features=shown),))
    found = [group for group in network_groups(alone, ()) if group.kind == "feature"]
    assert found[0].entries[1].picture.endswith("-preactivation.0.reconstruction")
    assert found[0].ratio == 0.5


def test_a_feature_that_is_a_class_is_found_by_its_label(network: ShownNetwork) -> None:
    layer = network.layers[-1]
    features = tuple(replace(one, label="owl" if one.number == 7 else "") for one in layer.features)
    labelled = replace(network, layers=(replace(layer, features=features),))
    found = [group for group in network_groups(labelled, ()) if group.kind == "feature"]
    assert [entry.texts for entry in found[0].entries] == [(), ("owl",)]


def test_a_picture_has_all_its_words(pictures: list[ShownPicture], config: GalleryConfig) -> None:
    image = replace(pictures[0].image, caption=MarkdownText("With **whiskers**."), alt="A cat", album="zoo")
    cat = portable(replace(pictures[0], image=image))
    albums = shown_albums(replace(config, albums=(Album("zoo", "The zoo"),)), [cat])
    (entry,) = picture_group([cat], albums).entries
    labels = [guess.label for guess in GUESSES]
    texts = (*labels, "animal", HOSTILE, "The zoo", "A cat", "With whiskers.")
    small = "images/cat/thumbnail-320.webp"
    expected = Entry("Chelsea the cat", "images/cat/index.html", small, "Egyptian cat 71 %", texts)
    assert entry == expected


def test_albums_tags_and_own_pages_have_their_texts(
    pictures: list[ShownPicture], config: GalleryConfig
) -> None:
    cat = replace(pictures[0], image=replace(pictures[0].image, album="zoo"))
    config = replace(config, albums=(Album("zoo", "The zoo", MarkdownText("Seen **there**.")),))
    groups = Groups(shown_albums(config, [cat]), shown_tags(config.tags, [cat]))
    text = MarkdownText("# Why\n\nBecause of *it*.\n\n## Notes\n\n- one\n")
    page = OwnPage("why", "", "F", "In short.", text)
    texts = {"zoo": config.albums[0].text}
    albums, tags, pages = site_groups(groups, texts, [page], [cat])
    small = "images/cat/thumbnail-320.webp"
    assert albums.entries == [Entry("The zoo", "albums/zoo/index.html", small, "1 picture", ("Seen there.",))]
    assert [(one.name, one.link) for one in tags.entries] == [
        ("animal", "tags/animal/index.html"),
        (HOSTILE, "tags/script/index.html"),
    ]
    assert pages.entries == [
        Entry("Why", "why/index.html", "", "In short.", ("Why Because of it. Notes one",))
    ]


def test_without_thumbnails_the_picture_is_shown(pictures: list[ShownPicture]) -> None:
    (entry,) = picture_group([replace(pictures[0], thumbnails=())], []).entries
    assert Path(entry.picture) == Path("images/cat/thumbnail.jpg")
