"""An oracle of whole networks: TensorFlow's gradient tape with the ReLU's gradient overridden.

It walks a Keras model layer by layer with TensorFlow's own operations, in float64 unless told otherwise,
and shares no line with the engine.
"""

import numpy as np
import tensorflow as tf


@tf.custom_gradient
def deconvnet_relu(x):
    return tf.nn.relu(x), tf.nn.relu


@tf.custom_gradient
def guided_relu(x):
    return tf.nn.relu(x), lambda signal: tf.nn.relu(signal) * tf.cast(x > 0, signal.dtype)


RELUS = {"deconvnet": deconvnet_relu, "guided": guided_relu, "gradient": tf.nn.relu}


def _conv(layer, relu, weights, x):
    padding, rate = layer.padding.upper(), layer.dilation_rate[0]
    if rate > 1:  # the plain operation has no gradient for it on a CPU
        y = tf.nn.atrous_conv2d(x, weights[0], rate, padding)
    else:
        y = tf.nn.conv2d(x, weights[0], layer.strides, padding)
    y = y + weights[1] if layer.use_bias else y
    return relu(y) if layer.activation.__name__ == "relu" else y


def _dense(layer, relu, weights, x):
    y = x @ weights[0] + weights[1]
    return relu(y) if layer.activation.__name__ == "relu" else y


LAYERS = {
    "Concatenate": lambda layer, relu, weights, *inputs: tf.concat(inputs, -1),
    "Conv2D": _conv,
    "Dense": _dense,
    "Dropout": lambda layer, relu, weights, x: x,
    "Flatten": lambda layer, relu, weights, x: tf.reshape(x, (len(x), -1)),
    "GlobalAveragePooling2D": lambda layer, relu, weights, x: tf.reduce_mean(x, (1, 2)),
    "MaxPooling2D": lambda layer, relu, weights, x: tf.nn.max_pool2d(
        x, layer.pool_size, layer.strides, layer.padding.upper()
    ),
    "ReLU": lambda layer, relu, weights, x: relu(x),
}


def activations(model, image, method="deconvnet", dtype=tf.float64):
    """Return the output of every layer by its name."""
    values = {model.layers[0].name: image}
    for layer in model.layers[1:]:
        inputs = [values[node.operation.name] for node in layer._inbound_nodes[0].parent_nodes]
        weights = [tf.cast(weight, dtype) for weight in layer.get_weights()]
        values[layer.name] = LAYERS[type(layer).__name__](layer, RELUS[method], weights, *inputs)
    return values


def reconstruct(model, batch, chosen, method="deconvnet", dtype=tf.float64):
    """Return {layer: (K, H, W, C)} for {layer: features}, each feature alone, seeded by its whole map."""
    image = tf.cast(batch, dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        values = activations(model, image, method, dtype)
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
    """Return the largest difference as a share of the oracle's largest value, feature by feature."""
    errors = [
        np.abs(one - other).max() / np.abs(other).max() for one, other in zip(found, oracle, strict=True)
    ]
    return max(errors)
