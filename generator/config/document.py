"""The values of a configuration file, with the place of each value and the mistakes found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from generator.config.words import quote
from generator.errors import ConfigError, first_lines

Location = tuple[str | int, ...]
"""The path of keys and indexes from the top of the file to a value: ``("models", 1, "layers")``."""


class Place(NamedTuple):
    """A line and a column of the file, both counted from 1."""

    line: int
    column: int


COMMAND_LINE = Place(0, 0)
"""The place of a value that an option of the command line gave; it sorts before every place in the file."""

MOST_MISTAKES = 50


class Mistake(NamedTuple):
    """One mistake: its place, the label of the value or option, and the text of the message."""

    place: Place
    label: str
    text: str


@dataclass
class Document:
    """The values of one file, and the mistakes recorded so far.

    ``places`` maps a location to the place of its value, ``key_places`` to the place of its key. ``options``
    maps a location to the command-line flag that set the values there and below. After ``MOST_MISTAKES``
    mistakes validation stops: nobody reads further, and each mistake costs a search for the nearest name.
    """

    file: str
    values: Any = None
    places: dict[Location, Place] = field(default_factory=dict)
    key_places: dict[Location, Place] = field(default_factory=dict)
    options: dict[Location, str] = field(default_factory=dict)
    _mistakes: list[Mistake] = field(default_factory=list)
    _mistaken: set[Location] = field(default_factory=set)

    def override(self, location: Location, value: object, option: str) -> None:
        """Set the value at ``location`` to the one that a command-line ``option`` gave."""
        *above, last = location
        self.value(tuple(above))[last] = value
        self.options[location] = option
        self.places[location] = self.key_places[location] = COMMAND_LINE
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            self.places[*location, key] = self.key_places[*location, key] = COMMAND_LINE

    def value(self, location: Location) -> Any:
        """Return the value at a location, which must exist in the file."""
        value = self.values
        for step in location:
            value = value[step]
        return value

    def known(self, location: Location) -> Location:
        """Return ``location`` without the steps that do not exist in this file."""
        found: Location = ()
        for step in location:
            found = (*found, step) if (*found, step) in self.places else found
        return found

    def note(self, location: Location, text: str) -> None:
        """Record a mistake of the value at ``location``; a missing value has the place of its parent."""
        self.note_at(self.places[self.known(location)], location, text)

    def note_key(self, location: Location, text: str) -> None:
        """Record a mistake of the key at ``location``, not of its value."""
        self.note_at(self.key_places[location], location[:-1], text)
        self._mistaken.add(location)

    def note_at(self, place: Place, location: Location, text: str) -> None:
        """Record a mistake at ``place`` that concerns the value at ``location``.

        Raises:
            ConfigError: this is mistake number ``MOST_MISTAKES``.
        """
        label = self._option(location) if place == COMMAND_LINE else _label(location)
        self._mistakes.append(Mistake(place, label, text))
        self._mistaken.update(location[:length] for length in range(len(location) + 1))
        if len(self._mistakes) == MOST_MISTAKES:
            self.refuse_mistakes()

    def has_mistake(self, *location: str | int) -> bool:
        """Return whether a mistake was recorded at ``location`` or below it."""
        return location in self._mistaken

    def refuse_mistakes(self) -> None:
        """Raise a ``ConfigError`` if there are mistakes: a line for each of the first, sorted by place."""
        if self._mistakes:
            ordered = sorted(self._mistakes, key=lambda mistake: mistake.place)
            lines = [self._line(mistake) for mistake in ordered]
            shown = first_lines(lines)
            if len(lines) == MOST_MISTAKES:
                shown[-1] += f"; stopped after {MOST_MISTAKES} mistakes"
            raise ConfigError("\n".join(shown))

    def _option(self, location: Location) -> str:
        """Return the flag that set the value at a location or the nearest value above it."""
        lengths = range(len(location), 0, -1)
        return next((self.options[location[:end]] for end in lengths if location[:end] in self.options), "")

    def _line(self, mistake: Mistake) -> str:
        """Return ``file:line:column: label: text``, without the place for an option of the command line."""
        place, label, text = mistake
        origin = "" if place == COMMAND_LINE else f"{self.file}:{place.line}:{place.column}"
        return ": ".join(filter(None, (origin, label, text)))


def _label(location: Location) -> str:
    """Return a location as ``models[1].layers``; an item of a nested list has the label of its list."""
    steps = location[:-1] if len(location) > 2 and isinstance(location[-1], int) else location
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_plain(step)}" for step in steps).lstrip(".")


def _plain(key: str) -> str:
    """Return a key unchanged, or in quotes if it is not a plain word."""
    return key if key.isidentifier() and len(key) < 30 else quote(key)
