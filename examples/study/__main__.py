"""``python -m examples.study``: the study, from nothing to ``site-study/``."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours

from examples.study.scope import scope_of
from examples.study.story import HERE, study
from generator import environment
from generator.build import build
from generator.cli.console import console
from generator.cli.setup import configuration
from generator.errors import ConfigError, GalleryError
from generator.store import Store, text_digest


def main() -> int:
    """Build the study and say where it is; return the exit status, as of ``gallery build``."""
    options = _options()
    name = text_digest(f"{options.config.absolute()} study")[:32]
    try:
        with console(options.quiet, verbose=False) as progress:
            store = Store(environment.cache_folder(), name, progress.warn)
            config = replace(configuration(options, store), templates=HERE / "templates")
            scope = scope_of(config)
            further = study(config, scope, store, progress, options.rounds, options.keep_times)
            report = build(config, store, progress, further=further)
    except GalleryError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    print(f"the study of {len(report.shown)} photographs: {report.output / 'study' / 'index.html'}")
    return 1 if report.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make study", description=__doc__)
    parser.set_defaults(base_url=None)  # as configured
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
