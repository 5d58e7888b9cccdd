"""The Jinja2 environment: strict, escaping, with the few functions that templates may call.

A file in the user's folder of templates replaces the project's file of the same name. The project's own is
still there as ``!base.html``, so that the user's ``base.html`` can extend it.
"""

from __future__ import annotations

import re
import traceback
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from generator import paths
from generator.errors import PageError
from generator.pages.comparison_links import compared_name, comparison_link
from generator.pages.formats import figure_number, markdown_text, percent, score, thousands
from generator.pages.method_texts import METHOD_TEXTS
from generator.paths import TEMPLATES
from generator.records import Output, Prediction

TEMPLATE_SUFFIXES = (".html", ".xml", ".txt")
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that desktops leave in folders; they are no assets."""
RENAMED = {
    "exhibit": "picture",
    "exhibits": "pictures",
    "pages": "page_count",
    "known": "shown",
    "guess": "prediction",
    "appearances": "pictures",
    "sightings": "single_panels",
    "glimpses": "other_pictures",
    "weaker": "omitted",
    "pictures": "picture_count",
    "pair_width_px": "view_width_px",
    "pair_height_px": "view_height_px",
}
"""Variables and attributes of earlier versions -> their names now."""
FUNCTIONS = (
    paths.address,
    paths.album_page,
    paths.card_path,
    paths.compare_page,
    compared_name,
    comparison_link,
    paths.example_link,
    paths.examples_path,
    paths.feature_page,
    paths.figure_path,
    paths.gallery_page,
    paths.image_page,
    paths.layer_page,
    paths.link,
    paths.network_page,
    paths.pair_anchor,
    paths.pair_link,
    paths.panel_anchor,
    paths.panel_path,
    paths.picture_path,
    paths.result_path,
    paths.seen_inset_path,
    paths.seen_path,
    paths.sized_thumbnail_path,
    paths.tag_page,
    paths.thumbnail_path,
    paths.view_anchor,
    paths.view_link,
)


def make_environment(templates: Path | None) -> Environment:
    """Return the environment that renders all templates; a variable without a value is an error."""
    own = FileSystemLoader(TEMPLATES)
    users = [FileSystemLoader(templates)] if templates else []
    environment = Environment(
        loader=ChoiceLoader([*users, own, PrefixLoader({"": own}, delimiter="!")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update({function.__name__: function for function in FUNCTIONS})
    environment.globals.update(
        about_page=paths.ABOUT,
        embed_page=paths.EMBED,
        feed_path=paths.FEED,
        manifest_path=paths.MANIFEST,
        tags_page=paths.TAGS,
        class_page=class_page,
        method_texts=METHOD_TEXTS,
    )
    environment.filters.update(
        csp_hash=csp_hash,
        markdown_text=markdown_text,
        number=figure_number,
        percent=percent,
        score=score,
        thousands=thousands,
    )
    return environment


def check_templates(templates: Path | None) -> None:
    """Parse a user's templates, so that a mistake is found before anything is computed.

    Raises:
        PageError: a template cannot be parsed; the text names its file and line.
    """
    environment = make_environment(templates)
    for path in sorted(templates.rglob("*")) if templates else ():
        name = path.relative_to(templates).as_posix() if templates else ""
        if path.is_file() and path.suffix in TEMPLATE_SUFFIXES and not name.startswith("assets/"):
            _refuse_encoding(path)
            with reported():
                environment.get_template(name)


def _refuse_encoding(path: Path) -> None:
    """Refuse a template that is not in UTF-8."""
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"found the byte 0x{error.object[error.start]:02x}"
        raise PageError(f"{path}:{line}: expected text in UTF-8, {found}") from error


@contextmanager
def reported() -> Iterator[None]:
    """Turn any error raised by a template into a ``PageError`` that names its file and line."""
    try:
        yield
    except Exception as error:
        place = _place(error)
        if not place:
            raise
        raise PageError(f"{place}: {error}{_renamed(error)}") from error


def _renamed(error: Exception) -> str:
    """Return what a name without a value is called now, if it was renamed."""
    words = re.findall("'([^']+)'", str(error)) if isinstance(error, UndefinedError) else []
    now = RENAMED.get(words[-1]) if words else None
    return f"; it is now called {now!r}" if now else ""


def assets(templates: Path | None) -> Iterator[Output]:
    """Yield the static files; a user's replace the project's of the same name."""
    found: dict[str, Path] = {}
    for folder in (TEMPLATES, *([templates] if templates else [])):
        paths = (
            path for path in (folder / "assets").rglob("*") if path.is_file() and path.name not in LITTER
        )
        found |= {path.relative_to(folder).as_posix(): path for path in paths}
    for name in sorted(found):
        yield Output(name, found[name].read_bytes())


def _place(error: Exception) -> str | None:
    """Return ``file:line`` of the template that raised an error, ``None`` if no template did."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename.endswith(TEMPLATE_SUFFIXES)
    ]
    if lines:
        return lines[-1]
    return str(error.name) if isinstance(error, TemplateNotFound) else None


def class_page(model: str, guess: Prediction) -> str:
    """Return the path of the page of a predicted class."""
    return paths.class_page(model, guess.wnid or guess.label)


def csp_hash(text: str) -> str:
    """Return the source expression with which a Content Security Policy allows one inline style.

    >>> csp_hash("p{}")[:19]
    'sha256-gG2yISYereRM'
    """
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
