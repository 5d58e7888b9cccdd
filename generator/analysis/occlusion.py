"""Cover each place of a picture, and see what its classes and features lose (Zeiler & Fergus 2013, 4.2).

Question: what is a class's loss, that of its probability or of its logit? Options: the probability, as in the
paper's figure 6; the logit. Choice: the logit, because a probability that is nearly 1 hardly falls while the
evidence does. The class that the network sees instead is told beside it. Cost: logits have no unit.

Question: which colour covers? Options: grey; the mean colour of this picture. Choice: the latter, because a
grey square in a green meadow is a thing of its own. Cost: each picture has another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.analysis.feeding import fed
from generator.analysis.forward_pass import engine_of, step_of
from generator.errors import EngineError, NetworkError

if TYPE_CHECKING:
    from generator.engine.batches import Batches
    from generator.networks.network import Network
    from generator.records import Array

GRID = 14
"""The default number of places in each direction."""

PATCH_SHARE = 5
"""The default patch is this part of the longer side."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What covering a picture does, place by place.

    Attributes:
        patch: the side of the covering square in pixels.
        whole: the logits of the whole picture (classes,) float32.
        logits: how much the logit of each class falls (rows, columns, classes) float32; below zero it rises.
        strengths: layer -> how much the strengths of its features fall (rows, columns, features) float32.
    """

    patch: int
    whole: Array
    logits: Array
    strengths: Mapping[str, Array]

    @property
    def seen(self) -> Array:
        """The index of the likeliest class at each place (rows, columns), -1 without classes."""
        if not self.whole.size:
            return np.full(self.logits.shape[:2], -1)
        found: Array = (self.whole - self.logits).argmax(axis=-1)
        return found


class Occluder:
    """A network, ready to cover pictures; compiled at the first.

    Args:
        network: with classes, or without if layers are named.
        layers: whose features' strengths are followed, all of each layer.
        patch: the side of the covering square in pixels, by default a fifth of the input's longer side.
        grid: the number of places in each direction.

    Raises:
        EngineError: an operation of the network has no rule, or ``patch`` or ``grid`` is out of range.
        NetworkError: the network does not have one of the layers, or neither classes nor layers are given.
    """

    def __init__(
        self, network: Network, layers: Sequence[str] = (), patch: int | None = None, grid: int = GRID
    ) -> None:
        engine = engine_of(network)
        side = max(network.input_shape[:2])
        self._patch = side // PATCH_SHARE if patch is None else patch
        _refuse("patch", self._patch, side)
        _refuse("grid", grid, min(network.input_shape[:2]))
        if engine.end is None and not layers:
            raise NetworkError(
                f"{network.name} has no classes; name layers whose features are to be followed"
            )
        self._network, self._grid, self._layers = network, grid, tuple(layers)
        self._logits = engine.end.logits if engine.end else None
        steps = [step_of(network, engine, layer) for layer in layers]
        self._sizes = [engine.shapes[step][-1] for step in steps]
        self._batches = _batches(engine, self._logits, steps)

    def occlude(self, image: Any, fit: str = "crop") -> Occlusion:
        """Return what covering each place of a picture does.

        Args:
            image: as for ``deconvolve``.
            fit: as for ``deconvolve``.

        Raises:
            EngineError: activations hold NaN or infinity.
            ImageError: the picture cannot be read or has the wrong shape.
        """
        batch = fed(self._network, image, fit).batch
        whole, covered = self._numbers(batch[0])
        fall = (whole - covered).reshape(self._grid, self._grid, -1)
        classes = len(whole) - sum(self._sizes)
        parts = np.split(fall[..., classes:], np.cumsum(self._sizes)[:-1], axis=-1) if self._sizes else []
        return Occlusion(
            patch=self._patch,
            whole=whole[:classes],
            logits=fall[..., :classes],
            strengths=dict(zip(self._layers, parts, strict=True)),
        )

    def _numbers(self, values: Array) -> tuple[Array, Array]:
        """Return the numbers of the whole picture (K,), and of the covered ones (places, K)."""
        from generator.engine.batches import BATCH

        pictures = [values, *self._covered(values)]
        parts = [
            self._batches.of(np.stack(pictures[start : start + BATCH]))
            for start in range(0, len(pictures), BATCH)
        ]
        numbers = np.concatenate(parts)
        if not np.isfinite(numbers).all():
            raise EngineError("the activations of a covered picture hold NaN or infinity")
        return numbers[0], numbers[1:]

    def _covered(self, values: Array) -> Iterator[Array]:
        """Yield the input with each place covered, row by row."""
        colour = values.mean(axis=(0, 1), dtype=np.float64).astype(values.dtype)
        rows, columns = (places(side, self._grid, self._patch) for side in values.shape[:2])
        for down, across in product(rows, columns):
            picture = values.copy()
            picture[down, across] = colour
            yield picture


def places(side: int, grid: int, patch: int) -> list[slice]:
    """Return the pixels that a patch covers at each place along a side: around the middle of each part.

    >>> places(10, 2, 4)
    [slice(0, 4, None), slice(6, 10, None)]
    """
    starts = (round((place + 0.5) * side / grid - patch / 2) for place in range(grid))
    return [slice(max(start, 0), min(start + patch, side)) for start in starts]


def _batches(engine: Any, logits: str | None, steps: Sequence[str]) -> Batches:
    from generator.engine.batches import Batches, mean, norm

    measures = [(logits, mean)] if logits else []
    return Batches(engine.steps, [*measures, *((step, norm) for step in steps)], engine.dtype)


def _refuse(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise EngineError(f"`{name}` must be from 1 to {most}. Received: {value}")
