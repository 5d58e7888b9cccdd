"""PyTorch as an expert writes it: one forward pass, one backward sweep of all rows, nothing computed twice.

What PyTorch does fastest differs between machines, so the ways are tried and the fastest is timed:
``python -m benchmarks.peers.pytorch WORK`` names it, and ``... WORK WAY`` serves it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  its usual name

from benchmarks import serving, work

Convolve = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def flipped(kernel: torch.Tensor) -> torch.Tensor:
    """Return the kernel with which a plain convolution is the transposed one."""
    return kernel.flip(2, 3).transpose(0, 1)


def by_convolution(signal: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Return the transposed convolution, given the flipped kernel."""
    return F.conv2d(signal, kernel, padding=1)


def by_transposition(signal: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Return the transposed convolution."""
    return F.conv_transpose2d(signal, kernel, padding=1)


def unpool_by_index(signal: torch.Tensor, switches: torch.Tensor) -> torch.Tensor:
    """Return the signal with each value at its switch: PyTorch's own unpooling."""
    return F.max_unpool2d(signal, switches.expand(len(signal), -1, -1, -1), 2)


WAYS = {
    f"{name}, {layout}": (convolve, prepare, memory_format)
    for name, convolve, prepare in (
        ("conv2d with flipped kernels", by_convolution, flipped),
        ("conv_transpose2d", by_transposition, lambda kernel: kernel),
    )
    for layout, memory_format in (
        ("channels first", torch.contiguous_format),
        ("channels last", torch.channels_last),
    )
}


TRIES = 4


class Sweep:
    """The network's kernels in PyTorch's order, and the two passes."""

    def __init__(self, given: work.Work, way: str) -> None:
        self.convolve, prepare, self.layout = WAYS[way]
        self.given = given
        self.batch = self._arranged(torch.from_numpy(given.batch).permute(0, 3, 1, 2))
        self.kernels, self.biases, self.adjoints = {}, {}, {}
        for layer in given.layers:
            if layer.kernel is not None and layer.bias is not None:
                kernel = torch.from_numpy(layer.kernel).permute(3, 2, 0, 1)
                self.kernels[layer.name] = self._arranged(kernel)
                self.adjoints[layer.name] = self._arranged(prepare(kernel))
                self.biases[layer.name] = torch.from_numpy(layer.bias)

    @torch.inference_mode()
    def __call__(self) -> dict[str, np.ndarray]:
        """Return the reconstructions of each layer's features."""
        maps, switches = self.forward()
        rows = self.backward(maps, switches).permute(0, 2, 3, 1).numpy()
        found, end = {}, len(rows)
        for name, features in self.given.features.items():  # the deepest layer's rows come first
            found[name] = rows[end - len(features) : end]
            end -= len(features)
        return found

    def forward(self) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """Return the maps of the poolings and their switches."""
        signal, maps, switches = self.batch, {}, {}
        for layer in self.given.layers:
            if layer.name in self.kernels:
                linear = F.conv2d(signal, self.kernels[layer.name], self.biases[layer.name], padding=1)
                signal = linear.relu_()
            else:
                signal, switches[layer.name] = F.max_pool2d(signal, 2, return_indices=True)
                maps[layer.name] = signal
        return maps, switches

    def backward(self, maps: dict[str, torch.Tensor], switches: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return all rows at the picture, those of the deepest layer first."""
        signal = None
        for layer in reversed(self.given.layers):
            if layer.name in maps:
                joining = self._seeds(maps[layer.name], self.given.features[layer.name])
                signal = joining if signal is None else torch.cat([signal, joining])
                signal = unpool_by_index(signal, switches[layer.name])
            else:  # rectified in place: the signal at hand is read by nothing else
                signal = self.convolve(signal.relu_(), self.adjoints[layer.name])
        return signal

    def _seeds(self, maps: torch.Tensor, features: np.ndarray) -> torch.Tensor:
        """Return one row a feature, zero in every channel but its own."""
        rows = torch.zeros((len(features), *maps.shape[1:])).to(memory_format=self.layout)
        for row, feature in enumerate(features.tolist()):
            rows[row, feature] = maps[0, feature]
        return rows

    def _arranged(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.contiguous(memory_format=self.layout)


def fastest(given: work.Work) -> str:
    """Return the way that is fastest here: the best of some tries, in turns."""
    sweeps = {way: Sweep(given, way) for way in WAYS}
    tries = [{way: _seconds(sweep) for way, sweep in sweeps.items()} for _ in range(TRIES)]
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
        serving.serve(lambda given: Sweep(given, sys.argv[2]), note=sys.argv[2])
