"""Dilated max pooling, which Keras does not have; the atrous variants of VGG need it.

The engine has a rule for it, found by its full name, and ``model_file`` passes the class to Keras to load
saved variants.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import Any

from keras import layers, ops


class DilatedMaxPooling2D(layers.Layer):  # type: ignore[misc]  # mypy sees no types in Keras
    """Max pooling at stride 1 over positions ``dilation_rate`` pixels apart; the output has the input's size.

    ``padding`` is ``same``, as in a dilated ``Conv2D``. Positions outside the picture hold minus infinity and
    are never the maximum.
    """

    strides = (1, 1)
    padding = "same"
    data_format = "channels_last"

    def __init__(self, pool_size: int, dilation_rate: int, **options: Any) -> None:
        super().__init__(**options)
        self.pool_size = (pool_size, pool_size)
        self.dilation_rate = (dilation_rate, dilation_rate)

    def call(self, image: Any) -> Any:
        """Return the maximum over each window, (N, H, W, C) like the input.

        ``keras.ops.max_pool`` has no dilation, so this takes the maximum of shifted copies.
        """
        height, width = image.shape[1:3]
        (size, _), (apart, _) = self.pool_size, self.dilation_rate
        outside = (size - 1) * apart
        margin = (outside // 2, outside - outside // 2)
        padded = ops.pad(image, ((0, 0), margin, margin, (0, 0)), constant_values=float("-inf"))
        offsets = product(range(0, outside + 1, apart), repeat=2)
        return reduce(
            ops.maximum,
            (padded[:, down : down + height, right : right + width] for down, right in offsets),
        )

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments with which a saved model recreates the layer."""
        own = {"pool_size": self.pool_size[0], "dilation_rate": self.dilation_rate[0]}
        return {**super().get_config(), **own}
