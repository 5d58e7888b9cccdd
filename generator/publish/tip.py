"""Fetches the tip of the branch."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import PublishError
from generator.publish.git import Git
from generator.publish.remote import HERE, Remote


@dataclass(frozen=True)
class Tip:
    """The last commit of a branch: its name, its tree, its message, and whether it has parents."""

    commit: str
    tree: str
    message: str
    has_parents: bool


def fetched_tip(git: Git, remote: Remote) -> Tip | None:
    """Fetch the tip of a branch with its trees; ``None`` if there is no such branch.

    Raises:
        PublishError: the remote cannot be reached or read.
    """
    branch = f"refs/heads/{remote.branch}"
    listed = git.run("ls-remote", HERE, branch, aloud=True)
    if not listed.ok:
        raise PublishError(f"{remote.place}: cannot be reached: {listed.complaint}")
    if branch not in listed.text.split():
        return None
    spec = f"+{branch}:refs/tip"
    fetched = git.run(
        "fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", HERE, spec, aloud=True
    )
    if not fetched.ok:
        raise PublishError(f"{remote.place}: cannot be fetched: {fetched.complaint}")
    commit = git.answer("rev-parse", "refs/tip")
    head, _, message = git.answer("cat-file", "commit", commit).partition("\n\n")
    lines = head.splitlines()
    return Tip(commit, lines[0].removeprefix("tree "), message, lines[1].startswith("parent "))
