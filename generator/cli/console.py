"""The progress of a command: a bar on a terminal, plain lines otherwise.

Everything here is written to standard error; the result of a command goes to standard output.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

MEGABYTE = 1_000_000

SCAN_SECONDS = 30
"""The time between two lines about a scan."""

Listen = Callable[[int, int | None], None]
"""Takes the bytes received so far, and those in all if that is known."""


class Plain:
    """Progress as one line per step, for logs and pipes."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet, self._verbose = quiet, verbose
        self._since = self._scanned_at = time.monotonic()

    def say(self, text: str) -> None:
        """Print the current step, with ``--verbose`` only."""
        if self._verbose:
            _line(text)

    @contextmanager
    def fetching(self, title: str) -> Iterator[Listen]:
        """Yield a callback that prints a line for every tenth of a download, or every 50 MB."""
        tenth, text = -1, ""

        def listen(received: int, total: int | None) -> None:
            nonlocal tenth, text
            now = received * 10 // total if total else received // (50 * MEGABYTE)
            of = f" of {round(total / MEGABYTE)}" if total else ""
            line = f"fetching {title}: {round(received / MEGABYTE)}{of} MB"
            if not self._quiet and now > tenth and line != text:
                tenth, text = now, line
                _line(line)

        yield listen

    def shown(self, picture: str, done: int, total: int) -> None:
        """Print that something was made of a picture."""
        if not self._quiet:
            _line(f"{done}/{total} {picture}{self._seconds()}")

    def passed(self, done: int, total: int) -> None:
        """Print nothing: a step for which nothing was made is not worth a line."""

    def scanned(self, done: int, total: int, rate: float) -> None:
        """Print how far a scan is, twice a minute, with the rate and the time that is left."""
        if not self._quiet and done and time.monotonic() - self._scanned_at > SCAN_SECONDS:
            self._scanned_at = time.monotonic()
            left = duration((total - done) / rate) if rate else "unknown"
            _line(f"scanned {done} of {total} pictures, {rate:.0f} a second, {left} left")

    def failed(self, picture: str, error: Exception) -> None:
        """Print why a picture is left out; with ``--verbose`` also where an error of a library came from."""
        _line(f"{picture}: {error}")
        if self._verbose and error.__cause__:
            _line("".join(traceback.format_exception(error.__cause__)).rstrip())

    def warn(self, text: str) -> None:
        """Print a warning: something went wrong and was repaired."""
        _line(f"warning: {text}")

    def _seconds(self) -> str:
        """Return the seconds since the last picture, with ``--verbose`` only."""
        now = time.monotonic()
        took, self._since = now - self._since, now
        return f" ({took:.1f} s)" if self._verbose else ""

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Terminal(Plain):
    """Progress as a bar at the bottom of the terminal; only warnings and failures are lines."""

    def __enter__(self) -> Terminal:
        # Imported here, because a command without a terminal needs no rich.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(),
        )
        self._bar: Bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._steps = self._bar.add_task("starting", total=None, count="")
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Show the current step beside the bar, without its details."""
        self._bar.update(self._steps, description=text.partition(":")[0])

    @contextmanager
    def fetching(self, title: str) -> Iterator[Listen]:
        """Yield a callback that moves a second bar, in megabytes; remove the bar at the end."""
        task = self._bar.add_task(f"fetching {title}, MB", total=None, count="")

        def listen(received: int, total: int | None) -> None:
            size = round(total / MEGABYTE) if total else None
            done = round(received / MEGABYTE)
            self._bar.update(task, completed=done, total=size, count=f"{done}/{size}" if size else f"{done}")

        try:
            yield listen
        finally:
            self._bar.remove_task(task)

    def shown(self, picture: str, done: int, total: int) -> None:
        """Move the bar, and name the picture beside it."""
        self.say(picture)
        self.passed(done, total)

    def scanned(self, done: int, total: int, rate: float) -> None:
        """Move the bar, and show the rate beside it."""
        self.say(f"scanning, {rate:.0f} pictures a second" if done else "scanning")
        self.passed(done, total)

    def passed(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bar.update(self._steps, completed=done, total=total, count=f"{done}/{total}")


def console(quiet: bool, verbose: bool) -> Any:
    """Return a ``Terminal`` if standard error is one and no flag forbids it, ``Plain`` otherwise."""
    is_terminal = sys.stderr.isatty() and not quiet and not verbose
    return Terminal() if is_terminal else Plain(quiet, verbose)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "layer"), counted(0, "layer")
    ('1 layer', '0 layers')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a time in its two largest units, a short one with a decimal.

    >>> duration(0.52), duration(41.6), duration(754), duration(7300)
    ('0.5 s', '42 s', '12 min 34 s', '2 h 1 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
