"""Arguments of the commands that make: ``init``, ``build``, ``serve``, ``publish`` and ``export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generator import environment
from generator.cli.arguments.shared import OFFLINE, add_strict
from generator.cli.arguments.values import count, port
from generator.cli.arguments.verbs import add_verb


def add_init(verbs: Any) -> None:
    """Add the arguments of ``init``."""
    init = add_verb(verbs, "init")
    init.add_argument(
        "folder",
        nargs="?",
        type=environment.expanded,
        default=Path(),
        metavar="FOLDER",
        help="the folder of the gallery, made if it is missing (default: this one)",
    )


def add_build(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``build`` and ``serve``."""
    build = add_verb(verbs, "build", shared)
    _add_building(build)
    _add_archive(build.add_mutually_exclusive_group()).add_argument(
        "-f", "--force", action="store_true", help="make everything again, even if it is in the cache"
    )
    serve = add_verb(verbs, "serve", shared)
    _add_building(serve)
    _add_archive(serve)
    serve.add_argument("-f", "--force", action="store_true", help="make everything again in the first build")
    serve.add_argument(
        "--port", type=port, default=8000, help="port to serve on; 0 means any free one (default: 8000)"
    )


def add_scan(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``scan``."""
    scan = add_verb(verbs, "scan", shared)
    scan.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="number of processes, each with one thread (default: one per core, or one where a GPU computes)",
    )
    scan.add_argument(
        "--parquet",
        type=environment.expanded,
        metavar="FILE",
        help="also write the pictures of all features to a Parquet file, for pandas (default: none)",
    )
    scan.add_argument("-f", "--force", action="store_true", help="scan every shard again")
    scan.add_argument("--offline", action="store_true", default=environment.offline(), help=OFFLINE)


def add_publish(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``publish``."""
    publish = add_verb(verbs, "publish", shared)
    _add_building(publish)
    _add_archive(publish)
    publish.add_argument("--remote", default="origin", help="name or address of the remote (default: origin)")
    publish.add_argument("--branch", default="gh-pages", help="branch for the site (default: gh-pages)")
    publish.add_argument(
        "-m", "--message", metavar="TEXT", help="message of the commit (default: Gallery: and its title)"
    )
    publish.add_argument(
        "--orphan", action="store_true", help="replace the history of the branch by one commit"
    )
    publish.add_argument("--dry-run", action="store_true", help="build, and print what would be pushed")


def add_export(verbs: Any, shared: list[argparse.ArgumentParser]) -> None:
    """Add the arguments of ``export``."""
    export = add_verb(verbs, "export", shared)
    export.add_argument(
        "file",
        type=environment.expanded,
        metavar="FILE",
        help="the archive, for 'build --from' on another machine",
    )
    export.add_argument("--offline", action="store_true", default=environment.offline(), help=OFFLINE)


def _add_building(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that builds."""
    parser.add_argument(
        "-j",
        "--jobs",
        type=count,
        default=environment.cores(),
        help="number of parallel jobs that read, draw and render (default: one per core)",
    )
    parser.add_argument("--offline", action="store_true", default=environment.offline(), help=OFFLINE)
    add_strict(parser)


def _add_archive(parser: Any) -> Any:
    """Add the option for results of another machine, and return the parser."""
    parser.add_argument(
        "--from",
        type=environment.expanded,
        metavar="FILE",
        dest="archive",
        help="use results that 'export' wrote on another machine (default: none)",
    )
    return parser
