"""Slugs: lower-case ASCII names that are safe in addresses and file names.

Question: how are two pictures of one name told apart? Options: numbers in the order of the list; the folders
in every address; the folders in the addresses of equal names. Choice: the last, and a short digest of the
path if the folders are equal too. Two hyphens follow each folder, which no name alone has, so a file that is
added later never takes the address of another. Cost: the first time that a name appears twice, the picture
that had it alone gets another address.

Question: which library transliterates? Options: ``Unidecode`` (GPL), ``text-unidecode`` (not maintained),
``python-slugify`` (needs one of these), ``anyascii`` (ISC, maintained, one table, no dependencies). Choice:
the last. Cost: a new version of its table may move addresses; the lock names one, and a test its output.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import count
from pathlib import PurePath
from unicodedata import combining, normalize

from anyascii import anyascii

from generator.names import fault_of_file

LONGEST = 80
_FORMER_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""The suffixes that made a file of a folder a picture in version 0.1.0."""
PICTURE, MODEL, TAG = "picture", "model", "tag"
"""The slugs of names in which nothing can be transliterated."""
_DIGEST_LENGTHS = (8, 16, 32, 64)


def slugify(text: str, otherwise: str = PICTURE) -> str:
    """Return ``text`` in Latin letters as a slug, or ``otherwise`` if nothing remains.

    The text is composed first, because file systems decompose: both forms give one slug.

    >>> slugify("Crème brûlée_2"), slugify("猫"), slugify("Straße"), slugify("-")
    ('creme-brulee-2', 'mao', 'strasse', 'picture')
    """
    return _dashed(anyascii(normalize("NFC", text))) or otherwise


def picture_slugs(paths: Collection[PurePath], taken: Collection[str]) -> dict[PurePath, str]:
    """Return the slug of each picture, from its path relative to the configuration; see ``path_slugs``.

    ``taken`` are slugs that the configuration gives.

    >>> slugs = picture_slugs([PurePath("a/cat.jpg"), PurePath("b/cat.jpg"), PurePath("b/dog.jpg")], ())
    >>> list(slugs.values())
    ['a--cat', 'b--cat', 'dog']
    """
    return path_slugs({path: slugify(path.stem) for path in paths}, taken)


def path_slugs(plain: Mapping[PurePath, str], taken: Collection[str] = ()) -> dict[PurePath, str]:
    """Return the slug of each path, if possible that of its name in ``plain``.

    A name that no other path has is the slug. Equal names get their folders, and a digest of their path if
    these do not help. The order does not matter.
    """
    paths = plain.keys()
    qualified = {path: _qualified(path, plain[path]) for path in paths}
    names, whole = Counter(plain.values()), Counter(qualified.values())
    composed = Counter(normalize("NFC", path.as_posix()) for path in paths)
    slugs = {}
    for path in paths:
        own = plain[path] == qualified[path]
        if _is_free(plain[path], names[plain[path]] - 1, taken):
            slugs[path] = plain[path]
        elif _is_free(qualified[path], whole[qualified[path]] - 1 + names[qualified[path]] - own, taken):
            slugs[path] = qualified[path]
        else:
            text = normalize("NFC", path.as_posix())
            digested = text if composed[text] == 1 else path.as_posix()  # both forms lie in one folder
            slugs[path] = _digested(digested, plain[path], {*taken, *names, *whole})
    return slugs


def former_slugs(pictures: Mapping[PurePath, str], listed: Collection[PurePath] = ()) -> dict[PurePath, str]:
    """Return the slug that each picture had by the rule of version 0.1.0, in the order of the configuration.

    A picture that version 0.1.0 passed over, because its suffix was unknown, has none and takes none.

    Args:
        pictures: path -> the slug in the configuration, or nothing.
        listed: the pictures with an entry of their own, which were read whatever their suffix.

    >>> list(former_slugs({PurePath("a/猫.jpg"): "", PurePath("b/犬.jpg"): ""}).values())
    ['picture', 'picture-2']
    """
    taken, slugs = {slug for slug in pictures.values() if slug}, {}
    for path, given in pictures.items():
        if path.suffix.lower() not in _FORMER_SUFFIXES and path not in listed:
            continue
        letters = "".join(letter for letter in normalize("NFKD", path.stem) if not combining(letter))
        slugs[path] = given or _numbered(_dashed(letters) or PICTURE, taken)
        taken.add(slugs[path])
    return slugs


def tag_slugs(tags: Collection[str]) -> dict[str, str]:
    """Return the slug of each tag; tags of equal slugs get a digest of the tag, whatever their order.

    >>> tag_slugs(["garden bird", "C", "C++"])
    {'garden bird': 'garden-bird', 'C': 'c-6b23c0d5', 'C++': 'c-f1deb75f'}
    """
    plain = {tag: slugify(tag, TAG) for tag in tags}
    counts = Counter(plain.values())
    return {
        tag: slug if _is_free(slug, counts[slug] - 1, ()) else _digested(tag, slug, counts.keys())
        for tag, slug in plain.items()
    }


def _is_free(slug: str, others: int, taken: Collection[str]) -> bool:
    """Return whether a picture can have a slug that so many others could have."""
    return not others and len(slug) <= LONGEST and slug not in taken and not fault_of_file(slug)


def _qualified(path: PurePath, name: str) -> str:
    """Return a name after the folders of its path."""
    folders = (slugify(part, "") for part in path.parts[:-1])
    return "--".join((*filter(None, folders), name))


def _digested(path: str, name: str, taken: Collection[str]) -> str:
    """Return a name with a digest of the path, as short as possible."""
    digest = sha256(path.encode("utf-8", "surrogatepass")).hexdigest()
    slugs = (f"{name[: LONGEST - length - 1].rstrip('-')}-{digest[:length]}" for length in _DIGEST_LENGTHS)
    return next(slug for slug in slugs if slug not in taken)


def _dashed(letters: str) -> str:
    """Return the letters and digits of a text with hyphens between its words."""
    return re.sub("[^a-z0-9]+", "-", letters.lower()).strip("-")[:LONGEST].rstrip("-")


def _numbered(slug: str, taken: Collection[str]) -> str:
    """Return ``slug``, or the first of ``slug-2``, ``slug-3``, ... that is not taken."""
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
