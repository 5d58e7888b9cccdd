"""Translations of poolings, and of means over whole pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import layers

from generator.networks.onnx.call import Call
from generator.networks.onnx.constants import axes_of
from generator.networks.onnx.tensors import CHANNELS_LAST, Tensor, plain
from generator.networks.onnx.windows import Window, padded, windows


def max_pooling(call: Call) -> Tensor:
    """Translate a max pooling, whose margins are below every value.

    With zeros the forward pass would be the same after a ReLU, but a zero of the margin could be the first
    maximum of its window, and its signal would be lost.
    """
    picture, size = call.picture(), call.small("kernel_shape", (1, 1), 1)
    call.node.only("storage_order", call.node.whole("storage_order", 0), 0)
    rows, columns = windows(call, (size[0], size[1]), picture.shape[1:3])
    call.node.only("dilations", (rows.dilation, columns.dilation), (1, 1))
    picture = padded(call, picture, (rows.margins, columns.margins), -math.inf)
    layer = layers.MaxPooling2D(size, (rows.stride, columns.stride), name=call.named())
    return Tensor(layer(picture), CHANNELS_LAST)


def average_pooling(call: Call) -> Tensor:
    """Translate an average pooling; a scale corrects windows in which margins are not counted."""
    picture, size = call.picture(), call.small("kernel_shape", (1, 1), 1)
    rows, columns = windows(call, (size[0], size[1]), picture.shape[1:3])
    call.node.only("dilations", (rows.dilation, columns.dilation), (1, 1))
    picture = padded(call, picture, (rows.margins, columns.margins))
    counts_margins = bool(call.node.whole("count_include_pad", 0))
    whole = layers.AveragePooling2D(size, (rows.stride, columns.stride), name=call.named())(picture)
    counts = np.outer(_counts(rows, counts_margins), _counts(columns, counts_margins))
    if counts.min() < 1:
        raise call.refused("a window that has nothing but margins")
    if (counts != math.prod(size)).any():
        scale = (math.prod(size) / counts)[:, :, None].astype(np.float32)
        whole = layers.Rescaling(scale, name=call.named("count"))(whole)
    return Tensor(whole, CHANNELS_LAST)


def _counts(window: Window, with_margins: bool) -> np.ndarray:
    """Return how many of the places of each window count."""
    margin = float(with_margins)
    places = np.concatenate(
        [
            np.full(window.before, margin),
            np.ones(window.length),
            np.full(window.after, margin),
            np.zeros(window.beyond),
        ]
    )
    starts = range(0, len(places) - window.size + 1, window.stride)
    sums = np.concatenate([[0.0], np.cumsum(places)])
    return np.array([sums[start + window.size] - sums[start] for start in starts])


def globally(layer: Callable[..., Any]) -> Callable[[Call], Tensor]:
    """Return the translation of a pooling of the whole picture."""

    def translate(call: Call) -> Tensor:
        pooled = layer(keepdims=True, name=call.named())
        return Tensor(pooled(call.picture()), CHANNELS_LAST)

    return translate


def mean(call: Call) -> Tensor:
    """Translate a mean over the height and the width of a picture."""
    tensor = call.tensor()
    given = [call.numbers(place) for place in range(1, len(call.inputs))]
    axes = axes_of(call.node, [None, *given], tensor.rank)
    places = sorted(tensor.place(axis) for axis in axes)
    if tensor.rank == 4 and places != [1, 2] and sorted(axes) == [2, 3]:
        tensor, places = call.laid_out(), [1, 2]
    if tensor.rank != 4 or places != [1, 2]:
        raise call.refused(f"a mean over the axes {axes} of {tensor.rank}", "the height and the width")
    keeps = bool(call.node.whole("keepdims", 1))
    pooled = layers.GlobalAveragePooling2D(keepdims=keeps, name=call.named())(tensor.keras)
    return tensor.like(pooled) if keeps else Tensor(pooled, plain(2))
