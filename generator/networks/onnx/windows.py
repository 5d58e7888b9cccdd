"""The windows of convolutions and poolings: margins, strides, and what a rounded-up size adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import layers, ops

from generator.networks.onnx.call import Call

_AUTO = ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")


@dataclass(frozen=True)
class Window:
    """A window along one axis.

    ``before`` and ``after`` are margins; ``beyond`` is how far a window that ``ceil_mode`` adds reaches
    beyond them, where nothing is counted.
    """

    length: int
    size: int
    stride: int
    dilation: int
    before: int
    after: int
    beyond: int

    @property
    def margins(self) -> tuple[int, int]:
        """What is added at each end."""
        return self.before, self.after + self.beyond


def windows(call: Call, size: tuple[int, int], lengths: tuple[int, int]) -> tuple[Window, Window]:
    """Return the windows along the rows and the columns."""
    pads = call.small("pads", (0, 0, 0, 0))
    strides, dilations = call.small("strides", (1, 1), 1), call.small("dilations", (1, 1), 1)
    auto = call.node.text("auto_pad", "NOTSET")
    if auto not in _AUTO:
        raise call.refused(f"auto_pad={auto}", ", ".join(_AUTO))
    if auto != "NOTSET":
        pads = (0, 0, 0, 0)
    ceil = bool(call.node.whole("ceil_mode", 0))
    rows, columns = (
        _window(lengths[axis], size[axis], (strides[axis], dilations[axis]), pads[axis::2], auto, ceil)
        for axis in (0, 1)
    )
    return rows, columns


def _window(
    length: int, size: int, steps: tuple[int, int], pads: tuple[int, ...], auto: str, ceil: bool
) -> Window:
    (stride, dilation), (before, after) = steps, pads
    span = (size - 1) * dilation + 1
    if auto.startswith("SAME"):
        total = max((-(-length // stride) - 1) * stride + span - length, 0)
        smaller = total // 2
        before, after = (smaller, total - smaller) if auto == "SAME_UPPER" else (total - smaller, smaller)
    reach = length + before + after - span
    count = -(-reach // stride) + 1 if ceil else reach // stride + 1
    if ceil and (count - 1) * stride >= length + before:
        count -= 1  # a window that would lie in the margin alone, as PyTorch does
    return Window(length, size, stride, dilation, before, after, max((count - 1) * stride - reach, 0))


def padded(call: Call, picture: Any, margins: tuple[tuple[int, int], ...], value: float = 0.0) -> Any:
    """Return a picture with margins of a value around it."""
    if not any(map(any, margins)):
        return picture
    if value == 0:
        return layers.ZeroPadding2D(margins, name=call.named("pad"))(picture)
    padding = ops.pad(picture, ((0, 0), *margins, (0, 0)), constant_values=value)
    # Keras numbers bare operations by a counter of the process, so that the name would be another each time.
    padding._keras_history.operation.name = call.named("pad")
    return padding
