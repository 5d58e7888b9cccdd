"""Links to two panels of a picture side by side, and the names of panels in them."""

from __future__ import annotations

from urllib.parse import quote

from generator import paths


def compared_name(model: str, layer: str, method: str) -> str:
    """Return the name of a panel in a comparison page, in its ids and in its address.

    >>> compared_name("vgg16", "block1_conv1:preactivation", "guided")
    'vgg16/block1_conv1-preactivation/guided'
    """
    return f"{paths.panel_anchor(model, layer)}/{method}"


def comparison_link(here: str, image: str, left: str, right: str) -> str:
    """Return the relative link to two panels of an image side by side; ``compared_name`` names them.

    >>> comparison_link("images/cat/index.html", "cat", "vgg16/pool1", "vgg16/pool1/guided")
    'compare/index.html?left=vgg16/pool1&right=vgg16/pool1/guided'
    """
    return f"{paths.link(here, paths.compare_page(image))}?left={quote(left)}&right={quote(right)}"
