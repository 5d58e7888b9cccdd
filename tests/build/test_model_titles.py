"""A model has the title that the configuration gives it, or else that of its network."""

from __future__ import annotations

import pytest

from generator.artifacts.artifact import Source
from generator.build.models import Model
from generator.build.plan import described
from generator.build.stages import Known
from generator.records import NetworkInfo, NetworkSpec, WeightsInfo


@pytest.mark.parametrize(("title", "shown"), [("", "Net"), ("A small network", "A small network")])
def test_a_configured_title_replaces_that_of_the_network(title: str, shown: str) -> None:
    spec = NetworkSpec("net", "imagenet", (), "net", title=title)
    info = NetworkInfo("net", "Net", "", "", (8, 8, 3), (), {}, {})
    model = Model(
        spec, WeightsInfo("imagenet", "ImageNet", "", "", ""), Source("net", {}, lambda: None), info
    )
    assert described(model, Known()).info.title == shown
