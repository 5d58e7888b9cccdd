"""Export every network and write PyTorch's own numbers: outputs, and reconstructions of some classes.

The reconstructions are PyTorch's autograd in float64, with the backward pass of each rectifier replaced:
``deconvnet`` rectifies the arriving signal, ``gradient`` multiplies it by the slope, ``guided`` does both.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tests.exports import guide, trained
from tests.exports.names import CLASSES, EXPORTS, METHODS, NETWORKS, SIDE, file_name
from tests.exports.networks import made

RECTIFIERS = (nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish, nn.GELU)


class Rectified(torch.autograd.Function):
    """An activation whose value and slope are known, with the way back of a method."""

    @staticmethod
    def forward(context, x, value, slope, method):
        context.save_for_backward(slope)
        context.method = method
        return value.clone()

    @staticmethod
    def backward(context, signal):
        (slope,) = context.saved_tensors
        signal = signal if context.method == "gradient" else signal.clamp(min=0)
        return signal if context.method == "deconvnet" else signal * slope, None, None, None


class Overridden(nn.Module):
    """An activation inside a network, with the way back of a method."""

    def __init__(self, module, method):
        super().__init__()
        self.kept, self.method = [module], method

    def forward(self, x):
        own = x.detach().clone().requires_grad_()
        value = self.kept[0](own.clone())
        (slope,) = torch.autograd.grad(value.sum(), own)
        return Rectified.apply(x, value.detach(), slope, self.method)


def override(module, method):
    """Replace every rectifier inside a module."""
    for name, child in module.named_children():
        if isinstance(child, RECTIFIERS):
            setattr(module, name, Overridden(child, method))
        else:
            override(child, method)


def reconstructions(network, image, method):
    """Return the signals of some classes at the picture (n, C, H, W); each starts as the class's value."""
    own = made(network).double()
    override(own, method)
    found = []
    for number in CLASSES:
        picture = image.double().requires_grad_()
        output = own(picture)
        (signal,) = torch.autograd.grad(output[0, number] * output[0, number].item(), picture)
        found.append(signal[0].numpy())
    return np.stack(found)


def write(folder):
    """Write files and numbers."""
    torch.manual_seed(1)
    image = torch.randn(1, 3, SIDE, SIDE)
    for name in NETWORKS:
        network = made(name)
        numbers = {method: reconstructions(name, image, method) for method in METHODS}
        with torch.no_grad():
            output = network(image).numpy()
        np.savez(folder / f"{name}.npz", image=image.numpy(), output=output, **numbers)
        for export, options in EXPORTS.items():
            torch.onnx.export(network, (image,), folder / file_name(name, export), verbose=False, **options)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    write(folder)
    trained.write(folder)
    guide.run(folder / "guide")
