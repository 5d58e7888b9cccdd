"""The networks of ``keras.applications`` with seeded random weights that keep signals at a sane size."""

import keras
import numpy as np

from tests.support.precision import building_in

SIZES = {
    "VGG16": 32,
    "VGG19": 32,
    "ResNet50": 64,
    "ResNet50V2": 64,
    "InceptionV3": 75,
    "Xception": 71,
    "DenseNet121": 64,
    "MobileNet": 64,
    "MobileNetV2": 64,
    "EfficientNetB0": 64,
    "InceptionResNetV2": 75,
    "ConvNeXtTiny": 32,
    "ConvNeXtSmall": 32,
    "ConvNeXtBase": 32,
}
"""The side of a small picture for each, in pixels."""

FURTHER = {
    "ConvNeXtLarge": 32,
    "ConvNeXtXLarge": 32,
    "DenseNet169": 64,
    "DenseNet201": 64,
    "EfficientNetB1": 64,
    "EfficientNetB2": 64,
    "EfficientNetB3": 64,
    "EfficientNetB4": 64,
    "EfficientNetB5": 64,
    "EfficientNetB6": 64,
    "EfficientNetB7": 64,
    "EfficientNetV2B0": 64,
    "MobileNetV3Large": 64,
    "MobileNetV3Small": 64,
    "NASNetMobile": 64,
    "ResNet101": 64,
    "ResNet101V2": 64,
    "ResNet152": 64,
    "ResNet152V2": 64,
}
"""The same for larger or deeper forms, which no test measures, only ``make coverage-table``."""

AMPLIFYING = {
    "EfficientNetV2B1": 64,
    "EfficientNetV2B2": 96,
    "EfficientNetV2B3": 64,
    "EfficientNetV2S": 64,
    "EfficientNetV2M": 64,
    "EfficientNetV2L": 64,
    "NASNetLarge": 96,
}
"""The same for those that amplify the rounding of float32 with these weights, and are measured in float64."""

SEEDS = {"EfficientNetB3": 7, "EfficientNetB4": 6, "EfficientNetB5": 6, "EfficientNetB6": 7}
"""The seeds of weights; with 5, that of all others, the chosen features of these send nothing back."""

EVERY = SIZES | FURTHER | AMPLIFYING

LARGE = ("ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge")
"""Networks that differ from ConvNeXtTiny only in depth and width, and take long; two are only read."""


def build(name, dtype="float32"):
    """Return a network with random weights in which no layer is trivial."""
    return seeded(unseeded(name, dtype), SEEDS.get(name, 5))


def unseeded(name, dtype="float32"):
    """Return a network with the weights that Keras initializes, of a small picture."""
    size = EVERY.get(name, 32)
    with building_in(dtype):
        return getattr(keras.applications, name)(
            weights=None, input_shape=(size, size, 3), classes=10, classifier_activation=None
        )


def seeded(model, seed=5):
    """Return a model once its weights are seeded random numbers."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        for variable in layer.weights:
            variable.assign(drawn(random, variable))
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # it computes with copies of its weights
    return model


def drawn(random, variable):
    """Return numbers for a weight, by its name: statistics near a normalized signal's, kernels after He."""
    shape = tuple(variable.shape)
    match variable.name:
        case "gamma" | "moving_variance" | "variance":
            return random.uniform(0.5, 1.5, shape)
        case "beta" | "bias" | "moving_mean" | "mean":
            return random.normal(0, 0.1, shape)
        case "depthwise_kernel" | "depthwise_conv2d_kernel":
            return random.normal(0, np.sqrt(2 / np.prod(shape[:2])), shape)
        case "count":
            return np.zeros(shape)
    return random.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)


def picture(name):
    """Return a seeded picture for a network (1, size, size, 3)."""
    size = EVERY[name]
    return np.random.default_rng(6).normal(0, 1, (1, size, size, 3))


def chosen(model, batch, layers=3, features=2, names=()):
    """Return {layer: features} for layers spread over the depth, features from the stronger half of each."""
    names = names or spread(model, layers)
    outputs = keras.Model(model.input, [model.get_layer(name).output for name in names])(batch)
    random = np.random.default_rng(7)
    return {
        name: sorted(random.choice(_strong(np.asarray(output)), features, replace=False).tolist())
        for name, output in zip(names, outputs, strict=True)
    }


def spread(model, count):
    """Return the names of layers spread over the deeper three quarters of a network."""
    kinds = (
        "Conv2D",
        "DepthwiseConv2D",
        "SeparableConv2D",
        "Activation",
        "ReLU",
        "Add",
        "Concatenate",
        "Dense",
    )
    names = [layer.name for layer in model.layers if type(layer).__name__ in kinds]
    places = np.linspace(len(names) // 4, len(names) - 1, count).astype(int)
    return tuple(names[place] for place in places)


def _strong(maps):
    """Return the stronger half of the features: the weak ones are differences of rounded numbers."""
    return np.argsort(-np.abs(maps).reshape(-1, maps.shape[-1]).max(axis=0))[: maps.shape[-1] // 2]
