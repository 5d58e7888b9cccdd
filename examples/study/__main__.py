"""``python -m examples.study``: the study, from nothing to ``site-study/``."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours

from generator.store.keeper import Keeper

from examples.study.scope import scope_of
from examples.study.story import HERE, study
from generator import environment, lenses
from generator.build import build
from generator.cli.console import console
from generator.config import load_config
from generator.errors import ConfigError, GalleryError
from generator.networks import choice, registry
from generator.records import GalleryConfig


def main() -> int:
    """Build the study and say where it is; return the exit status, as of ``gallery build``."""
    options = _options()
    say = partial(print, file=sys.stderr, flush=True) if not options.quiet else lambda _: None
    try:
        with console(options.quiet, verbose=False) as progress:
            keeper = Keeper(environment.cache_folder(), f"{options.config.absolute()} study", progress.warn)
            config = _config(options, keeper)
            scope = scope_of(config)
            further = study(config, scope, keeper, say, options.rounds, options.keep_times)
            report = build(config, keeper, progress, further=further)
    except GalleryError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    print(f"the study of {len(report.shown)} photographs: {report.output / 'study' / 'index.html'}")
    return 1 if report.failed else 0


def _config(options: argparse.Namespace, keeper: Keeper) -> GalleryConfig:
    """Return the gallery's configuration, with the study's templates, which link to its chapters."""
    described = partial(lenses.described, keeper=keeper)
    known = registry.catalogue(), choice.known, described
    config = load_config(options.config, *known, options.output, None)
    return replace(config, templates=HERE / "templates")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make study", description=__doc__)
    parser.add_argument("-c", "--config", type=Path, default=HERE / "gallery_config.yml")
    parser.add_argument("-o", "--output", type=Path, help="the site's folder (as configured: site-study/)")
    parser.add_argument("--rounds", type=_positive, default=5, help="how often each pass is timed (5)")
    parser.add_argument("--keep-times", action="store_true", help="show the times measured last")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing until it is done")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected at least one round")
    return number


if __name__ == "__main__":
    sys.exit(main())
