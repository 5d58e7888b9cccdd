"""What is on the branch already, and whether it may be replaced: only what a gallery made may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from generator.errors import PublishError
from generator.publish.content import CNAME, UNPUBLISHED
from generator.publish.git import Git
from generator.publish.remote import Remote
from generator.publish.tip import Tip

MARK = "Gallery-Tree: "
"""Begins the line in which a commit of ours names its tree; where others changed the tree, it is wrong."""

MANIFEST = "gallery.json"


def refuse_loss(git: Git, remote: Remote, tip: Tip | None, tree: str) -> None:
    """Refuse to replace what no gallery made, or to publish to the branch that the user works on.

    Raises:
        PublishError: the text names the branch and the first file that would be lost.
    """
    if tip and _ours(tip):
        return
    if remote.checked_out:
        raise PublishError(
            f"{remote.place}: is checked out in {remote.folder}; choose another --branch, such as gh-pages"
        )
    lost = sorted(_foreign(git, tip.tree, tree)) if tip else []
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        hint = "set cname: in the configuration, " if lost[0] == CNAME else ""
        raise PublishError(
            f"{remote.place}: holds {lost[0]}{more}, which gallery did not make and the site does not have; "
            f"{hint}put it into the site's folder too, choose another --branch, or delete this one first"
        )


def _ours(tip: Tip) -> bool:
    """Tell whether the tip is a commit of ours that nobody has amended or committed to since."""
    return f"{MARK}{tip.tree}" in tip.message.splitlines()


def _foreign(git: Git, old: str, new: str) -> set[str]:
    """Return the files of a tree that its own manifest does not list and another tree has not got."""
    theirs, ours = _files(git, old), _files(git, new)
    made = _made(git, old) if MANIFEST in theirs else set()
    return {name for name, blob in theirs.items() if ours.get(name) != blob} - made - UNPUBLISHED


def _files(git: Git, tree: str) -> Mapping[str, str]:
    """Return the files of a tree: path -> mode, kind and name of what is there."""
    entries = (entry.split("\t", 1) for entry in git.answer("ls-tree", "-r", "-z", tree).split("\0") if entry)
    return {path: facts for facts, path in entries}


def _made(git: Git, tree: str) -> set[str]:
    """Return what the manifest in a tree says was made; nothing where it is no manifest of ours."""
    with suppress(ValueError, KeyError, TypeError):
        manifest = json.loads(git.answer("cat-file", "blob", f"{tree}:{MANIFEST}"))
        if manifest["generator"]["name"] == "convnet-gallery":
            return {str(path) for path in manifest["artifacts"]}
    return set()
