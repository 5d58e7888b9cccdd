"""Scan a shard of a data set: its pictures go through a network, and the table keeps the strongest."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
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


class Scanner:
    """A network, ready to scan shards; it is compiled at the first one.

    Args:
        network: from ``load_network``.
        layers: the names of its layers, each once.
        is_distinct: whether pictures with the same bytes count once among the strongest.

    Raises:
        EngineError: an operation of the network has no rule.
        NetworkError: the network does not have one of the layers.
    """

    def __init__(self, network: Network, layers: Sequence[str], is_distinct: bool = True) -> None:
        from generator.engine.maxima import BATCH, Maxima

        engine = engine_of(network)
        steps = [step_of(network, engine, layer) for layer in layers]
        self._network, self._is_distinct, self._batch = network, is_distinct, BATCH
        self._features = {layer: engine.shapes[step][-1] for layer, step in zip(layers, steps, strict=True)}
        self._maxima = Maxima(engine.steps, steps, engine.dtype)

    def table(self, shard: Shard) -> Table:
        """Return the table of a shard. A picture that cannot be read is left out and named in it.

        Raises:
            DatasetError: the shard is damaged, or has two pictures of one name.
            EngineError: activations of a picture hold NaN or infinity.
        """
        collector = Collector(self._features, self._is_distinct)
        pictures: list[Picture] = []
        inputs: list[Array] = []
        for item in shard.items():
            try:
                inputs.append(self._input(item))
            except ImageError as error:
                collector.leave_out(LeftOut(item.name, str(error)))
                continue
            pictures.append(Picture(item.name, sha256(item.content).hexdigest(), item.class_name))
            if len(inputs) == self._batch:
                collector.add(pictures, self._maxima.of(np.stack(inputs)))
                pictures, inputs = [], []
        if inputs:
            collector.add(pictures, self._maxima.of(np.stack(inputs)))
        return collector.table()

    def _input(self, item: Item) -> Array:
        """Return the network's input (H, W, C) for a picture, cut and scaled as in a gallery."""
        if item.problem:
            raise ImageError(item.problem)
        batch = fed(self._network, images.decode(item.content)).batch
        values: Array = batch[0]
        return values
