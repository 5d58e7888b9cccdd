"""The last layer of each block of a network, and its default layers if it has few max poolings.

The group ``pools`` is the max poolings, as in VGG. A network with fewer than three of them lists other layers
here: its other poolings or, if strided convolutions reduce the maps, the last layer before each of them and
before the global pooling. So every network shows maps of each size that it computes.
"""

from __future__ import annotations

VGG_BLOCKS = tuple(f"block{number}_pool" for number in range(1, 6))

SQUEEZENET_BLOCKS = tuple(f"fire{number}" for number in range(2, 10))

EFFICIENTNET_LITE0_BLOCKS = (
    *("block1a_project", "block2a_project", "block2b_add", "block3a_project", "block3b_add"),
    *("block4a_project", "block4b_add", "block4c_add", "block5a_project", "block5b_add", "block5c_add"),
    *("block6a_project", "block6b_add", "block6c_add", "block6d_add", "block7a_project"),
)
EFFICIENTNET_LITE0_POOLS = ("block2a_expand", "block3a_expand", "block4a_expand", "block6a_expand", "head")

RESNET50_BLOCKS = tuple(
    f"conv{stage}_block{number}_out"
    for stage, blocks in ((2, 3), (3, 4), (4, 6), (5, 3))
    for number in range(1, blocks + 1)
)
RESNET50_POOLS = (
    *("conv1_relu", "conv2_block3_out", "conv3_block4_out", "conv4_block6_out", "conv5_block3_out"),
)

INCEPTIONV3_BLOCKS = tuple(f"mixed{number}" for number in range(11))

_MOBILENETV2_PROJECTING = (1, 3, 6, 10, 13, 16)
"""Blocks without an addition, because their input and output differ in shape."""

MOBILENETV2_BLOCKS = (
    "expanded_conv_project_BN",
    *(
        f"block_{number}_{'project_BN' if number in _MOBILENETV2_PROJECTING else 'add'}"
        for number in range(1, 17)
    ),
)
MOBILENETV2_POOLS = (*(f"block_{number}_expand_relu" for number in (1, 3, 6, 13)), "out_relu")

DENSENET121_BLOCKS = tuple(
    f"conv{stage}_block{last}_concat" for stage, last in ((2, 6), (3, 12), (4, 24), (5, 16))
)
DENSENET121_POOLS = ("pool1", "pool2_pool", "pool3_pool", "pool4_pool")
