"""What a person reads while a command runs: a bar on a terminal, plain lines elsewhere.

Everything here goes to standard error; standard output is for what a command was asked for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

MEGABYTE = 1_000_000


class Plain:
    """One line a step, for logs and pipes."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet, self._verbose = quiet, verbose
        self._since = time.monotonic()

    def say(self, text: str) -> None:
        """Say what is being done, if it was asked to be so talkative."""
        if self._verbose:
            _line(text)

    def fetching(self, title: str) -> Callable[[int, int | None], None]:
        """Return a listener that says every tenth of a download."""
        tenths = [-1]

        def listen(received: int, total: int | None) -> None:
            tenth = received * 10 // total if total else received // (50 * MEGABYTE)
            if not self._quiet and tenth > tenths[0]:
                tenths[0] = tenth
                of = f" of {total // MEGABYTE}" if total else ""
                _line(f"fetching {title}: {received // MEGABYTE}{of} MB")

        return listen

    def shown(self, picture: str, done: int, total: int) -> None:
        """Say that a picture is finished."""
        if not self._quiet:
            _line(f"{done}/{total} {picture}{self._seconds()}")

    def failed(self, picture: str, error: Exception) -> None:
        """Say that a picture is left out."""
        _line(f"{picture}: {error}")

    def warn(self, text: str) -> None:
        """Say what went wrong and is made good."""
        _line(f"warning: {text}")

    def _seconds(self) -> str:
        """Return the seconds since the last picture, if asked for."""
        now = time.monotonic()
        took, self._since = now - self._since, now
        return f" ({took:.1f} s)" if self._verbose else ""

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Terminal(Plain):
    """The same with a bar that stays at the bottom."""

    def __enter__(self) -> Terminal:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bar: Bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._pictures = self._bar.add_task("starting", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Show what is being done beside the bar."""
        self._bar.update(self._pictures, description=text)

    def fetching(self, title: str) -> Callable[[int, int | None], None]:
        """Return a listener that moves a bar of megabytes."""
        task = self._bar.add_task(f"fetching {title}, MB", total=None)

        def listen(received: int, total: int | None) -> None:
            size = total // MEGABYTE if total else None
            self._bar.update(task, completed=received // MEGABYTE, total=size)

        return listen

    def shown(self, picture: str, done: int, total: int) -> None:
        """Move the bar by one picture."""
        self._bar.update(self._pictures, completed=done, total=total, description=picture)


def console(quiet: bool, verbose: bool) -> Any:
    """Return what suits the standard error at hand."""
    fancy = sys.stderr.isatty() and not quiet and not verbose
    return Terminal() if fancy else Plain(quiet, verbose)


def _line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
