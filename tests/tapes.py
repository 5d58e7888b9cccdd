"""An oracle of whole networks: TensorFlow's gradient tape with the ReLU's gradient overridden, in float64.

It walks a Keras model layer by layer with TensorFlow's own operations and shares no line with the engine.

Which pixel is a pooling's maximum, and whether a value is positive, are choices, and where two values agree
to seven digits float32 and float64 choose differently. Neither is wrong. So a float32 run of TensorFlow
beside it makes the choices, and everything else is float64.
"""

import numpy as np
import tensorflow as tf


def _deconvnet(mask):
    @tf.custom_gradient
    def relu(x):
        return x * mask, tf.nn.relu

    return relu


def _guided(mask):
    @tf.custom_gradient
    def relu(x):
        return x * mask, lambda signal: tf.nn.relu(signal) * mask

    return relu


def _gradient(mask):
    return lambda x: x * mask


RELUS = {"deconvnet": _deconvnet, "guided": _guided, "gradient": _gradient}


class Pair:
    """A value in float64 beside the float32 one that makes the choices."""

    def __init__(self, exact, choosing):
        self.exact, self.choosing = exact, choosing

    def both(self, operation):
        """Apply an operation that chooses nothing; it is told the type it works in."""
        return Pair(operation(self.exact, tf.float64), operation(self.choosing, tf.float32))


def _conv2d(layer, x, dtype):
    kernel = tf.cast(layer.kernel, dtype)
    padding, rate = layer.padding.upper(), layer.dilation_rate[0]
    if rate > 1:  # the plain operation has no gradient for it on a CPU
        y = tf.nn.atrous_conv2d(x, kernel, rate, padding)
    else:
        y = tf.nn.conv2d(x, kernel, layer.strides, padding)
    return y + tf.cast(layer.bias, dtype)


def _dense(layer, x, dtype):
    return x @ tf.cast(layer.kernel, dtype) + tf.cast(layer.bias, dtype)


def _relu(x, method):
    mask = tf.cast(x.choosing > 0, tf.float64)
    return Pair(RELUS[method](mask)(x.exact), tf.nn.relu(x.choosing))


def _activated(linear):
    def run(layer, method, x):
        y = x.both(lambda value, dtype: linear(layer, value, dtype))
        return _relu(y, method) if layer.activation.__name__ == "relu" else y

    return run


def _max_pooling(layer, method, x):
    pooled, switches = tf.nn.max_pool_with_argmax(
        x.choosing, layer.pool_size, layer.strides, layer.padding.upper()
    )
    return Pair(tf.gather(tf.reshape(x.exact, [-1]), switches), pooled)


def _concatenate(layer, method, *inputs):
    return Pair(tf.concat([x.exact for x in inputs], -1), tf.concat([x.choosing for x in inputs], -1))


LAYERS = {
    "Concatenate": _concatenate,
    "Conv2D": _activated(_conv2d),
    "Dense": _activated(_dense),
    "Dropout": lambda layer, method, x: x,
    "Flatten": lambda layer, method, x: x.both(lambda value, _: tf.reshape(value, (len(value), -1))),
    "GlobalAveragePooling2D": lambda layer, method, x: x.both(lambda v, _: tf.reduce_mean(v, (1, 2))),
    "MaxPooling2D": _max_pooling,
    "ReLU": lambda layer, method, x: _relu(x, method),
}


def activations(model, image, method="deconvnet"):
    """Return the float64 output of every layer by its name, for an image in float64."""
    values = {model.layers[0].name: Pair(image, tf.cast(image, tf.float32))}
    for layer in model.layers[1:]:
        inputs = [values[node.operation.name] for node in layer._inbound_nodes[0].parent_nodes]
        values[layer.name] = LAYERS[type(layer).__name__](layer, method, *inputs)
    return {name: pair.exact for name, pair in values.items()}


def reconstruct(model, batch, chosen, method="deconvnet"):
    """Return {layer: (K, H, W, C)} for {layer: features}, each feature alone, seeded by its whole map."""
    image = tf.cast(batch, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        values = activations(model, image, method)
        targets = {
            (layer, int(feature)): tf.reduce_sum(
                values[layer][..., int(feature)] * tf.stop_gradient(values[layer][..., int(feature)])
            )
            for layer, features in chosen.items()
            for feature in features
        }
    return {
        layer: np.stack([tape.gradient(targets[layer, int(f)], image)[0].numpy() for f in features])
        for layer, features in chosen.items()
    }


def worst_error(found, oracle):
    """Return the largest difference as a share of the oracle's largest value, over the features."""
    return max(
        np.abs(one - other).max() / np.abs(other).max() for one, other in zip(found, oracle, strict=True)
    )
