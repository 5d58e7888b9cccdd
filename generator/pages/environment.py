"""The Jinja2 environment: strict, escaped, and the few functions that templates may call."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator import site_paths
from generator.pages.formats import percent

TEMPLATES = Path(__file__).parents[2] / "templates"
FUNCTIONS = (
    site_paths.address,
    site_paths.figure_path,
    site_paths.image_page,
    site_paths.link,
    site_paths.panel_anchor,
    site_paths.panel_path,
    site_paths.picture_path,
    site_paths.result_path,
    site_paths.thumbnail_path,
    site_paths.view_anchor,
)


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
    environment.globals.update({function.__name__: function for function in FUNCTIONS})
    environment.filters.update(percent=percent, csp_hash=csp_hash)
    return environment


def csp_hash(text: str) -> str:
    """Return the source by which a Content Security Policy allows one inline style.

    >>> csp_hash("p{}")[:19]
    'sha256-gG2yISYereRM'
    """
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
