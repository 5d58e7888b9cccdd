"""Compiling, and the only module that knows which backend runs.

On a GPU every backend multiplies float32 in TensorFloat-32 by default, which keeps three digits. It is
switched off here, because a reconstruction that differs from the CPU's in its third digit cannot be checked.
The price is speed; the switch holds for the whole process.

On a CPU rows go through a step one by one. A library may convolve two rows by another algorithm than one, and
then the last digit of a reconstruction would depend on what else is asked for. It costs no time, because the
signals of one row stay in the processor's caches, but it makes the graph larger: ``SWEEP_ROWS`` bounds it. On
a GPU all rows go at once, because a GPU is fast only when it is full; the last digit may vary there.

TensorFlow's arithmetic optimizer is switched off, because it reorders sums depending on the rest of the graph
and so changes the last digit too. This switch also holds for the whole process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras

Function = Callable[..., Any]

SWEEP_ROWS = 16
"""The most rows of a sweep if they go one by one.

Compiling takes time and memory that grow faster than the number of rows: for 240 rows of SqueezeNet 64 s of a
core and 1.9 GB in sweeps of 64, 33 s and 1.3 GB in sweeps of 16. Both run equally fast. The 15 rows of three
features in each of VGG16's five pools still fit into one sweep.
"""


def bundles_rows() -> bool:
    """Return whether all rows go through a step at once rather than one by one."""
    return _BUNDLES[keras.backend.backend()]()


def compiled(function: Function) -> Function:
    """Return the function, compiled by the backend in use.

    It is traced once: its arguments are tensors or dicts of them, of the same shapes at every call.
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
    # The one concrete function is called directly: a tf.function would compare all arguments with the
    # signatures that it knows at every call, and might trace again.
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
    """Return the function as it is, but run without recording gradients."""
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
"""Backend -> whether all rows go through a step at once."""
