"""Build, show, wait until something changes, and again, until a signal ends it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from generator.errors import GalleryError
from generator.serve.notices import Notice, failure
from generator.serve.server import listening
from generator.serve.watching import await_change, marks

T = TypeVar("T")


class Made(Protocol):
    """What is served: a site that can be made again."""

    def sources(self) -> Iterable[Path]:
        """Return the files and folders it is made of now, also those that are missing; never fails."""

    def build(self) -> Path:
        """Make it, and return its folder.

        Raises:
            GalleryError: the user can mend it.
        """

    def check(self) -> None:
        """Look over what was made last, while it is shown already.

        Raises:
            GalleryError: something in it is broken.
        """


def serve(made: Made, port: int, announce: Callable[[str], None]) -> NoReturn:
    """Serve a site and make it anew whenever one of its sources changes.

    A build that fails is told and shown in place of every page; the next change may mend it. Sources are
    marked before they are read, so that a change during a build leads to one more.

    Args:
        made: what to build.
        port: of 127.0.0.1; 0 for any that is free.
        announce: is given the address, before the first build.

    Raises:
        ServeError: the port cannot be had.
    """
    with listening(port) as server:
        announce(server.address)
        while True:
            before = marks(made.sources())
            outcome = _outcome(made.build)
            server.show(outcome)
            if not isinstance(outcome, Notice) and (fault := _outcome(made.check)):
                server.show(fault)
            await_change(made.sources, before)


def _outcome(step: Callable[[], T]) -> T | Notice:
    """Return what a step returns, or what went wrong."""
    try:
        return step()
    except GalleryError as error:
        print(error, file=sys.stderr, flush=True)
        return failure(str(error))
    except Exception as error:  # a bug, and no reason to leave whoever is at work without a server
        traceback.print_exc()
        return failure(f"{type(error).__name__}: {error}", expected=False)
