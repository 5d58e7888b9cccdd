"""The snippets of the documentation: fenced blocks, the files that they name, and their commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "docs" / "_build"
WRITTEN = (page for page in (ROOT / "docs").rglob("*.md") if BUILT not in page.parents)
PAGES = (*sorted(WRITTEN), ROOT / "README.md", ROOT / "CONTRIBUTING.md")

_FENCED = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"^(?:# |/\* |\{# )(\S+\.(?:py|yml|css|html))(?: \*/| -#\})?\n")
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, its text, and the file that its first line names."""

    line: int
    language: str
    text: str

    @property
    def file(self):
        """The file that a reader is to save it as, or nothing."""
        named = _NAME.match(self.text)
        return named[1] if named else ""


def blocks(text):
    r"""Return the fenced blocks of a page, in order.

    >>> blocks("Run\n```sh\nmake test  # all\n```\n")
    [Block(line=2, language='sh', text='make test  # all\n')]
    """
    return [
        Block(text.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in _FENCED.finditer(text)
    ]


def commands(block):
    r"""Return the lines of a block of shell commands, without remarks.

    >>> commands(Block(1, "sh", "make test  # all\n# nothing\ngallery models\n"))
    ['make test', 'gallery models']
    """
    lines = (re.sub(r"(^|\s+)# .*", "", line) for line in block.text.splitlines())
    return [line for line in lines if line]


def needs_pytorch(block):
    r"""Return whether a block is Python that ``make test-onnx`` runs, in an environment with PyTorch.

    >>> needs_pytorch(Block(1, "python", "import timm, torch\nmodel = 1\n"))
    True
    """
    return block.language == "python" and bool(re.search(r"^import (timm|torch)\b", block.text, re.MULTILINE))


def inline(text):
    """Return what a page says in code within its sentences."""
    return _INLINE.findall(_FENCED.sub("", text))


def links(text):
    """Return the targets of the links of a page, code left out."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCED.sub("", text)))


def shows(output, expected):
    r"""Return whether an output has the lines that a page shows; ``...`` there stands for anything.

    >>> shows("a: 12 ms\nb\n", "a: ... ms"), shows("a: 12 ms\n", "a"), shows("a\nb\n", "a\n...")
    (True, False, True)
    """
    pattern = re.escape(expected.rstrip("\n")).replace(re.escape("..."), ".*")
    return re.search(rf"^{pattern}$", output.rstrip("\n"), re.MULTILINE | re.DOTALL) is not None
