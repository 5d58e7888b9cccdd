"""Verbs that build: ``build``, ``serve``, ``publish`` and ``export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generator import environment
from generator.cli.arguments.shared import add_strict
from generator.cli.arguments.values import count, port


def add_build(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add what builds: ``build`` and ``serve``."""
    build = verbs.add_parser("build", parents=shared, help="compute, render and swap the new site in")
    _add_building(build)
    _add_archive(build.add_mutually_exclusive_group()).add_argument(
        "-f", "--force", action="store_true", help="make everything anew, whatever is kept"
    )
    serve = verbs.add_parser(
        "serve", parents=shared, help="build, serve on 127.0.0.1, build anew and reload on every change"
    )
    _add_building(serve)
    _add_archive(serve)
    serve.add_argument("-f", "--force", action="store_true", help="make everything anew at the start")
    serve.add_argument(
        "--port", type=port, default=8000, help="port to serve on; 0: any that is free (default: 8000)"
    )


def add_publish(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``publish``."""
    publish = verbs.add_parser(
        "publish", parents=shared, help="build and put the site on a branch of a remote"
    )
    _add_building(publish)
    _add_archive(publish)
    publish.add_argument("--remote", default="origin", help="a name or an address (default: origin)")
    publish.add_argument("--branch", default="gh-pages", help="where the site goes (default: gh-pages)")
    publish.add_argument("-m", "--message", metavar="TEXT", help="of the commit")
    publish.add_argument(
        "--orphan", action="store_true", help="leave the branch with one commit, without those before it"
    )
    publish.add_argument("--dry-run", action="store_true", help="build, and say what would be sent")


def add_export(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add ``export``."""
    export = verbs.add_parser(
        "export", parents=shared, help="compute what is missing and write all results into a file"
    )
    export.add_argument("file", type=Path, metavar="FILE", help="the archive, for 'build --from' elsewhere")
    export.add_argument(
        "--offline", action="store_true", default=environment.offline(), help="never fetch weights"
    )


def _add_building(parser: argparse.ArgumentParser) -> None:
    """Add what a verb that builds can be told of how."""
    parser.add_argument(
        "-j",
        "--jobs",
        type=count,
        default=environment.cores(),
        help="read, draw and render so much at once (default: a job a core)",
    )
    parser.add_argument(
        "--offline", action="store_true", default=environment.offline(), help="never fetch weights"
    )
    add_strict(parser)


def _add_archive(parser: Any) -> Any:
    """Add the results of another machine, and return what they were added to."""
    parser.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="archive",
        help="use the results that 'export' wrote elsewhere",
    )
    return parser
