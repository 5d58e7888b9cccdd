"""What settings accept is defined once: whatever implements, checks or describes it knows the same names."""

from __future__ import annotations

import re

import pytest

from docs.generate.command_line import verbs
from generator import deconvolve, load_network
from generator.config import schema
from generator.errors import EngineError
from generator.figures.pixels import SCALES
from generator.images.fitting import FITS
from generator.networks import registry
from generator.networks.own import MODES
from generator.pages.method_texts import METHOD_TEXTS
from generator.records import choices
from tests.support import tiny


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("method", choices.METHODS),
        ("seed", choices.SEEDS),
        ("bias", choices.BIASES),
        ("fit", choices.FITS),
    ],
)
def test_the_engine_knows_the_same_names(setting: str, names: tuple[str, ...]) -> None:
    message = f"`{setting}` must be one of {', '.join(names)}. Received: 'other'"
    with pytest.raises(EngineError, match=f"^{re.escape(message)}$"):
        deconvolve(load_network(tiny.network()), tiny.picture()[0], ["pool1"], 1, **{setting: "other"})


def test_tables_know_the_same_names() -> None:
    assert tuple(SCALES) == choices.SCALES
    assert tuple(FITS) == choices.FITS
    assert set(choices.PAIR) < set(choices.VIEWS)
    assert tuple(MODES) == choices.PREPROCESSINGS
    assert tuple(METHOD_TEXTS) == choices.METHODS
    every = {name: None for info in registry.catalogue().values() for name in info.variants}
    assert tuple(every) == choices.VARIANTS


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("method", choices.METHODS),
        ("seed", choices.SEEDS),
        ("bias", choices.BIASES),
        ("scale", choices.SCALES),
        ("fit", choices.FITS),
        ("preprocessing", choices.PREPROCESSINGS),
    ],
)
def test_schema_and_command_line_list_the_same_names(setting: str, names: tuple[str, ...]) -> None:
    whole = schema({})
    keys = {**whole["properties"], **whole["$defs"]["ModelKeys"]["properties"]}
    assert tuple(keys[setting]["enum"]) == names
    options = {action.dest: action.help for action in verbs().choices["figure"]._actions}
    listed = f"{', '.join(names[:-1])} or {names[-1]}"
    assert re.search(rf"{listed} \(default: .*\b{names[0]}\)$", str(options[setting]))
