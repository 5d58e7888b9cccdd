"""The sanity filters: four kernels whose reconstructions of a white picture can be told by heart.

Question: how does a 3 x 3 filter fill a kernel of many channels? Options: the same weights for all pairs of
channels; output channel o reads input channel o mod C alone. Choice: the second, so that a layer multiplies
by 9 at most and the first layer gives the 81 and 25 of a single channel. Under the first, all ones multiply
by 9 C: to the thirteenth convolution and back by about 1e80, where float32 ends at 3.4e38.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from convnet_gallery import deconvolve, load_network
from examples.study import plain
from examples.study.scope import BLOCKS, Scope, StudyError
from examples.study.sheet import Group, Row, Tile, draw_sheet, shades
from examples.study.wording import exact, table
from generator.networks import registry
from generator.records import LayerResult, Output, Value

TOLERANCE = 1e-5
CELLS = 56
CORNER_UNITS = 14
IDENTITY = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], np.float64)
FILTERS = {
    "ones": ("All ones", np.ones((3, 3)), 9.0),
    "ninth": ("One ninth", np.full((3, 3), 1 / 9), 1.0),
    "identity": ("Identity", IDENTITY, 1.0),
    "zero": ("Zero", np.zeros((3, 3)), 0.0),
}
"""Slug -> what it is called, its kernel, and by how much it multiplies far from a border."""
NUMBERS = {"middle": "activation", "largest": "largest", "sum": "sum", "share": "not zero"}
"""What is compared of a layer -> how the tables name it."""
HEADER = (
    "layer",
    *(f"{name}, {which}" for name in NUMBERS.values() for which in ("expected", "found")),
    "deviation",
)


def chapter(scope: Scope) -> Value:
    """Return the figures of all filters, and the tables of what was expected and what was found.

    Raises:
        StudyError: something else was found than expected.
    """
    side_px = scope.size_px or 224
    outputs, tables, rows = list[Output](), [], []
    for slug, (title, kernel, gain) in ((slug, FILTERS[slug]) for slug in scope.filters):
        results = through_vgg16(kernel, side_px)
        checks = tuple(compared(kernel, gain, side_px, results))
        refuse_wrong(title, checks)
        shown = list(_rows(results))
        figure = draw_sheet(f"filter-{slug}", shown, f"{title}: a white picture through VGG16")
        path = f"study/filters/{slug}.svg"
        outputs.append(Output(path, figure.encode()))
        outputs.append(table(f"filters/{slug}", HEADER, map(_printed, checks)))
        tables.append({"slug": slug, "layers": checks})
        rows += [Row(row.name, (title, *row.notes), row.groups) for row in shown]
    whole = draw_sheet("filters", rows, "Four filters on a white picture through the whole of VGG16")
    outputs.append(Output("study/filters/filters.svg", whole.encode()))
    farthest = max(check["farthest"] for one in tables for check in one["layers"])
    said = {"side": str(side_px), "tolerance": exact(TOLERANCE), "farthest": exact(farthest, 2)}
    return Value({"filters": tables, "said": said}, tuple(outputs))


def through_vgg16(kernel: Any, side_px: int) -> Mapping[str, LayerResult]:
    """Return what feature 0 of every convolution and pooling sees in ones, and reconstructs of them."""
    model = registry.build("vgg16", classifies=False, input_size=(side_px, side_px))
    for layer in model.layers:
        if layer.weights:
            shape = layer.weights[0].shape
            layer.set_weights([wired(kernel, *shape[2:]), np.zeros(shape[-1])])
    white = np.ones((side_px, side_px, 3), np.float32)
    names = [layer.name for layer in model.layers[1:]]
    features = {name: [0] for name in names}
    return deconvolve(load_network(model), white, names, features=features).layers


def wired(kernel: Any, inputs: int, features: int) -> Any:
    """Return a kernel (3, 3, inputs, features) by which a feature reads one input alone, its own.

    >>> wired(np.ones((3, 3)), 3, 4)[0, 0].tolist()
    [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    reads = np.arange(inputs)[:, np.newaxis] == np.arange(features) % inputs
    return kernel[..., np.newaxis, np.newaxis] * reads


def compared(
    kernel: Any, gain: float, side_px: int, results: Mapping[str, LayerResult]
) -> Iterator[dict[str, Any]]:
    """Yield what each layer must show and what it shows: in the middle of its map, and of its reconstruction.

    ``farthest`` is the largest difference from the plain calculation as a share of its largest value; in
    green and blue, which feature 0 does not read, nothing may be.
    """
    for known in plain.layers(kernel, side_px):
        found = results[known.name]
        back = found.reconstructions[0].astype(np.float64)
        middle = gain**known.convolutions if known.inside else _middle(known.activation)
        yield {
            "layer": known.name,
            "middle": (middle, _middle(found.activations[0])),
            "largest": (float(known.reconstruction.max()), float(back[..., 0].max())),
            "share": (_share(known.reconstruction), _share(back[..., 0])),
            "sum": (float(known.reconstruction.sum()), float(back[..., 0].sum())),
            "farthest": _farthest(back[..., 0], known.reconstruction),
            "elsewhere": float(np.abs(back[..., 1:]).max()),
        }


def refuse_wrong(title: str, checks: tuple[dict[str, Any], ...]) -> None:
    """Refuse a table in which something was found that was not expected.

    Raises:
        StudyError: naming the filter, the layer and both numbers.
    """
    for check in checks:
        for name in NUMBERS:
            expected, found = check[name]
            if abs(found - expected) > TOLERANCE * max(abs(expected), TOLERANCE):
                place = f"{title}, {check['layer']}, {name}"
                raise StudyError(f"{place}: expected {expected:.7g}, found {found:.7g}")
        if check["farthest"] > TOLERANCE or check["elsewhere"]:
            raise StudyError(f"{title}, {check['layer']}: not what the plain calculation gives")


def _printed(check: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = (exact(value) for name in NUMBERS for value in check[name])
    return (check["layer"], *numbers, exact(check["farthest"], 2))


def _middle(values: Any) -> float:
    height, width = values.shape
    return float(values[height // 2, width // 2])


def _share(values: Any) -> float:
    return float((values != 0).mean())


def _farthest(found: Any, expected: Any) -> float:
    return float(np.abs(found - expected).max() / (np.abs(expected).max() or 1.0))


def _rows(results: Mapping[str, LayerResult]) -> Iterator[Row]:
    """Yield a row for each block: of every layer the corner of its map and of its reconstruction."""
    for place, block in enumerate(BLOCKS):
        names = [name for name in results if name.startswith(block)]
        notes = f"corner of {CORNER_UNITS << place} px" if place < len(BLOCKS) - 1 else "the whole picture"
        yield Row(block, (notes,), tuple(_group(name, results[name], place) for name in names))


def _group(name: str, result: LayerResult, poolings: int) -> Group:
    units = CORNER_UNITS if not name.endswith("pool") else CORNER_UNITS // 2
    activation = result.activations[0][:units, :units]
    corner_px = CORNER_UNITS << poolings
    back = result.reconstructions[0][:corner_px, :corner_px, 0]
    tiles = (
        Tile(shades(activation), ("activation", largest(activation)), crisp=True),
        Tile(shades(enlarged(back)), ("back", largest(back)), crisp=True),
    )
    return Group(name.partition("_")[2], tiles)


def largest(values: Any) -> str:
    """Return the largest value as a tile says it."""
    return exact(float(values.max()), 3) if values.any() else "all zero"


def enlarged(values: Any) -> Any:
    """Return a square as some 56 x 56 cells, each the largest of its pixels, so that no pixel is lost."""
    pixels = max(1, values.shape[0] // CELLS)
    cells = values.shape[0] // pixels
    whole = values[: cells * pixels, : cells * pixels]
    return whole.reshape(cells, pixels, cells, pixels).max(axis=(1, 3))
