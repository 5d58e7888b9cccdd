"""Which type Keras builds layers in."""

import contextlib

import keras


@contextlib.contextmanager
def building_in(dtype):
    """Build models in a type; Keras remembers a policy beside the type, so both are set and put back."""
    usual, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(usual)
        keras.config.set_dtype_policy(policy)
