"""Each convolution of the work alone, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  its usual name

from benchmarks import serving, work
from benchmarks.bound import Convolution, Race


def ways(one: Convolution) -> dict[str, Callable[[], object]]:
    """Return the ways PyTorch has."""
    found: dict[str, Callable[[], object]] = {}
    for name, layout in (("first", torch.contiguous_format), ("last", torch.channels_last)):
        found |= one.ways(f"channels {name}", _convolver(one, layout))
    return found


def _convolver(one: Convolution, layout: torch.memory_format) -> Callable[[int], torch.Tensor]:
    """Return the convolution of so many rows."""
    signals = {
        rows: torch.ones(rows, one.inputs, one.height, one.width).contiguous(memory_format=layout)
        for rows in one.sizes
    }
    kernel = torch.ones(one.features, one.inputs, 3, 3).contiguous(memory_format=layout)
    return lambda rows: F.conv2d(signals[rows], kernel, padding=1)


def start(given: work.Work) -> Race:
    """Return the race, with all cores and no gradients."""
    torch.set_num_threads(serving.CORES)
    torch.set_grad_enabled(False)
    return Race(given, ways)


if __name__ == "__main__":
    serving.serve(start)
