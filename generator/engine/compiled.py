"""Compiling, and the only place that knows a backend.

Question: how exact is float32 on a GPU? Every backend multiplies in TensorFloat-32 there unless told not to,
which keeps three digits. Options: leave it; switch it off. Choice: off, for a reconstruction that differs in
its third digit from the CPU's cannot be checked. Cost: speed on a GPU, and the switch is the process's.

Question: how many rows go through a step at once? Options: all; one; a number of bytes. Choice: on a CPU a
number of bytes, under the 32 MiB from which the C library returns memory to the system after every operation
and near what caches hold: VGG16's sweep takes a fifth less time than with all rows in one. On a GPU all of
them, for it is fastest when full. Cost: a larger graph to compile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras

Function = Callable[..., Any]

BUNDLE_BYTES = 30_000_000
"""The largest signal that goes through a step at once on a CPU."""


def bundle_bytes() -> int | None:
    """Return how large a signal may be that goes through a step at once, ``None`` for any size."""
    return None if _WHOLE[keras.backend.backend()]() else BUNDLE_BYTES


def compiled(function: Function) -> Function:
    """Return the function compiled by the backend in use.

    Its arguments are tensors, or dicts of them, of the same shapes at every call: it is traced once.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _by_tensorflow(function)
    if backend == "jax":
        return _by_jax(function)
    return _by_torch(function)


def _by_tensorflow(function: Function) -> Function:
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)
    graph = tf.function(function, autograph=False)
    traced: list[Function] = []

    def run(*arguments: Any) -> Any:
        if not traced:
            traced.append(graph.get_concrete_function(*arguments))
        return traced[0](*arguments)

    return run


def _by_jax(function: Function) -> Function:
    import jax

    jax.config.update("jax_default_matmul_precision", "float32")
    jitted: Function = jax.jit(function)
    return jitted


def _by_torch(function: Function) -> Function:
    """Return the function as it is, run without a record of how to differentiate it."""
    import torch

    torch.backends.cudnn.allow_tf32 = False
    unrecorded: Function = torch.no_grad()(function)
    return unrecorded


def _tensorflow_has_gpu() -> bool:
    import tensorflow as tf

    return bool(tf.config.list_logical_devices("GPU"))


def _torch_has_gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())


_WHOLE: Mapping[str, Callable[[], bool]] = {
    "tensorflow": _tensorflow_has_gpu,
    "jax": lambda: True,  # XLA plans its own memory, and takes long to compile many bundles
    "torch": _torch_has_gpu,
}
"""Whether a backend takes all rows at once."""
