"""Run what the guide to a network of your own shows of PyTorch, word for word, except for downloads."""

import contextlib

from torch import library

from tests.support.snippets import ROOT, blocks, needs_pytorch

PAGE = ROOT / "docs" / "how-to" / "own-network.md"
RANDOM = {'weights="DEFAULT"': "weights=None", "pretrained=True": "pretrained=False"}
"""What asks for trained weights there -> random ones, because the tests download none."""


def run(folder):
    """Run the snippets in a folder, where they leave their files."""
    declare_operators()
    folder.mkdir()
    with contextlib.chdir(folder):
        text = PAGE.read_text(encoding="utf-8")
        for trained, random in RANDOM.items():
            assert text.count(trained) == 1, f"{PAGE.name} has no {trained}"
            text = text.replace(trained, random)
        for block in filter(needs_pytorch, blocks(text)):
            exec(compile(block.text, f"{PAGE.name}:{block.line}", "exec"), {"__name__": "__main__"})


def declare_operators():
    """Declare two operators of torchvision, so that it can be imported.

    Its wheels are built for PyTorch with CUDA: beside PyTorch for CPUs their own operators, which find boxes,
    are not loaded, and the import fails where it describes them.
    """
    global operators  # PyTorch forgets them with this object
    operators = library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor")
