"""Generate ``docs/reference/command-line.md`` from the argument parser: every command and option.

``make reference`` runs it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from generator.cli.arguments import parser
from generator.cli.arguments.verbs import VERBS

HEAD = """\
# Command line

`make reference` generates this page from the command line's parser.

The package installs the command `gallery`; `python -m generator` is the same. In a checkout both are in
`.venv/bin`. `gallery --help` lists the commands, `gallery COMMAND --help` the options of one, and
`gallery --version` prints the version.

## Exit status

| status | |
|---|---|
| 0 | done |
| 1 | something failed: each failed picture is named, all others are built and published |
| 2 | the command or the configuration is wrong; nothing was touched |
| 130, 143 | stopped by Ctrl-C or SIGTERM; everything finished so far is kept |
| 141 | the reader of the output closed it, as in <code>gallery models &#124; head</code> |

## Environment

| variable | |
|---|---|
| `GALLERY_CACHE` | the folder of the cache and of fetched weights; by default the user's cache folder |
| `GALLERY_WEIGHTS` | the folder of fetched weights alone, such as one that several people share |
| `GALLERY_OFFLINE` | any value except empty or 0 means `--offline` |
| `SOURCE_DATE_EPOCH` | the date of the feed, the only date in a site, in seconds since 1970; by default 0 |
| `KERAS_BACKEND` | `tensorflow`, `jax` or `torch`, if it is installed |
| `NO_COLOR` | no colours in messages |
"""


def page() -> str:
    """Return the page in Markdown."""
    known = verbs()
    return HEAD + "".join(_verb(name, verb) for name, verb in sorted(known.choices.items()))


def verbs() -> argparse._SubParsersAction:
    """Return the parser's table of commands; its ``choices`` maps their names to their own parsers."""
    return next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))


def _verb(name: str, verb: argparse.ArgumentParser) -> str:
    arguments = [action for action in verb._actions if action.dest != "help"]
    rows = [_row(action) for action in sorted(arguments, key=lambda action: bool(action.option_strings))]
    table = "\n".join(["| argument | |", "|---|---|", *rows])
    text = " ".join((verb.description or "").split())
    return f"\n## `gallery {name}`\n\n{text}\n\n{_examples(name)}\n\n{table}\n"


def _examples(name: str) -> str:
    """Return the examples of a verb as one sentence."""
    examples = [f"`gallery {example}`" for example in VERBS[name].examples]
    return f"Example{'s' if len(examples) > 1 else ''}: {', '.join(examples)}"


def _row(action: argparse.Action) -> str:
    text = (action.help or "") % vars(action)
    return f"| {', '.join(f'`{form}`' for form in _forms(action))} | {text} |".replace("|  |", "| |")


def _forms(action: argparse.Action) -> Iterator[str]:
    """Yield the spellings of an argument: ``-c FILE``, ``--config FILE``; ``[NAME]`` if it is optional."""
    value = str(action.metavar or action.dest.upper())
    if not action.option_strings:
        yield f"[{value}]" if action.nargs == "?" else value
    for option in action.option_strings:
        yield option if action.nargs == 0 else f"{option} {value}"
