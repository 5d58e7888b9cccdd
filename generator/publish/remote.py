"""Finds the remote to publish to: one of the gallery's repository, or an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from generator.errors import ConfigError, PublishError
from generator.publish.git import Git, refuse_old_git, settings, without_secrets

HERE = "published"
"""The name of the remote in the temporary repository."""

HANDED_OVER = (
    "user.",
    "author.",
    "committer.",
    "credential.",
    "http.",
    "https.",
    "ssh.",
    "url.",
    "protocol.",
)
HANDED_OVER_KEYS = ("core.sshcommand", "core.askpass", "core.gitproxy")
HANDED_OVER_OF_REMOTE = ("proxy", "proxyauthmethod", "receivepack", "uploadpack", "vcs")
"""Settings of the user's repository that are copied: who commits, and how to reach a server."""


@dataclass(frozen=True)
class Remote:
    """A branch of a git remote.

    Relative addresses start at ``folder``. ``settings`` are copied from the user's repository.
    ``checked_out`` says whether that repository has a branch of this name checked out.
    """

    address: str
    branch: str
    folder: Path
    settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    checked_out: bool = False

    @property
    def place(self) -> str:
        """The branch and the address for messages, without secrets."""
        return f"branch {self.branch!r} of {without_secrets(self.address)}"


def find_remote(folder: Path, name: str, branch: str) -> Remote:
    """Return a branch of a remote; ``name`` is a remote of the repository around ``folder``, or an address.

    Raises:
        ConfigError: there is no such remote, or the name of the branch is invalid.
        PublishError: git is not installed, too old, or cannot read the repository.
    """
    git = Git(folder, {})
    refuse_old_git(git)
    if branch.startswith("-") or not git.run("check-ref-format", f"refs/heads/{branch}").ok:
        raise ConfigError(f"--branch: {branch!r} is not a valid branch name; choose one such as gh-pages")
    handed = tuple(_settings(git, name))
    top = git.run("rev-parse", "--show-toplevel")
    names = git.answer("remote").splitlines() if top.ok else []
    if name in names:
        address = git.answer("remote", "get-url", "--push", name)
        head = git.run("symbolic-ref", "--quiet", "HEAD").text
        return Remote(address, branch, Path(top.text), handed, head == f"refs/heads/{branch}")
    if _is_address(name):
        return Remote(name, branch, Path.cwd(), handed)
    raise _unknown(git, folder, name, names, top.complaint if not top.ok else "")


def _is_address(name: str) -> bool:
    return not name.startswith("-") and ("/" in name or ":" in name or Path(name).is_dir())


def _unknown(
    git: Git, folder: Path, name: str, names: list[str], complaint: str
) -> ConfigError | PublishError:
    """Return the error for an unknown remote: no repository, an unreadable one, or no remote of that name."""
    if complaint and "not a git repository" not in complaint:
        return PublishError(f"{folder}: git cannot read the repository: {complaint}")
    near = "".join(f"; nearest: {found}" for found in get_close_matches(name, names, n=1))
    if complaint:
        has = f"{folder} is not in a git repository"
    else:
        has = f"remotes of {git.answer('rev-parse', '--show-toplevel')}: {', '.join(names) or 'none'}"
    return ConfigError(f"--remote: no remote {name!r}{near}; {has}; you can also give an address")


def _settings(git: Git, remote: str) -> Iterator[tuple[str, str]]:
    """Yield the settings to copy: those of this repository, not those that apply everywhere."""
    everywhere = Counter(_listed(Git(Path(git.folder.anchor), settings([]))))
    for key, value in _listed(git):
        if everywhere[key, value]:
            everywhere[key, value] -= 1
        elif key.startswith(HANDED_OVER) or key in HANDED_OVER_KEYS:
            yield key, value
        elif key.startswith(f"remote.{remote}.") and key.rpartition(".")[2] in HANDED_OVER_OF_REMOTE:
            yield f"remote.{HERE}.{key.rpartition('.')[2]}", value


def _listed(git: Git) -> list[tuple[str, str]]:
    entries = git.answer("config", "--list", "--includes", "-z").split("\0")
    return [(key, value) for key, _, value in (entry.partition("\n") for entry in entries if entry)]
