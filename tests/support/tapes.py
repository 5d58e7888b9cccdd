"""An oracle for whole networks: TensorFlow's gradient tape with the ReLU's gradient overridden, in float64.

It walks a Keras model layer by layer with TensorFlow's own operations and shares no code with the engine.

Which pixel is the maximum of a pooling, and whether a value is positive, are choices. If two values agree to
seven digits, float32 and float64 choose differently, and neither is wrong. So a float32 run of TensorFlow
makes the choices, and everything else is float64.
"""

import keras
import numpy as np
import tensorflow as tf


def _override(value, back):
    """Return a function of x with this value and this way back."""

    @tf.custom_gradient
    def run(x):
        return value(x), back

    return run


def _deconvnet(value, slope, rectify):
    return _override(value, rectify)


def _guided(value, slope, rectify):
    return _override(value, lambda signal: tf.nn.relu(signal) * slope)


def _gradient(value, slope, rectify):
    return _override(value, lambda signal: signal * slope)


METHODS = {"deconvnet": _deconvnet, "guided": _guided, "gradient": _gradient}


class Pair:
    """A value in float64 beside the float32 one that makes the choices."""

    def __init__(self, exact, choosing):
        self.exact, self.choosing = exact, choosing

    def both(self, operation):
        """Apply an operation that chooses nothing; it is told the type it works in."""
        return Pair(operation(self.exact, tf.float64), operation(self.choosing, self.choosing.dtype))


def _conv2d(layer, x, dtype):
    return _biased(layer, _convolved(layer, x, tf.cast(layer.kernel, dtype)), dtype)


def _convolved(layer, x, kernel):
    padding, rate = layer.padding.upper(), layer.dilation_rate[0]
    if rate > 1:  # the plain operation has no gradient for it on a CPU
        return tf.nn.atrous_conv2d(x, kernel, rate, padding)
    groups = x.shape[-1] // kernel.shape[2]
    parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
    return tf.concat([tf.nn.conv2d(part, own, layer.strides, padding) for part, own in parts], -1)


def _biased(layer, y, dtype):
    return y if layer.bias is None else y + tf.cast(layer.bias, dtype)


def _depthwise(layer, x, dtype):
    return _biased(layer, _each_channel(layer, x, tf.cast(layer.kernel, dtype)), dtype)


def _each_channel(layer, x, kernel):
    strides, dilation = (1, *layer.strides, 1), layer.dilation_rate
    return tf.nn.depthwise_conv2d(x, kernel, strides, layer.padding.upper(), dilations=dilation)


def _separable(layer, x, dtype):
    y = _each_channel(layer, x, tf.cast(layer.depthwise_kernel, dtype))
    return _biased(layer, tf.nn.conv2d(y, tf.cast(layer.pointwise_kernel, dtype), 1, "VALID"), dtype)


def _transposed(layer, x, dtype):
    shape = (1, *layer.output.shape[1:])
    y = tf.nn.conv2d_transpose(x, tf.cast(layer.kernel, dtype), shape, layer.strides, layer.padding.upper())
    return _biased(layer, y, dtype)


def _dense(layer, x, dtype):
    return _biased(layer, x @ tf.cast(layer.kernel, dtype), dtype)


def _batch_normalization(layer, x, dtype):
    weights = layer.moving_mean, layer.moving_variance, layer.beta, layer.gamma
    mean, variance, beta, gamma = (None if w is None else tf.cast(w, dtype) for w in weights)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, layer.epsilon)


def _normalization(layer, x, dtype):
    return (x - tf.cast(layer.mean, dtype)) / tf.sqrt(tf.cast(layer.variance, dtype))


def _layer_normalization(layer, x, dtype):
    mean, variance = tf.nn.moments(x, [*layer.axis], keepdims=True)
    beta, gamma = (None if w is None else tf.cast(w, dtype) for w in (layer.beta, layer.gamma))
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, layer.epsilon)


def _group_normalization(layer, x, dtype):
    """Return each group by itself, the groups one after the other."""
    gammas, betas = (tf.split(tf.cast(w, dtype), layer.groups) for w in (layer.gamma, layer.beta))
    groups = zip(tf.split(x, layer.groups, -1), gammas, betas, strict=True)
    return tf.concat([_standardized(group, layer.epsilon) * g + b for group, g, b in groups], -1)


def _standardized(x, epsilon):
    mean, variance = tf.nn.moments(x, (1, 2, 3), keepdims=True)
    return (x - mean) / tf.sqrt(variance + epsilon)


def _rms_normalization(layer, x, dtype):
    squares = tf.reduce_mean(x * x, [*layer.axis], keepdims=True)
    return x / tf.sqrt(squares + layer.epsilon) * tf.cast(layer.scale, dtype)


def _unit_normalization(layer, x, dtype):
    squares = tf.reduce_sum(x * x, layer.axis, keepdims=True)
    inverse = tf.math.rsqrt(tf.where(squares > 0, squares, tf.ones_like(squares)))
    return x * tf.where(
        squares > 0, inverse, tf.zeros_like(inverse)
    )  # nothing goes back to a vector of zeros


def _softmax(layer, x, dtype):
    powers = tf.exp(x)
    axes = [layer.axis] if isinstance(layer.axis, int) else [*layer.axis]
    return powers / tf.reduce_sum(powers, axes, keepdims=True)


def _average_pooling(layer, x, dtype):
    return tf.nn.avg_pool2d(x, layer.pool_size, layer.strides, layer.padding.upper())


def _up_sampling(layer, x, dtype):
    for axis, times in enumerate(layer.size, 1):
        x = tf.repeat(x, times, axis)
    return x


def _zero_padding(layer, x, dtype):
    return tf.pad(x, ((0, 0), *layer.padding, (0, 0)))


def _cropping(layer, x, dtype):
    (top, bottom), (left, right) = layer.cropping
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


def _straight(x, method, largest=None, leak=0.0):
    """Return a ReLU, ReLU6 or leaky ReLU whose choices float32 makes."""
    above = x.choosing > 0
    full = above & False if largest is None else x.choosing >= largest
    slope = tf.cast(above & ~full, x.choosing.dtype) + leak * tf.cast(~above, x.choosing.dtype)
    ceiling = tf.cast(full, x.choosing.dtype) * (largest or 0)
    slope64, ceiling64 = tf.cast(slope, tf.float64), tf.cast(ceiling, tf.float64)
    # TensorFlow's own leaky ReLU takes the leak in float32
    rectify = (lambda signal: tf.where(signal > 0, signal, leak * signal)) if leak else tf.nn.relu
    run = METHODS[method](lambda value: value * slope64 + ceiling64, slope64, rectify)
    return Pair(run(x.exact), x.choosing * slope + ceiling)


def _smooth(function):
    """Return the rule of a rectifier without a corner: TensorFlow knows its slope."""

    def run(x, method):
        with tf.GradientTape() as tape:
            tape.watch(x.exact)
            y = function(x.exact)
        slope = tape.gradient(y, x.exact)
        return Pair(METHODS[method](function, slope, tf.nn.relu)(x.exact), function(x.choosing))

    return run


def _hard_silu(x):
    return x * tf.nn.relu6(x + 3) / 6


def _gelu(x):
    # TensorFlow's takes the root of 2 in float32.
    return x * (1 + tf.math.erf(x / tf.sqrt(tf.cast(2.0, x.dtype)))) / 2


FUNCTIONS = {
    "linear": lambda x, method: x,
    "softmax": lambda x, method: x,  # at the end of a model
    "relu": _straight,
    "relu6": lambda x, method: _straight(x, method, 6.0),
    "leaky_relu": lambda x, method: _straight(x, method, leak=0.2),
    "silu": _smooth(tf.nn.silu),
    "gelu": _smooth(_gelu),
    "elu": _smooth(tf.nn.elu),
    "hard_silu": _smooth(_hard_silu),
    "sigmoid": lambda x, method: x.both(lambda value, _: tf.sigmoid(value)),
    "tanh": lambda x, method: x.both(lambda value, _: tf.tanh(value)),
    "hard_sigmoid": lambda x, method: x.both(lambda value, _: tf.nn.relu6(value + 3) / 6),
}


def _relu_layer(layer, method, x):
    return _straight(x, method, layer.max_value, float(layer.negative_slope))


def _activated(linear):
    def run(layer, method, x):
        y = x.both(lambda value, dtype: linear(layer, value, dtype))
        return FUNCTIONS[layer.activation.__name__](y, method) if hasattr(layer, "activation") else y

    return run


def _max_pooling(layer, method, x):
    pooled, switches = tf.nn.max_pool_with_argmax(
        x.choosing, layer.pool_size, layer.strides, layer.padding.upper()
    )
    return Pair(tf.gather(tf.reshape(x.exact, [-1]), switches), pooled)


def _dilated_max_pooling(layer, method, x):
    """Return the first of the largest taps of each window; taps outside the picture are never the largest."""
    (size, _), (apart, _), (height, width) = layer.pool_size, layer.dilation_rate, x.choosing.shape[1:3]
    before, after = (size - 1) * apart // 2, -(-(size - 1) * apart // 2)
    places = [(row * apart, column * apart) for row in range(size) for column in range(size)]

    def taps(value, outside):
        margins = ((0, 0), (before, after), (before, after), (0, 0))
        padded = tf.pad(value, margins, constant_values=outside)
        return tf.stack([padded[:, y : y + height, x : x + width] for y, x in places])

    seen = taps(x.choosing, -np.inf)
    switches = tf.one_hot(tf.argmax(seen, 0), len(places), axis=0, dtype=tf.float64)
    return Pair(tf.reduce_sum(taps(x.exact, 0.0) * switches, 0), tf.reduce_max(seen, 0))


def _global_max_pooling(layer, method, x):
    _, height, width, features = x.choosing.shape
    flat = [tf.reshape(value, (height * width, features)) for value in (x.exact, x.choosing)]
    place = tf.stack([tf.argmax(flat[1], 0), tf.range(features, dtype=tf.int64)], 1)
    shape = (1, 1, 1, features) if layer.keepdims else (1, features)
    return Pair(*(tf.reshape(tf.gather_nd(value, place), shape) for value in flat))


def _sequential(model, method, x):
    for layer in model.layers:
        x = LAYERS[type(layer).__name__](layer, method, x)
    return x


def _merged(merge):
    def run(layer, method, *inputs):
        return Pair(*(merge(values) for values in ([x.exact for x in inputs], [x.choosing for x in inputs])))

    return run


LAYERS = {
    "Add": _merged(tf.add_n),
    "CustomScaleLayer": lambda layer, method, one, other: Pair(
        one.exact + other.exact * layer.scale, one.choosing + other.choosing * layer.scale
    ),
    "Average": _merged(lambda values: tf.add_n(values) / len(values)),
    "Concatenate": _merged(lambda values: tf.concat(values, -1)),
    "DilatedMaxPooling2D": _dilated_max_pooling,
    "Dropout": lambda layer, method, x: x,
    "GlobalMaxPooling2D": _global_max_pooling,
    "LeakyReLU": lambda layer, method, x: _straight(x, method, leak=float(layer.negative_slope)),
    "MaxPooling2D": _max_pooling,
    "Multiply": _merged(lambda values: values[0] * values[1]),
    "ReLU": _relu_layer,
    "Sequential": _sequential,
    "Subtract": _merged(lambda values: values[0] - values[1]),
}
LAYERS |= {
    kind: _activated(linear)
    for kind, linear in {
        "Activation": lambda layer, x, _: x,
        "AveragePooling2D": _average_pooling,
        "BatchNormalization": _batch_normalization,
        "Conv2D": _conv2d,
        "Conv2DTranspose": _transposed,
        "Cropping2D": _cropping,
        "Dense": _dense,
        "DepthwiseConv2D": _depthwise,
        "Flatten": lambda layer, x, _: tf.reshape(x, (len(x), -1)),
        "GlobalAveragePooling2D": lambda layer, x, _: tf.reduce_mean(x, (1, 2), layer.keepdims),
        "GroupNormalization": _group_normalization,
        "LayerNormalization": _layer_normalization,
        "Mirror": lambda layer, x, _: tf.reverse(x, [2]),
        "LayerScale": lambda layer, x, dtype: x * tf.cast(layer.gamma, dtype),
        "Normalization": _normalization,
        "Permute": lambda layer, x, _: tf.transpose(x, (0, *layer.dims)),
        "RMSNormalization": _rms_normalization,
        "Rescaling": lambda layer, x, dtype: x * tf.cast(layer.scale, dtype) + tf.cast(layer.offset, dtype),
        "Reshape": lambda layer, x, _: tf.reshape(x, (1, *layer.output.shape[1:])),
        "SeparableConv2D": _separable,
        "Softmax": _softmax,
        "UnitNormalization": _unit_normalization,
        "UpSampling2D": _up_sampling,
        "ZeroPadding2D": _zero_padding,
    }.items()
}


def _bare(operation, values):
    """Return a bare sum or product of tensors or numbers, or a margin of minus infinity."""
    if type(operation).__name__ == "Pad":
        (tensor, *_), margins = operation._inbound_nodes[0].arguments.args, operation.pad_width
        of = values[tensor._keras_history.operation.name]
        return Pair(*(tf.pad(one, margins, constant_values=-np.inf) for one in (of.exact, of.choosing)))
    function = {"Add": lambda a, b: a + b, "Multiply": lambda a, b: a * b}[type(operation).__name__]
    given = operation._inbound_nodes[0].arguments.args
    pairs = [
        values[one._keras_history.operation.name] if keras.backend.is_keras_tensor(one) else Pair(one, one)
        for one in given
    ]
    return Pair(function(*(pair.exact for pair in pairs)), function(*(pair.choosing for pair in pairs)))


def activations(model, image, method="deconvnet", choosing="float32"):
    """Return the float64 output of every layer and bare operation by its name, for an image in float64."""
    values = {model.operations[0].name: Pair(image, tf.cast(image, choosing))}
    for layer in model.operations[1:]:
        if not isinstance(layer, keras.Layer):
            values[layer.name] = _bare(layer, values)
            continue
        inputs = [values[node.operation.name] for node in layer._inbound_nodes[0].parent_nodes]
        values[layer.name] = LAYERS[type(layer).__name__](layer, method, *inputs)
    return {name: pair.exact for name, pair in values.items()}


def reconstruct(model, batch, chosen, method="deconvnet", choosing="float32"):
    """Return {layer: (K, H, W, C)} for {layer: features}, each feature alone, seeded by its whole map."""
    image = tf.cast(batch, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        values = activations(model, image, method, choosing)
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


def from_unit(model, batch, layer, unit, method="deconvnet"):
    """Return the reconstruction (H, W, C) of one value of a layer alone; ``unit`` is its place, (y, x, f)."""
    image = tf.cast(batch, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = activations(model, image, method)[layer][0][unit]
        target = value * tf.stop_gradient(value)
    return tape.gradient(target, image)[0].numpy()


def worst_error(found, oracle):
    """Return the largest difference as a share of the oracle's largest value, over the features."""
    pairs = list(zip(found, oracle, strict=True))
    assert any(np.any(other) for _, other in pairs), "features that send nothing back prove nothing"
    assert not any(np.any(one) for one, other in pairs if not np.any(other))
    return max(np.abs(one - other).max() / np.abs(other).max() for one, other in pairs if np.any(other))
