"""Each convolution of the work alone, in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from benchmarks import serving
from benchmarks.bound import Convolution, Race


@tf.function(autograph=False)
def convolve(signal: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return a plain convolution."""
    return tf.nn.conv2d(signal, kernel, 1, "SAME")


@tf.function(autograph=False)
def transpose(signal: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return a transposed convolution."""
    shape = (*signal.shape[:3], kernel.shape[2])
    return tf.nn.conv2d_transpose(signal, kernel, shape, 1, "SAME")


def ways(one: Convolution) -> dict[str, Callable[[], object]]:
    """Return the ways TensorFlow has."""
    signals = {rows: tf.ones((rows, one.height, one.width, one.inputs)) for rows in one.sizes}
    kernel = tf.ones((3, 3, one.inputs, one.features))
    adjoint = tf.ones((3, 3, one.features, one.inputs))
    return {
        **one.ways("conv2d", lambda rows: convolve(signals[rows], kernel)),
        "conv2d_transpose": lambda: transpose(signals[one.rows], adjoint),
    }


if __name__ == "__main__":
    serving.serve(lambda given: Race(given, ways))
