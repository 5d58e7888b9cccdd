"""Builders for rules that move values: reshaping, permuting, padding, cropping, resizing."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
from keras import ops

from generator.engine import rules
from generator.engine.translation.call import Call, Tensor, at_inference, only, picture, refusal


def identity(_call: Call) -> rules.Rule:
    """Build an operation that changes nothing at inference."""
    return rules.Identity()


def dropout(call: Call) -> rules.Rule:
    """Build a layer that acts only in training."""
    at_inference(call)
    return rules.Identity()


def augmentation(call: Call) -> rules.Rule:
    """Build a layer that changes pictures only in training.

    Unlike for a dropout, ``training=True`` is not refused: Keras records it by default for these layers, and
    they still leave pictures unchanged at inference. So does a ``RandomCrop``, which then says a wrong size.
    """
    if call.output != call.inputs[0]:
        size = f"{call.inputs[0]} to {call.output}"
        raise refusal(call, f"a change of size from {size} in training only", "one size in both")
    return rules.Identity()


def reshape(call: Call) -> rules.Rule:
    """Build a flattening or reshaping."""
    if prod(call.inputs[0]) != prod(call.output):
        raise refusal(call, "a reshape across the batch axis", "reshapes of each picture")
    return rules.Reshape(call.inputs[0], call.output)


def flatten(call: Call) -> rules.Rule:
    """Build a flattening; with ``channels_first`` Keras moves the first axis to the end before it."""
    flat, rank = reshape(call), len(call.inputs[0])
    if call.operation.data_format == "channels_last" or rank < 2:
        return flat
    moved = rules.Permute((0, *range(2, rank + 1), 1))
    return rules.Chain((moved, rules.Reshape((*call.inputs[0][1:], call.inputs[0][0]), call.output)))


def permute(call: Call) -> rules.Rule:
    """Build a permutation; Keras counts its axes from 1."""
    return rules.Permute((0, *call.operation.dims))


def transpose(call: Call) -> rules.Rule:
    """Build a bare ``transpose`` that keeps the batch axis first."""
    rank = len(call.inputs[0]) + 1
    axes = tuple(axis % rank for axis in call.operation.axes or reversed(range(rank)))
    if axes[0] != 0:
        raise refusal(call, f"axes={axes}", "axes that keep the batch axis first")
    return rules.Permute(axes)


def padding(call: Call) -> rules.Rule:
    """Build a zero padding of a picture."""
    picture(call)
    return rules.Pad((*map(tuple, call.operation.padding), (0, 0)))


def cropping(call: Call) -> rules.Rule:
    """Build a cropping of a picture."""
    picture(call)
    return rules.Crop((*map(tuple, call.operation.cropping), (0, 0)))


def bare_padding(call: Call) -> rules.Rule:
    """Build a bare ``pad`` by a constant."""
    only(call, "mode", call.operation.mode, "constant")
    widths = [tuple(margins) for margins in call.operation.pad_width]
    if len(widths) == 1:
        widths *= len(call.inputs[0]) + 1
    if widths[0] != (0, 0):
        raise refusal(call, "a padding of the batch axis", "paddings of each picture")
    values = call.operands[1:]
    return rules.Pad(tuple(widths[1:]), float(values[0]) if values else 0.0)


def center_crop(call: Call) -> rules.Rule:
    """Build the crop of a picture's centre; of a smaller picture, Keras enlarges the largest fitting part."""
    picture(call)
    (height, width), (high, wide) = call.inputs[0][:2], call.output[:2]
    if high <= height and wide <= width:
        return rules.Crop((_around(height, high), _around(width, wide), (0, 0)))
    part = min(height, max(width * high // wide, 1)), min(width, max(height * wide // high, 1))
    inside = rules.Crop((_around(height, part[0]), _around(width, part[1]), (0, 0)))
    resized = replace(call, inputs=((*part, call.output[2]),))
    return rules.Chain((inside, _resize(resized, "bilinear")))


def _around(length: int, kept: int) -> tuple[int, int]:
    """Return the margins around the middle of an axis."""
    before = (length - kept) // 2
    return before, length - kept - before


def up_sampling(call: Call) -> rules.Rule:
    """Build an up-sampling of a picture."""
    picture(call)
    return _resize(call, call.operation.interpolation)


def resizing(call: Call) -> rules.Rule:
    """Build a ``Resizing`` layer without cropping, padding and antialiasing."""
    picture(call)
    for option in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"):
        only(call, option, getattr(call.operation, option, False), False)
    return _resize(call, call.operation.interpolation)


def _resize(call: Call, interpolation: str) -> rules.Rule:
    """Return a resizing by matrices, which are Keras's own interpolation of the unit vectors."""
    return rules.Resize(
        *(
            _matrix(before, after, interpolation, call.dtype)
            for before, after in zip(call.inputs[0][:2], call.output[:2], strict=True)
        )
    )


def _matrix(before: int, after: int, interpolation: str, dtype: str) -> Tensor:
    units = ops.convert_to_tensor(np.eye(before, dtype="float32")[None, :, :, None])
    resized = ops.image.resize(units, (after, before), interpolation, data_format="channels_last")
    return ops.cast(resized[0, :, :, 0], dtype)
