"""The files of the index by which every page of a site is searched.

Question: how is an index of thousands of features kept out of pages and of rebuilds? Options: one file; a
file for each page; a file for each subject. Choice: the first file, ``search/entries.js``, has what the site
has once, and names the others: one for each network, one for every ``PER_SHARD`` pictures. Pages name none of
them, so a picture more changes no page. A picture's title is in one file. Cost: two requests one after the
other before the first search. Why they are scripts: see ``generator.pages.search``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

from generator import paths
from generator.pages.class_pages import ShownClass
from generator.pages.groups import Groups
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.search import PER_SHARD, script
from generator.pages.search_entries import Entry, EntryGroup, network_groups, picture_group, site_groups
from generator.pages.shown_networks import ShownNetwork
from generator.records import MarkdownText, OwnPage, ShownPicture


def search_files(
    renderer: PageRenderer,
    pictures: Sequence[ShownPicture],
    networks: Sequence[tuple[ShownNetwork, Sequence[ShownClass]]],
    groups: Groups,
    album_texts: Mapping[str, MarkdownText],
    pages: Sequence[OwnPage],
) -> Iterator[UnrenderedPage]:
    """Yield the files of the index.

    Args:
        renderer: prepares the files.
        pictures: the listed pictures, in the order of the gallery.
        networks: each network with its classes.
        groups: the albums and the tags.
        album_texts: the text of each album, by its slug.
        pages: the pages of the user's own.
    """
    parts = {
        f"models/{network.view.spec.slug}": list(network_groups(network, classes))
        for network, classes in networks
    }
    for number, start in zip(count(1), range(0, len(pictures), PER_SHARD), strict=False):
        parts[f"pictures/{number}"] = [picture_group(pictures[start : start + PER_SHARD], groups.albums)]
    lone = list(site_groups(groups, album_texts, pages, pictures))
    for path, text in entry_texts(lone, parts).items():
        # Made at once: hashing a text is quicker than hashing thousands of entries
        yield renderer.untemplated(path, partial(str, text), text)


def entry_texts(lone: Sequence[EntryGroup], parts: Mapping[str, Sequence[EntryGroup]]) -> dict[str, str]:
    """Return path -> content of the file of the ``lone`` groups, which names the others, and of each part."""
    named = {name: {"groups": _groups(groups)} for name, groups in parts.items()}
    content = {"": {"files": list(parts), "groups": _groups(lone)}} | named
    return {
        paths.search_entries(name): f"galleryEntries({script(name)},{script(one)});\n"
        for name, one in content.items()
    }


def _groups(groups: Sequence[EntryGroup]) -> list[dict[str, Any]]:
    return [_group(one) for one in groups if one.entries]


def _group(group: EntryGroup) -> dict[str, Any]:
    """Return a group; ``shared`` is how all names, all links and all pictures begin."""
    columns = zip(*((one.name, one.link, one.picture) for one in group.entries), strict=True)
    shared = [_beginning(column) for column in columns]
    rows = [_row(one, [len(beginning) for beginning in shared]) for one in group.entries]
    facts = {"kind": group.kind, "note": group.note, "ratio": group.ratio, "shared": shared, "entries": rows}
    return {name: fact for name, fact in facts.items() if fact}


def _beginning(texts: Sequence[str]) -> str:
    """Return how all texts begin.

    >>> _beginning(["fire9/7", "fire9/71"]), _beginning(["fire9", "pool1"])
    ('fire9/7', '')
    """
    first, last = min(texts), max(texts)
    differ = (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differ, len(first))]


def _row(entry: Entry, cut: Sequence[int]) -> list[str]:
    """Return an entry as a list without its shared beginnings and without empty texts at its end."""
    columns = zip((entry.name, entry.link, entry.picture), cut, strict=True)
    row = [*(text[length:] for text, length in columns), entry.note, *entry.texts]
    while row and not row[-1]:
        row.pop()
    return row
