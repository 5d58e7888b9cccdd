"""What a notebook shows of a ``Visualization``: the picture, the predictions, and one figure of its layers.

Question: how does a record, which has no behaviour, display itself? Options: a method of the record; a
formatter registered with IPython; a record of a kind of its own for those who call from Python. Choice: the
last. Its ``_repr_html_`` is known to Jupyter, to editors and to documentation tools, IPython or not, and
galleries, which draw for themselves, never load it. Cost: ``deconvolve`` is wrapped.

The figure stands inline, so that it takes the colour of a notebook's theme and has its hover. Its ids are
made of the numbers shown: two results never share one, and one shown twice is the same figure twice.
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
    """A visualization that a notebook shows; ``of`` is the network it was made with."""

    of: Network = field(kw_only=True, repr=False, compare=False)

    def _repr_html_(self) -> str:
        return html(self)


def displayed(compute: Callable[P, Visualization]) -> Callable[P, Displayed]:
    """Return ``compute``, whose first argument is a network, with results that a notebook shows."""

    @wraps(compute)
    def computed(*args: P.args, **kwargs: P.kwargs) -> Displayed:
        network: Any = args[0] if args else kwargs["network"]
        return Displayed(**vars(compute(*args, **kwargs)), of=network)

    return computed


deconvolve = displayed(deconvolution.deconvolve)


def html(shown: Displayed) -> str:
    """Return a visualization as a piece of HTML that stands in any page."""
    parts = [*_picture(shown), *_predictions(shown)]
    head = "".join(parts)
    made = f"{shown.network}, {shown.provenance['method']}, weights: {shown.provenance['weights']}"
    return (
        f'<div><div style="display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start">{head}</div>'
        f'<div style="margin: 1em 0">{_figure(shown)}</div><p><small>{escape(made)}</small></p></div>'
    )


def _picture(shown: Displayed) -> Iterator[str]:
    """Yield what the network saw, where that was a picture."""
    if shown.input is None:
        return
    from generator.figures import encode_photograph

    uri = encode_photograph(shown.input).uri
    yield f'<img src="{uri}" width="{PICTURE_PX}" alt="What the network saw" style="margin: 0">'


def _predictions(shown: Displayed) -> Iterator[str]:
    """Yield a table of the predictions, where there are any."""
    rows = [
        f'<tr><td style="text-align: left">{escape(guess.label)}</td>'
        f"<td>{100 * guess.probability:.1f} %</td></tr>"
        for guess in shown.predictions
    ]
    if rows:
        yield f'<table style="margin: 0">{"".join(rows)}</table>'


def _figure(shown: Displayed) -> str:
    """Return the figure of all layers, or why there is none."""
    channels = next(iter(shown.layers.values())).reconstructions.shape[-1]
    if channels not in (1, 3):
        return f"<p>No figure: the input has {channels} channels, which are no colours.</p>"
    return _drawn(shown).svg.replace("<svg ", FIT, 1)


def _drawn(shown: Displayed) -> Figure:
    from generator.figures import draw_result

    infos = _infos(shown.of)
    results = {name: _in_colour(result) for name, result in shown.layers.items()}
    rows = [(_info(infos, name), result) for name, result in results.items()]
    picture = shown.input
    if picture is None:
        height, width, _ = shown.of.input_shape
        picture = np.full((height, width, 3), GREY, np.uint8)
    title = f"{', '.join(shown.layers)} of {shown.network}"
    return draw_result(f"visualization-{_digest(shown)}", picture, rows, title=title)


def _in_colour(result: LayerResult) -> LayerResult:
    """Return a result whose reconstructions have three channels; of one channel, three alike."""
    values = result.reconstructions
    rgb = np.repeat(values, 3, axis=-1) if values.shape[-1] == 1 else values
    return LayerResult(result.features, result.strengths, result.activations, rgb, result.labels)


def _infos(network: Network) -> Mapping[str, LayerInfo]:
    """Return what is known of the layers of a network, one of ours or a user's own."""
    from generator.analysis import inspection
    from generator.networks import registry
    from generator.networks.network import measured

    if network.preprocessing is None:
        layers = inspection.layers(network, network.name)
    else:
        layers = measured(registry.describe(network.name, network.variant), network).layers
    return {layer.name: layer for layer in layers}


def _info(infos: Mapping[str, LayerInfo], name: str) -> LayerInfo:
    """Return what is known of a layer; the linear half of one sees what the whole sees."""
    known = infos.get(name) or infos.get(name.partition(":")[0]) or list(infos.values())[-1]
    return replace(known, name=name)


def _digest(shown: Displayed) -> str:
    """Return a short hash of all numbers shown."""
    hashed = hashlib.sha256()
    for name, result in shown.layers.items():
        arrays: tuple[Array, ...] = result.features, result.activations, result.reconstructions
        hashed.update(name.encode() + b"".join(array.tobytes() for array in arrays))
    hashed.update(b"" if shown.input is None else shown.input.tobytes())
    return base64.b32encode(hashed.digest())[:12].decode().lower()
