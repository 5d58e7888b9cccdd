"""Translations of operators that only move values: reshaping, cutting, padding, resizing."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from keras import layers

from generator.networks.onnx.call import MOST, Call
from generator.networks.onnx.constants import axes_of, cast_type, place_in, ranges, reshaped
from generator.networks.onnx.tensors import CHANNELS_LAST, Tensor, layout, plain
from generator.networks.onnx.windows import padded


def same(call: Call) -> Tensor:
    """Translate an operator that changes nothing at inference."""
    return call.tensor()


def dropout(call: Call) -> Tensor:
    """Translate a dropout, which acts only in training."""
    mode = call.numbers(2) if call.node.has(2) else None
    call.node.only("training_mode", bool(mode.any()) if mode is not None else False, False)
    return call.tensor()


def cast(call: Call) -> Tensor:
    """Translate a cast between types of numbers, which changes nothing in float32."""
    if cast_type(call.node) is not np.float32:
        raise call.refused("a cast of the picture to whole numbers", "float32")
    return call.tensor()


def flatten(call: Call) -> Tensor:
    """Translate a flattening, whose order is that of channels first: a dense layer behind it counts on it."""
    shape = call.tensor().shape
    axis, rank = call.node.whole("axis", 1), len(shape)
    if axis == rank or place_in(call.node, axis, rank) != 1:
        raise call.refused(f"axis={axis}", "axis=1")
    return _shaped(call, (1, prod(shape)))


def reshape(call: Call) -> Tensor:
    """Translate a reshaping of each picture."""
    return _shaped(call, reshaped(call.node, call.tensor().shape, call.constant(1)))


def squeeze(call: Call) -> Tensor:
    """Translate the removal of axes of length 1."""
    shape = call.tensor().shape
    axes = axes_of(call.node, [None, *map(call.numbers, range(1, len(call.inputs)))], len(shape))
    axes = axes or tuple(axis for axis, length in enumerate(shape) if axis and length == 1)
    if any(shape[axis] != 1 for axis in axes):
        raise call.refused(f"the removal of the axes {axes} of {shape}", "axes of length 1")
    return _shaped(call, tuple(length for axis, length in enumerate(shape) if axis not in axes))


def unsqueeze(call: Call) -> Tensor:
    """Translate the insertion of axes of length 1."""
    shape = call.tensor().shape
    given = call.node.wholes("axes") or call.wholes(1) or ()
    rank = len(shape) + len(given)
    axes, rest = {place_in(call.node, axis, rank) for axis in given}, iter(shape)
    if len(axes) != len(given):
        raise call.refused(f"an axis that is named twice in {given}")
    return _shaped(call, tuple(1 if axis in axes else next(rest) for axis in range(rank)))


def transpose(call: Call) -> Tensor:
    """Translate another order of the axes, which moves nothing until an operator asks for its own."""
    tensor = call.tensor()
    order = call.node.wholes("perm", tuple(reversed(range(tensor.rank))))
    if sorted(order) != list(range(tensor.rank)) or order[0] != 0:
        raise call.refused(f"the order {order}", "one that keeps the batch first")
    return tensor.transposed(order)


def split(call: Call) -> list[Tensor]:
    """Translate a tensor in parts along an axis."""
    tensor = call.tensor()
    axis = place_in(call.node, call.node.whole("axis", 0), tensor.rank)
    length, count = tensor.shape[axis], len(call.node.outputs)
    given = call.node.wholes("split") or call.wholes(1) or ()
    each = -(-length // count)
    sizes = given or (*(each,) * (count - 1), length - each * (count - 1))
    if sum(sizes) != length or len(sizes) != count or min(sizes) < 1:
        raise call.refused(f"parts of {sizes} of an axis of length {length}")
    ends = np.cumsum(sizes).tolist()
    return [_cut(call, tensor, axis, end - size, end) for size, end in zip(sizes, ends, strict=True)]


def slice_(call: Call) -> Tensor:
    """Translate what is left of a tensor between two places of each axis."""
    tensor = call.tensor()
    given = [None, *(call.numbers(place) for place in range(1, len(call.inputs)))]
    for axis, part in ranges(call.node, given, tensor.shape).items():
        call.node.only("steps", part.step, 1)
        tensor = _cut(call, tensor, axis, part.start, part.stop)
    return tensor


def gather(call: Call) -> Tensor:
    """Translate the choice of one place along an axis, such as ``x[:, 0]``."""
    tensor, chosen = call.tensor(), call.numbers(1)
    axis = place_in(call.node, call.node.whole("axis", 0), tensor.rank)
    if chosen is None or chosen.ndim != 0 or chosen.dtype.kind != "i":
        raise call.refused("a choice of several places", "of one")
    place = place_in(call.node, int(chosen), tensor.shape[axis], "index")
    cut = _cut(call, tensor, axis, place, place + 1)
    return _reordered(call, cut, tuple(length for at, length in enumerate(cut.shape) if at != axis))


def pad(call: Call) -> Tensor:
    """Translate a margin of a constant around a picture."""
    call.node.only("mode", call.node.text("mode", "constant"), "constant")
    tensor = call.laid_out()
    pads = call.node.wholes("pads") or call.wholes(1) or ()
    value = call.optional(2) if call.node.has(2) else None
    number = call.node.decimal("value", 0.0) if value is None else float(np.ravel(value)[0])
    axes = call.wholes(3) or plain(tensor.rank)
    if len(pads) != 2 * len(axes):
        raise call.refused(f"{len(pads)} margins of {len(axes)} axes")
    margins = {
        place_in(call.node, axis, tensor.rank): (pads[at], pads[at + len(axes)])
        for at, axis in enumerate(axes)
    }
    around = [margins.get(axis, (0, 0)) for axis in plain(tensor.rank)]
    if tensor.rank != 4 or any(around[0] + around[1]) or not all(0 <= one <= MOST for one in pads):
        raise call.refused(f"margins {pads} of axes {axes}", "margins around a picture")
    return Tensor(padded(call, tensor.keras, (around[2], around[3]), number), CHANNELS_LAST)


def resize(call: Call) -> Tensor:
    """Translate a resizing of a picture: repeated pixels, or bilinear as Keras does it."""
    picture, shape = call.picture(), call.tensor().shape
    mode = call.node.text("mode", "nearest")
    how = call.node.text("coordinate_transformation_mode", "half_pixel")
    rounding = call.node.text("nearest_mode", "round_prefer_floor")
    height, width = _size(call, shape)
    is_whole = height % shape[2] == 0 and width % shape[3] == 0
    repeats = (
        mode == "nearest"
        and is_whole
        and (
            (how == "asymmetric" and rounding == "floor")
            or (how in ("half_pixel", "pytorch_half_pixel") and rounding.startswith("round_prefer"))
        )
    )
    is_bilinear = (
        mode == "linear"
        and call.opset > 10
        and (  # before, the specification does not say how
            how == "half_pixel" or (how == "pytorch_half_pixel" and min(height, width) > 1)
        )
    )
    call.node.only("antialias", call.node.whole("antialias", 0), 0)
    if not repeats and not is_bilinear:
        raise call.refused(
            f"a resizing from {shape[2:]} to {(height, width)} by mode={mode} with {how}, {rounding}",
            "nearest by whole factors (asymmetric with floor, or half_pixel with rounding), or linear with "
            "half_pixel",
        )
    method = "nearest" if repeats else "bilinear"
    return Tensor(layers.Resizing(height, width, method, name=call.named())(picture), CHANNELS_LAST)


def _size(call: Call, shape: Sequence[int]) -> tuple[int, int]:
    """Return the height and width that a ``Resize`` makes, from its scales or sizes."""
    if "axes" in call.node.attributes or call.node.text("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise call.refused("a resizing of some axes", "scales or sizes of all four")
    is_old = call.opset < 11  # without a region of interest between
    scales = call.optional(1 if is_old else 2)
    if scales is not None and scales.size:
        sizes = [length * float(scale) for length, scale in zip(shape, np.ravel(scales), strict=True)]
        if any(abs(one - round(one)) > 1e-4 for one in sizes):
            raise call.refused(f"scales {np.ravel(scales).tolist()} of {tuple(shape)}", "whole sizes")
        wanted = [round(one) for one in sizes]
    else:
        wanted = [*(call.wholes(3) or ())]
    if len(wanted) != 4 or wanted[1] != shape[1] or not all(0 < one <= MOST for one in wanted[2:]):
        raise call.refused(f"a resizing of {tuple(shape)} to {wanted}", "another height and width")
    return wanted[2], wanted[3]


def _shaped(call: Call, shape: tuple[int, ...]) -> Tensor:
    """Return a tensor in another shape of ONNX; a picture again with channels last."""
    if not shape or shape[0] != 1:
        raise call.refused(f"the shape {shape}, across pictures", "one for each picture")
    return _reordered(call, call.tensor(), shape)


def _reordered(call: Call, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    axes = layout(len(shape))
    if tensor.shape == shape:
        return tensor
    numbers = call.in_order(tensor)
    ordered = [shape[axis] for axis in axes]
    if [one for one in ordered if one != 1] == [one for one in shape if one != 1] and len(shape) != 4:
        return Tensor(_reshaped(call, numbers, shape), axes)
    if shape[2:] == (1, 1) or shape[1] == 1:
        return Tensor(_reshaped(call, numbers, tuple(ordered)), axes)
    return Tensor(call.ordered(Tensor(_reshaped(call, numbers, shape), plain(4)), axes), axes)


def _reshaped(call: Call, numbers: Any, shape: Sequence[int]) -> Any:
    return layers.Reshape(shape[1:], name=call.named())(numbers)


def _cut(call: Call, tensor: Tensor, axis: int, start: int, stop: int) -> Tensor:
    """Return a part along an axis: a picture (before, length, after) is cropped, as Keras crops pictures."""
    shape, place = tensor.keras.shape[1:], tensor.place(axis) - 1
    if axis == 0 or stop <= start:
        raise call.refused(f"the places {start} to {stop} of the axis {axis} of {tensor.shape}")
    if (start, stop) == (0, shape[place]):
        return tensor
    whole = [prod(shape[:place]), shape[place], prod(shape[place + 1 :])]
    picture = layers.Reshape(whole, name=call.named("whole"))(tensor.keras)
    margins = ((0, 0), (start, shape[place] - stop))
    cut = layers.Cropping2D(margins, name=call.named("part"))(picture)
    left = (*shape[:place], stop - start, *shape[place + 1 :])
    return tensor.like(layers.Reshape(left, name=call.named())(cut))
