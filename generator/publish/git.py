"""Runs the installed git, and reports its errors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from generator.errors import PublishError

OLDEST = (2, 31)
"""The first version that reads settings from the environment, which other users cannot see."""

ELSEWHERE = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE"),
)
"""Variables that git sets for a hook; in a hook they would point our git at that repository."""

_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True)
class Done:
    """The result of a run of git: whether it succeeded, its output, and its most telling line of stderr."""

    ok: bool
    output: bytes
    complaint: str

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode("utf-8", "replace").strip()


@dataclass(frozen=True)
class Git:
    """git, run in a folder, with additional environment variables."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, given: bytes = b"", aloud: bool = False) -> Done:
        """Run git; ``aloud`` lets it print to the terminal and ask there, for a password for example.

        Raises:
            PublishError: git is not installed.
        """
        kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        shown = aloud and _attended()
        ended = subprocess.run(
            [_installed(), *arguments],
            cwd=self.folder,
            env={**kept, "LC_ALL": "C", **_unattended(), **self.environment},
            input=given,
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            check=False,
        )
        return Done(ended.returncode == 0, ended.stdout, _last_line(ended.stderr or b""))

    def answer(self, *arguments: str, given: bytes = b"") -> str:
        """Run git and return its output.

        Raises:
            PublishError: git failed; the text ends with its error message.
        """
        done = self.run(*arguments, given=given)
        if not done.ok:
            raise PublishError(f"git {arguments[0]} failed: {done.complaint}")
        return done.text


def refuse_old_git(git: Git) -> None:
    """Refuse a git that is older than ``OLDEST``.

    Raises:
        PublishError: git is too old, or not installed.
    """
    found = git.answer("version")
    numbers = re.search(r"(\d+)\.(\d+)", found)
    if numbers and tuple(map(int, numbers.groups())) < OLDEST:
        raise PublishError(f"git {'.'.join(map(str, OLDEST))} or newer is needed; found {found}")


def settings(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return environment variables that give git these settings, and clear any others given that way.

    >>> settings([("user.name", "Ann")])["GIT_CONFIG_VALUE_0"]
    'Ann'
    """
    given = {"GIT_CONFIG_COUNT": str(len(pairs)), "GIT_CONFIG_PARAMETERS": ""}
    for place, (key, value) in enumerate(pairs):
        given |= {f"GIT_CONFIG_KEY_{place}": key, f"GIT_CONFIG_VALUE_{place}": value}
    return given


def without_secrets(text: str) -> str:
    """Return a text without user names and passwords in its addresses.

    >>> without_secrets("https://ann:secret@example.org/a.git")
    'https://example.org/a.git'
    """
    return _USERINFO.sub("", text)


def _installed() -> str:
    """Return the path of git."""
    path = which("git")
    if path is None:
        raise PublishError("git is not installed; 'gallery publish' needs it")
    return path


def _attended() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _unattended() -> dict[str, str]:
    """Return variables that keep git from asking questions when there is no terminal."""
    asks = sys.stdin is not None and sys.stdin.isatty()
    return {} if asks else {"GIT_TERMINAL_PROMPT": "0"}


def _last_line(said: bytes) -> str:
    """Return the most telling line: git's fatal error, else the server's last line, else git's last line."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith(("fatal:", "remote: error:"))), "")
    spoken = next((line for line in reversed(lines) if line.startswith("remote: ")), "")
    return without_secrets(fatal or spoken or (lines or ["see above"])[-1])
