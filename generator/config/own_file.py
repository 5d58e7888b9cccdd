"""Check a user's own model as Python names it: by the keys of a configuration, with the same messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from generator.config.document import COMMAND_LINE, Document
from generator.config.keys import ModelKeys
from generator.config.own_models import DescribeOwn, choose_own, note_misplaced_keys
from generator.config.validation import sound_entries, validate
from generator.records import NetworkInfo, OwnNetwork

_MODEL = TypeAdapter(ModelKeys)
_ENTRY = "models", 0


def choose_own_file(arguments: Mapping[str, object], describe: DescribeOwn) -> tuple[OwnNetwork, NetworkInfo]:
    """Return a user's own model and its description.

    Args:
        arguments: the keys of a model that were given. Messages name them as arguments of ``load_network``.
        describe: describes a user's own network.

    Raises:
        ConfigError: an argument is wrong, or the file cannot be loaded; a line for each mistake.
    """
    document = Document("", {"inputs": ["."], "models": [{}]})
    document.places |= dict.fromkeys(((), ("inputs",), ("inputs", 0), ("models",), _ENTRY), COMMAND_LINE)
    for key, value in arguments.items():
        document.override((*_ENTRY, key), value, "`network`" if key == "name" else f"`{key}`")
    validate(document)
    chosen = []
    for index, keys in sound_entries(document, "models", _MODEL):
        note_misplaced_keys(document, index, keys)
        if found := choose_own(document, index, keys, Path.cwd(), describe):
            chosen.append(found)
    document.refuse_mistakes()
    return chosen[0]  # without it a mistake was recorded
