"""Fix the size of a model's open input, or say which size works.

Question: how is a size found that works? Options: formulas for each kind of layer; trying sizes by inferring
shapes. Choice: trying, because whatever is in the model counts: valid convolutions and poolings need a least
size, branches that are joined after upsampling need sides that are multiples of a power of two. Cost: some
seconds for a deep model, only when a size is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.errors import NetworkError

Size = tuple[int, int]
_LARGEST_SIDE_PX = 4096
_POWERS = (2, 4, 8, 16, 32, 64, 128)
_STYLE = re.compile("\x1b\\[[0-9;]*m")
_TOO_SMALL = re.compile("zero or negative|negative dimension", re.IGNORECASE)


def resized(model: Any, size: Size) -> Any:
    """Return a copy of a model whose input has a fixed size instead of an open one.

    Raises:
        NetworkError: the model does not work at this size; the text names a size that does.
    """
    try:
        copy = _cloned(model, size)
    except Exception as error:  # layers raise nearly any exception
        text = f"`input_size` {size[0]} x {size[1]} {_why(error)}{_hint(model, size, error)}"
        raise NetworkError(text, key="input_size") from error
    copy.set_weights(model.get_weights())
    return copy


def _cloned(model: Any, size: Size) -> Any:
    """Return a copy with new weights; a call comes first, because it fails sooner than copying."""
    import keras

    shape = (*size, model.inputs[0].shape[3])
    model(keras.Input(shape))
    copy = keras.models.clone_model(model, input_tensors=keras.Input(shape))
    outputs = [operation.output for operation in getattr(copy, "operations", copy.layers)]
    if any(0 in tensor.shape[1:] for tensor in keras.tree.flatten(outputs)):  # a slice can leave nothing
        raise ValueError("zero or negative size")
    return copy


def _why(error: Exception) -> str:
    """Return the reason in words: too small, or the first line of Keras's message."""
    if _is_too_small(error):
        return "is too small for this model"
    lines = [line.strip() for line in _STYLE.sub("", str(error)).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered")]
    return f"does not work with this model: {told[0] if told else type(error).__name__}"


def _is_too_small(error: Exception) -> bool:
    return bool(_TOO_SMALL.search(str(error)))


def _hint(model: Any, size: Size, error: Exception) -> str:
    """Return the larger size that works; nothing if none is found."""
    if _is_too_small(error) and (least := _least(model, size)):
        return f"; expected at least {least[0]} x {least[1]}"
    rounded = next((one for one in _rounded(size) if _works(model, one)), None)
    return f"; {rounded[0]} x {rounded[1]} works" if rounded else ""


def _rounded(size: Size) -> Iterator[Size]:
    """Yield a size rounded up to multiples of powers of two, which joined branches ask for."""
    for power in _POWERS:
        yield -(-size[0] // power) * power, -(-size[1] // power) * power


def _least(model: Any, size: Size) -> Size | None:
    """Return the smallest larger size, by bisection of the least side; ``None`` if none works."""
    fails = works = min(size)
    while not _works(model, _at_least(size, works)):
        fails, works = works, 2 * works
        if works > _LARGEST_SIDE_PX:
            return None
    while works - fails > 1:
        middle = (fails + works) // 2
        if _works(model, _at_least(size, middle)):
            works = middle
        else:
            fails = middle
    return _at_least(size, works)


def _works(model: Any, size: Size) -> bool:
    try:
        _cloned(model, size)
    except Exception:
        return False
    return True


def _at_least(size: Size, least: int) -> Size:
    return max(size[0], least), max(size[1], least)
