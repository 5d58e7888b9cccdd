"""Rules: one small class for each operation, which says how a signal passes forward and back.

The deconvnet is the network's backward pass with one change, at the rectifiers. Linear operations come back
by their exact adjoint at inference; a batch normalization is a scale and a shift, and the shift is a bias.
Biases play no part unless a rule has an ``offset`` to subtract. Activations that do not rectify, and
products and normalizations by the picture's own statistics, come back by their derivative in every method, at
the values of this picture. Max pooling sends each
value back to its switch (Zeiler & Fergus 2013, section 2.1). The methods ``deconvnet``, ``guided`` and
``gradient`` differ only at rectifiers, which are defined in ``activations``.

A rule is frozen and holds no state between calls. What its backward pass needs to know of the picture, its
forward pass returns as *memory*. Tensors have the batch first and the channels last. Forward takes one
picture, backward any number of rows.
"""

from generator.engine.rules.activations import (
    Curve,
    Derivative,
    Elu,
    Gelu,
    HardSilu,
    Mish,
    Rectifier,
    ReLU,
    Silu,
    Softplus,
    SparsePlus,
    Squareplus,
)
from generator.engine.rules.affine import Affine, Dense, Resize, Rounding
from generator.engine.rules.convolution import Convolution, DepthwiseConvolution, TransposedConvolution
from generator.engine.rules.merging import Concatenate, Product, Stack, WeightedSum
from generator.engine.rules.normalization import Softmax, Standardize, UnitLength
from generator.engine.rules.pooling import AveragePooling, GlobalAverage, GlobalMaximum, MaxPooling
from generator.engine.rules.rule import Chain, Identity, Pointwise, Rule
from generator.engine.rules.shapes import Crop, Pad, Permute, Reshape, Take
from generator.engine.rules.squashing import (
    Exponential,
    HardShrink,
    HardSigmoid,
    HardTanh,
    LogSigmoid,
    Sigmoid,
    SoftShrink,
    Softsign,
    SparseSigmoid,
    Tanh,
    TanhShrink,
)
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
    "Exponential",
    "Gelu",
    "GlobalAverage",
    "GlobalMaximum",
    "HardShrink",
    "HardSigmoid",
    "HardSilu",
    "HardTanh",
    "Identity",
    "LogSigmoid",
    "MaxPooling",
    "Mish",
    "Pad",
    "Permute",
    "Pointwise",
    "Product",
    "ReLU",
    "Rectifier",
    "Reshape",
    "Resize",
    "Rounding",
    "Rule",
    "Sigmoid",
    "Silu",
    "SoftShrink",
    "Softmax",
    "Softplus",
    "Softsign",
    "SparsePlus",
    "SparseSigmoid",
    "Squareplus",
    "Stack",
    "Standardize",
    "Take",
    "Tanh",
    "TanhShrink",
    "TiledMaxPooling",
    "TransposedConvolution",
    "UnitLength",
    "WeightedSum",
]
