"""A sample of every operation that has a rule, and the table of these rules for the docs."""

import re

import keras
import numpy as np
from keras import layers, ops
from keras.src.applications.convnext import LayerScale
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

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
    "AugMix": layers.AugMix(),
    "Average": lambda x: layers.Average()([x, x]),
    "AveragePool": lambda x: ops.average_pool(x, 2),
    "AveragePooling2D": layers.AveragePooling2D(2),
    "BatchNormalization": layers.BatchNormalization(),
    "Celu": lambda x: ops.celu(x),
    "CenterCrop": layers.CenterCrop(5, 4),
    "Clip": lambda x: ops.clip(x, 0, 6),
    "Concatenate": lambda x: layers.Concatenate()([x, x]),
    "Conv": lambda x: ops.conv(x, KERNEL),
    "Conv2D": layers.Conv2D(2, 3),
    "Conv2DTranspose": layers.Conv2DTranspose(2, 3),
    "Cropping2D": layers.Cropping2D(1),
    "CustomScaleLayer": lambda x: CustomScaleLayer(0.5)([x, x]),
    "CutMix": layers.CutMix(),
    "Dense": layers.Dense(2),
    "DepthwiseConv": lambda x: ops.depthwise_conv(x, KERNEL),
    "DepthwiseConv2D": layers.DepthwiseConv2D(3),
    "Divide": lambda x: ops.divide(x, 2.0),
    "Dropout": layers.Dropout(0.5),
    "ELU": layers.ELU(),
    "Elu": lambda x: ops.elu(x),
    "Exp": lambda x: ops.exp(x),
    "ExpandDims": lambda x: ops.expand_dims(x, 1),
    "Flatten": layers.Flatten(),
    "GaussianDropout": layers.GaussianDropout(0.5),
    "GaussianNoise": layers.GaussianNoise(0.5),
    "Gelu": lambda x: ops.gelu(x),
    "GetItem": lambda x: x[:, 1:, ::-2],
    "GlobalAveragePooling2D": layers.GlobalAveragePooling2D(),
    "GlobalMaxPooling2D": layers.GlobalMaxPooling2D(),
    "GroupNormalization": layers.GroupNormalization(2),
    "HardShrink": lambda x: ops.hard_shrink(x),
    "HardSigmoid": lambda x: ops.hard_sigmoid(x),
    "HardSilu": lambda x: ops.hard_silu(x),
    "HardTanh": lambda x: ops.hard_tanh(x),
    "Identity": layers.Identity(),
    "LayerNormalization": layers.LayerNormalization(),
    "LayerScale": LayerScale(0.5, 4),
    "LeakyReLU": layers.LeakyReLU(),
    "LeakyRelu": lambda x: ops.leaky_relu(x),
    "LogSigmoid": lambda x: ops.log_sigmoid(x),
    "Matmul": lambda x: ops.matmul(x, np.ones((4, 2), np.float32)),
    "Max": lambda x: ops.max(x, axis=(1, 2)),
    "MaxPool": lambda x: ops.max_pool(x, 2),
    "MaxPooling2D": layers.MaxPooling2D(2),
    "Maximum": lambda x: ops.maximum(x, 0),
    "Mean": lambda x: ops.mean(x, axis=(1, 2)),
    "MixUp": layers.MixUp(),
    "Multiply": lambda x: layers.Multiply()([x, x]),
    "Negative": lambda x: ops.negative(x),
    "Normalization": layers.Normalization(mean=0.5, variance=4.0),
    "PReLU": layers.PReLU(),
    "Pad": lambda x: ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))),
    "Permute": layers.Permute((3, 1, 2)),
    "RMSNormalization": layers.RMSNormalization(),
    "RandAugment": layers.RandAugment(),
    "RandomBrightness": layers.RandomBrightness(0.2),
    "RandomColorDegeneration": lambda x: layers.RandomColorDegeneration(0.2)(x[..., :3]),
    "RandomColorJitter": layers.RandomColorJitter(),
    "RandomContrast": layers.RandomContrast(0.2),
    "RandomCrop": layers.RandomCrop(8, 8),
    "RandomElasticTransform": layers.RandomElasticTransform(),
    "RandomErasing": layers.RandomErasing(),
    "RandomFlip": layers.RandomFlip(),
    "RandomGaussianBlur": layers.RandomGaussianBlur(),
    "RandomGrayscale": layers.RandomGrayscale(),
    "RandomHue": layers.RandomHue(0.2),
    "RandomInvert": layers.RandomInvert(),
    "RandomPerspective": layers.RandomPerspective(),
    "RandomPosterization": layers.RandomPosterization(2),
    "RandomRotation": layers.RandomRotation(0.2),
    "RandomSaturation": layers.RandomSaturation(0.2),
    "RandomSharpness": layers.RandomSharpness(0.2),
    "RandomShear": layers.RandomShear(),
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
    "SoftShrink": lambda x: ops.soft_shrink(x),
    "Softmax": layers.Softmax(),
    "Softplus": lambda x: ops.softplus(x),
    "Softsign": lambda x: ops.softsign(x),
    "Solarization": layers.Solarization(),
    "SparsePlus": lambda x: ops.sparse_plus(x),
    "SparseSigmoid": lambda x: ops.sparse_sigmoid(x),
    "SpatialDropout2D": layers.SpatialDropout2D(0.5),
    "SpectralNormalization": layers.SpectralNormalization(layers.Conv2D(2, 3)),
    "Split": lambda x: ops.split(x, 2, axis=-1)[1],
    "Squareplus": lambda x: ops.squareplus(x),
    "Squeeze": lambda x: ops.squeeze(layers.Reshape((1, 8, 32))(x), 1),
    "Stack": lambda x: ops.stack([x, x], axis=1),
    "Subtract": lambda x: layers.Subtract()([x, x]),
    "Tanh": lambda x: ops.tanh(x),
    "TanhShrink": lambda x: ops.tanh_shrink(x),
    "Threshold": lambda x: ops.threshold(x, 0.5, 0),
    "Transpose": lambda x: ops.transpose(x, (0, 2, 1, 3)),
    "TrueDivide": lambda x: x / 2.0,
    "UnitNormalization": layers.UnitNormalization(),
    "Unstack": lambda x: ops.unstack(x, axis=2)[-1],
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
