"""The diagram of a network: pure geometry from its list of layers, which a template turns into SVG.

Each row is a block. On the left is the block's output, as tall as its maps and as wide as the logarithm of
the number of features; then come its name, shape and parameters; on the right is a cell for each layer. Rows
are blocks because a network of hundreds of layers has only a few of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.records import LayerInfo, NetworkInfo

WIDTH_PX, TOP_PX = 960, 8
VOLUMES_PX, TALLEST_PX, THINNEST_PX, DOUBLING_PX = 128, 72, 3, 6
CELLS_X = 464
CELL_PX, CELL_GAP_PX = 26, 4
LEAST_ROW_PX, ROW_GAP_PX = 44, 14
KINDS = {"Conv": "convolution", "Dense": "convolution", "Pool": "pooling"}


@dataclass(frozen=True)
class Cell:
    """One layer: its square, and whether the gallery shows it. ``kind`` chooses the colour."""

    layer: LayerInfo
    kind: str
    shown: bool
    x: int
    y: int


@dataclass(frozen=True)
class Block:
    """One row. ``volume`` is the rectangle that stands for its output: x, y, width, height."""

    output: LayerInfo
    parameters: int
    cells: tuple[Cell, ...]
    y: int
    height: int
    volume: tuple[float, float, float, float]


@dataclass(frozen=True)
class Architecture:
    """The whole drawing."""

    width: int
    height: int
    blocks: tuple[Block, ...]


def draw_architecture(network: NetworkInfo, shown: Collection[str]) -> Architecture:
    """Return the geometry of a network's diagram; ``shown`` are the names of layers that have a page."""
    parts = list(_blocks(network, _drawn(network, shown)))
    tallest = max(_side(layers[-1]) for layers in parts)
    blocks: list[Block] = []
    top = TOP_PX
    for layers, parameters in zip(parts, _parameters(parts), strict=True):
        blocks.append(_block(layers, parameters, shown, top, tallest))
        top += blocks[-1].height + ROW_GAP_PX
    return Architecture(WIDTH_PX, top, tuple(blocks))


def _drawn(network: NetworkInfo, shown: Collection[str]) -> list[LayerInfo]:
    """Return the layers that get a cell: each once, under the name that is shown if it has two."""
    left_out = {
        original if alias in shown else alias
        for alias, original in network.aliases.items()
        if alias not in shown or original not in shown
    }
    return [layer for layer in network.layers if layer.name not in left_out]


def _blocks(network: NetworkInfo, layers: Sequence[LayerInfo]) -> Iterator[Sequence[LayerInfo]]:
    """Yield the layers block by block; without known blocks, consecutive layers with maps of one size.

    A block also ends where the next layer leads to other outputs of the model, so that each head has its own.
    """
    ends = set(network.groups.get("blocks", ()))
    parted = set(network.part_ends)
    block: list[LayerInfo] = []
    for layer, following in zip(layers, [*layers[1:], None], strict=True):
        block.append(layer)
        resized = following is not None and following.shape[:-1] != layer.shape[:-1]
        if following is None or layer.name in ends | parted or (not ends and resized):
            yield block
            block = []


def _parameters(parts: Iterable[Sequence[LayerInfo]]) -> Iterator[int]:
    """Yield the parameters of each block; those of a shared layer count only where it is first used."""
    before: set[str] = set()
    for layers in parts:
        owned = {layer.owner: layer.parameters for layer in layers if layer.owner not in before}
        yield sum(owned.values())
        before.update(owned)


def _block(
    layers: Sequence[LayerInfo], parameters: int, shown: Collection[str], top: int, tallest: int
) -> Block:
    per_line = (WIDTH_PX - CELLS_X + CELL_GAP_PX) // (CELL_PX + CELL_GAP_PX)
    lines = -(-len(layers) // per_line)
    tall = max(THINNEST_PX, round(TALLEST_PX * _side(layers[-1]) / tallest))
    height = max(LEAST_ROW_PX, tall, lines * (CELL_PX + CELL_GAP_PX) - CELL_GAP_PX)
    first = top + (height - lines * (CELL_PX + CELL_GAP_PX) + CELL_GAP_PX) // 2
    cells = []
    for place, layer in enumerate(layers):
        line, column = divmod(place, per_line)
        x, y = CELLS_X + column * (CELL_PX + CELL_GAP_PX), first + line * (CELL_PX + CELL_GAP_PX)
        cells.append(Cell(layer, _kind(layer), layer.name in shown, x, y))
    output = layers[-1]
    wide = round(DOUBLING_PX * math.log2(output.shape[-1] + 1))
    volume = (VOLUMES_PX - wide) / 2, top + (height - tall) / 2, wide, tall
    return Block(output, parameters, tuple(cells), top, height, volume)


def _side(layer: LayerInfo) -> int:
    """Return the height of a layer's maps, in units; 1 for a dense layer."""
    return layer.shape[0] if len(layer.shape) == 3 else 1


def _kind(layer: LayerInfo) -> str:
    return next((kind for word, kind in KINDS.items() if word in layer.kind), "other")
