"""Read a YAML file into a ``Document``: plain values and their places.

Which YAML: PyYAML implements version 1.1, in which ``no`` is false, ``1:30`` is ninety, a tag may name a
Python class, and a few nested aliases may expand to a billion values. We use its parser, but read scalars as
in version 1.2, which editors use to check the file against our schema: only ``true`` and ``false`` are
booleans, only decimal numbers are numbers, everything else is text. Tags, anchors and aliases are refused;
size and depth are bounded. The cost: values cannot be shared by an alias, and the file is parsed twice.

Which parser: the one that PyYAML has in Python takes up to a minute for a megabyte, libyaml's takes a second.
All wheels of PyYAML include libyaml, so we use it if it is there and the Python one otherwise. The cost: the
two word some mistakes differently; ``_REWORDED`` gives both the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from generator.config.document import Document, Location, Place
from generator.config.words import UNPRINTABLE, describe, quote
from generator.errors import ConfigError

LARGEST_BYTES = 1_000_000
DEEPEST = 16
MOST_VALUES = 50_000  # keys included; a thousand pictures with every key set take half of that

LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_SCALARS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile("|~|null|Null|NULL"), lambda _: None),
    (re.compile("true|True|TRUE"), lambda _: True),
    (re.compile("false|False|FALSE"), lambda _: False),
    (re.compile("[-+]?[0-9]{1,18}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)

_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("did not find (the )?expected "), "expected "),
    (re.compile("^(expected .+), but (got|found) .*"), r"\1"),
    (re.compile("^expected (the )?'?<?([^'<>]+)>?'?$"), r"expected \2"),
    (re.compile("in this context$"), "here"),
    (re.compile("^found character .*that cannot"), "found a character that cannot"),
    (re.compile("^(found un(known escape character|defined tag handle)) .*"), r"\1"),
)
"""Patterns in the messages of either parser -> our words, applied one after another."""
_ENDS = {"while parsing a block mapping": "key", "while parsing a block collection": "'-' indicator"}
"""What libyaml expected in a block, for which it says only that the block did not end."""


def read_document(path: Path) -> Document:
    """Return the mapping in a YAML file; duplicate keys and control characters are recorded as mistakes.

    Raises:
        ConfigError: the file does not exist, or cannot be read as one YAML mapping.
    """
    return document_of(text_of(path), str(path))


def document_of(text: str, file: str) -> Document:
    """Return the mapping in a YAML text; messages name ``file``.

    Raises:
        ConfigError: the text is no YAML mapping.
    """
    document = Document(file)
    root = _compose(text, file)
    document.places[()] = Place(1, 1)
    document.values = root and _value(document, root, ())
    if not isinstance(document.values, dict):
        document.note((), f"expected a mapping of keys to values, found {describe(document.values)}")
        document.refuse_mistakes()
    return document


def text_of(path: Path) -> str:
    """Return the text of the file without a byte order mark."""
    content = _content(path)
    if len(content) > LARGEST_BYTES:
        raise ConfigError(f"{path}: larger than {LARGEST_BYTES} bytes, the limit for a configuration")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _end(content[: error.start].decode("utf-8"))
        found = f"found the byte 0x{content[error.start]:02x}"
        raise _refusal(str(path), place, f"expected text in UTF-8, {found}") from error


def _content(path: Path) -> bytes:
    """Return the bytes of the file, at most one more than ``LARGEST_BYTES``."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; 'gallery init' writes one, -c chooses another") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _compose(text: str, file: str) -> yaml.Node | None:
    """Return the root node of the file, or ``None`` for an empty file."""
    if found := UNPRINTABLE.search(text):
        problem = f"YAML: the character U+{ord(found[0]):04X} is not allowed"
        raise _refusal(file, _end(text[: found.start()]), problem)
    try:
        _refuse_extras(text, file)
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        place = min(_place(error.problem_mark), _end(text))
        raise _refusal(file, place, f"YAML: {_reworded(error)}") from error


_HINTS = {
    "mapping values are not allowed": "put a text that contains ': ' in quotes",
    "expected '-'": "this line is indented differently from the entries above it",
}
"""How a parser's message begins -> what most often mends it."""


def _reworded(error: yaml.MarkedYAMLError) -> str:
    """Return the message of a parser, in the same words for both parsers."""
    problem, context = error.problem or "", error.context or ""
    for pattern, words in _REWORDED:
        problem = pattern.sub(words, problem)
    if problem == "expected block end":
        problem = f"expected {_ENDS[context]}"
    hint = "".join(f"; {hint}" for start, hint in _HINTS.items() if problem.startswith(start))
    return (f"{problem} ({context})" if context else problem) + hint


def _refuse_extras(text: str, file: str) -> None:
    """Refuse anchors, aliases, tags, too many values, too deep nesting and invalid escapes.

    This reads events and builds no values, so that a hostile file cannot exhaust memory first.
    """
    depth, values, place = 0, 0, Place(1, 1)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            values += isinstance(event, yaml.NodeEvent)
            place = _place(event.start_mark)
            if problem := _problem(event, depth, values):
                raise _refusal(file, place, f"YAML: {problem}")
    except (ValueError, OverflowError) as error:
        raise _refusal(file, place, "YAML: an escape or a number after this is out of range") from error


def _problem(event: yaml.Event, depth: int, values: int) -> str:
    """Return the reason to refuse an event, or nothing."""
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return "anchors and aliases (&name, *name) are not supported; write the value again"
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        return f"the tag {quote(tag)} is not supported; put the value in quotes to make it text"
    if values > MOST_VALUES:
        return f"more than {MOST_VALUES} keys and values, the limit for a configuration"
    return f"nested more than {DEEPEST} levels deep" if depth > DEEPEST else ""


def _refusal(file: str, place: Place, problem: str) -> ConfigError:
    return ConfigError(f"{file}:{place.line}:{place.column}: {problem}")


def _end(text: str) -> Place:
    """Return the place directly after ``text``."""
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))


def _place(mark: Any) -> Place:
    """Return the place of one of PyYAML's marks."""
    return Place(mark.line + 1, mark.column + 1)


def _value(document: Document, node: yaml.Node, location: Location) -> object:
    """Return a node as a plain value; record its places and mistakes in the document."""
    document.places[location] = _place(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(document, node, location)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, location)
    return [_value(document, item, (*location, index)) for index, item in enumerate(node.value)]


def _mapping(document: Document, node: yaml.MappingNode, location: Location) -> dict[str, object]:
    """Return a mapping whose keys are text; of a duplicate key the first value counts."""
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, place = key_node.value, _place(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            document.note_at(place, location, "expected a word as the key, found a list or a mapping")
        elif UNPRINTABLE.search(key):
            document.note_at(place, location, f"expected a plain word as the key, found {quote(key)}")
        elif key in values:
            first = document.key_places[(*location, key)].line
            document.note_at(place, location, f"duplicate key {quote(key)}; first given on line {first}")
        else:
            document.key_places[(*location, key)] = place
            values[key] = _value(document, value_node, (*location, key))
    return values


def _scalar(document: Document, node: yaml.ScalarNode, location: Location) -> object:
    """Return the value of an unquoted scalar, or the text of any other."""
    text = UNPRINTABLE.sub("", node.value)
    if text != node.value:
        document.note(location, f"control characters are not allowed, found {quote(node.value)}")
    plain = (convert(text) for pattern, convert in _SCALARS if pattern.fullmatch(text))
    return text if node.style else next(plain, text)  # no style: a plain scalar
