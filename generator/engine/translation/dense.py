"""Builders for dense layers and matrices.

Question: how does a signal pass a layer whose weights are quantized? Options: refuse the layer; multiply by
the numbers that its integers represent. Choice: these numbers for int8 and int4, as in the gradient of Keras.
If Keras rounds the layer's input, so does the forward pass, and the signal comes back through the rounding
unchanged. Cost: other quantizations are refused, such as float8, which is made for training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from keras import ops

from generator.engine import rules
from generator.engine.translation.call import Call, Tensor, refusal


def dense(call: Call) -> rules.Rule:
    """Build a dense layer, quantized or not."""
    layer, bias = call.operation, call.weight(call.operation.bias)
    if layer.quantization_mode is None:
        return rules.Dense(call.weight(layer.kernel), bias, call.offset(bias))
    if layer.quantization_mode not in QUANTIZED:
        raise refusal(call, f"a quantization to {layer.quantization_mode}", ", ".join(sorted(QUANTIZED)))
    if layer.lora_enabled:
        raise refusal(call, "LoRA on quantized weights", "one of the two")
    kernel = QUANTIZED[layer.quantization_mode](call)
    matrix = rules.Dense(kernel, bias, call.offset(bias))
    # With groups of inputs that have scales of their own, Keras does not round the inputs.
    rounds = layer.inputs_quantizer is not None and not hasattr(layer, "kernel_zero")
    return rules.Chain((rules.Rounding(layer.inputs_quantizer), matrix)) if rounds else matrix


def matrix(call: Call) -> rules.Rule:
    """Build ``keras.ops.matmul`` with a constant matrix on the right."""
    kernel = call.constant(1)
    if len(kernel.shape) != 2:
        raise refusal(call, f"an operand of shape {tuple(kernel.shape)}", "matrices")
    return rules.Dense(kernel, None)


def _scaled(call: Call) -> Tensor:
    """Return a kernel whose integers have a scale for each unit."""
    return call.weight(call.operation.kernel) / call.weight(call.operation.kernel_scale)


def _int4(call: Call) -> Tensor:
    """Return a kernel whose integers have a scale for each unit, or for each unit and group of inputs."""
    layer = call.operation
    if not hasattr(layer, "kernel_zero"):
        return _scaled(call)
    groups = ops.cast(layer.g_idx, "int32")
    zero, scale = (
        ops.take(call.weight(each), groups, axis=0) for each in (layer.kernel_zero, layer.kernel_scale)
    )
    return (call.weight(layer.kernel) - zero) * scale  # Keras multiplies here and divides above


QUANTIZED: Mapping[str, Callable[[Call], Tensor]] = {"int8": _scaled, "int4": _int4}
"""How integers become the kernel, by Keras's name of the quantization."""
