"""What a page's head says to machines: the picture to share it by, and facts as JSON-LD."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from markupsafe import Markup

from generator import paths
from generator.pages.page_records import PageConfig
from generator.records import ShownPicture


class Card(NamedTuple):
    """The picture that stands for a page where it is shared: its absolute address, and what it shows."""

    address: str
    alt: str


def card(config: PageConfig, picture: ShownPicture) -> Card | None:
    """Return the picture by which a page about a picture is shared; it needs the site's address."""
    if not config.base_url:
        return None
    alt = picture.image.alt or picture.image.title
    path = paths.card_path(picture.image.slug)
    return Card(paths.address(config.base_url, path), f"{alt} Beside it, what a network responds to in it.")


def structured(config: PageConfig, picture: ShownPicture) -> Markup:
    """Return a picture with its author and licence, as the JSON-LD of an ``ImageObject``."""
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


def json_script(content: dict[str, Any]) -> Markup:
    r"""Return JSON that may stand in a script element: no character in it can end the element.

    >>> print(json_script({"name": "</script>"}))
    {"name": "\u003c/script\u003e"}
    """
    text = json.dumps(content, ensure_ascii=False)
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
    return Markup("".join(escapes.get(character, character) for character in text))  # noqa: S704


def _reference(config: PageConfig, picture: ShownPicture, path: str) -> str:
    """Return an address, or a link from the picture's page where the site has none."""
    if config.base_url:
        return paths.address(config.base_url, path)
    return paths.link(paths.image_page(picture.image.slug), path)
