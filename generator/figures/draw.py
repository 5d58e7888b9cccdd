"""Compose SVG from tiles; with ``pair`` and ``montage`` the only module that imports svgwrite.

A figure is self-contained: it loads no script, font or file. The picture is embedded once.

Question: how can a page show one pair, or one view of it, or the picture without its veil, with one file per
layer? Options: more files; a script; fragments of the file. Choice: fragments. ``#NAME.K.view`` shows pair K
alone, ``#NAME.K.map``, ``#NAME.K.reconstruction`` and ``#NAME.K.seen`` one of its views. ``#NAME.plain``
removes the veil of all maps as hovering does; ``#NAME.K.plain`` and ``#NAME.K.map.plain`` do both. Cost: a
browser without support for fragments shows the whole figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from svgwrite import Drawing
from svgwrite.container import Defs, Group, Style, Symbol
from svgwrite.masking import ClipPath
from svgwrite.shapes import Rect
from svgwrite.text import Text, TSpan

from generator import paths
from generator.errors import FigureError
from generator.figures import style, words
from generator.figures.layout import (
    SMALL_LINE_PX,
    Box,
    Layout,
    PairBoxes,
    RowBoxes,
    arrange,
    break_name,
    is_small,
    is_stacked,
)
from generator.figures.pair import UNCHECKED, Pair, Picture, draw_pair, image, text
from generator.records import EncodedPhotograph, Figure, LayerInfo, LayerTiles
from generator.records.choices import PAIR

Link = Callable[[str, int], str]
"""Layer and feature -> the address of their page."""


class _Viewpoint(Symbol):  # type: ignore[misc]
    """A part of the figure that a fragment of its address shows."""

    elementname = "view"


def viewpoint(identity: str, box: Box) -> Symbol:
    """Return the part of a figure that the fragment of this id shows."""
    part = _Viewpoint(id=identity, **UNCHECKED)
    part.viewbox(box.x, box.y, box.width, box.height)
    part.stretch()
    return part


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
    views: Sequence[str] = PAIR,
) -> Figure:
    """Draw one layer: the views of each feature.

    Arguments as of ``draw_figure``.
    """
    rows = [(layer, tiles)]
    return draw_figure(slug, photograph, rows, title=title, description=description, link=link, views=views)


def draw_figure(
    slug: str,
    photograph: EncodedPhotograph,
    rows: Sequence[tuple[LayerInfo, LayerTiles]],
    *,
    title: str,
    description: str | None = None,
    link: Link | None = None,
    views: Sequence[str] = PAIR,
) -> Figure:
    """Draw layers in one figure, a row for each, with aligned columns.

    Args:
        slug: the figure's ids start with it; it must be unique on a page.
        photograph: what the network saw.
        rows: what is known of each layer, and its tiles, strongest feature first.
        title: the figure's name.
        description: the figure in words; by default composed from the facts.
        link: layer and feature -> the absolute address that its label links to; by default no links.
        views: what is shown of each feature, from left to right: ``map``, ``reconstruction``, ``seen``.

    Raises:
        FigureError: there is no layer.
    """
    if not rows:
        raise FigureError("`rows` must hold at least one layer. Received: none")
    linked = [_Row(layer, tiles, _links(layer, tiles, link)) for layer, tiles in rows]
    described = description or words.description(rows)
    layout = _layout(photograph, linked, views)
    name = paths.id_of(slug)
    identity = f"figure-{name}"
    size = layout.width, layout.height
    drawing = canvas(identity, size, title, described, "figure" if link else "img")
    pairs = [pair for boxes in layout.rows for pair in boxes.pairs]
    crisp = {"class_": "crisp"} if is_small((photograph.height_px, photograph.width_px)) else {}
    drawn = image(photograph.uri, replace(pairs[0].views[0], x=0, y=0), **crisp)
    drawn["id"] = f"{identity}.picture"
    drawing.defs.add(drawn)
    picture = Picture(drawn["id"], crisp, _clip(drawing.defs, identity, photograph))
    _mark(drawing, name, pairs, views)
    for place, (row, boxes) in enumerate(zip(linked, layout.rows, strict=True)):
        drawing.add(_row(f"{identity}.{place}", picture, row, views, boxes))
    for line, box in layout.caption:
        drawing.add(text(line, box, "soft"))
    limits = tuple(tile.limit for _, tiles in rows for tile in tiles.tiles)
    return _figure(slug, drawing, layout, described, limits, views)


def _figure(
    slug: str,
    drawing: Drawing,
    layout: Layout,
    description: str,
    limits: tuple[float, ...],
    views: Sequence[str],
) -> Figure:
    pair = layout.rows[0].pairs[0]
    view = pair.views[0]
    return Figure(
        slug,
        drawing.tostring(),
        layout.width,
        layout.height,
        description,
        limits,
        tuple(views),
        int(view.width),
        int(view.height),
        pair.whole.height > view.height,
    )


def _links(layer: LayerInfo, tiles: LayerTiles, link: Link | None) -> tuple[str, ...]:
    return tuple(link(layer.name, feature) for feature in tiles.features) if link else ()


def _layout(photograph: EncodedPhotograph, rows: Sequence[_Row], views: Sequence[str]) -> Layout:
    counts = [len(row.tiles.tiles) for row in rows]
    picture = photograph.height_px, photograph.width_px
    stacked = is_stacked(max(counts), picture, len(views))
    return arrange(
        names=[row.layer.name for row in rows],
        notes=[words.notes(row.layer) for row in rows],
        counts=counts,
        picture=picture,
        views=len(views),
        caption=words.caption([row.tiles for row in rows], views, stacked, _is_padded(photograph)),
    )


def canvas(identity: str, size: tuple[int, int], title: str, description: str, role: str = "img") -> Drawing:
    """Return an empty drawing of a width and height, with its title, description and style sheet."""
    drawing = Drawing(size=size, viewBox=f"0 0 {size[0]} {size[1]}", id=identity, role=role, **UNCHECKED)
    drawing["aria-labelledby"] = f"{identity}.title {identity}.desc"
    drawing.set_desc(
        *(" ".join(text.split()) for text in (title, description))
    )  # a blank line ends HTML in Markdown
    for element in drawing.elements[:2]:
        element.xml.set("id", f"{identity}.{element.elementname}")
    drawing.add(Style(style.sheet(identity)))
    return drawing


def _clip(defs: Defs, identity: str, photograph: EncodedPhotograph) -> str:
    """Define the part of each view that is photograph; return its address, empty if all of it is."""
    if not _is_padded(photograph):
        return ""
    width, height, filled = photograph.width_px, photograph.height_px, photograph.filled
    clip = ClipPath(clipPathUnits="objectBoundingBox", id=f"{identity}.filled", **UNCHECKED)
    corner = filled.x / width, filled.y / height
    clip.add(Rect(corner, (filled.width / width, filled.height / height), **UNCHECKED))
    defs.add(clip)
    return f"url(#{identity}.filled)"


def _is_padded(photograph: EncodedPhotograph) -> bool:
    filled = photograph.filled
    return (filled.width, filled.height) != (photograph.width_px, photograph.height_px)


def _mark(drawing: Drawing, name: str, pairs: Sequence[PairBoxes], views: Sequence[str]) -> None:
    """Add the fragments: pairs and their views, with and without the veil, and the whole without it.

    The ids contain a dot, which ``id_of`` replaces in slugs, so that figures cannot share one. CSS reaches
    only later siblings of a target, hence the fragments come before the rows.
    """
    for place, pair in enumerate(pairs):
        parts = {"view": pair.whole, "plain": pair.whole, **dict(zip(views, pair.views, strict=True))}
        if "map" in parts:
            parts["map.plain"] = parts["map"]
        for kind, box in parts.items():
            drawing.add(viewpoint(f"{name}.{place}.{kind}", box))
    drawing.add(Group(id=f"{name}.plain", **UNCHECKED))


def _row(identity: str, picture: Picture, row: _Row, views: Sequence[str], boxes: RowBoxes) -> Group:
    group = Group(id=identity, **UNCHECKED)
    group.add(_lines(break_name(row.layer.name), boxes.name, "name"))
    group.add(_lines(words.notes(row.layer), boxes.notes, "soft"))
    for place, box in enumerate(boxes.pairs):
        pair = Pair(row.layer, row.tiles, place, row.links[place] if row.links else "")
        group.add(draw_pair(f"{identity}.{place}", picture, pair, views, box))
    return group


def _lines(lines: Sequence[str], box: Box, kind: str) -> Text:
    lined = text("", box, kind)
    for place, line in enumerate(lines):
        lined.add(TSpan(line, x=[box.x], dy=[place and SMALL_LINE_PX], **UNCHECKED))
    return lined
