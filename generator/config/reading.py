"""A YAML file -> ``Document``: plain values and their places.

Question: which YAML? PyYAML reads version 1.1, where ``no`` is false, ``1:30`` is ninety, a tag may name a
Python class and a few nested aliases may stand for a billion values. Choice: its parser, but scalars as in
version 1.2, which editors use to check the file against our schema: only ``true`` and ``false`` are booleans,
only decimal numbers are numbers, everything else is text. No tags, anchors or aliases; bounded size and
depth. Cost: each value is written wherever it is wanted, and the file is parsed twice.

Question: which of PyYAML's two parsers? The one in Python needs nothing and takes up to a minute over a
megabyte; libyaml's takes a second, and every wheel has it. Choice: libyaml's where it is there. Cost: the two
word some mistakes differently, which ``_REWORDED`` makes one.
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
MOST_VALUES = 50_000  # keys counted; a thousand pictures with all that can be said of them have half as many

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
"""What either parser says -> what we say, one after the other."""
_ENDS = {"while parsing a block mapping": "key", "while parsing a block collection": "'-' indicator"}
"""What belongs where a block does not end."""


def read_document(path: Path) -> Document:
    """Return the mapping in a YAML file; duplicate keys and control characters are noted in it.

    Raises:
        ConfigError: there is no such file, or it cannot be read as one YAML mapping.
    """
    document = Document(str(path))
    root = _compose(_text(path), document.file)
    document.places[()] = Place(1, 1)
    document.values = root and _value(document, root, ())
    if not isinstance(document.values, dict):
        document.note((), f"expected a mapping of keys to values, found {describe(document.values)}")
        document.refuse_mistakes()
    return document


def _text(path: Path) -> str:
    """Return what the file says, without its byte order mark."""
    content = _content(path)
    if len(content) > LARGEST_BYTES:
        raise ConfigError(f"{path}: larger than {LARGEST_BYTES} bytes, too much for a configuration")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _end(content[: error.start].decode("utf-8"))
        found = f"found the byte 0x{content[error.start]:02x}"
        raise _refusal(str(path), place, f"expected text in UTF-8, {found}") from error


def _content(path: Path) -> bytes:
    """Return the bytes of the file, at most one more than the bound."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; -c names another configuration") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _compose(text: str, file: str) -> yaml.Node | None:
    """Return the root of the tree of nodes, or ``None`` for an empty file."""
    if found := UNPRINTABLE.search(text):
        problem = f"YAML: the character U+{ord(found[0]):04X} is not allowed"
        raise _refusal(file, _end(text[: found.start()]), problem)
    try:
        _refuse_extras(text, file)
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        place = min(_place(error.problem_mark), _end(text))
        raise _refusal(file, place, f"YAML: {_reworded(error)}") from error


def _reworded(error: yaml.MarkedYAMLError) -> str:
    """Return what a parser has to say, in the same words whichever parser it is."""
    problem, context = error.problem or "", error.context or ""
    for pattern, words in _REWORDED:
        problem = pattern.sub(words, problem)
    if problem == "expected block end":
        problem = f"expected {_ENDS[context]}"
    return f"{problem} ({context})" if context else problem


def _refuse_extras(text: str, file: str) -> None:
    """Refuse the first anchor, alias or tag, too many values, nesting too deep, an escape of no character."""
    depth, values, place = 0, 0, Place(1, 1)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            values += isinstance(event, yaml.NodeEvent)
            place = _place(event.start_mark)
            if problem := _problem(event, depth, values):
                raise _refusal(file, place, f"YAML: {problem}")
    except (ValueError, OverflowError) as error:
        raise _refusal(file, place, "YAML: after this, an escape or a number is out of range") from error


def _problem(event: yaml.Event, depth: int, values: int) -> str:
    """Return what is to be refused about an event, or nothing."""
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return "anchors and aliases (&name, *name) are not supported; write the value again"
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        return f"the tag {quote(tag)} is not supported; quotes make a value text"
    if values > MOST_VALUES:
        return f"more than {MOST_VALUES} keys and values, too many for a configuration"
    return f"nested more than {DEEPEST} deep" if depth > DEEPEST else ""


def _refusal(file: str, place: Place, problem: str) -> ConfigError:
    return ConfigError(f"{file}:{place.line}:{place.column}: {problem}")


def _end(text: str) -> Place:
    """Return the place right after ``text``."""
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))


def _place(mark: Any) -> Place:
    """Return the place of one of PyYAML's marks."""
    return Place(mark.line + 1, mark.column + 1)


def _value(document: Document, node: yaml.Node, location: Location) -> object:
    """Return a node as a plain value, and enter its places and mistakes in the document."""
    document.places[location] = _place(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(document, node, location)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, location)
    return [_value(document, item, (*location, index)) for index, item in enumerate(node.value)]


def _mapping(document: Document, node: yaml.MappingNode, location: Location) -> dict[str, object]:
    """Return a mapping with text for keys; of a key given twice the first counts."""
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
    """Return what a scalar stands for where it is written without quotes, or its text."""
    text = UNPRINTABLE.sub("", node.value)
    if text != node.value:
        document.note(location, f"control characters are not allowed, found {quote(node.value)}")
    plain = (convert(text) for pattern, convert in _SCALARS if pattern.fullmatch(text))
    return text if node.style else next(plain, text)  # no style: a plain scalar
