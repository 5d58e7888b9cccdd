"""Compiling, and the only place that knows a backend.

Question: how exact is float32 on a GPU? Every backend multiplies in TensorFloat-32 there unless told not to,
which keeps three digits. Options: leave it; switch it off. Choice: off, for a reconstruction that differs in
its third digit from the CPU's cannot be checked. Cost: speed on a GPU, and the switch is the process's.

Question: how many rows go through a step at once? Options: all; one; a number of bytes. Choice: on a CPU one.
A library may convolve another number of rows in another way, so that a reconstruction would depend, in its
last digit, on what else is asked for; and one row's signals stay in caches, so that
it costs no time. On a GPU all of them, for it is fastest when full. Cost: a larger graph to
compile, bounded by ``SWEEP_ROWS``; and on a GPU the last digit.

Question: may TensorFlow rewrite sums? Its arithmetic optimizer adds up in another order where a graph is
larger, and so changes the last digit too. Choice: no. Cost: the switch is the process's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras

Function = Callable[..., Any]

SWEEP_ROWS = 16
"""The most rows of a sweep that takes them one by one.

Its graph grows with them, and compiling takes time and memory that grow faster: 240 rows of SqueezeNet took
64 s of a core and 1.9 GB in sweeps of 64, 33 s and 1.3 GB in sweeps of 16, and as long to run either way.
Three features of each of VGG16's five pools are still one sweep.
"""


def bundles_rows() -> bool:
    """Return whether all rows go through a step at once, rather than one by one."""
    return _BUNDLES[keras.backend.backend()]()


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
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
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


_BUNDLES: Mapping[str, Callable[[], bool]] = {
    "tensorflow": _tensorflow_has_gpu,
    "jax": lambda: True,  # XLA plans its own memory, and takes long to compile many rows
    "torch": _torch_has_gpu,
}
"""Whether a backend takes all rows at once."""
