"""The estimate of a scan counts the products of a network as published."""

from __future__ import annotations

import pytest

from generator.cli.dataset_estimate import _products
from generator.networks import choice
from generator.records import NetworkSpec


def products(name, weights, layer, size=None):
    info = choice.known(name, weights, None)
    spec = NetworkSpec(name, weights, (), name, input_size=size, scanned={layer: 1})
    return _products(spec, info)


@pytest.mark.parametrize(
    ("name", "layer", "published"),
    [
        ("vgg16", "predictions", 15.5e9),  # Canziani et al. 2016, figure 1: 15.5 G
        ("resnet50", "predictions", 3.9e9),  # He et al. 2016, table 1: 3.8e9, without the shortcuts
        ("mobilenetv2", "predictions", 300e6),  # Sandler et al. 2018, table 4: 300 M
    ],
)
def test_products_are_those_published(name, layer, published):
    assert products(name, "imagenet", layer) == pytest.approx(published, rel=0.06)


def test_only_what_is_needed_counts_and_a_larger_input_takes_more():
    whole = products("vgg16", "imagenet", "block5_pool")
    assert products("vgg16", "imagenet", "block1_pool") < whole / 7
    assert products("vgg16", "imagenet", "block5_pool", (448, 448)) == pytest.approx(4 * whole)
