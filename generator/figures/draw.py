"""Boxes and pictures become SVG text; the only module that knows svgwrite.

It owns the figure's elements and their ids. A figure needs nothing from outside: no script, no font, no file.

Question: how does one hue show an activation map on any photograph? Options: a tinted PNG with alpha; blend
modes; the map as a luminance mask of a flat hue. Choice: the mask, on a picture whose colours a filter mutes.
The map stays its own 8-bit numbers, the picture is embedded once, browsers and librsvg agree on the colours.
Cost: a filter; and older librsvg, without ``image-rendering``, interpolates what browsers draw crisp.

Question: how does a page show one pair, or the picture without its tint, with one file a layer? Options:
more files; a script; fragments of the one. Choice: fragments. ``#NAME.K.view`` is a view on pair K,
``#NAME.plain`` a target whose rules take the tint away, as hovering does, ``#NAME.K.plain`` both. Cost: a
browser that knows none shows the whole figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from svgwrite import Drawing
from svgwrite.base import Title
from svgwrite.container import Defs, Group, Hyperlink, Style, Symbol, Use
from svgwrite.filters import Filter
from svgwrite.image import Image
from svgwrite.masking import Mask
from svgwrite.shapes import Rect
from svgwrite.text import Text, TSpan

from generator import site_paths
from generator.errors import FigureError
from generator.figures import style, words
from generator.figures.layout import (
    BASELINE_PX,
    SMALL_LINE_PX,
    Box,
    Layout,
    PairBoxes,
    RowBoxes,
    arrange,
    break_name,
    label_characters,
)
from generator.records import EncodedPhotograph, Figure, LayerInfo, LayerTiles, Tile

Link = Callable[[str, int], str]
"""Layer and feature -> the address of their page."""

CRISP_PX = 3  # a map whose units are at least so wide is drawn crisp
UNCHECKED = {"debug": False}  # svgwrite's own checks know only SVG 1.1


class _Viewpoint(Symbol):  # type: ignore[misc]
    """A part of the figure with an address of its own."""

    elementname = "view"


@dataclass(frozen=True)
class _Row:
    """One layer, with its tiles and what their labels link to, if anything."""

    layer: LayerInfo
    tiles: LayerTiles
    links: tuple[str, ...]


def draw_panel(
    slug: str,
    photograph: EncodedPhotograph,
    layer: LayerInfo,
    tiles: LayerTiles,
    *,
    title: str,
    description: str | None = None,
    link: Link | None = None,
) -> Figure:
    """Draw one layer: the activation map of each feature on the picture, and its reconstruction.

    Arguments as of ``draw_figure``.
    """
    return draw_figure(slug, photograph, [(layer, tiles)], title=title, description=description, link=link)


def draw_figure(
    slug: str,
    photograph: EncodedPhotograph,
    rows: Sequence[tuple[LayerInfo, LayerTiles]],
    *,
    title: str,
    description: str | None = None,
    link: Link | None = None,
) -> Figure:
    """Draw layers in one figure, a row for each, with aligned columns.

    Args:
        slug: the figure's ids start with it; it must be unique on a page.
        photograph: what the network saw.
        rows: what is known of each layer, and its tiles, strongest feature first.
        title: the figure's name.
        description: the figure in words; by default composed from the facts.
        link: layer and feature -> the absolute address that its label links to; by default no links.

    Raises:
        FigureError: there is no layer.
    """
    if not rows:
        raise FigureError("`rows` must hold at least one layer. Received: none")
    linked = [_Row(layer, tiles, _links(layer, tiles, link)) for layer, tiles in rows]
    text = description or words.description(rows)
    layout = _layout(photograph, linked)
    name = site_paths.id_of(slug)
    identity = f"figure-{name}"
    drawing = _canvas(identity, layout, title, text, "figure" if link else "img")
    overlays = [pair.overlay for boxes in layout.rows for pair in boxes.pairs]
    _define(drawing.defs, identity, photograph.uri, overlays[0])
    _mark(drawing, name, overlays)
    for place, (row, boxes) in enumerate(zip(linked, layout.rows, strict=True)):
        drawing.add(_row(f"{identity}.{place}", identity, row, boxes))
    for line, box in layout.caption:
        drawing.add(_text(line, box, "soft"))
    limits = tuple(tile.limit for _, tiles in rows for tile in tiles.tiles)
    pair = int(2 * overlays[0].width), int(overlays[0].height)
    corners = tuple((int(box.x), int(box.y)) for box in overlays)
    return Figure(slug, drawing.tostring(), layout.width, layout.height, text, limits, *pair, corners)


def _links(layer: LayerInfo, tiles: LayerTiles, link: Link | None) -> tuple[str, ...]:
    return tuple(link(layer.name, feature) for feature in tiles.features) if link else ()


def _layout(photograph: EncodedPhotograph, rows: Sequence[_Row]) -> Layout:
    return arrange(
        names=[row.layer.name for row in rows],
        notes=[words.notes(row.layer) for row in rows],
        counts=[len(row.tiles.tiles) for row in rows],
        picture=(photograph.height_px, photograph.width_px),
        caption=words.caption([row.tiles for row in rows]),
    )


def _canvas(identity: str, layout: Layout, title: str, description: str, role: str) -> Drawing:
    size = (layout.width, layout.height)
    drawing = Drawing(size=size, viewBox=f"0 0 {size[0]} {size[1]}", id=identity, role=role, **UNCHECKED)
    drawing["aria-labelledby"] = f"{identity}.title {identity}.desc"
    drawing.set_desc(title, description)
    for element in drawing.elements[:2]:
        element.xml.set("id", f"{identity}.{element.elementname}")
    drawing.add(Style(style.sheet(identity)))
    return drawing


def _define(defs: Defs, identity: str, uri: str, overlay: Box) -> None:
    """The picture, embedded once, and the filter that mutes it under an activation map."""
    image = _image(uri, Box(0, 0, overlay.width, overlay.height))
    image["id"] = f"{identity}.picture"
    defs.add(image)
    muted = Filter(start=(0, 0), size=(1, 1), id=f"{identity}.muted", **UNCHECKED)
    muted.feColorMatrix(type_="matrix", values=style.muted_matrix(), color_interpolation_filters="sRGB")
    defs.add(muted)


def _mark(drawing: Drawing, name: str, overlays: Sequence[Box]) -> None:
    """Give every pair an address, one more without its tint, and one to the figure without tint.

    Ids have a dot, so that no other slug can meet them; targets stand before the rows that they change.
    """
    for place, box in enumerate(overlays):
        for kind in ("view", "plain"):
            viewpoint = _Viewpoint(id=f"{name}.{place}.{kind}", **UNCHECKED)
            viewpoint.viewbox(box.x, box.y, 2 * box.width, box.height)
            viewpoint.stretch()
            drawing.add(viewpoint)
    drawing.add(Group(id=f"{name}.plain", **UNCHECKED))


def _row(identity: str, figure: str, row: _Row, boxes: RowBoxes) -> Group:
    group = Group(id=identity, **UNCHECKED)
    group.add(_lines(break_name(row.layer.name), boxes.name, "name"))
    group.add(_lines(words.notes(row.layer), boxes.notes, "soft"))
    for place, pair in enumerate(boxes.pairs):
        group.add(_pair(f"{identity}.{place}", figure, row, place, pair))
    return group


def _pair(identity: str, figure: str, row: _Row, place: int, boxes: PairBoxes) -> Group:
    layer, tile = row.tiles, row.tiles.tiles[place]
    group = Group(id=identity, class_="pair", **UNCHECKED)
    group.add(Title(f"{row.layer.name}, {words.feature(layer, place)}"))
    group.add(_overlay(identity, figure, tile, layer.units, boxes.overlay))
    group.add(_image(tile.reconstruction_uri, boxes.reconstruction))
    group.add(_rect(boxes.frame, class_="frame"))
    group.add(_rect(boxes.bar, class_="track"))
    group.add(_rect(_share(boxes.bar, layer.strengths, place), class_="bar"))
    label = _text(words.label(layer, place, label_characters(boxes.label)), boxes.label, "label")
    group.add(_linked(label, row.links[place]) if row.links else label)
    group.add(_text(words.strength(layer.strengths[place]), boxes.strength, "soft"))
    group.add(_text(words.limits(tile.black, tile.white), boxes.limit, "soft"))
    return group


def _overlay(identity: str, figure: str, tile: Tile, units: tuple[int, ...], box: Box) -> Group:
    """The picture, and on it, to be faded out, a muted copy under the activation map where there is one."""
    group = Group(**UNCHECKED)
    picture = f"#{figure}.picture", (box.x, box.y)
    group.add(Use(*picture, **UNCHECKED))
    if tile.map_uri:
        tint = Group(class_="tint", **UNCHECKED)
        tint.add(Use(*picture, filter=f"url(#{figure}.muted)", **UNCHECKED))
        mask = Mask(id=f"{identity}.map", **UNCHECKED)
        crisp = {"class_": "crisp"} if CRISP_PX * units[1] <= box.width else {}
        mask.add(_image(tile.map_uri, box, **crisp))
        tint.add(mask)
        tint.add(_rect(box, mask=f"url(#{identity}.map)"))
        group.add(tint)
    return group


def _share(bar: Box, strengths: Sequence[float], place: int) -> Box:
    """The filled part of a bar, relative to the layer's strongest feature."""
    strongest = max(strengths)
    share = max(strengths[place], 0.0) / strongest if strongest > 0 else 0.0
    return Box(bar.x, bar.y, round(bar.width * share), bar.height)


def _lines(lines: Sequence[str], box: Box, kind: str) -> Text:
    text = _text("", box, kind)
    for place, line in enumerate(lines):
        text.add(TSpan(line, x=[box.x], dy=[place and SMALL_LINE_PX], **UNCHECKED))
    return text


def _text(content: str, box: Box, kind: str) -> Text:
    return Text(content, insert=(box.x, box.y + BASELINE_PX), class_=kind, **UNCHECKED)


def _linked(text: Text, address: str) -> Hyperlink:
    """A text that leads to a page, in the reader's window also where the figure is an object in another."""
    link = Hyperlink(address, target="_top", **UNCHECKED)
    link.add(text)
    return link


def _rect(box: Box, **attributes: Any) -> Rect:
    return Rect((box.x, box.y), (box.width, box.height), **UNCHECKED, **attributes)


def _image(uri: str, box: Box, **attributes: Any) -> Image:
    image = Image(uri, insert=(box.x, box.y), size=(box.width, box.height), **UNCHECKED, **attributes)
    image.stretch()
    return image
