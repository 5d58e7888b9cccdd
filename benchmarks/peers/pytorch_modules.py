"""The network as PyTorch's modules, for the peers that go back by its automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from benchmarks import work


def modules(given: work.Work, rectifier: Callable[[], nn.Module]) -> dict[str, list[nn.Module]]:
    """Return the modules of each layer, from the picture on; ``rectifier`` makes a ReLU."""
    return {
        layer.name: [nn.MaxPool2d(2)] if layer.kernel is None else [_convolution(layer), rectifier()]
        for layer in given.layers
    }


def _convolution(layer: work.Layer) -> nn.Conv2d:
    inputs, features = layer.kernel.shape[2:]
    module = nn.Conv2d(inputs, features, 3, padding=1)
    module.weight.data = torch.from_numpy(layer.kernel).permute(3, 2, 0, 1).contiguous()
    module.bias.data = torch.from_numpy(layer.bias)
    return module.requires_grad_(False)
