"""Metadata in the head of a page: the picture to share it with, and JSON-LD."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from markupsafe import Markup

from generator import paths
from generator.pages.page_records import PageConfig
from generator.records import ShownPicture


class Card(NamedTuple):
    """The picture that represents a page where it is shared: absolute address and alternative text."""

    address: str
    alt: str


def card(config: PageConfig, picture: ShownPicture) -> Card | None:
    """Return the card of a picture, for a page about it; ``None`` if the site has no address."""
    if not config.base_url:
        return None
    alt = picture.image.alt or picture.image.title
    alt += "" if alt.endswith((".", "!", "?", "…")) else "."
    path = paths.card_path(picture.image.slug)
    return Card(paths.address(config.base_url, path), f"{alt} Beside it, what a network responds to in it.")


def structured(config: PageConfig, picture: ShownPicture) -> Markup:
    """Return a picture with its author and licence as JSON-LD of type ``ImageObject``."""
    image, credit = picture.image, picture.image.credit
    author = {"@type": "Person", "name": credit.author} if credit.author else None
    facts = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "name": image.title,
        "description": image.alt,
        "contentUrl": _reference(config, picture, paths.picture_path(image.slug)),
        "thumbnailUrl": _reference(config, picture, paths.thumbnail_path(image.slug)),
        "width": picture.width_px,
        "height": picture.height_px,
        "keywords": list(image.tags),
        "creator": author,
        "creditText": credit.author,
        "license": credit.licence_url,
        "acquireLicensePage": credit.source_url,
    }
    return json_script({name: fact for name, fact in facts.items() if fact})


def structured_page(config: PageConfig, kind: str, path: str, name: str, description: str = "") -> Markup:
    """Return a page of the gallery as JSON-LD; ``kind`` is a type of schema.org."""
    home = {"@type": "WebSite", "name": config.title, "url": config.base_url}
    facts = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": name,
        "description": description,
        "url": paths.address(config.base_url, path) if config.base_url else "",
        "isPartOf": {key: fact for key, fact in home.items() if fact},
    }
    return json_script({key: fact for key, fact in facts.items() if fact})


def json_script(content: dict[str, Any]) -> Markup:
    r"""Return JSON that is safe inside a script element: no character in it can end the element.

    >>> print(json_script({"name": "</script>"}))
    {"name": "\u003c/script\u003e"}
    """
    text = json.dumps(content, ensure_ascii=False)
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
    return Markup("".join(escapes.get(character, character) for character in text))  # noqa: S704


def _reference(config: PageConfig, picture: ShownPicture, path: str) -> str:
    """Return an absolute address, or a link from the picture's page if the site has no address."""
    if config.base_url:
        return paths.address(config.base_url, path)
    return paths.link(paths.image_page(picture.image.slug), path)
