"""The errors that users can cause, one class per package.

Each is a ``GalleryError`` whose text names the place, the value found and the choices. Any other exception
that reaches the user is a bug in the generator.
"""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LFS_HEAD = b"version https://git-lfs.github.com/spec/"
"""How a pointer of Git LFS begins: a text in the place of any file that was not fetched."""
LFS_POINTER = "a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it"

MOST_LINES = 20
"""The lines of the longest message; nobody reads further."""


def first_lines(lines: Iterable[str]) -> list[str]:
    """Return at most ``MOST_LINES`` lines; of more, the last says how many are left out.

    >>> first_lines(map(str, range(60)))[-2:]
    ['18', 'and 41 more']
    """
    known = list(lines)
    shown = known if len(known) <= MOST_LINES else known[: MOST_LINES - 1]
    return shown + ([f"and {len(known) - len(shown)} more"] if len(shown) < len(known) else [])


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 120


def shown(value: object) -> str:
    """Return any value on one line for a message, shortened in its middle.

    >>> shown("fire9"), len(shown("x" * 1000))
    ("'fire9'", 120)
    """
    text = _SHORT.repr(value)
    return text if isinstance(value, str) else " ".join(text.split())


class GalleryError(Exception):
    """A failure that the user can understand and fix; its text is the complete message."""


class ConfigError(GalleryError):
    """The configuration is wrong; the text lists every mistake, one per line."""


class ImageError(GalleryError):
    """A picture cannot be read."""


class NetworkError(GalleryError):
    """A network, variant or layer does not exist, or a model is not supported.

    ``key`` is the key of a model's configuration that is wrong.
    """

    def __init__(self, text: str, key: str = "name") -> None:
        super().__init__(text)
        self.key = key


class WeightsError(GalleryError):
    """Weights are missing, damaged, or do not fit their network."""


class DatasetError(GalleryError):
    """A data set or one of its shards cannot be read, or a table of one."""


class EngineError(GalleryError):
    """The engine cannot do this deconvolution."""


class SelectionError(GalleryError):
    """The layer does not have this feature."""


class FigureError(GalleryError):
    """A result cannot be drawn."""


class SiteError(GalleryError):
    """The site cannot be written to its folder, or is broken."""


class ServeError(GalleryError):
    """The site cannot be served on this port."""


class ArchiveError(GalleryError):
    """An archive of results is damaged or of another version, or cannot be written."""


class StoreError(GalleryError):
    """An entry of the store cannot be read."""


class WorkerError(GalleryError):
    """A process that was to do a part of the work has ended before it was done."""


class PublishError(GalleryError):
    """The site cannot be published; if git refused, the text ends with git's message."""


class PageError(GalleryError):
    """A template or a text has a mistake; the message names its file and line."""
