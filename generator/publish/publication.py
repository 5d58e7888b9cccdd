"""Publishes one site: adds its files, compares them with the branch, and pushes a commit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.errors import PublishError
from generator.publish.git import Git, settings
from generator.publish.guard import MARK, refuse_loss
from generator.publish.remote import HERE, Remote
from generator.publish.tip import Tip, fetched_tip

TRIES = 2
"""How many commits are tried: a second one if somebody else pushed in between."""

ALWAYS = (
    ("core.hooksPath", "/dev/null"),
    ("core.bare", "true"),
    ("gc.auto", "0"),
    ("i18n.commitEncoding", "utf-8"),
    ("push.followTags", "false"),
    ("user.useConfigOnly", "true"),
)
"""Settings of the temporary repository that the user's cannot override."""


@dataclass(frozen=True)
class Outcome:
    """What was sent, or would be: the commit, "" if nothing has changed, and the numbers of files."""

    commit: str
    files: int
    added: int = 0
    changed: int = 0
    removed: int = 0


class Publication:
    """A site to publish; use ``opened`` to get one."""

    def __init__(self, git: Git, remote: Remote) -> None:
        self._git, self._remote = git, remote
        self._tree, self._files = "", 0

    def add(self, contents: Mapping[str, Path | bytes]) -> None:
        """Add the files of a site; its folder is not read after this."""
        stored = iter(self._stored([path for path in contents.values() if isinstance(path, Path)]))
        lines = [
            f"100644 {next(stored) if isinstance(content, Path) else self._blob(content)}\t{name}\0"
            for name, content in contents.items()
        ]
        self._git.answer("update-index", "-z", "--index-info", given="".join(lines).encode())
        self._tree, self._files = self._git.answer("write-tree"), len(contents)

    def send(self, message: str, orphan: bool = False, dry_run: bool = False) -> Outcome:
        """Push the added files to the branch, unless it has the same files already.

        Args:
            message: the commit message.
            orphan: replace the history of the branch with this commit.
            dry_run: return what would be sent, and send nothing.

        Raises:
            PublishError: the branch has files that no gallery made, or the remote refuses the push, cannot be
                reached or is pushed to again and again.
        """
        for _ in range(TRIES):
            tip = fetched_tip(self._git, self._remote)
            refuse_loss(self._git, self._remote, tip, self._tree)
            if tip and tip.tree == self._tree and not (orphan and tip.has_parents):
                return Outcome("", self._files)
            commit = self._commit(message, None if orphan or not tip else tip)
            if dry_run or self._pushed(commit, tip):
                return self._outcome(commit, tip)
        raise PublishError(
            f"{self._remote.place}: others are publishing to it; try again when they have finished"
        )

    def _stored(self, paths: list[Path]) -> list[str]:
        """Store files in the repository without conversion, and return their object names."""
        names = "".join(f"{path}\n" for path in paths).encode("utf-8", "surrogateescape")
        return self._git.answer("hash-object", "-w", "--no-filters", "--stdin-paths", given=names).split()

    def _blob(self, content: bytes) -> str:
        return self._git.answer("hash-object", "-w", "--stdin", given=content)

    def _commit(self, message: str, parent: Tip | None) -> str:
        on = ("-p", parent.commit) if parent else ()
        text = f"{message.strip()}\n\n{MARK}{self._tree}\n"
        return self._git.answer("commit-tree", *on, "-F", "-", self._tree, given=text.encode())

    def _pushed(self, commit: str, tip: Tip | None) -> bool:
        """Push a commit; return whether it was accepted, ``False`` if the branch has moved.

        Raises:
            PublishError: the push was refused, or the remote cannot be reached.
        """
        branch = f"refs/heads/{self._remote.branch}"
        lease = f"--force-with-lease={branch}:{tip.commit if tip else ''}"
        sent = self._git.run(
            "push", "--porcelain", "--no-thin", lease, HERE, f"{commit}:{branch}", aloud=True
        )
        if sent.ok:
            return True
        refusal = next((line for line in sent.text.splitlines() if line.startswith("!\t")), "")
        reason = refusal.rpartition("\t")[2]
        if reason.startswith("[rejected]") or "lock ref" in reason or "failed to update ref" in reason:
            return False
        said = f"{reason}; {sent.complaint}" if reason else sent.complaint
        raise PublishError(f"{self._remote.place}: was not written: {said}")

    def _outcome(self, commit: str, tip: Tip | None) -> Outcome:
        """Return what a commit changes on the branch."""
        if tip is None:
            return Outcome(commit, self._files, added=self._files)
        listed = self._git.answer(
            "diff-tree", "-r", "-z", "--no-renames", "--name-status", tip.tree, self._tree
        )
        states = listed.split("\0")[::2]
        return Outcome(commit, self._files, *(states.count(state) for state in "AMD"))


@contextmanager
def opened(remote: Remote, epoch: str = "") -> Iterator[Publication]:
    """Yield a publication to a branch of a remote; its temporary repository is removed after the block.

    Args:
        remote: the branch to publish to.
        epoch: date of the commit, in seconds since 1970; "" for now.

    Raises:
        PublishError: git does not know the user's name and email address.
    """
    with tempfile.TemporaryDirectory(prefix="gallery-publish-", ignore_cleanup_errors=True) as folder:
        Git(Path(folder), {}).answer("init", "--quiet", "--bare", "--template=", folder)
        given = (*remote.settings, *ALWAYS, (f"remote.{HERE}.url", remote.address))
        dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"@{epoch} +0000") if epoch else {}
        git = Git(remote.folder, {"GIT_DIR": folder, **settings(given), **dates})
        _refuse_nobody(git)
        yield Publication(git, remote)


def _refuse_nobody(git: Git) -> None:
    """Refuse to commit if git does not know the author or the committer."""
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if not git.run("var", who).ok:
            raise PublishError(
                "git does not know your name and email address; set them once:\n"
                '  git config --global user.name "Your Name"\n'
                "  git config --global user.email you@example.org"
            )
