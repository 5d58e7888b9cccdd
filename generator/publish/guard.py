"""Refuses to replace files on the branch that no gallery made."""

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
"""Starts the line in which a commit made here names its tree; once somebody changes the tree, it differs."""

MANIFEST = "gallery.json"


def refuse_loss(git: Git, remote: Remote, tip: Tip | None, tree: str) -> None:
    """Refuse to replace files that no gallery made, or to publish to the branch that the user works on.

    Raises:
        PublishError: something would be lost; the text names the branch and the first file.
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
            f"{remote.place}: holds {lost[0]}{more}, which gallery did not make and which is not in "
            f"the site; {hint}put it into the site's folder too, choose another --branch, or delete this one "
            "first"
        )


def _ours(tip: Tip) -> bool:
    """Return whether the tip is a commit made here, with its tree unchanged."""
    return f"{MARK}{tip.tree}" in tip.message.splitlines()


def _foreign(git: Git, old: str, new: str) -> set[str]:
    """Return the files of the old tree that neither its manifest nor the new tree has."""
    theirs, ours = _files(git, old), _files(git, new)
    made = _made(git, old) if MANIFEST in theirs else set()
    return {name for name, blob in theirs.items() if ours.get(name) != blob} - made - UNPUBLISHED


def _files(git: Git, tree: str) -> Mapping[str, str]:
    """Return the files of a tree: path -> mode, type and object name."""
    entries = (entry.split("\t", 1) for entry in git.answer("ls-tree", "-r", "-z", tree).split("\0") if entry)
    return {path: facts for facts, path in entries}


def _made(git: Git, tree: str) -> set[str]:
    """Return the files that the manifest in a tree lists; empty if the manifest is not a gallery's."""
    with suppress(ValueError, KeyError, TypeError):
        manifest = json.loads(git.answer("cat-file", "blob", f"{tree}:{MANIFEST}"))
        if manifest["generator"]["name"] == "convnet-gallery":
            return {str(path) for path in manifest["artifacts"]}
    return set()
