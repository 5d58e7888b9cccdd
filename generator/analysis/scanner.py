"""Scan a shard of a data set: its pictures go through networks, and a table of each keeps the strongest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from generator import images
from generator.analysis.feeding import fed
from generator.analysis.forward_pass import engine_of, step_of
from generator.datasets.collecting import Collector
from generator.datasets.table import LeftOut, Picture
from generator.errors import ImageError

if TYPE_CHECKING:
    from generator.datasets.shards import Item, Shard
    from generator.datasets.table import Table
    from generator.networks.network import Network
    from generator.records import Array
    from generator.records.channels import ModelInput


@dataclass(frozen=True)
class Cost:
    """The seconds of a scan: to read and decode pictures, to run networks, and to rank the maxima."""

    decoding: float = 0.0
    networks: float = 0.0
    tables: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.decoding + other.decoding, self.networks + other.networks, self.tables + other.tables
        )


class Scanner:
    """A network, ready to scan shards; it is compiled at the first one.

    Args:
        network: from ``load_network``.
        layers: the names of its layers, each once.
        is_distinct: whether pictures with the same bytes count once among the strongest.
        fit: how pictures get the size of its input, one of ``choices.FITS``.

    Raises:
        EngineError: an operation of the network has no rule.
        NetworkError: the network does not have one of the layers.
    """

    def __init__(
        self, network: Network, layers: Sequence[str], is_distinct: bool = True, fit: str = "crop"
    ) -> None:
        from generator.engine.maxima import BATCH, Maxima

        engine = engine_of(network)
        steps = [step_of(network, engine, layer) for layer in layers]
        self.network, self.is_distinct, self.fit, self.batch = network, is_distinct, fit, BATCH
        self.features = {layer: engine.shapes[step][-1] for layer, step in zip(layers, steps, strict=True)}
        self.maxima = Maxima(engine.steps, steps, engine.dtype)

    def table(self, shard: Shard) -> Table:
        """Return the table of a shard, as ``tables`` does."""
        ((table,), _) = tables(shard, [self])
        return table


def tables(
    shard: Shard, scanners: Sequence[Scanner], passed: Callable[[int], None] = lambda _: None
) -> tuple[list[Table], Cost]:
    """Return the table of a shard for each network, and what they cost.

    A picture is decoded once for all networks that read it alike. One that cannot be read is left out and
    named in the tables. ``passed`` is called with the number of pictures since the last call, at most 8.

    Raises:
        DatasetError: the shard is damaged, or has two pictures of one name.
        EngineError: activations of a picture hold NaN or infinity.
    """
    started, passes, count = perf_counter(), [_Pass(scanner) for scanner in scanners], 0
    for count, item in enumerate(shard.items(), start=1):
        picture = Picture(item.name, sha256(item.content).hexdigest(), item.class_name)
        decoded: dict[str, Array | ImageError] = {}
        for one in passes:
            if one.takes.reading not in decoded:
                decoded[one.takes.reading] = _decoded(item, one.takes)
            one.take(picture, decoded[one.takes.reading])
        if count % 8 == 0:
            passed(8)
    passed(count % 8)
    found = [one.table() for one in passes]
    networks, ranking = sum(one.network_seconds for one in passes), sum(one.table_seconds for one in passes)
    return found, Cost(perf_counter() - started - networks - ranking, networks, ranking)


def _decoded(item: Item, wanted: ModelInput) -> Array | ImageError:
    """Return a picture as a network reads it, or why it cannot be read."""
    if item.problem:
        return ImageError(item.problem)
    try:
        return images.decode_for(item.content, wanted)
    except ImageError as error:
        return error


class _Pass:
    """One shard's pictures on their way through a network, in batches."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner, self.takes = scanner, scanner.network.takes
        self._collector = Collector(scanner.features, scanner.is_distinct)
        self._pictures: list[Picture] = []
        self._inputs: list[Array] = []
        self.network_seconds = self.table_seconds = 0.0

    def take(self, picture: Picture, decoded: Array | ImageError) -> None:
        """Take a picture, cut and scaled as in a gallery, or the reason why it is left out."""
        try:
            if isinstance(decoded, ImageError):
                raise decoded
            self._inputs.append(fed(self._scanner.network, decoded, self._scanner.fit).batch[0])
        except ImageError as error:
            self._collector.leave_out(LeftOut(picture.name, str(error)))
            return
        self._pictures.append(picture)
        if len(self._inputs) == self._scanner.batch:
            self._run()

    def table(self) -> Table:
        """Return the table of all pictures."""
        if self._inputs:
            self._run()
        started = perf_counter()
        table = self._collector.table()
        self.table_seconds += perf_counter() - started
        return table

    def _run(self) -> None:
        started = perf_counter()
        maxima = self._scanner.maxima.of(np.stack(self._inputs))
        computed = perf_counter()
        self._collector.add(self._pictures, maxima)
        self.network_seconds += computed - started
        self.table_seconds += perf_counter() - computed
        self._pictures, self._inputs = [], []
