"""Convert layer names of published files to our names; our own names are returned unchanged."""

from __future__ import annotations

import re

_BLOCKS = ("1a", "2a", "2b", "3a", "3b", "4a", "4b", "4c", "5a", "5b", "5c", "6a", "6b", "6c", "6d", "7a")
_OUTSIDE = {
    "_conv_stem": "stem_conv",
    "_bn0": "stem_bn",
    "_conv_head": "head_conv",
    "_bn1": "head_bn",
    "_fc": "predictions",
}
_INSIDE = {"bn0": "expand_bn", "bn1": "depthwise_bn", "bn2": "project"}


def without_slashes(layer: str) -> str:
    """Return a name without slashes, which Keras does not allow.

    >>> without_slashes("fire2/squeeze1x1")
    'fire2_squeeze1x1'
    """
    return layer.replace("/", "_")


def from_efficientnet_pytorch(module: str) -> str:
    """Return our name of a module of the package efficientnet_pytorch, which numbers blocks from 0.

    >>> from_efficientnet_pytorch("_blocks.2._expand_conv"), from_efficientnet_pytorch("_blocks.0._bn2")
    ('block2b_expand_conv', 'block1a_project')
    """
    inside = re.fullmatch(r"_blocks\.(\d|1[0-5])\._(\w+)", module)
    if not inside:
        return _OUTSIDE.get(module, module)
    return f"block{_BLOCKS[int(inside[1])]}_{_INSIDE.get(inside[2], inside[2])}"
