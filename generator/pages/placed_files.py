"""What files of the user's own are in a text: pictures, tables in CSV and values in JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from generator.errors import PageError, shown
from generator.records import OwnFile
from generator.records.choices import OWN_PICTURES, TABLE, VALUES

_NUMBER = re.compile(r"[+\N{MINUS SIGN}\N{PLUS-MINUS SIGN}<>\N{ALMOST EQUAL TO}-]?\s?[0-9.]")
_NOTHING = ("", "-", "\N{EN DASH}", "\N{EM DASH}")


class Table(NamedTuple):
    """A table: its header, its rows, and which of its columns have numbers alone."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    are_numbers: Sequence[bool]


def kind_of(file: OwnFile) -> str:
    """Return how a file is placed: the suffix of a table or of values, or nothing for a picture.

    Raises:
        PageError: it cannot be placed.
    """
    suffix = PurePosixPath(file.path).suffix
    if file.fault:
        raise PageError(f"{file.file.name}: {file.fault}")
    if suffix not in (*OWN_PICTURES, TABLE, VALUES):
        known = ", ".join(OWN_PICTURES)
        raise PageError(
            f"{file.file.name}: expected a picture that browsers show ({known}), "
            f"a table ({TABLE}) or a value ({VALUES})"
        )
    return "" if suffix in OWN_PICTURES else suffix


def table_of(file: OwnFile) -> Table:
    """Return the table of a CSV file; its first row is the header.

    Raises:
        PageError: it has no rows, or rows of different lengths.
    """
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(file.text, newline=""), strict=True) if row]
    except (csv.Error, ValueError) as error:
        raise PageError(f"{file.file.name}: expected a table with a header, in CSV ({error})") from error
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise PageError(f"{file.file.name}: row {number} has {len(row)} cells, the header {len(header)}")
    columns = [[row[place] for row in rows] for place in range(len(header))]
    return Table(header, rows, [_are_numbers(column) for column in columns])


def _are_numbers(cells: Sequence[str]) -> bool:
    return any(map(_NUMBER.match, cells)) and all(cell in _NOTHING or _NUMBER.match(cell) for cell in cells)


def value_of(file: OwnFile, name: str) -> str:
    """Return one value of a JSON file; ``name`` has the keys and places that lead to it, between slashes.

    Raises:
        PageError: there is no such value, or it is more than a text or a number.
    """
    try:
        found = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        raise PageError(f"{file.file.name}: expected JSON ({error})") from error
    for part in filter(None, name.split("/")):
        known = dict(_entries(found))
        if part not in known:
            raise PageError(
                f"{file.file.name}: no value {part!r} on the way to {name!r}; there: {_some(known)}"
            )
        found = known[part]
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise PageError(f"{file.file.name}: expected a text or a number at {name!r}, found {shown(found)}")
    return str(found)


def _entries(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(place), entry) for place, entry in enumerate(value))


def _some(known: dict[str, object]) -> str:
    names = list(known)
    return ", ".join(names[:12]) + (", ..." if names[12:] else "") or "nothing"
