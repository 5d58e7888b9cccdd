"""Every operation that has a rule, by its name in ``RULES``, as a function of a picture of four channels."""

import keras
import numpy as np
from keras import layers, ops

from generator.networks.dilated_pooling import DilatedMaxPooling2D

KERNEL = np.random.default_rng(1).normal(0, 0.3, (3, 3, 4, 2)).astype("float32")
GATE = np.array([0.5, -1.0, 2.0, 1.5], "float32")
SLOPES = keras.initializers.RandomUniform(0.1, 0.9)

CURVES = {
    "Activation": lambda x: layers.Activation("gelu")(x),
    "Clip": lambda x: ops.clip(x, 0, 0.5),
    "ELU": lambda x: layers.ELU(0.7)(x),
    "Elu": ops.elu,
    "Gelu": lambda x: ops.gelu(x, approximate=True),
    "HardSigmoid": ops.hard_sigmoid,
    "HardSilu": ops.hard_silu,
    "LeakyReLU": lambda x: layers.LeakyReLU(0.1)(x),
    "LeakyRelu": lambda x: ops.leaky_relu(x, 0.3),
    "Maximum": lambda x: ops.maximum(x, 0),
    "PReLU": lambda x: layers.PReLU(alpha_initializer=SLOPES)(x),
    "ReLU": lambda x: layers.ReLU(max_value=0.8, negative_slope=0.2, threshold=0.1)(x),
    "Relu": ops.relu,
    "Relu6": ops.relu6,
    "Selu": ops.selu,
    "Sigmoid": ops.sigmoid,
    "Silu": ops.silu,
    "Softplus": ops.softplus,
    "Tanh": ops.tanh,
}
WINDOWS = {
    "AveragePool": lambda x: ops.average_pool(x, 2, 1, "same"),
    "AveragePooling2D": lambda x: layers.AveragePooling2D(3, 2, "same")(x),
    "Conv": lambda x: ops.conv(x, KERNEL, 2, "same"),
    "Conv2D": lambda x: layers.Conv2D(4, (3, 2), strides=2, padding="same", groups=2)(x),
    "Conv2DTranspose": lambda x: layers.Conv2DTranspose(3, (3, 4), 2)(x),
    "DepthwiseConv": lambda x: ops.depthwise_conv(x, KERNEL, 1, "same"),
    "DepthwiseConv2D": lambda x: layers.DepthwiseConv2D(3, 2, "same", depth_multiplier=2)(x),
    "GlobalAveragePooling2D": lambda x: layers.GlobalAveragePooling2D()(x),
    "GlobalMaxPooling2D": lambda x: layers.GlobalMaxPooling2D(keepdims=True)(x),
    "Max": lambda x: ops.max(x, axis=(1, 2)),
    "MaxPool": lambda x: ops.max_pool(x, 2, 2, "same"),
    "MaxPooling2D": lambda x: layers.MaxPooling2D(3, 2)(x),
    "Mean": lambda x: ops.mean(x, axis=(1, 2), keepdims=True),
    "Resizing": lambda x: layers.Resizing(5, 11, "bilinear")(x),
    "SeparableConv2D": lambda x: layers.SeparableConv2D(3, 3, 2, "same", depth_multiplier=2)(x),
    "UpSampling2D": lambda x: layers.UpSampling2D((2, 3))(x),
    "generator.networks.dilated_pooling.DilatedMaxPooling2D": lambda x: DilatedMaxPooling2D(2, 2)(x),
}
NUMBERS = {
    "ActivityRegularization": lambda x: layers.ActivityRegularization()(x),
    "Add": lambda x: layers.Add()([x, ops.relu(x)]),
    "AlphaDropout": lambda x: layers.AlphaDropout(0.5)(x),
    "Average": lambda x: layers.Average()([x, ops.relu(x), x]),
    "BatchNormalization": lambda x: layers.BatchNormalization()(x),
    "Concatenate": lambda x: ops.concatenate([x, ops.relu(x)], axis=2),
    "Cropping2D": lambda x: layers.Cropping2D(((1, 2), (0, 3)))(x),
    "Dense": lambda x: layers.Dense(5)(x),
    "Divide": lambda x: ops.divide(x, GATE),
    "Dropout": lambda x: layers.Dropout(0.5)(x),
    "ExpandDims": lambda x: ops.squeeze(ops.expand_dims(x, 1), 1),
    "Flatten": lambda x: layers.Flatten()(x),
    "GaussianDropout": lambda x: layers.GaussianDropout(0.5)(x),
    "GaussianNoise": lambda x: layers.GaussianNoise(0.5)(x),
    "Identity": lambda x: layers.Identity()(x),
    "Matmul": lambda x: ops.matmul(x, KERNEL[0, 0]),
    "Multiply": lambda x: x * ops.sigmoid(ops.mean(x, axis=(1, 2), keepdims=True)),
    "Negative": lambda x: -x,
    "Normalization": lambda x: layers.Normalization(mean=GATE, variance=GATE**2)(x),
    "Pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0))),
    "Permute": lambda x: layers.Permute((3, 1, 2))(x),
    "RandomBrightness": lambda x: layers.RandomBrightness(0.2)(x),
    "RandomContrast": lambda x: layers.RandomContrast(0.2)(x),
    "RandomFlip": lambda x: layers.RandomFlip()(x),
    "RandomRotation": lambda x: layers.RandomRotation(0.2)(x),
    "RandomTranslation": lambda x: layers.RandomTranslation(0.2, 0.2)(x),
    "RandomZoom": lambda x: layers.RandomZoom(0.2)(x),
    "Rescaling": lambda x: layers.Rescaling(1 / 127.5, -1.0)(x),
    "Reshape": lambda x: layers.Reshape((4, -1))(x),
    "Softmax": lambda x: layers.Softmax()(x),
    "SpatialDropout2D": lambda x: layers.SpatialDropout2D(0.5)(x),
    "Squeeze": lambda x: ops.squeeze(ops.mean(x, axis=(1, 2), keepdims=True), 1),
    "Subtract": lambda x: ops.subtract(1.0, x),
    "Transpose": lambda x: ops.transpose(x, (0, 2, 3, 1)),
    "TrueDivide": lambda x: x / GATE,
    "ZeroPadding2D": lambda x: layers.ZeroPadding2D(((0, 1), (2, 3)))(x),
}
FAMILIES = {"curves": CURVES, "windows": WINDOWS, "numbers": NUMBERS}
