"""``gallery serve``: build, serve to this machine, build anew and reload the browser on every change."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from generator import config, pages
from generator.serve import serve
from generator.verbs import opened
from generator.verbs.building import built, check


def run(options: argparse.Namespace) -> NoReturn:
    """Serve until a signal comes.

    Raises:
        ConfigError: there is no configuration; a wrong one is shown in the browser.
        ServeError: the port cannot be had.
    """
    if not options.config.exists():
        opened.configuration(options)  # refuses in the words of every verb
    serve(Gallery(options), options.port, _announce)


class Gallery:
    """The gallery that the command line names, as what is served; ``--force`` is for the first build."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options, self._force = options, options.force
        self._output = Path()

    def sources(self) -> Iterator[Path]:
        """Yield what the site is made of."""
        yield from config.sources(self._options.config, self._options.output)
        yield pages.TEMPLATES

    def build(self) -> Path:
        """Build the site and return its folder."""
        force, self._force = self._force, False
        self._output = built(self._options, force, is_preview=True).output
        return self._output

    def check(self) -> None:
        """Check the site that was built last.

        Raises:
            SiteError: something in it is broken.
        """
        check(self._options, self._output)


def _announce(address: str) -> None:
    print(f"serving on {address} (Ctrl-C ends it)", flush=True)
