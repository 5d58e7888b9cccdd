"""Files in Markdown that begin with settings in YAML between two lines of hyphens, their *front matter*."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

from pydantic import BaseModel, Field

from generator.config.document import Document, Place
from generator.config.reading import document_of, text_of
from generator.config.validation import validate
from generator.config.values import Keys, Text
from generator.config.words import UNPRINTABLE
from generator.errors import ConfigError
from generator.records import MarkdownText
from generator.records.choices import Order

K = TypeVar("K", bound=BaseModel)
FENCE = "---"


class AlbumKeys(Keys):
    """The front matter of ``index.md`` in the folder of an album."""

    title: Text = Field(
        default_factory=str, description="The title of the album; by default made from the names of folders."
    )
    cover: Text = Field(
        default_factory=str,
        description="The file name of the picture that stands for the album; by default its first.",
    )
    sort: Order = Field(
        default="listed", description="The order of its pictures; by default that of the gallery."
    )
    order: Annotated[int, Field(ge=1)] = Field(
        default_factory=int,
        description="The place of the album among the others; by default after those with a number, by name.",
    )


class OwnPageKeys(Keys):
    """The front matter of a page of the user's own."""

    title: Text = Field(
        default_factory=str, description="The title of the page; by default its first heading."
    )
    description: Text = Field(
        default_factory=str,
        description="A sentence for search engines; by default the beginning of the text.",
    )
    order: Annotated[int, Field(ge=1)] = Field(
        default_factory=int,
        description="The place of the page among the others; by default after those with a number, by name.",
    )


class Matter(NamedTuple):
    """The settings of a file, which may have mistakes, and the text after them."""

    document: Document
    text: MarkdownText


def read_matter(path: Path, kind: type[BaseModel]) -> Matter:
    """Return the settings and the text of a file; ``kind`` has the keys of the settings.

    Raises:
        ConfigError: the file cannot be read, or its front matter is no YAML mapping or does not end.
    """
    lines = text_of(path).splitlines()
    for number, line in enumerate(lines, start=1):
        if found := UNPRINTABLE.search(line):
            problem = f"the character U+{ord(found[0]):04X} is not allowed"
            raise ConfigError(f"{path}:{number}:{found.start() + 1}: {problem}")
    end = 0
    if lines[:1] and lines[0].rstrip() == FENCE:
        ends = (number for number, line in enumerate(lines[1:], start=2) if line.rstrip() == FENCE)
        end = next(ends, 0)
        if not end:
            raise ConfigError(f"{path}:1:1: the front matter that begins here has no second line '{FENCE}'")
    header = lines[: end - 1] if end else []
    is_empty = all(line.lstrip()[:1] in ("", "#") for line in header[1:])
    document = _empty(path) if is_empty else document_of("\n".join(header), str(path))
    validate(document, kind)
    body = lines[end:]
    blank = next((count for count, line in enumerate(body) if line.strip()), len(body))
    return Matter(document, MarkdownText("\n".join(body[blank:]), path, end + blank + 1))


def _empty(path: Path) -> Document:
    """Return the settings of a file without front matter."""
    return Document(str(path), {}, {(): Place(1, 1)})


def keys_of(kind: type[K], document: Document) -> K:
    """Return the settings of a document without those that have mistakes."""
    sound = {key: value for key, value in document.values.items() if not document.has_mistake(key)}
    return kind.model_validate(sound)
