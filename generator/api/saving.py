"""Draw the figure of a result, or of a part of it, and write it into a file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from numbers import Real
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from generator import images
from generator.api.arguments import feature_numbers, layer_names, listed, whole_number
from generator.errors import FigureError, NetworkError, SelectionError, shown
from generator.figures import draw_result, files
from generator.records import Figure, LayerInfo, LayerResult
from generator.records.choices import PAIR, SCALES, VIEWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.api.displayed import Displayed
    from generator.records import Array

GREY = 128


def save(
    result: Displayed,
    path: str | PathLike[str],
    layers: Iterable[str] | None,
    features: Mapping[str, Sequence[int] | NDArray[Any]] | None,
    scale: str,
    width: int | None,
    dpi: float | None,
    views: Sequence[str],
) -> None:
    """Write the figure of a result; arguments and errors as of ``Displayed.save``."""
    file = target(path, width, dpi, scale)
    if result.path and files.is_same(file.name, result.path):
        raise FigureError(f"`path`: {file.name!r} is the picture of this result; choose another file")
    part = _part(result, layer_names(layers), feature_numbers(features))
    file.write(drawn(part, scale, _views(views)), title(part))


class Target(NamedTuple):
    """A file for a figure; the width in pixels and the resolution are those of a PNG."""

    name: str
    width: int | None
    dpi: float | None

    def write(self, figure: Figure, title: str) -> None:
        """Write a figure.

        Raises:
            FigureError: it cannot be written, or an extra is missing.
        """
        files.write(self.name, files.content(figure, title, self.name, self.width, self.dpi))


def target(path: Any, width: Any, dpi: Any, scale: Any) -> Target:
    """Return the file that a user names for a figure, before anything is computed.

    Raises:
        FigureError: another suffix, no such folder, or a number or scale that is wrong.
    """
    name, resolution = _file(path), _dpi(dpi)
    pixels = None if width is None else whole_number("width", width, " of pixels", FigureError)
    if not isinstance(scale, str) or scale not in SCALES:
        raise FigureError(f"`scale` must be one of {', '.join(SCALES)}. Received: {shown(scale)}")
    if mistake := files.mistake(name, pixels, resolution):
        raise FigureError(f"`{mistake.option}`: {mistake.text}")
    return Target(name, pixels, resolution)


def drawn(result: Displayed, scale: str = "power", views: Sequence[str] = PAIR) -> Figure:
    """Return the figure of a result; its ids contain a hash of its content.

    So two results never share an id, and a result shown twice gives the same figure.
    """
    channels = list(result.of.shown_channels)
    rows = [
        (
            _description(result.of.layers, name),
            replace(layer, reconstructions=layer.reconstructions[..., channels]),
        )
        for name, layer in result.layers.items()
    ]
    picture = photograph(result)
    if picture is None:
        height, width, _ = result.of.input_shape
        picture = np.full((height, width, 3), GREY, np.uint8)
    slug = f"visualization-{_digest(result, scale, views)}"
    filled = result.framing.filled if result.framing else None
    return draw_result(slug, picture, rows, scale=scale, title=title(result), filled=filled, views=views)


def title(result: Displayed) -> str:
    """Return the title of a figure."""
    return f"{', '.join(result.layers)} of {result.network}"


def photograph(result: Displayed) -> Array | None:
    """Return the picture of a result as figures show it, (H, W, 3) uint8; ``None`` without a picture."""
    return None if result.input is None else images.displayed(result.input, result.of.shown_channels)


def _file(path: Any) -> str:
    if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
        raise FigureError(f"`path` must be a path or text. Received: {shown(path)}")
    return fspath(path)


def _views(views: Any) -> tuple[str, ...]:
    """Return views of a feature, each once."""
    names = listed(views)
    if not names or not all(isinstance(name, str) and name in VIEWS for name in names):
        raise FigureError(f"`views` must be a list of {', '.join(VIEWS)}. Received: {shown(views)}")
    if len(set(names)) < len(names):
        raise FigureError(f"`views` names a view twice. Received: {shown(views)}")
    return names


def _dpi(dpi: Any) -> float | None:
    if dpi is None:
        return None
    if not isinstance(dpi, Real) or isinstance(dpi, bool) or not 0 < float(dpi) < inf:
        raise FigureError(f"`dpi` must be a number above 0. Received: {shown(dpi)}")
    return float(dpi)


def _part(
    result: Displayed, layers: tuple[str, ...] | None, features: Mapping[str, tuple[int, ...]]
) -> Displayed:
    """Return a result with some of its layers and of their features.

    Raises:
        NetworkError: the result does not have one of the layers.
        SelectionError: the result does not have one of the features.
    """
    wanted = layers if layers is not None else tuple(features or result.layers)
    known = ", ".join(result.layers)
    for name in wanted:
        if name not in result.layers:
            raise NetworkError(f"no layer {name!r} in this result; its layers: {known}")
    unused = sorted(set(features) - set(wanted))
    if unused:
        raise NetworkError(f"`features` names the layer {unused[0]!r}, which is not among `layers`: {wanted}")
    if not wanted:
        raise NetworkError(f"`layers` is empty; expected layers of this result: {known}")
    chosen = {name: result.layers[name] for name in wanted}
    return replace(
        result, layers={**chosen, **{name: _some(name, chosen[name], features[name]) for name in features}}
    )


def _some(name: str, layer: LayerResult, features: tuple[int, ...]) -> LayerResult:
    """Return some features of a layer, in order."""
    known = layer.features.tolist()
    for feature in features:
        if feature not in known:
            listed = ", ".join(map(str, known))
            raise SelectionError(f"layer {name!r}: no feature {feature} in this result; it has {listed}")
    if not features or len(set(features)) < len(features):
        raise SelectionError(
            f"layer {name!r}: expected different features, at least one. Received: {features}"
        )
    places = [known.index(feature) for feature in features]
    return replace(
        layer,
        features=layer.features[places],
        strengths=layer.strengths[places],
        activations=layer.activations[places],
        reconstructions=layer.reconstructions[places],
        labels=tuple(layer.labels[place] for place in places) if layer.labels else (),
    )


def _description(infos: Mapping[str, LayerInfo], name: str) -> LayerInfo:
    """Return the description of a layer; its values before the activation have that of the whole layer."""
    known = infos.get(name) or infos.get(name.removesuffix(":preactivation")) or list(infos.values())[-1]
    return replace(known, name=name)


def _digest(result: Displayed, scale: str, views: Sequence[str]) -> str:
    """Return a short hash of the scale, the views and channels shown, and all arrays."""
    hashed = hashlib.sha256(f"{scale} {' '.join(views)} {result.of.shown_channels}".encode())
    for name, layer in result.layers.items():
        arrays: tuple[Array, ...] = layer.features, layer.activations, layer.reconstructions
        hashed.update(name.encode() + b"".join(array.tobytes() for array in arrays))
    hashed.update(b"" if result.input is None else result.input.tobytes())
    return base64.b32encode(hashed.digest())[:12].decode().lower()
