"""How messages quote and describe values, and suggest the nearest choice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import normalize

from yaml.reader import Reader

UNPRINTABLE = Reader.NON_PRINTABLE
"""Characters that neither YAML nor XML allows: control characters, lone surrogates, noncharacters."""
LONGEST_QUOTE = 200


def quote(text: str) -> str:
    """Return ``text`` in quotes on one line, shortened to ``LONGEST_QUOTE`` characters."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 3]}...")


def describe(value: object) -> str:
    """Return a value of the file with the name of its type, as messages show it.

    >>> describe("three"), describe(2013), describe(None), describe([1])
    ("'three' (text)", '2013 (a number)', 'nothing', 'a list')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{str(value).lower()} (a boolean)"
        case int() | float():
            return f"{value} (a number)"
        case str():
            return f"{quote(value)} (text)"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "a mapping"


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts texts as people do: without case, and by the value of numbers in them.

    >>> sorted(["b", "A10", "a9", "10", "9"], key=natural)
    ['9', '10', 'a9', 'A10', 'b']
    """
    parts = re.findall(r"\d+|\D+", normalize("NFKC", text).casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return ``; nearest: CHOICE``, or nothing if no choice is similar.

    >>> nearest("vgg61", ["squeezenet", "vgg16"])
    '; nearest: vgg16'
    """
    choices = list(choices)
    if same := next((choice for choice in choices if _form(choice) == _form(word) and choice != word), ""):
        return f"; nearest: {same!a}, which looks the same but is in another Unicode normal form"
    return "".join(f"; nearest: {choice}" for choice in get_close_matches(word, choices, n=1))


def _form(text: str) -> str:
    return normalize("NFC", text)
