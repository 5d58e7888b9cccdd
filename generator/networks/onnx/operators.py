"""The table from operators of ONNX to translations; another operator needs one more line here."""

from __future__ import annotations

from collections.abc import Mapping

from keras import layers

from generator.networks.onnx import convolutions, merging, moving, pointwise, poolings
from generator.networks.onnx.call import Translate
from generator.networks.onnx.pointwise import curve

__all__ = ["OPERATORS", "curve"]

OPERATORS: Mapping[str, Translate] = {
    "Add": merging.add,
    "AveragePool": poolings.average_pooling,
    "BatchNormalization": pointwise.batch_normalization,
    "Cast": moving.cast,
    "Clip": pointwise.clip,
    "Concat": merging.concatenate,
    "Conv": convolutions.convolution,
    "ConvTranspose": convolutions.transposed,
    "Div": merging.divide,
    "Dropout": moving.dropout,
    "Elu": pointwise.elu,
    "Flatten": moving.flatten,
    "Gather": moving.gather,
    "Gelu": pointwise.gelu,
    "Gemm": convolutions.dense,
    "GlobalAveragePool": poolings.globally(layers.GlobalAveragePooling2D),
    "GlobalMaxPool": poolings.globally(layers.GlobalMaxPooling2D),
    "HardSigmoid": pointwise.hard_sigmoid,
    "HardSwish": pointwise.activation("hard_silu"),
    "Identity": moving.same,
    "LayerNormalization": pointwise.layer_normalization,
    "LeakyRelu": pointwise.leaky_relu,
    "MatMul": convolutions.matrix,
    "MaxPool": poolings.max_pooling,
    "Mul": merging.multiply,
    "PRelu": pointwise.prelu,
    "Pad": moving.pad,
    "ReduceMean": poolings.mean,
    "Relu": pointwise.relu,
    "Reshape": moving.reshape,
    "Resize": moving.resize,
    "Sigmoid": pointwise.activation("sigmoid"),
    "Slice": moving.slice_,
    "Softmax": pointwise.softmax,
    "Split": moving.split,
    "Squeeze": moving.squeeze,
    "Sub": merging.subtract,
    "Tanh": pointwise.activation("tanh"),
    "Transpose": moving.transpose,
    "Unsqueeze": moving.unsqueeze,
}
