"""Builders for convolutions and dense layers."""

from __future__ import annotations

from generator.engine import rules
from generator.engine.translation.call import (
    Call,
    pair,
    picture,
    refusal,
    weight,
    windows,
)
from generator.engine.windows import Window


def convolution(call: Call) -> rules.Rule:
    """Build a convolution, grouped or not."""
    picture(call)
    layer, bias = call.operation, weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    return rules.Convolution(weight(layer.kernel), bias, *window, call.offset(bias), layer.groups)


def depthwise(call: Call) -> rules.Rule:
    """Build a depthwise convolution."""
    picture(call)
    layer, bias = call.operation, weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    return rules.DepthwiseConvolution(weight(layer.kernel), bias, *window, call.offset(bias))


def separable(call: Call) -> rules.Rule:
    """Build a depthwise convolution followed by a pointwise one."""
    picture(call)
    layer, bias = call.operation, weight(call.operation.bias)
    window = windows(call, layer.kernel_size, layer.strides, layer.dilation_rate)
    rows, columns = (Window(length, 1) for length in call.output[:2])
    return rules.Chain(
        (
            rules.DepthwiseConvolution(weight(layer.depthwise_kernel), None, *window),
            rules.Convolution(weight(layer.pointwise_kernel), bias, rows, columns, call.offset(bias)),
        )
    )


def transposed(call: Call) -> rules.Rule:
    """Build a transposed convolution: the adjoint of the convolution from its output to its input."""
    picture(call)
    layer, bias = call.operation, weight(call.operation.bias)
    if layer.output_padding is not None:
        raise refusal(call, f"output_padding={layer.output_padding}", "output_padding=None")
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
    adjoint = rules.Convolution(weight(layer.kernel), None, rows, columns)
    return rules.TransposedConvolution(adjoint, bias, call.offset(bias))


def dense(call: Call) -> rules.Rule:
    """Build a dense layer."""
    bias = weight(call.operation.bias)
    return rules.Dense(weight(call.operation.kernel), bias, call.offset(bias))


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


def matrix(call: Call) -> rules.Rule:
    """Build ``keras.ops.matmul`` with a constant matrix on the right."""
    kernel = call.constant(1)
    if len(kernel.shape) != 2:
        raise refusal(call, f"an operand of shape {tuple(kernel.shape)}", "matrices")
    return rules.Dense(kernel, None)
