"""A file of plain values that knows where each of them stands and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from generator.config.words import quote
from generator.errors import ConfigError

Location = tuple[str | int, ...]
"""The keys and indexes that lead from the top of the file to a value."""


class Place(NamedTuple):
    """Where something stands in the file, counted from 1."""

    line: int
    column: int


COMMAND_LINE = Place(0, 0)
MOST_MISTAKES = 50


class Mistake(NamedTuple):
    """One thing wrong: where it stands, what it is called, what is to be said."""

    place: Place
    label: str
    text: str


@dataclass
class Document:
    """The values of one file, and the mistakes noted so far.

    ``places`` and ``key_places`` tell where the value and the key at a location stand; ``options`` are the
    flags of the command line that gave the values at a location and below it. Once there are
    ``MOST_MISTAKES``, no more are looked for: nobody reads on, and each takes a search for what is nearest.
    """

    file: str
    values: Any = None
    places: dict[Location, Place] = field(default_factory=dict)
    key_places: dict[Location, Place] = field(default_factory=dict)
    options: dict[Location, str] = field(default_factory=dict)
    _mistakes: list[Mistake] = field(default_factory=list)
    _spoilt: set[Location] = field(default_factory=set)

    def override(self, location: Location, value: object, option: str) -> None:
        """Let the command line's ``value`` take the place of what the file says, or of nothing."""
        *above, last = location
        self.value(tuple(above))[last] = value
        self.options[location] = option
        self.places[location] = self.key_places[location] = COMMAND_LINE
        for key in value if isinstance(value, dict) else ():
            self.places[*location, key] = self.key_places[*location, key] = COMMAND_LINE

    def value(self, location: Location) -> Any:
        """Return the value at a location that the file has."""
        value = self.values
        for step in location:
            value = value[step]
        return value

    def known(self, location: Location) -> Location:
        """Return ``location`` without the steps that lead nowhere in this file."""
        found: Location = ()
        for step in location:
            found = (*found, step) if (*found, step) in self.places else found
        return found

    def note(self, location: Location, text: str) -> None:
        """Note a mistake of the value at ``location``; a value that is missing stands where it belongs."""
        self.note_at(self.places[self.known(location)], location, text)

    def note_key(self, location: Location, text: str) -> None:
        """Note a mistake of the key, not the value, at ``location``."""
        self.note_at(self.key_places[location], location[:-1], text)
        self._spoilt.add(location)

    def note_at(self, place: Place, location: Location, text: str) -> None:
        """Note a mistake that stands at ``place`` and belongs to ``location``.

        Raises:
            ConfigError: there are too many to go on.
        """
        label = self._option(location) if place == COMMAND_LINE else _label(location)
        self._mistakes.append(Mistake(place, label, text))
        self._spoilt.update(location[:length] for length in range(len(location) + 1))
        if len(self._mistakes) == MOST_MISTAKES:
            self.refuse_mistakes()

    def spoilt(self, *location: str | int) -> bool:
        """Return whether a mistake was noted at ``location`` or below it."""
        return location in self._spoilt

    def refuse_mistakes(self) -> None:
        """Raise one ``ConfigError`` with a line for each mistake, by place, if there are any."""
        if self._mistakes:
            ordered = sorted(self._mistakes, key=lambda mistake: mistake.place)
            lines = [self._line(mistake) for mistake in ordered]
            if len(lines) == MOST_MISTAKES:
                lines.append(f"{self.file}: that is {MOST_MISTAKES} mistakes; there may be more")
            raise ConfigError("\n".join(lines))

    def _option(self, location: Location) -> str:
        """Return the flag that gave the value at a location, or what is above it."""
        lengths = range(len(location), 0, -1)
        return next((self.options[location[:end]] for end in lengths if location[:end] in self.options), "")

    def _line(self, mistake: Mistake) -> str:
        """Return ``file:line:column: label: text``; the command line has neither file nor line."""
        place, label, text = mistake
        origin = "" if place == COMMAND_LINE else f"{self.file}:{place.line}:{place.column}"
        return ": ".join(filter(None, (origin, label, text)))


def _label(location: Location) -> str:
    """Return ``models[1].layers``; a word of a list is named by its list."""
    steps = location[:-1] if len(location) > 2 and isinstance(location[-1], int) else location
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_plain(step)}" for step in steps).lstrip(".")


def _plain(key: str) -> str:
    """Return a key as it is, or in quotes where it is no plain word."""
    return key if key.isidentifier() and len(key) < 30 else quote(key)
