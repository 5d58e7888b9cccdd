"""Builders for convolutions."""

from __future__ import annotations

from generator.engine import rules
from generator.engine.translation.call import (
    Call,
    pair,
    picture,
    refusal,
    windows,
)
from generator.engine.windows import Window


def convolution(call: Call) -> rules.Rule:
    """Build a convolution, grouped or not."""
    picture(call)
    layer, bias = call.operation, call.weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    return rules.Convolution(call.weight(layer.kernel), bias, *window, call.offset(bias), layer.groups)


def depthwise(call: Call) -> rules.Rule:
    """Build a depthwise convolution."""
    picture(call)
    layer, bias = call.operation, call.weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    return rules.DepthwiseConvolution(call.weight(layer.kernel), bias, *window, call.offset(bias))


def separable(call: Call) -> rules.Rule:
    """Build a depthwise convolution followed by a pointwise one."""
    picture(call)
    layer, bias = call.operation, call.weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    rows, columns = (Window(length, 1) for length in call.output[:2])
    return rules.Chain(
        (
            rules.DepthwiseConvolution(call.weight(layer.depthwise_kernel), None, *window),
            rules.Convolution(call.weight(layer.pointwise_kernel), bias, rows, columns, call.offset(bias)),
        )
    )


def transposed(call: Call) -> rules.Rule:
    """Build a transposed convolution: the adjoint of the convolution from its output to its input."""
    picture(call)
    layer, bias = call.operation, call.weight(call.operation.bias)
    rows, columns = (
        Window(length, size, stride, dilation, layer.padding)
        for length, size, stride, dilation in zip(
            call.output[:2],
            layer.kernel_size,
            pair(layer.strides),
            pair(layer.dilation_rate),
            strict=True,
        )
    )
    if (rows.positions, columns.positions) != call.inputs[0][:2]:  # TensorFlow computes none of these either
        size = f"kernel_size={layer.kernel_size}, strides={layer.strides} and padding={layer.padding}"
        choices = "paddings whose convolution has the size of the input"
        raise refusal(call, f"output_padding={layer.output_padding} with {size}", choices)
    adjoint = rules.Convolution(call.weight(layer.kernel), None, rows, columns)
    return rules.TransposedConvolution(adjoint, bias, call.offset(bias))


def bare_convolution(call: Call) -> rules.Rule:
    """Build ``keras.ops.conv`` with a constant kernel."""
    picture(call)
    kernel = call.constant(1)
    window = windows(call, tuple(kernel.shape[:2]), call.operation.strides, call.operation.dilation_rate)
    return rules.Convolution(kernel, None, *window, groups=call.inputs[0][-1] // kernel.shape[2])


def bare_depthwise(call: Call) -> rules.Rule:
    """Build ``keras.ops.depthwise_conv`` with a constant kernel."""
    picture(call)
    kernel = call.constant(1)
    window = windows(call, tuple(kernel.shape[:2]), call.operation.strides, call.operation.dilation_rate)
    return rules.DepthwiseConvolution(kernel, None, *window)
