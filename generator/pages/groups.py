"""The groups of pictures that have pages of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from generator.pages.album_pages import ShownAlbum
from generator.pages.tag_pages import ShownTag


class Groups(NamedTuple):
    """The albums and the tags of a gallery."""

    albums: Sequence[ShownAlbum]
    tags: Sequence[ShownTag]
