"""What a command reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Progress(Protocol):
    """Receives reports; ``picture`` is a picture's slug."""

    def say(self, text: str) -> None:
        """Report what is being done now."""

    def warn(self, text: str) -> None:
        """Report a problem that does not stop the command."""

    def fetching(self, title: str) -> AbstractContextManager[Callable[[int, int | None], None]]:
        """Open a download with a function that reports it: bytes so far, and the total if it is known."""

    def shown(self, picture: str, done: int, total: int) -> None:
        """Report that something was made of a picture, and how many steps of all stages are done."""

    def passed(self, done: int, total: int) -> None:
        """Report how many steps are done; the first report, of 0, comes before the first step."""

    def scanned(self, done: int, total: int, rate: float) -> None:
        """Report how many pictures of a data set are scanned, and how many a second; called often."""

    def failed(self, picture: str, error: Exception) -> None:
        """Report that a picture is left out, and why."""
