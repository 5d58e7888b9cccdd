"""``python -m examples.study``: compute what the study's pages place, then build their gallery."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's chatter is no message of ours

from examples.study import passes
from examples.study.chapter import Chapter, chapters
from examples.study.scope import Scope, scope_of
from generator.build.run import Run
from generator.cli import main as gallery
from generator.cli.console import console
from generator.cli.setup import configuration, store_of
from generator.errors import ConfigError, GalleryError
from generator.records import Output, Progress, Value
from generator.store import Store

CONFIG = Path(__file__).parent / "gallery_config.yml"
DATA = "study/study.json"


def main() -> int:
    """Write the files beside the pages and build the gallery; return the exit status of ``gallery build``."""
    options = _options()
    try:
        with console(options.quiet, verbose=False) as progress:
            store = store_of(options, progress.warn)
            config = configuration(options, store)
            pages, scope = config.path.parent / "pages", scope_of(config)
            measured = _measured(scope, store, progress, options)
            for output in computed(measured, chapters(scope), store, progress):
                (pages / output.path).parent.mkdir(parents=True, exist_ok=True)
                (pages / output.path).write_bytes(output.content)
    except GalleryError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    given = ["--output", str(options.output)] if options.output else []
    return gallery(["build", "--config", str(options.config), *given, *["--quiet"] * options.quiet])


def computed(
    measured: Value, wanted: Sequence[Chapter], store: Store, progress: Progress
) -> Iterator[Output]:
    """Yield all files of the study, found or made, and last its numbers as JSON.

    Raises:
        StudyError: a number is not what it must be.
    """
    run, facts = Run(store, progress), {"passes": measured.facts}
    yield from measured.files
    for done, chapter in enumerate(wanted, start=1):
        progress.say(f"study: {chapter.slug}")
        value = run.made(chapter)
        facts[chapter.slug] = value.facts
        yield from value.files
        progress.shown(chapter.name, done, len(wanted))
    text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    yield Output(DATA, f"{text}\n".encode())


def _measured(scope: Scope, store: Store, progress: Progress, options: argparse.Namespace) -> Value:
    """Return the times of the passes; measured before anything else, as this process holds little yet."""
    progress.say("study: passes")
    if not options.keep_times:
        store = Store(store.folder, "study", progress.warn, fresh=True)
    times = passes.times(scope.shown_closer[0].path, options.rounds)
    return passes.told(Run(store, progress).value(times))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make study", description=__doc__)
    parser.set_defaults(base_url=None)  # as configured
    parser.add_argument("-c", "--config", type=Path, default=CONFIG)
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
