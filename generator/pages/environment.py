"""The Jinja2 environment: strict, escaped, and the few functions that templates may call."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator import site_paths
from generator.pages import formats

TEMPLATES = Path(__file__).parents[2] / "templates"
_PATHS = ("figure_path", "image_page", "panel_anchor", "panel_path", "picture_path", "result_path")
_MORE_PATHS = ("thumbnail_path", "view_anchor", "address", "link")


def make_environment(templates: Path) -> Environment:
    """Return the environment in which all templates are rendered; a name without a value is an error."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update({name: getattr(site_paths, name) for name in (*_PATHS, *_MORE_PATHS)})
    environment.filters.update(percent=formats.percent, number=formats.number, csp_hash=csp_hash)
    return environment


def csp_hash(text: str) -> str:
    """Return the source by which a Content Security Policy allows one inline style.

    >>> csp_hash("p{}")[:19]
    'sha256-gG2yISYereRM'
    """
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
