"""Compiling. Except for ``memory``, the only module that depends on the backend.

Question: how exact is float32 on a GPU? By default every backend multiplies in TensorFloat-32 there, which
keeps three decimal digits. Options: keep the default; switch it off. Choice: off, because a reconstruction
that differs from the CPU's in its third digit cannot be checked. Cost: speed on a GPU, and the switch applies
to the whole process.

Question: how many rows go through a step at once? Options: all; one; as many as fit a number of bytes.
Choice: on a CPU, except under JAX, one. A library may choose its convolution algorithm by the number of rows,
so that the last digit of a reconstruction would depend on what else is computed. It costs no time, because
the signals of one row stay in the processor's caches. On a GPU, all rows, because a GPU is fastest when it is
full. Cost: on a GPU the last digit.

Question: what is compiled for rows that go one by one? Options: one graph with a copy of the steps for each
row; for each layer a graph that loops over the rows; for each layer a graph of one row, called from several
threads. Choice: the last, because it compiles fastest, and serves any number of features. On two cores the
first picture through SqueezeNet's five pools, three features each, by three methods takes 2.6 s so, and 7.2 s
with copies; 140 layers of EfficientNet-Lite0 take 19 s so, and 32 s with loops. Cost: what rows have in
common, such as the masks of an unpooling, is computed for each: 0.03 s more for 15 rows of SqueezeNet.

Question: may TensorFlow reorder sums? Its arithmetic optimizer adds in another order if the graph is larger,
which changes the last digit too. Choice: no. Cost: the switch applies to the whole process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import keras

Function = Callable[..., Any]

SWEEP_ROWS = 16
"""The most rows in a sweep that takes its rows one by one.

A layer is yielded after the sweep with its last row, so small sweeps keep little in memory. 16 allows three
features of each of VGG16's five pools in one sweep.
"""


def bundles_rows() -> bool:
    """Tell whether all rows go through a step at once rather than one by one."""
    return _BUNDLES[keras.backend.backend()]()


def use_one_thread() -> None:
    """Let the backend compute in one thread; to be called before it computes anything in this process."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    if backend == "torch":
        import torch

        torch.set_num_threads(1)


def compiled(function: Function) -> Function:
    """Return the function, compiled by the backend in use.

    Its arguments are tensors, or dicts of tensors, and have the same shapes at every call. Several threads
    may call it.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _by_tensorflow(function)
    if backend == "jax":
        return _by_jax(function)
    return _by_torch(function)


def with_gradient(function: Function) -> Function:
    """Return a compiled function that gives a function's values (N,) and the gradient in its first argument.

    The gradient is that of the sum of the values. The arguments are as for ``compiled``.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _by_tensorflow(_taped(function))
    if backend == "jax":
        return _differentiated_by_jax(function)
    return _differentiated_by_torch(function)


def _taped(function: Function) -> Function:
    import tensorflow as tf

    def both(first: Any, *others: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(first)
            values = function(first, *others)
            total = tf.reduce_sum(values)
        return values, tape.gradient(total, first)

    return both


def _differentiated_by_jax(function: Function) -> Function:
    import jax

    def total(first: Any, *others: Any) -> Any:
        values = function(first, *others)
        return values.sum(), values

    differentiated = _by_jax(jax.value_and_grad(total, has_aux=True))

    def both(first: Any, *others: Any) -> Any:
        (_, values), gradient = differentiated(first, *others)
        return values, gradient

    return both


def _differentiated_by_torch(function: Function) -> Function:
    import torch

    torch.backends.cudnn.allow_tf32 = False

    def both(first: Any, *others: Any) -> Any:
        with torch.enable_grad():
            leaf = first.detach().requires_grad_()
            values = function(leaf, *others)
            (gradient,) = torch.autograd.grad(values.sum(), leaf)
        return values.detach(), gradient

    return both


def _by_tensorflow(function: Function) -> Function:
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    # The one concrete function is called directly: a tf.function would compare all arguments with the
    # signatures that it knows at every call, and might trace again.
    graph = tf.function(function, autograph=False)
    traced: list[Function] = []
    tracing = Lock()

    def run(*arguments: Any) -> Any:
        with tracing:
            if not traced:
                # A concrete function cannot be traced again by accident, which would compile twice unnoticed.
                traced.append(graph.get_concrete_function(*arguments))
        return traced[0](*arguments)

    return run


def _by_jax(function: Function) -> Function:
    import jax

    jax.config.update("jax_default_matmul_precision", "float32")
    jitted: Function = jax.jit(function)
    return jitted


def _by_torch(function: Function) -> Function:
    """Return the function without compiling it; it runs without recording gradients."""
    import torch

    # Convolutions only: since PyTorch 1.12, matrix products use full float32 by default.
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
    "jax": lambda: True,  # XLA plans its own memory, and is slow to compile rows one by one
    "torch": _torch_has_gpu,
}
"""Backend -> whether it takes all rows at once."""
