"""One feature as SVG: its views side by side, with its label, the bar of its strength, and its limit.

The views are ``map``, the picture in colour inside the contour at half the peak and faded outside; the
``reconstruction``; and ``seen``, the picture through its reconstruction. Panels, single figures and notebooks
draw each feature by this module, and pages show what it has drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from svgwrite.base import Title
from svgwrite.container import Group, Hyperlink, Use
from svgwrite.image import Image
from svgwrite.masking import Mask
from svgwrite.path import Path
from svgwrite.shapes import Rect
from svgwrite.text import Text

from generator.figures import words
from generator.figures.layout import BASELINE_PX, Box, PairBoxes, label_characters
from generator.records import LayerInfo, LayerTiles, Tile

UNCHECKED = {"debug": False}  # svgwrite's checks accept SVG 1.1 only


@dataclass(frozen=True)
class Pair:
    """One feature: its layer, the layer's tiles, its place in them, and the address its label links to."""

    layer: LayerInfo
    tiles: LayerTiles
    place: int
    link: str = ""


@dataclass(frozen=True)
class Picture:
    """What the network saw, defined once in a figure: its id, and how every view is drawn.

    ``crisp`` are the attributes of a picture that is drawn pixelated, none for others. ``clip`` is the
    address of the part that is photograph, empty if all of it is.
    """

    identity: str
    crisp: Mapping[str, str]
    clip: str = ""


def draw_pair(identity: str, picture: Picture, pair: Pair, views: Sequence[str], boxes: PairBoxes) -> Group:
    """Draw one feature.

    Args:
        identity: the id of its group; other ids start with it.
        picture: what the network saw.
        pair: the feature.
        views: what is drawn of it, in the order of ``boxes.views``.
        boxes: where everything lies.
    """
    tiles, place = pair.tiles, pair.place
    tile = tiles.tiles[place]
    group = titled(identity, f"{pair.layer.name}, {words.feature(tiles, place)}")
    for view, box in zip(views, boxes.views, strict=True):
        drawn = _view(view, identity, picture, pair, box)
        if picture.clip:
            drawn["clip-path"] = picture.clip
        group.add(drawn)
    group.add(rect(boxes.frame, class_="frame"))
    group.add(rect(boxes.bar, class_="track"))
    group.add(rect(_share(boxes.bar, tiles.strengths, place), class_="bar"))
    label = text(words.label(tiles, place, label_characters(boxes.label)), boxes.label, "label")
    group.add(_linked(label, pair.link) if pair.link else label)
    group.add(text(words.strength(tiles.strengths[place]), boxes.strength, "soft"))
    group.add(text(words.limits(tile.black, tile.white), boxes.limit, "soft"))
    return group


def titled(identity: str, title: str) -> Group:
    """Return the empty group of a pair, with what the pointer shows of it."""
    group = Group(id=identity, class_="pair", **UNCHECKED)
    group.add(Title(title))
    return group


def _view(view: str, identity: str, picture: Picture, pair: Pair, box: Box) -> Group | Image:
    """Return one view of a feature."""
    tile = pair.tiles.tiles[pair.place]
    match view:
        case "reconstruction":
            return image(tile.reconstruction_uri, box, **picture.crisp)
        case "map":
            return _map(picture.identity, tile, pair.tiles.units, box)
        case _:
            return _seen(identity, picture, tile, box)


def _map(picture: str, tile: Tile, units: tuple[int, ...], box: Box) -> Group:
    """Return the picture and, if there is an activation map, the veil over what is less active."""
    group = Group(**UNCHECKED)
    group.add(used(picture, box))
    if units:
        group.add(_veil(tile.contour, (units[0], units[1]), box))
    return group


def _veil(contour: str, units: tuple[int, int], box: Box) -> Group:
    """Return what fades the picture outside a contour, with the contour as a line, which fades on hover."""
    height, width = units
    across, down = box.width / width, box.height / height
    veil = Group(class_="veil", **UNCHECKED)
    veil["transform"] = f"translate({box.x} {box.y}) scale({across:.6g} {down:.6g})"
    # A line of 1 px in units; as a style, because rules of other pages win over attributes.
    veil["style"] = f"stroke-width:{1 / sqrt(across * down):.4g}"
    veil.add(Path(f"M0 0H{width}V{height}H0Z{contour}", class_="faded", **UNCHECKED))
    if contour:
        veil.add(Path(contour, class_="contour", **UNCHECKED))
    return veil


def _seen(identity: str, picture: Picture, tile: Tile, box: Box) -> Group:
    """Return the picture where the reconstruction is strong, on paper."""
    return masked(identity, used(picture.identity, box), image(tile.strength_uri, box, **picture.crisp), box)


def masked(identity: str, picture: Use | Image, strength: Image, box: Box) -> Group:
    """Return a picture where its mask is white, elsewhere paper."""
    group = Group(**UNCHECKED)
    mask = Mask(id=f"{identity}.strength", **UNCHECKED)
    mask.add(strength)
    group.add(mask)
    group.add(rect(box, class_="paper"))
    through = Group(mask=f"url(#{identity}.strength)", **UNCHECKED)
    through.add(picture)
    group.add(through)
    return group


def used(identity: str, box: Box) -> Use:
    """Return a picture that is defined elsewhere, at the corner of a box."""
    return Use(f"#{identity}", (box.x, box.y), **UNCHECKED)


def _share(bar: Box, strengths: Sequence[float], place: int) -> Box:
    """Return the filled part of a bar: the strength relative to the strongest feature of the layer."""
    strongest = max(strengths)
    share = max(strengths[place], 0.0) / strongest if strongest > 0 else 0.0
    return Box(bar.x, bar.y, round(bar.width * share), bar.height)


def text(content: str, box: Box, kind: str) -> Text:
    """Return one line of text of a kind that the style sheet knows."""
    return Text(content, insert=(box.x, box.y + BASELINE_PX), class_=kind, **UNCHECKED)


def _linked(label: Text, address: str) -> Hyperlink:
    """Return a text that links to a page; a figure in an ``<object>`` opens it in the whole window."""
    link = Hyperlink(address, target="_top", **UNCHECKED)
    link.add(label)
    return link


def rect(box: Box, **attributes: Any) -> Rect:
    """Return a rectangle."""
    return Rect((box.x, box.y), (box.width, box.height), **UNCHECKED, **attributes)


def image(uri: str, box: Box, **attributes: Any) -> Image:
    """Return an embedded picture that fills a box."""
    drawn = Image(uri, insert=(box.x, box.y), size=(box.width, box.height), **UNCHECKED, **attributes)
    drawn.stretch()
    return drawn
