"""What a command reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Takes reports; pictures are named as addresses name them."""

    def say(self, text: str) -> None:
        """Say what is being done now."""

    def warn(self, text: str) -> None:
        """Say what went wrong and is made good."""

    def fetching(self, title: str) -> Callable[[int, int | None], None]:
        """Return what takes the bytes that a download has so far, and how many it will have."""

    def shown(self, picture: str, done: int, total: int) -> None:
        """Say that a picture is finished."""

    def failed(self, picture: str, error: Exception) -> None:
        """Say that a picture is left out, and why."""
