"""A sample of every operation that has a rule, and the table of these rules for the docs."""

import re

import keras
import numpy as np
from keras import layers, ops

from generator.engine import graph, rules
from generator.engine.methods import METHODS
from generator.engine.translation import RULES, kind_of
from generator.engine.translation.activations import RECTIFYING, SQUASHING
from generator.networks.dilated_pooling import DilatedMaxPooling2D

SHAPE = (8, 8, 4)
KERNEL = np.ones((3, 3, 4, 1), np.float32)

SAMPLES = {
    "Activation": layers.Activation("linear"),
    "ActivityRegularization": layers.ActivityRegularization(),
    "Add": lambda x: layers.Add()([x, x]),
    "AlphaDropout": layers.AlphaDropout(0.5),
    "Average": lambda x: layers.Average()([x, x]),
    "AveragePool": lambda x: ops.average_pool(x, 2),
    "AveragePooling2D": layers.AveragePooling2D(2),
    "BatchNormalization": layers.BatchNormalization(),
    "Clip": lambda x: ops.clip(x, 0, 6),
    "Concatenate": lambda x: layers.Concatenate()([x, x]),
    "Conv": lambda x: ops.conv(x, KERNEL),
    "Conv2D": layers.Conv2D(2, 3),
    "Conv2DTranspose": layers.Conv2DTranspose(2, 3),
    "Cropping2D": layers.Cropping2D(1),
    "Dense": layers.Dense(2),
    "DepthwiseConv": lambda x: ops.depthwise_conv(x, KERNEL),
    "DepthwiseConv2D": layers.DepthwiseConv2D(3),
    "Divide": lambda x: ops.divide(x, 2.0),
    "Dropout": layers.Dropout(0.5),
    "ELU": layers.ELU(),
    "Elu": lambda x: ops.elu(x),
    "ExpandDims": lambda x: ops.expand_dims(x, 1),
    "Flatten": layers.Flatten(),
    "GaussianDropout": layers.GaussianDropout(0.5),
    "GaussianNoise": layers.GaussianNoise(0.5),
    "Gelu": lambda x: ops.gelu(x),
    "GlobalAveragePooling2D": layers.GlobalAveragePooling2D(),
    "GlobalMaxPooling2D": layers.GlobalMaxPooling2D(),
    "HardSigmoid": lambda x: ops.hard_sigmoid(x),
    "HardSilu": lambda x: ops.hard_silu(x),
    "Identity": layers.Identity(),
    "LeakyReLU": layers.LeakyReLU(),
    "LeakyRelu": lambda x: ops.leaky_relu(x),
    "Matmul": lambda x: ops.matmul(x, np.ones((4, 2), np.float32)),
    "Max": lambda x: ops.max(x, axis=(1, 2)),
    "MaxPool": lambda x: ops.max_pool(x, 2),
    "MaxPooling2D": layers.MaxPooling2D(2),
    "Maximum": lambda x: ops.maximum(x, 0),
    "Mean": lambda x: ops.mean(x, axis=(1, 2)),
    "Multiply": lambda x: layers.Multiply()([x, x]),
    "Negative": lambda x: ops.negative(x),
    "Normalization": layers.Normalization(mean=0.5, variance=4.0),
    "PReLU": layers.PReLU(),
    "Pad": lambda x: ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))),
    "Permute": layers.Permute((3, 1, 2)),
    "RandomBrightness": layers.RandomBrightness(0.2),
    "RandomContrast": layers.RandomContrast(0.2),
    "RandomFlip": layers.RandomFlip(),
    "RandomRotation": layers.RandomRotation(0.2),
    "RandomTranslation": layers.RandomTranslation(0.2, 0.2),
    "RandomZoom": layers.RandomZoom(0.2),
    "ReLU": layers.ReLU(),
    "Relu": lambda x: ops.relu(x),
    "Relu6": lambda x: ops.relu6(x),
    "Rescaling": layers.Rescaling(2.0),
    "Reshape": layers.Reshape((8, -1)),
    "Resizing": layers.Resizing(5, 5),
    "Selu": lambda x: ops.selu(x),
    "SeparableConv2D": layers.SeparableConv2D(2, 3),
    "Sigmoid": lambda x: ops.sigmoid(x),
    "Silu": lambda x: ops.silu(x),
    "Softmax": layers.Softmax(),
    "Softplus": lambda x: ops.softplus(x),
    "SpatialDropout2D": layers.SpatialDropout2D(0.5),
    "Squeeze": lambda x: ops.squeeze(layers.Reshape((1, 8, 32))(x), 1),
    "Subtract": lambda x: layers.Subtract()([x, x]),
    "Tanh": lambda x: ops.tanh(x),
    "Transpose": lambda x: ops.transpose(x, (0, 2, 1, 3)),
    "TrueDivide": lambda x: x / 2.0,
    "UpSampling2D": layers.UpSampling2D(2),
    "ZeroPadding2D": layers.ZeroPadding2D(1),
    "generator.networks.dilated_pooling.DilatedMaxPooling2D": DilatedMaxPooling2D(2, 2),
}


def table():
    """Return the rules of all operations, of activations and of the methods, as lines of Markdown."""
    return [
        *("| operation | rule | forward, and back |", "|---|---|---|"),
        *(operation_row(kind) for kind in sorted(RULES, key=str.lower)),
        "",
        *("| `activation=` | rule | forward, and back |", "|---|---|---|"),
        *(activation_row(name) for name in sorted([*RECTIFYING, *SQUASHING])),
        "",
        *("| method | back through a `Rectifier` |", "|---|---|"),
        *(f"| `{name}` | {way_back(method)} |" for name, method in METHODS.items()),
    ]


def operation_row(kind):
    """Return the line of an operation, with the rule that the engine gives its sample."""
    rule = rule_of(kind)
    if isinstance(rule, rules.Rectifier):
        return f"| `{kind}` | {rectifier(rule.curve)} |"
    if isinstance(rule, rules.Derivative):
        return f"| `{kind}` | {derivative(rule.curve)} |"
    if isinstance(rule, rules.Chain):
        links = ", ".join(f"`{type(link).__name__}`" for link in rule.links)
        return f"| `{kind}` | `Chain` of {links} | {said(type(rule))} |"
    return f"| `{kind}` | `{type(rule).__name__}` | {said(type(rule))} |"


def activation_row(name):
    """Return the line of a function of ``keras.activations``."""
    if name in SQUASHING:
        return f"| `{name}` | {derivative(SQUASHING[name])} |"
    return f"| `{name}` | {rectifier(RECTIFYING[name])} |"


def rectifier(curve):
    """Return the cells of what the methods treat as a ReLU."""
    return f"`Rectifier` of `{type(curve).__name__}` | {said(type(curve))}; back as the method says"


def derivative(curve):
    """Return the cells of what comes back by its derivative in every method."""
    return f"`Derivative` of `{type(curve).__name__}` | {said(type(curve))}; back by its slope"


def way_back(method):
    """Return what a method sends back through a rectifier."""
    signal = "the rectified signal" if method.rectifies else "the signal"
    return f"{signal} times the slope of the activation" if method.needs_slopes else signal


def rule_of(kind):
    """Return the rule that the engine gives an operation's sample."""
    image = layers.Input(SHAPE)
    model = keras.Model(image, SAMPLES[kind](image))
    assert kind_of(model.operations[-1]) == kind
    return graph.read(model)[-1].rule


def said(kind):
    """Return what the first sentence of a class's docstring says, in Markdown."""
    first = re.match(r".*?\.(?=\s|$)", kind.__doc__).group()
    return first.replace("``", "`").removesuffix(".").replace("|", r"\|")
