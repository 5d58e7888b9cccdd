"""Captum's ``Deconvolution``: one target a call.

Captum sends back a target's gradient. The target here is the sum of a map times itself, held constant once,
whose gradient is the map: the seed that we use. Each call runs the network no deeper than its target.
"""

from __future__ import annotations

import warnings

import numpy as np
import torch
from captum.attr import Deconvolution
from torch import nn

from benchmarks import serving, work
from benchmarks.peers import pytorch_modules


class Target(nn.Module):
    """The network down to a layer; its output is the sum of one map times itself, held constant once."""

    def __init__(self, layers: list[nn.Module], feature: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.feature = feature

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """Return one number a picture."""
        maps = self.layers(batch)[:, self.feature]
        return (maps * maps.detach()).sum((1, 2))


def start(given: work.Work) -> serving.Run:
    """Return the function that asks for one feature after the other."""
    torch.set_num_threads(serving.CORES)
    warnings.filterwarnings("ignore", message="Setting backward hooks on ReLU activations")
    batch = torch.from_numpy(given.batch).permute(0, 3, 1, 2).contiguous()
    methods = {
        name: [Deconvolution(Target(_down_to(given, name), int(feature))) for feature in features]
        for name, features in given.features.items()
    }

    def run() -> dict[str, np.ndarray]:
        return {name: np.concatenate([_attribute(one, batch) for one in of]) for name, of in methods.items()}

    return run


def _attribute(method: Deconvolution, batch: torch.Tensor) -> np.ndarray:
    """Return one reconstruction (1, H, W, 3)."""
    return method.attribute(batch.clone().requires_grad_()).detach().permute(0, 2, 3, 1).numpy()


def _down_to(given: work.Work, last: str) -> list[nn.Module]:
    """Return PyTorch's modules of the network, from the picture to a layer."""
    layers = pytorch_modules.modules(given, nn.ReLU)
    names = list(layers)
    return [module for name in names[: names.index(last) + 1] for module in layers[name]]


if __name__ == "__main__":
    serving.serve(start)
