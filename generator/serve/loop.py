"""The loop: build, show, wait for a change, and start again, until a signal ends it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from generator.errors import GalleryError
from generator.serve.notices import Notice, failure
from generator.serve.server import listening
from generator.serve.watching import await_change, described, marks

T = TypeVar("T")


class Made(Protocol):
    """A site that can be built again."""

    def sources(self) -> Iterable[Path]:
        """Return the files and folders that it is made of, missing ones too; must not raise."""

    def build(self) -> Path:
        """Build it, and return its folder.

        Raises:
            GalleryError: it cannot be built, and the user can fix that.
        """

    def check(self) -> None:
        """Check the last build, which is shown already.

        Raises:
            GalleryError: something in it is broken.
        """


def serve(made: Made, port: int, announce: Callable[[str], None], report: Callable[[str], None]) -> NoReturn:
    """Serve a site, and build it again whenever one of its sources changes.

    If a build fails, the error is printed and shown instead of every page until a later build succeeds. The
    state of the sources is recorded before a build, so that a change during it starts another.

    Args:
        made: the site.
        port: a port of 127.0.0.1; 0 for any free one.
        announce: receives the address, before the first build.
        report: receives what changed, before each further build.

    Raises:
        ServeError: the port cannot be used.
    """
    with listening(port) as server:
        announce(server.address)
        while True:
            before = marks(made.sources())
            outcome = _outcome(made.build)
            server.show(outcome)
            if not isinstance(outcome, Notice) and (fault := _outcome(made.check)):
                server.show(fault)
            report(described(before, await_change(made.sources, before)))


def _outcome(step: Callable[[], T]) -> T | Notice:
    """Return the result of a step, or a notice of its error."""
    try:
        return step()
    except GalleryError as error:
        print(error, file=sys.stderr, flush=True)
        return failure(str(error))
    except Exception as error:  # a bug must not end the server: the next change may avoid it
        traceback.print_exc()
        return failure(f"{type(error).__name__}: {error}", expected=False)
