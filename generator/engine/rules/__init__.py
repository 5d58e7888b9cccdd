"""One small rule for each operation: how a picture goes forward through it, and how a signal comes back.

A deconvnet is the backward pass of a network with one change, at the rectifiers (``activations``). Everything
else is the same for all methods:

- Linear operations come back by their exact adjoint at inference. A batch normalization is a scale and a
  shift, and its shift counts as a bias. Biases play no part, unless a rule has an ``offset`` to subtract.
- Max pooling sends each value back to its switch (Zeiler & Fergus 2013, section 2.1).
- Products, and activations that do not rectify, come back by their derivative at this picture's values.

Tensors are batch first, channels last. Forward sees one picture, backward any number of rows.
"""

from generator.engine.rules.activations import (
    Curve,
    Derivative,
    Elu,
    Gelu,
    HardSigmoid,
    HardSilu,
    Rectifier,
    ReLU,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
)
from generator.engine.rules.affine import Affine, Dense, Resize
from generator.engine.rules.convolution import Convolution, DepthwiseConvolution, TransposedConvolution
from generator.engine.rules.merging import Concatenate, Product, WeightedSum
from generator.engine.rules.pooling import AveragePooling, GlobalAverage, GlobalMaximum, MaxPooling
from generator.engine.rules.rule import Chain, Identity, Rule
from generator.engine.rules.shapes import Crop, Pad, Permute, Reshape
from generator.engine.rules.tiling import TiledMaxPooling

__all__ = [
    "Affine",
    "AveragePooling",
    "Chain",
    "Concatenate",
    "Convolution",
    "Crop",
    "Curve",
    "Dense",
    "DepthwiseConvolution",
    "Derivative",
    "Elu",
    "Gelu",
    "GlobalAverage",
    "GlobalMaximum",
    "HardSigmoid",
    "HardSilu",
    "Identity",
    "MaxPooling",
    "Pad",
    "Permute",
    "Product",
    "ReLU",
    "Rectifier",
    "Reshape",
    "Resize",
    "Rule",
    "Sigmoid",
    "Silu",
    "Softplus",
    "Tanh",
    "TiledMaxPooling",
    "TransposedConvolution",
    "WeightedSum",
]
