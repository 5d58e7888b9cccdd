"""Slow, plain versions of what the engine computes, in float64 and loops: the oracle for the rules.

They share no code with the engine. A convolution is a sum over taps, its adjoint the same sum in the other
direction, and a pooling looks at one window after the other.
"""

import itertools

import numpy as np


def padding(length, size, stride, dilation, mode):
    """Return the pixels of padding before the first one and how many positions the window takes."""
    span = (size - 1) * dilation + 1
    if mode == "valid":
        return 0, (length - span) // stride + 1
    positions = -(-length // stride)
    return max((positions - 1) * stride + span - length, 0) // 2, positions


def taps(shape, size, strides, dilation, mode):
    """Yield (output row, output column, tap row, tap column, input row, input column) inside the picture."""
    (top, rows), (left, columns) = (
        padding(length, k, s, d, mode) for length, k, s, d in zip(shape, size, strides, dilation, strict=True)
    )
    for row, column, down, right in itertools.product(
        range(rows), range(columns), range(size[0]), range(size[1])
    ):
        y = row * strides[0] + down * dilation[0] - top
        x = column * strides[1] + right * dilation[1] - left
        if 0 <= y < shape[0] and 0 <= x < shape[1]:
            yield row, column, down, right, y, x


def positions(shape, size, strides, dilation, mode):
    return tuple(
        padding(length, k, s, d, mode)[1]
        for length, k, s, d in zip(shape, size, strides, dilation, strict=True)
    )


def convolve(image, kernel, strides=(1, 1), dilation=(1, 1), mode="valid"):
    """Return the convolution (h', w', f) of one picture (h, w, c) with a kernel (kh, kw, c, f)."""
    window = (image.shape[:2], kernel.shape[:2], strides, dilation, mode)
    output = np.zeros((*positions(*window), kernel.shape[3]))
    for row, column, down, right, y, x in taps(*window):
        output[row, column] += image[y, x] @ kernel[down, right]
    return output


def convolve_transposed(signal, kernel, shape, strides=(1, 1), dilation=(1, 1), mode="valid"):
    """Return what a signal (h', w', f) sends back to a picture (h, w, c): every tap the other way round."""
    output = np.zeros((*shape[:2], kernel.shape[2]))
    for row, column, down, right, y, x in taps(shape[:2], kernel.shape[:2], strides, dilation, mode):
        output[y, x] += kernel[down, right] @ signal[row, column]
    return output


def switches(image, size, strides, mode, dilation=(1, 1)):
    """Return, for each output, the row and column of the first maximum of its window, in row-major order."""
    window = (image.shape[:2], size, strides, dilation, mode)
    best = np.full((*positions(*window), image.shape[2]), -np.inf)
    places = np.zeros((*best.shape, 2), int)
    for row, column, _, _, y, x in taps(*window):
        larger = image[y, x] > best[row, column]
        best[row, column] = np.where(larger, image[y, x], best[row, column])
        places[row, column][larger] = y, x
    return best, places


def unpool(signal, places, shape):
    """Return the picture (h, w, c) in which every value lies at its switch; shared switches add."""
    output = np.zeros(shape)
    for row, column, feature in np.ndindex(*signal.shape):
        y, x = places[row, column, feature]
        output[y, x, feature] += signal[row, column, feature]
    return output


def convolve_grouped(image, kernel, groups, **window):
    """Return a convolution in which each group of features sees its own group of channels."""
    parts = zip(np.split(image, groups, -1), np.split(kernel, groups, -1), strict=True)
    return np.concatenate([convolve(part, own, **window) for part, own in parts], -1)


def convolve_depthwise(image, kernel, **window):
    """Return a convolution (h', w', c * multiplier) of each channel with its own (kh, kw, c, multiplier)."""
    channels = range(kernel.shape[2])
    own = [convolve(image[..., c : c + 1], kernel[:, :, c : c + 1], **window) for c in channels]
    return np.concatenate(own, -1)


def average(image, size, strides, mode):
    """Return the mean of the pixels that each window sees inside the picture."""
    window = (image.shape[:2], size, strides, (1, 1), mode)
    total = np.zeros((*positions(*window), image.shape[2]))
    count = np.zeros((*total.shape[:2], 1))
    for row, column, _, _, y, x in taps(*window):
        total[row, column] += image[y, x]
        count[row, column] += 1
    return total / count
