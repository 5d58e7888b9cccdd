"""One list says which names nothing in a site may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import paths
from generator.names import LONGEST_BYTES, TAKEN, fault_of_file, fault_of_name

SITE = (paths.ABOUT, paths.EMBED, paths.gallery_page(2), paths.search_shard(1), paths.image_page("x"))


@pytest.mark.parametrize("path", [*SITE, paths.network_page("x"), "assets/style.css"])
def test_every_folder_of_the_site_is_taken(path: str) -> None:
    assert fault_of_name(Path(path).parts[0], "page")


def test_folders_inside_pictures_and_models_are_taken() -> None:
    assert Path(paths.compare_page("x")).parts[2] in TAKEN["model"]
    assert Path(paths.network_page("x")).name in TAKEN["layer"]


@pytest.mark.parametrize("label", ["tabby", "7", "007", "index.html", "²", "٣"])
def test_no_class_has_the_page_of_a_feature_of_a_layer_called_classes(label: str) -> None:
    assert not Path(paths.class_page("x", label)).parts[3].isdecimal()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "a:b", "a.", "a ", "NUL", "com1.svg", "x" * 201, "猫" * 67, "a\nb"]
)
def test_names_that_no_file_can_have_are_refused(name: str) -> None:
    assert fault_of_file(name)


@pytest.mark.parametrize(
    "name", ["a", "conv2d_1", "console", "com10", "猫" * 66, "x" * LONGEST_BYTES, "a b", ".x"]
)
def test_other_names_are_allowed(name: str) -> None:
    assert fault_of_file(name) == fault_of_name(name, "layer") == ""
