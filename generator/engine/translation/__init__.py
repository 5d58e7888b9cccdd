"""The table from Keras operations to rules; a new layer type needs one more line here.

An operation is first split into its linear part and its activation, so that ``Conv2D(activation="relu")`` and
a convolution followed by a bare ``keras.ops.relu`` become the same two steps. An operation, an activation or
an option without a rule is refused; the message names it, its layer and the choices. Nothing is skipped. A
builder makes the rule for one call; each module here has the builders of a family of operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from generator.engine import rules
from generator.engine.translation import (
    activations,
    affine,
    convolutions,
    dense,
    merging,
    normalization,
    poolings,
    shapes,
    slicing,
)
from generator.engine.translation.activations import ACTIVATIONS, activation_of, activation_rule
from generator.engine.translation.call import BIASES, Call, at_inference, refusal
from generator.engine.translation.registered import is_registered, register_rule, registered_rule

__all__ = [
    "BIASES",
    "RULES",
    "Call",
    "activation_of",
    "fused_rule",
    "is_registered",
    "kind_of",
    "linear_rule",
    "register_rule",
    "registered_rule",
]


def _spectral_normalization(call: Call) -> rules.Rule:
    """Build the layer inside a spectral normalization, whose weights are normalized in training only."""
    at_inference(call)
    return linear_rule(replace(call, operation=call.operation.layer))


RULES: Mapping[str, Callable[[Call], rules.Rule]] = {
    "Activation": shapes.identity,
    "ActivityRegularization": shapes.identity,
    "Add": merging.weighted(1.0, 1.0),
    "AlphaDropout": shapes.dropout,
    "AugMix": shapes.augmentation,
    "Average": merging.average,
    "AveragePool": poolings.average_pooling,
    "AveragePooling2D": poolings.average_pooling,
    "BatchNormalization": affine.batch_normalization,
    "Celu": activations.celu,
    "CenterCrop": shapes.center_crop,
    "Clip": activations.clip,
    "Concatenate": merging.concatenate,
    "Conv": convolutions.bare_convolution,
    "Conv2D": convolutions.convolution,
    "Conv2DTranspose": convolutions.transposed,
    "Cropping2D": shapes.cropping,
    "CustomScaleLayer": merging.custom_scale,
    "CutMix": shapes.augmentation,
    "Dense": dense.dense,
    "DepthwiseConv": convolutions.bare_depthwise,
    "DepthwiseConv2D": convolutions.depthwise,
    "Divide": merging.divide,
    "Dropout": shapes.dropout,
    "ELU": activations.elu,
    "Elu": activations.elu,
    "Exp": activations.named("exponential"),
    "ExpandDims": shapes.reshape,
    "Flatten": shapes.flatten,
    "GaussianDropout": shapes.dropout,
    "GaussianNoise": shapes.dropout,
    "Gelu": activations.gelu,
    "GetItem": slicing.get_item,
    "GlobalAveragePooling2D": poolings.globally(rules.GlobalAverage),
    "GlobalMaxPooling2D": poolings.globally(rules.GlobalMaximum),
    "GroupNormalization": normalization.group_normalization,
    "HardShrink": activations.shrink(rules.HardShrink),
    "HardSigmoid": activations.named("hard_sigmoid"),
    "HardSilu": activations.named("hard_silu"),
    "HardTanh": activations.named("hard_tanh"),
    "Identity": shapes.identity,
    "LayerNormalization": normalization.layer_normalization,
    "LayerScale": normalization.layer_scale,
    "LeakyReLU": activations.relu,
    "LeakyRelu": activations.relu,
    "LogSigmoid": activations.named("log_sigmoid"),
    "Matmul": dense.matrix,
    "Max": poolings.over_pixels(rules.GlobalMaximum),
    "MaxPool": poolings.max_pooling,
    "MaxPooling2D": poolings.max_pooling,
    "Maximum": merging.maximum,
    "Mean": poolings.over_pixels(rules.GlobalAverage),
    "MixUp": shapes.augmentation,
    "Multiply": merging.multiply,
    "Negative": merging.negative,
    "Normalization": affine.normalization,
    "PReLU": activations.prelu,
    "Pad": shapes.bare_padding,
    "Permute": shapes.permute,
    "RMSNormalization": normalization.rms_normalization,
    "RandAugment": shapes.augmentation,
    "RandomBrightness": shapes.augmentation,
    "RandomColorDegeneration": shapes.augmentation,
    "RandomColorJitter": shapes.augmentation,
    "RandomContrast": shapes.augmentation,
    "RandomCrop": shapes.augmentation,
    "RandomElasticTransform": shapes.augmentation,
    "RandomErasing": shapes.augmentation,
    "RandomFlip": shapes.augmentation,
    "RandomGaussianBlur": shapes.augmentation,
    "RandomGrayscale": shapes.augmentation,
    "RandomHue": shapes.augmentation,
    "RandomInvert": shapes.augmentation,
    "RandomPerspective": shapes.augmentation,
    "RandomPosterization": shapes.augmentation,
    "RandomRotation": shapes.augmentation,
    "RandomSaturation": shapes.augmentation,
    "RandomSharpness": shapes.augmentation,
    "RandomShear": shapes.augmentation,
    "RandomTranslation": shapes.augmentation,
    "RandomZoom": shapes.augmentation,
    "ReLU": activations.relu,
    "Relu": activations.relu,
    "Relu6": activations.named("relu6"),
    "Rescaling": affine.rescaling,
    "Reshape": shapes.reshape,
    "Resizing": shapes.resizing,
    "Selu": activations.named("selu"),
    "SeparableConv2D": convolutions.separable,
    "Sigmoid": activations.named("sigmoid"),
    "Silu": activations.named("silu"),
    "SoftShrink": activations.shrink(rules.SoftShrink),
    "Softmax": activations.softmax,
    "Softplus": activations.named("softplus"),
    "Softsign": activations.named("softsign"),
    "Solarization": shapes.augmentation,
    "SparsePlus": activations.named("sparse_plus"),
    "SparseSigmoid": activations.named("sparse_sigmoid"),
    "SpatialDropout2D": shapes.dropout,
    "SpectralNormalization": _spectral_normalization,
    "Split": slicing.split,
    "Squareplus": activations.squareplus,
    "Squeeze": shapes.reshape,
    "Stack": slicing.stack,
    "Subtract": merging.weighted(1.0, -1.0),
    "Tanh": activations.named("tanh"),
    "TanhShrink": activations.named("tanh_shrink"),
    "Threshold": activations.threshold,
    "Transpose": shapes.transpose,
    "TrueDivide": merging.divide,
    "UnitNormalization": normalization.unit_normalization,
    "Unstack": slicing.unstack,
    "UpSampling2D": shapes.up_sampling,
    "ZeroPadding2D": shapes.padding,
    "generator.networks.dilated_pooling.DilatedMaxPooling2D": poolings.max_pooling,
}


def linear_rule(call: Call) -> rules.Rule:
    """Return the rule of an operation without its activation.

    Raises:
        EngineError: the operation or one of its options has no rule.
    """
    kind = kind_of(call.operation)
    if kind not in RULES:
        raise refusal(call, f"the operation {kind}", ", ".join(RULES))
    return RULES[kind](call)


def fused_rule(activation: Any, call: Call) -> rules.Rule:
    """Return the rule of an operation's activation: a Keras function, or a layer used as one.

    Raises:
        EngineError: there is no rule for the activation.
    """
    if isinstance(activation, str):
        return activation_rule(activation, call)
    kind = kind_of(activation)
    if kind not in RULES:
        name = getattr(activation, "__name__", None)
        raise refusal(call, f"the activation {name or kind}", ", ".join(ACTIVATIONS if name else RULES))
    if activation_of(activation) != "linear":
        raise refusal(call, f"the activation {kind} with its own activation or axis", "a layer of each")
    return RULES[kind](replace(call, operation=activation, inputs=(call.output,), training=False))


def kind_of(operation: Any) -> str:
    """Return the name of an operation's class; that of a bare ``keras.ops.relu`` is ``Relu``.

    A class from outside Keras is called by its full name, because a user's ``Conv2D`` may do anything.
    """
    kind = type(operation)
    return kind.__name__ if kind.__module__.startswith("keras.") else f"{kind.__module__}.{kind.__name__}"
