"""The type in which Keras builds layers, its width, and the tolerance that follows."""

import contextlib

import keras
import numpy as np

WIDEST = keras.backend.result_type("float64", "float32")
"""float64 under TensorFlow; Keras makes float32 of it under JAX and PyTorch, in means and products."""

CLOSE = {"float64": 1e-12, "float32": 1e-5}[WIDEST]


def assert_same(found, expected):
    """Assert that arrays agree as closely as the widest numbers can."""
    np.testing.assert_allclose(found, expected, rtol=CLOSE, atol=CLOSE)


def assert_adjoint(image, output, signal, back):
    """Assert ``<output, signal> == <image, back>``, as it is of a linear map and its way back."""
    difference = abs(np.sum(output * signal, dtype="float64") - np.sum(image * back, dtype="float64"))
    assert difference <= CLOSE * np.linalg.norm(output) * np.linalg.norm(signal)


@contextlib.contextmanager
def building_in(dtype):
    """Build models in a type; Keras remembers a policy beside the type, so both are set and put back."""
    usual, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(keras.DTypePolicy(dtype).variable_dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(usual)
        keras.config.set_dtype_policy(policy)
