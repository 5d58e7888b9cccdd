"""The deconvnet as textbooks write it in TensorFlow, one batch of features a layer.

Switches come from ``max_pool_with_argmax``, unpooling is ``scatter_nd``, then ``conv2d_transpose``.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from benchmarks import serving, work


class Textbook:
    """The network's kernels and the graph."""

    def __init__(self, given: work.Work) -> None:
        self.given = given
        self.batch = tf.constant(given.batch)
        self.kernels = {
            layer.name: tf.constant(layer.kernel) for layer in given.layers if layer.kernel is not None
        }
        self.graph = tf.function(self._reconstruct, autograph=False)

    def __call__(self) -> dict[str, np.ndarray]:
        """Return the reconstructions of each layer's features."""
        return {name: rows.numpy() for name, rows in self.graph(self.batch).items()}

    def _reconstruct(self, batch: tf.Tensor) -> dict[str, tf.Tensor]:
        maps, switches, shapes = {}, {}, {}
        signal = batch
        for layer in self.given.layers:
            shapes[layer.name] = signal.shape
            if layer.name in self.kernels:
                signal = tf.nn.relu(tf.nn.conv2d(signal, self.kernels[layer.name], 1, "SAME") + layer.bias)
            else:
                signal, switches[layer.name] = tf.nn.max_pool_with_argmax(signal, 2, 2, "SAME")
                maps[layer.name] = signal
        return {
            name: self._back(name, _seeds(maps[name], features), switches, shapes)
            for name, features in self.given.features.items()
        }

    def _back(self, name: str, signal: tf.Tensor, switches: dict, shapes: dict) -> tf.Tensor:
        """Return what the rows of one layer reconstruct."""
        names = [layer.name for layer in self.given.layers]
        for below in reversed(names[: names.index(name) + 1]):
            if below in switches:
                signal = _unpool(signal, switches[below], shapes[below])
            else:
                signal = tf.nn.conv2d_transpose(
                    tf.nn.relu(signal), self.kernels[below], (signal.shape[0], *shapes[below][1:]), 1, "SAME"
                )
        return signal


def _seeds(maps: tf.Tensor, features: np.ndarray) -> tf.Tensor:
    """Return one row a feature, zero in every channel but its own."""
    return maps * tf.one_hot(features, maps.shape[-1])[:, tf.newaxis, tf.newaxis, :]


def _unpool(signal: tf.Tensor, switches: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """Return rows with each value at its switch; switches number the pixels and channels of one picture."""
    rows, values = signal.shape[0], tf.reshape(signal, (-1,))
    places = tf.tile(tf.reshape(switches, (1, -1)), (rows, 1))
    picture = tf.repeat(tf.range(rows, dtype=places.dtype), switches.shape.num_elements())
    places = tf.stack([picture, tf.reshape(places, (-1,))], axis=1)
    size = shape[1:].num_elements()
    return tf.reshape(tf.scatter_nd(places, values, (rows, size)), (rows, *shape[1:]))


if __name__ == "__main__":
    serving.serve(Textbook)
