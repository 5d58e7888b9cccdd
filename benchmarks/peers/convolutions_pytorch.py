"""Each convolution of the work alone, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  its usual name

from benchmarks import serving, work
from benchmarks.bound import Convolution, Race


def ways(one: Convolution) -> dict[str, Callable[[], torch.Tensor]]:
    """Return the ways PyTorch has."""
    signal = torch.ones(one.rows, one.inputs, one.height, one.width)
    kernel = torch.ones(one.features, one.inputs, 3, 3)
    last = signal.contiguous(memory_format=torch.channels_last)
    kernel_last = kernel.contiguous(memory_format=torch.channels_last)
    return {
        "channels first": lambda: F.conv2d(signal, kernel, padding=1),
        "channels last": lambda: F.conv2d(last, kernel_last, padding=1),
    }


def start(given: work.Work) -> Race:
    """Return the race, with all cores and no gradients."""
    torch.set_num_threads(serving.CORES)
    torch.set_grad_enabled(False)
    return Race(given, ways)


if __name__ == "__main__":
    serving.serve(start)
