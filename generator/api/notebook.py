"""Show results and networks in a notebook, as fragments of HTML.

The figure of a result is inline SVG, so that it follows the theme of the notebook and reacts to the pointer.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from generator.api.displayed import score
from generator.api.saving import drawn, photograph
from generator.figures import encode_photograph

if TYPE_CHECKING:
    from generator.api.displayed import Displayed
    from generator.api.loaded import LoadedNetwork
    from generator.records import LayerInfo

PICTURE_PX = 168
FIT = '<svg style="max-width: 100%; height: auto" '


def html(shown: Displayed) -> str:
    """Return a visualization as a fragment of HTML for any page."""
    parts = [*_picture(shown), *_predictions(shown)]
    head = "".join(parts)
    made = f"{shown.network}, {shown.provenance['method']}, weights: {shown.provenance['weights']}"
    return (
        f'<div><div style="display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start">{head}</div>'
        f'<div style="margin: 1em 0">{_figure(shown)}</div><p><small>{escape(made)}</small></p></div>'
    )


def _picture(shown: Displayed) -> Iterator[str]:
    """Yield the input as an ``<img>``; nothing if it was a float array."""
    picture = photograph(shown)
    if picture is None:
        return
    uri = encode_photograph(picture).uri
    yield f'<img src="{uri}" width="{PICTURE_PX}" alt="What the network saw" style="margin: 0">'


def _predictions(shown: Displayed) -> Iterator[str]:
    """Yield a table of the predictions, if there are any."""
    rows = [
        f'<tr><td style="text-align: left">{escape(guess.label)}</td>'
        f"<td>{score(guess.probability, shown.measure)}</td></tr>"
        for guess in shown.predictions
    ]
    if rows:
        yield f'<table style="margin: 0">{"".join(rows)}</table>'


def _figure(shown: Displayed) -> str:
    """Return the figure of all layers."""
    return drawn(shown).svg.replace("<svg ", FIT, 1)


def network_html(network: LoadedNetwork) -> str:
    """Return a network as a fragment of HTML: one line, and its layers in a table that opens."""
    rows = "".join(map(_row, network.layers.values()))
    head = "<tr><th>layer</th><th>kind</th><th>shape</th><th>receptive field</th></tr>"
    return (
        f"<div><p>{escape(repr(network)[1:-1])}</p><details><summary>{len(network.layers)} layers</summary>"
        f"<table>{head}{rows}</table></details></div>"
    )


def _row(layer: LayerInfo) -> str:
    field = layer.receptive_field_px
    seen = f"{field[0]} x {field[1]} px" if field else "the whole picture"
    cells = layer.name, layer.kind, " x ".join(map(str, layer.shape)), seen
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
