"""Translations of convolutions and of layers with a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras import layers

from generator.networks.onnx.call import MOST, Call
from generator.networks.onnx.tensors import CHANNELS_LAST, Tensor, plain
from generator.networks.onnx.windows import padded, windows

if TYPE_CHECKING:
    from generator.records import Array


def convolution(call: Call) -> Tensor:
    """Translate a convolution; one with a group for each channel is depthwise."""
    picture, kernel, bias = call.picture(), _kernel(call), call.optional(2)
    groups, (count, inside, *size) = call.node.whole("group", 1), kernel.shape
    if groups < 1 or count % groups:
        raise call.refused(f"{groups} groups of {count} features")
    call.fits("a kernel", inside * groups, picture.shape[-1])
    rows, columns = windows(call, (size[0], size[1]), picture.shape[1:3])
    picture = padded(call, picture, (rows.margins, columns.margins))
    options = {
        "strides": (rows.stride, columns.stride),
        "dilation_rate": (rows.dilation, columns.dilation),
        "use_bias": bias is not None,
        "name": call.named(),
    }
    if inside == 1 and groups > 1 and rows.stride == columns.stride:  # TensorFlow has no others
        layer = layers.DepthwiseConv2D(size, depth_multiplier=count // groups, **options)
        kernel = kernel.transpose(2, 3, 0, 1).reshape(*size, groups, -1)
    else:
        layer = layers.Conv2D(count, size, groups=groups, **options)
        kernel = kernel.transpose(2, 3, 1, 0)
    return Tensor(_filled(layer, picture, kernel, bias), CHANNELS_LAST)


def transposed(call: Call) -> Tensor:
    """Translate a transposed convolution: Keras's largest output, cropped."""
    picture, kernel, bias = call.picture(), _kernel(call), call.optional(2)
    for key in ("auto_pad", "output_shape"):
        if key in call.node.attributes and call.node.attributes[key] != b"NOTSET":
            raise call.refused(key, "`pads` and `output_padding`")
    call.node.only("group", call.node.whole("group", 1), 1)
    call.fits("a kernel", kernel.shape[0], picture.shape[-1])
    pads, more = call.small("pads", (0, 0, 0, 0)), call.small("output_padding", (0, 0))
    strides, dilations = call.small("strides", (1, 1), 1), call.small("dilations", (1, 1), 1)
    layer = layers.Conv2DTranspose(
        kernel.shape[1],
        kernel.shape[2:],
        strides=strides,
        dilation_rate=dilations,
        use_bias=bias is not None,
        name=call.named(),
    )
    whole = _filled(layer, picture, kernel.transpose(2, 3, 1, 0), bias)
    crops = []
    for axis in (0, 1):
        span = (kernel.shape[2 + axis] - 1) * dilations[axis] + 1
        length = (picture.shape[1 + axis] - 1) * strides[axis] + span + more[axis]
        after = whole.shape[1 + axis] - length + pads[2 + axis]
        if after < 0:
            raise call.refused(f"output_padding={more}", "no more than the padding at the end")
        crops.append((pads[axis], after))
    if any(map(any, crops)):
        whole = layers.Cropping2D(crops, name=call.named("crop"))(whole)
    return Tensor(whole, CHANNELS_LAST)


def dense(call: Call) -> Tensor:
    """Translate a matrix product with a bias, ``Gemm``."""
    call.node.only("transA", call.node.whole("transA", 0), 0)
    kernel, bias = call.constant(1), call.optional(2)
    kernel = (kernel.T if call.node.whole("transB", 0) else kernel) * np.float32(
        call.node.decimal("alpha", 1.0)
    )
    tensor = call.tensor()
    if kernel.ndim != 2 or tensor.rank != 2:
        raise call.refused(f"operands of {tensor.rank} and {kernel.ndim} axes", "matrices")
    call.fits("a kernel", kernel.shape[0], tensor.shape[1])
    if bias is not None:
        bias = np.broadcast_to(bias * np.float32(call.node.decimal("beta", 1.0)), (1, kernel.shape[1]))[0]
    layer = layers.Dense(kernel.shape[1], use_bias=bias is not None, name=call.named())
    return Tensor(_filled(layer, call.in_order(tensor), kernel, bias), plain(2))


def matrix(call: Call) -> Tensor:
    """Translate a product with a constant matrix on the right, along the last axis."""
    tensor, kernel = call.tensor(), call.constant(1)
    if kernel.ndim != 2 or tensor.rank < 2:
        raise call.refused(f"operands of {tensor.rank} and {kernel.ndim} axes", "a constant matrix")
    call.fits("a matrix", kernel.shape[0], tensor.shape[-1])
    axes = tensor.axes if tensor.place(-1) == tensor.rank - 1 else plain(tensor.rank)
    layer = layers.Dense(kernel.shape[1], use_bias=False, name=call.named())
    return Tensor(_filled(layer, call.ordered(tensor, axes), kernel, None), axes)


def _kernel(call: Call) -> Array:
    """Return the kernel of a convolution of pictures."""
    kernel = call.constant(1)
    if kernel.ndim != 4 or 0 in kernel.shape or max(kernel.shape[2:]) > MOST:
        raise call.refused(f"a kernel of shape {kernel.shape}", "one with two axes of pixels")
    return kernel


def _filled(layer: Any, tensor: Any, kernel: Array, bias: Array | None) -> Any:
    """Return the output of a layer, and set its weights."""
    made = layer(tensor)
    layer.set_weights([kernel] if bias is None else [kernel, bias])
    return made
