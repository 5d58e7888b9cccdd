"""Show a ``Visualization`` in a notebook: the picture, the predictions, and one figure of its layers.

Records have no behaviour, so results for Python users have their own type, ``Displayed``. Its ``_repr_html_``
works in Jupyter, editors and documentation tools, with or without IPython; a formatter registered with
IPython would not. A gallery draws its figures itself and never loads this module. The cost: ``deconvolve`` is
wrapped.

The figure is inline SVG, so that it follows the theme of the notebook and reacts to the pointer. Its ids
contain a hash of the numbers shown: two results never share an id, and a result shown twice gives the same
figure.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from generator.analysis import deconvolution
from generator.records import Figure, LayerInfo, LayerResult, Visualization

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.records import Array

P = ParamSpec("P")

PICTURE_PX = 168
GREY = 128
FIT = '<svg style="max-width: 100%; height: auto" '


@dataclass(frozen=True)
class Displayed(Visualization):
    """A visualization that notebooks can show; ``of`` is its network."""

    of: Network = field(kw_only=True, repr=False, compare=False)

    def _repr_html_(self) -> str:
        return html(self)


def displayed(compute: Callable[P, Visualization]) -> Callable[P, Displayed]:
    """Return ``compute``, whose first argument is a network, with its results as ``Displayed``."""

    @wraps(compute)
    def computed(*args: P.args, **kwargs: P.kwargs) -> Displayed:
        network: Any = args[0] if args else kwargs["network"]
        return Displayed(**vars(compute(*args, **kwargs)), of=network)

    return computed


deconvolve = displayed(deconvolution.deconvolve)


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
    if shown.input is None:
        return
    from generator.figures import encode_photograph

    uri = encode_photograph(shown.input).uri
    yield f'<img src="{uri}" width="{PICTURE_PX}" alt="What the network saw" style="margin: 0">'


def _predictions(shown: Displayed) -> Iterator[str]:
    """Yield a table of the predictions, if there are any."""
    rows = [
        f'<tr><td style="text-align: left">{escape(guess.label)}</td>'
        f"<td>{_score(guess.probability, shown.measure)}</td></tr>"
        for guess in shown.predictions
    ]
    if rows:
        yield f'<table style="margin: 0">{"".join(rows)}</table>'


def _score(value: float, measure: str) -> str:
    return f"{100 * value:.1f} %" if measure == "probability" else f"{measure} {value:.3g}"


def _figure(shown: Displayed) -> str:
    """Return the figure of all layers, or a paragraph that says why there is none."""
    channels = next(iter(shown.layers.values())).reconstructions.shape[-1]
    if channels not in (1, 3):
        return f"<p>No figure: the input has {channels} channels; only 1 or 3 can be shown as colours.</p>"
    return _drawn(shown).svg.replace("<svg ", FIT, 1)


def _drawn(shown: Displayed) -> Figure:
    from generator.figures import draw_result

    infos = _descriptions(shown.of)
    results = {name: _in_colour(result) for name, result in shown.layers.items()}
    rows = [(_description(infos, name), result) for name, result in results.items()]
    picture = shown.input
    if picture is None:
        height, width, _ = shown.of.input_shape
        picture = np.full((height, width, 3), GREY, np.uint8)
    title = f"{', '.join(shown.layers)} of {shown.network}"
    return draw_result(f"visualization-{_digest(shown)}", picture, rows, title=title)


def _in_colour(result: LayerResult) -> LayerResult:
    """Return a result whose reconstructions have three channels; a single one is repeated."""
    values = result.reconstructions
    rgb = np.repeat(values, 3, axis=-1) if values.shape[-1] == 1 else values
    return LayerResult(result.features, result.strengths, result.activations, rgb, result.labels)


def _descriptions(network: Network) -> Mapping[str, LayerInfo]:
    """Return the description of each layer of a known network or of a user's own model."""
    from generator.analysis import inspection
    from generator.networks import registry

    if network.preprocessing is None:
        layers = inspection.layers(network, network.name)
    else:
        layers = inspection.measured(registry.describe(network.name, network.variant), network).layers
    return {layer.name: layer for layer in layers}


def _description(infos: Mapping[str, LayerInfo], name: str) -> LayerInfo:
    """Return the description of a layer; its values before the activation have that of the whole layer."""
    known = infos.get(name) or infos.get(name.removesuffix(":preactivation")) or list(infos.values())[-1]
    return replace(known, name=name)


def _digest(shown: Displayed) -> str:
    """Return a short hash of all arrays shown."""
    hashed = hashlib.sha256()
    for name, result in shown.layers.items():
        arrays: tuple[Array, ...] = result.features, result.activations, result.reconstructions
        hashed.update(name.encode() + b"".join(array.tobytes() for array in arrays))
    hashed.update(b"" if shown.input is None else shown.input.tobytes())
    return base64.b32encode(hashed.digest())[:12].decode().lower()
