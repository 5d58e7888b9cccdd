"""Compose SVG from tiles; the only module that imports svgwrite.

A figure is self-contained: it loads no script, font or file.

Question: how can one hue show an activation map on any photograph? Options: a tinted PNG with alpha; blend
modes; the map as a luminance mask of a flat hue. Choice: the mask, on a picture whose colours a filter mutes.
The map keeps its 8-bit values, the picture is embedded once, and browsers and librsvg agree on the colours.
Cost: a filter; and older librsvg, which ignores ``image-rendering``, interpolates maps that browsers draw
crisp, unless the picture is small: then ``pixels`` enlarges the maps too.

Question: how can a page show one pair, or the picture without its tint, with one file per layer? Options:
more files; a script; fragments of the file. Choice: fragments. ``#NAME.K.view`` shows pair K alone,
``#NAME.plain`` removes the tint as hovering does, and ``#NAME.K.plain`` does both. Cost: a browser without
support for fragments shows the whole figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from svgwrite import Drawing
from svgwrite.base import Title
from svgwrite.container import Defs, Group, Hyperlink, Style, Symbol, Use
from svgwrite.filters import Filter
from svgwrite.image import Image
from svgwrite.masking import ClipPath, Mask
from svgwrite.shapes import Rect
from svgwrite.text import Text, TSpan

from generator import paths
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
    is_small,
    label_characters,
)
from generator.records import EncodedPhotograph, Figure, LayerInfo, LayerTiles, Tile

Link = Callable[[str, int], str]
"""Layer and feature -> the address of their page."""

CRISP_PX = 3  # maps with units at least this wide are drawn crisp
UNCHECKED = {"debug": False}  # svgwrite's checks accept SVG 1.1 only


class _Viewpoint(Symbol):  # type: ignore[misc]
    """A part of the figure that a fragment of its address shows."""

    elementname = "view"


@dataclass(frozen=True)
class _Row:
    """One layer with its tiles, and the addresses that their labels link to, if any."""

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
    name = paths.id_of(slug)
    identity = f"figure-{name}"
    drawing = _canvas(identity, layout, title, text, "figure" if link else "img")
    overlays = [pair.overlay for boxes in layout.rows for pair in boxes.pairs]
    crisp = {"class_": "crisp"} if is_small((photograph.height_px, photograph.width_px)) else {}
    _define(drawing.defs, identity, _image(photograph.uri, replace(overlays[0], x=0, y=0), **crisp))
    clip = _clip(drawing.defs, identity, photograph)
    _mark(drawing, name, overlays)
    for place, (row, boxes) in enumerate(zip(linked, layout.rows, strict=True)):
        drawing.add(_row(f"{identity}.{place}", identity, row, boxes, crisp, clip))
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
        caption=words.caption([row.tiles for row in rows], _is_padded(photograph)),
    )


def _canvas(identity: str, layout: Layout, title: str, description: str, role: str) -> Drawing:
    size = (layout.width, layout.height)
    drawing = Drawing(size=size, viewBox=f"0 0 {size[0]} {size[1]}", id=identity, role=role, **UNCHECKED)
    drawing["aria-labelledby"] = f"{identity}.title {identity}.desc"
    drawing.set_desc(
        *(" ".join(text.split()) for text in (title, description))
    )  # a blank line ends HTML in Markdown
    for element in drawing.elements[:2]:
        element.xml.set("id", f"{identity}.{element.elementname}")
    drawing.add(Style(style.sheet(identity)))
    return drawing


def _define(defs: Defs, identity: str, image: Image) -> None:
    """Define the picture, embedded once, and the filter that mutes it under an activation map."""
    image["id"] = f"{identity}.picture"
    defs.add(image)
    muted = Filter(start=(0, 0), size=(1, 1), id=f"{identity}.muted", **UNCHECKED)
    muted.feColorMatrix(type_="matrix", values=style.muted_matrix(), color_interpolation_filters="sRGB")
    defs.add(muted)


def _clip(defs: Defs, identity: str, photograph: EncodedPhotograph) -> dict[str, str]:
    """Define the part of a pair that is photograph; return the attribute that hides the rest, if any."""
    if not _is_padded(photograph):
        return {}
    width, height, filled = photograph.width_px, photograph.height_px, photograph.filled
    clip = ClipPath(clipPathUnits="objectBoundingBox", id=f"{identity}.filled", **UNCHECKED)
    for half in (0, 1):
        corner = (half + filled.x / width) / 2, filled.y / height
        clip.add(Rect(corner, (filled.width / width / 2, filled.height / height), **UNCHECKED))
    defs.add(clip)
    return {"clip_path": f"url(#{identity}.filled)"}


def _is_padded(photograph: EncodedPhotograph) -> bool:
    filled = photograph.filled
    return (filled.width, filled.height) != (photograph.width_px, photograph.height_px)


def _mark(drawing: Drawing, name: str, overlays: Sequence[Box]) -> None:
    """Add the fragments: each pair, each pair without its tint, and the figure without tint.

    The ids contain a dot, which ``id_of`` replaces in slugs, so that figures cannot share one. CSS reaches
    only later siblings of a target, hence the fragments come before the rows.
    """
    for place, box in enumerate(overlays):
        for kind in ("view", "plain"):
            viewpoint = _Viewpoint(id=f"{name}.{place}.{kind}", **UNCHECKED)
            viewpoint.viewbox(box.x, box.y, 2 * box.width, box.height)
            viewpoint.stretch()
            drawing.add(viewpoint)
    drawing.add(Group(id=f"{name}.plain", **UNCHECKED))


def _row(
    identity: str,
    figure: str,
    row: _Row,
    boxes: RowBoxes,
    crisp: Mapping[str, str],
    clip: Mapping[str, str],
) -> Group:
    group = Group(id=identity, **UNCHECKED)
    group.add(_lines(break_name(row.layer.name), boxes.name, "name"))
    group.add(_lines(words.notes(row.layer), boxes.notes, "soft"))
    for place, pair in enumerate(boxes.pairs):
        group.add(_pair(f"{identity}.{place}", figure, row, place, pair, crisp, clip))
    return group


def _pair(
    identity: str,
    figure: str,
    row: _Row,
    place: int,
    boxes: PairBoxes,
    crisp: Mapping[str, str],
    clip: Mapping[str, str],
) -> Group:
    layer, tile = row.tiles, row.tiles.tiles[place]
    group = Group(id=identity, class_="pair", **UNCHECKED)
    group.add(Title(f"{row.layer.name}, {words.feature(layer, place)}"))
    pictures = group.add(Group(**clip, **UNCHECKED)) if clip else group
    pictures.add(_overlay(identity, figure, tile, layer.units, boxes.overlay))
    pictures.add(_image(tile.reconstruction_uri, boxes.reconstruction, **crisp))
    group.add(_rect(boxes.frame, class_="frame"))
    group.add(_rect(boxes.bar, class_="track"))
    group.add(_rect(_share(boxes.bar, layer.strengths, place), class_="bar"))
    label = _text(words.label(layer, place, label_characters(boxes.label)), boxes.label, "label")
    group.add(_linked(label, row.links[place]) if row.links else label)
    group.add(_text(words.strength(layer.strengths[place]), boxes.strength, "soft"))
    group.add(_text(words.limits(tile.black, tile.white), boxes.limit, "soft"))
    return group


def _overlay(identity: str, figure: str, tile: Tile, units: tuple[int, ...], box: Box) -> Group:
    """Return the picture and, if there is an activation map, a muted copy under it that fades on hover."""
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
    """Return the filled part of a bar: the strength relative to the strongest feature of the layer."""
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
    """Return a text that links to a page; a figure in an ``<object>`` opens it in the whole window."""
    link = Hyperlink(address, target="_top", **UNCHECKED)
    link.add(text)
    return link


def _rect(box: Box, **attributes: Any) -> Rect:
    return Rect((box.x, box.y), (box.width, box.height), **UNCHECKED, **attributes)


def _image(uri: str, box: Box, **attributes: Any) -> Image:
    image = Image(uri, insert=(box.x, box.y), size=(box.width, box.height), **UNCHECKED, **attributes)
    image.stretch()
    return image
