"""Slugs: lower-case ASCII names that are safe in addresses and file names."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from itertools import count
from unicodedata import combining, normalize

LONGEST = 80


def slugify(text: str) -> str:
    """Return ``text`` as a slug without accents, or ``picture`` if nothing remains.

    >>> slugify("Crème brûlée_2"), slugify("猫")
    ('creme-brulee-2', 'picture')
    """
    letters = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return re.sub("[^a-z0-9]+", "-", letters.lower()).strip("-")[:LONGEST].rstrip("-") or "picture"


def distinct(slug: str, taken: Collection[str]) -> str:
    """Return ``slug``, or the first of ``slug-2``, ``slug-3``, ... that is not taken.

    >>> distinct("cat", {"cat", "cat-2"})
    'cat-3'
    """
    numbered = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)


def repeats(names: Iterable[tuple[int, Hashable]]) -> Iterator[tuple[int, int]]:
    """Yield the index of each repeated name and the index of its first occurrence.

    >>> list(repeats([(0, "cat"), (1, "dog"), (2, "cat")]))
    [(2, 0)]
    """
    first: dict[Hashable, int] = {}
    for index, name in names:
        if first.setdefault(name, index) != index:
            yield index, first[name]
