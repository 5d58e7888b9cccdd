"""Compiling, and the only place that knows a backend.

TensorFlow is what we ship. XLA stays off: on two cores it runs the same sweep no faster once compiled and
takes seconds to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function compiled by the backend in use; its arguments are tensors, or dicts of them."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        graph: Callable[..., Any] = tf.function(function, autograph=False)
        return graph
    if backend == "jax":
        import jax

        jitted: Callable[..., Any] = jax.jit(function)
        return jitted
    return function
