"""``gallery serve``: build, serve on this machine, rebuild and reload the browser on every change."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from generator import config, environment
from generator.cli import setup
from generator.cli.site_build import build_site, check
from generator.errors import ConfigError
from generator.paths import TEMPLATES
from generator.serve import serve


def run(options: argparse.Namespace) -> NoReturn:
    """Serve until a signal ends the process.

    Raises:
        ConfigError: the configuration does not exist; mistakes in it are shown in the browser instead.
        ServeError: the port cannot be used.
    """
    if not options.config.exists():
        setup.configuration(options)  # raises the same error as every command
    serve(Gallery(options), options.port, _announce, _ignore if options.quiet else _report)


class Gallery:
    """The gallery to serve; ``--force`` applies to the first build only."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options, self._force = options, options.force
        self._output = Path()
        self._config = (
            options.config.absolute()
        )  # the sources are found even if the working folder is removed
        self._site = options.output and options.output.absolute()

    def sources(self) -> Iterator[Path]:
        """Yield the paths whose changes start a build."""
        yield from config.sources(self._config, self._site)
        yield TEMPLATES

    def build(self) -> Path:
        """Build the site and return its folder.

        Raises:
            ConfigError: the configuration is wrong, or the working folder has been removed.
        """
        if gone := environment.gone_working_folder():
            raise ConfigError(gone)
        force, self._force = self._force, False
        self._output = build_site(self._options, force, is_preview=True).output
        return self._output

    def check(self) -> None:
        """Check the site that was built last.

        Raises:
            SiteError: a link, an id or a file in the site is broken.
        """
        check(self._options, self._output)


def _announce(address: str) -> None:
    print(f"serving on {address} (Ctrl-C stops it)", flush=True)


def _report(changes: str) -> None:
    print(f"{changes}: building", flush=True)


def _ignore(_changes: str) -> None:
    pass
