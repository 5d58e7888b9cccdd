"""Cut the places that excite features out of their pictures, with the reconstruction from that unit alone.

A place's position is found again: it is the first maximum of the map in reading order. Of a picture and its
reconstruction only a square is kept: the smallest one with 95 % of the reconstruction's energy, at most as
large as the receptive field. The field itself would be mostly emptiness: for ``fire9`` of SqueezeNet it has
207 of 227 pixels.

Question: how are the rows of a picture swept? Options: all at once; always the same number of each layer.
Choice: the latter, the number that a picture has on average, because a backend that takes rows together
compiles a graph for every number of them. There the last sweeps of a picture are filled up with features that
nobody asked for. Cost: their time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from generator import images
from generator.analysis import squares
from generator.analysis.forward_pass import ForwardPass, engine_of, look, step_of
from generator.datasets.places import by_picture, pictures
from generator.errors import DatasetError, EngineError, ImageError
from generator.records import Patch, Place

if TYPE_CHECKING:
    from generator.datasets.shards import Item, Shard
    from generator.networks.network import Network
    from generator.records import Array, Region

TOLERANCE = 1e-4
"""The largest difference from the table, as a share of the layer's largest activation in the picture.

A picture alone and one among eight differ by 2e-6 of the value, and by more if the value is a small
difference of large numbers, or if another kind of machine has scanned. Other weights differ by far more.
"""
MOST_ROWS = 16
"""The most rows of a layer in a sweep; they are in memory together."""


def cut_all(
    network: Network, shards: Sequence[Shard], wanted: Sequence[Place], **settings: Unpack[Settings]
) -> Iterator[Patch]:
    """Yield the patches of places, picture by picture in the order of the shards.

    Nothing is compiled from picture to picture. The errors and the other arguments are those of ``Cutter``.

    Raises:
        DatasetError: a picture is missing or has changed, or a shard is damaged.
    """
    grouped = by_picture(wanted)
    if grouped:
        cutter = Cutter(network, wanted, **settings)
        for item in pictures(shards, grouped):
            yield from cutter.cut(item, grouped[item.name])


class Settings(TypedDict, total=False):
    """What is reconstructed, as for ``deconvolve``: the keyword arguments of ``Cutter``."""

    method: str
    bias: str
    fit: str
    memory_budget: int | None


class Cutter:
    """Cuts places out of pictures; compiled at the first one.

    Args:
        network: from ``load_network``.
        places: all places that will be cut, in any order.
        method: as for ``deconvolve``, and likewise the others.

    Raises:
        NetworkError: the network does not have one of the layers.
    """

    def __init__(
        self,
        network: Network,
        places: Iterable[Place],
        method: str = "deconvnet",
        bias: str = "none",
        fit: str = "crop",
        memory_budget: int | None = None,
    ) -> None:
        from generator.engine.methods import need_slopes
        from generator.engine.receptive_fields import receptive_fields

        self._network, self._method, self._budget = network, method, memory_budget
        self._look = partial(look, bias=bias, fit=fit, keeps_slopes=need_slopes([method]))
        self._engine = engine = engine_of(network, bias)
        rows = Counter((place.layer, place.picture) for place in places)
        shown_in = Counter(layer for layer, _ in rows)
        fields = receptive_fields(engine.steps, network.input_shape)
        steps = {layer: step_of(network, engine, layer) for layer in sorted(shown_in)}
        self._most_px = {layer: max(fields[step]) for layer, step in steps.items()}
        self._features = {layer: engine.shapes[step][-1] for layer, step in steps.items()}
        self._rows = {
            layer: min(ceil(_of_layer(rows, layer) / shown_in[layer]), MOST_ROWS, self._features[layer])
            for layer in steps
        }

    def cut(self, item: Item, places: Sequence[Place]) -> Iterator[Patch]:
        """Yield the patches of a picture, in any order; ``places`` are those in it.

        Raises:
            DatasetError: the picture or the network is not the one that was scanned.
            EngineError: numbers overflow, or memory is too small.
        """
        digest = sha256(item.content).hexdigest()
        if item.problem or any(place.digest != digest for place in places):
            reason = item.problem or "has changed since the scan"
            raise DatasetError(f"{item.name}: {reason}; scan the data set again")
        try:
            picture = images.decode_for(item.content, self._network.takes)
            seen = self._look(self._network, picture, [*self._rows])
        except ImageError as error:
            raise DatasetError(f"{item.name}: {error}; scan the data set again") from error
        except EngineError as error:
            raise EngineError(f"{item.name}: {error}") from error
        for place in places:
            self._refuse_other_value(seen, place)
        yield from self._patches(seen, places)

    def _refuse_other_value(self, seen: ForwardPass, place: Place) -> None:
        """Refuse a place whose activation is not that of the table, although the picture is the same."""
        maps = seen.maps[seen.steps[place.layer]]
        found = float(maps[..., place.feature].max())
        if not abs(found - place.value) <= TOLERANCE * float(np.abs(maps).max()):
            raise DatasetError(
                f"{place.picture}: the maximum of feature {place.feature} of layer '{place.layer}' is "
                f"{found:.7g}, and {place.value:.7g} in the table; the network or its weights have changed "
                "since the scan"
            )

    def _patches(self, seen: ForwardPass, places: Sequence[Place]) -> Iterator[Patch]:
        photograph = _photograph(seen, self._network)
        height, width, _ = photograph.shape
        wanted = {(place.layer, place.feature): place for place in places}
        for sweep in self._sweeps(places):
            chosen = {layer: np.array(numbers, np.int32) for layer, numbers in sweep.items()}
            for layer, rows in seen.reconstruct(chosen, self._method, "peak", self._budget):
                for feature, row in zip(sweep[layer], rows, strict=True):
                    if place := wanted.get((layer, feature)):
                        energy = np.square(row, dtype=np.float64).sum(axis=-1)
                        square = squares.smallest(energy, self._most_px[layer])
                        cut, way_back = (_within(array, square) for array in (photograph, row))
                        yield Patch(place, square, cut, way_back, (height, width))

    def _sweeps(self, places: Sequence[Place]) -> Iterator[Mapping[str, Sequence[int]]]:
        """Yield layer -> features, at most ``_rows`` of each; exactly so many if rows go together."""
        waiting: dict[str, Iterator[int]] = {}
        for layer in self._rows:
            waiting[layer] = iter(dict.fromkeys(one.feature for one in places if one.layer == layer))
        while True:
            sweep = {layer: [*islice(numbers, self._rows[layer])] for layer, numbers in waiting.items()}
            if not any(sweep.values()):
                return
            if self._engine.bundled:
                sweep = {layer: self._filled_up(layer, numbers) for layer, numbers in sweep.items()}
            yield {layer: numbers for layer, numbers in sweep.items() if numbers}

    def _filled_up(self, layer: str, numbers: list[int]) -> list[int]:
        """Return as many features as every sweep has of a layer, the first ones those asked for."""
        others = (number for number in range(self._features[layer]) if number not in numbers)
        return [*numbers, *islice(others, self._rows[layer] - len(numbers))]


def _of_layer(rows: Mapping[tuple[str, str], int], layer: str) -> int:
    return sum(count for (name, _), count in rows.items() if name == layer)


def _photograph(seen: ForwardPass, network: Network) -> Array:
    """Return what the network saw as figures show it, (H, W, 3) uint8."""
    if seen.input is None:
        raise AssertionError("a picture of a data set is decoded, so there is an input")
    return images.displayed(seen.input, network.shown_channels)


def _within(array: Array, square: Region) -> Array:
    x, y, side = int(square.x), int(square.y), int(square.width)
    return array[y : y + side, x : x + side].copy()  # a view would keep the whole picture in memory
