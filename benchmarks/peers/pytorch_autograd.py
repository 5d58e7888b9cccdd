"""PyTorch as an expert writes it who trusts its automatic differentiation.

One forward pass; the ReLU's gradient overridden; then one backward pass a layer that carries the layer's
features together. They go together as a batch of gradients, or on as many copies of the picture: the ways are
tried and the fastest is timed, as in ``pytorch``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks import serving, work
from benchmarks.peers import pytorch_modules

TRIES = 3


class Rectification(torch.autograd.Function):
    """The ReLU, and on the way back the ReLU of what arrives."""

    generate_vmap_rule = True

    @staticmethod
    def forward(values: torch.Tensor) -> torch.Tensor:
        """Return the ReLU."""
        return values.clamp(min=0)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Remember nothing."""

    @staticmethod
    def backward(_: Any, signal: torch.Tensor) -> torch.Tensor:
        """Return the rectified signal."""
        return signal.clamp(min=0)


class Rectifier(nn.Module):
    """The same as a module."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return the ReLU."""
        return Rectification.apply(values)


class Passes:
    """The network, run forward once and back once a layer."""

    def __init__(self, given: work.Work, way: str) -> None:
        copied, self.layout = WAYS[way]
        self.given = given
        self.copies = max(map(len, given.features.values())) if copied else 1
        self.layers = pytorch_modules.modules(given, Rectifier)
        for module in (module for modules in self.layers.values() for module in modules):
            module.to(memory_format=self.layout)

    def __call__(self) -> dict[str, np.ndarray]:
        """Return the reconstructions of each layer's features."""
        picture = torch.from_numpy(self.given.batch).permute(0, 3, 1, 2)
        batch = picture.repeat(self.copies, 1, 1, 1).contiguous(memory_format=self.layout).requires_grad_()
        maps, signal = {}, batch
        for name, modules in self.layers.items():
            for module in modules:
                signal = module(signal)
            maps[name] = signal
        return {name: self._back(batch, maps[name], chosen) for name, chosen in self.given.features.items()}

    def _back(self, batch: torch.Tensor, maps: torch.Tensor, features: np.ndarray) -> np.ndarray:
        """Return the reconstructions (K, H, W, 3) of one layer."""
        batched = self.copies == 1
        seeds = torch.zeros((len(features), *maps.shape[1:])).contiguous(memory_format=self.layout)
        for row, feature in enumerate(features.tolist()):
            seeds[row, feature] = maps[0, feature].detach()
        seeds = seeds[:, None] if batched else seeds
        (rows,) = torch.autograd.grad(maps, batch, seeds, retain_graph=True, is_grads_batched=batched)
        rows = rows[:, 0] if batched else rows
        found: np.ndarray = rows.permute(0, 2, 3, 1).numpy()
        return found


WAYS = {
    f"{name}, {layout}": (copied, memory_format)
    for name, copied in (("a batch of gradients", False), ("copies of the picture", True))
    for layout, memory_format in (
        ("channels first", torch.contiguous_format),
        ("channels last", torch.channels_last),
    )
}


def fastest(given: work.Work) -> str:
    """Return the way that is fastest here: the best of some tries, in turns."""
    passes = {way: Passes(given, way) for way in WAYS}
    tries = [{way: _seconds(run) for way, run in passes.items()} for _ in range(TRIES)]
    return min(WAYS, key=lambda way: min(one[way] for one in tries))


def _seconds(run: Callable[[], object]) -> float:
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


if __name__ == "__main__":
    torch.set_num_threads(serving.CORES)
    if len(sys.argv) == 2:
        print(fastest(work.read(Path(sys.argv[1]))))
    else:
        serving.serve(lambda given: Passes(given, sys.argv[2]), note=sys.argv[2])
