"""A checkout beside this one, building the same galleries in turns: ``python -m benchmarks.middle BEFORE``.

Measured are the gallery of this repository (12 pictures, two networks, three methods), from nothing, after a
title has changed, and after a picture was touched, so that the seal is broken and all is found in the cache;
one with far more features than usual; and 20 and 200 small pictures, for memory that grows with the gallery.

Each checkout builds with its own interpreter and a cache of its own. They take turns at every step, and
begin in turns, so that a busy minute slows both alike. Their sites must be the same, byte for byte; files
that differ are named.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

import yaml

from benchmarks.checkouts import Checkout, checkout
from benchmarks.measures import ratio
from benchmarks.memory import write_gallery

ROOT = Path(__file__).parents[1]
CONFIG = "gallery_config.yml"
BEFORE, AFTER = "before", "after"
SETTLING_SECONDS = 2.1
"""After which a file that has changed is known by its mark."""
LARGE = {"name": "squeezenet", "layers": ["fire2", "fire4", "fire5", "fire6", "fire8", "fire9"]}
HEAD = (
    "| | seconds, before | after | ratio | peak MiB, before | after | cache MB, before | after |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)

Change = Callable[[Path], None]
"""Writes a gallery into a folder, or changes it."""


@dataclass
class Measured:
    """What one step took in one checkout, a number for each round."""

    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    caches: list[int] = field(default_factory=list)


Table = dict[str, dict[str, Measured]]
"""Step -> side -> what it took."""


def main() -> int:
    """Measure, print the table and return the exit status: 1 where sites differ."""
    options = _options()
    sides = {BEFORE: checkout(options.before), AFTER: checkout(options.after)}
    table, differing = Table(), dict[str, None]()
    for number in range(options.rounds):
        turns = dict(reversed(sides.items())) if number % 2 else sides
        for name in options.galleries:
            with tempfile.TemporaryDirectory() as folder:
                differing |= dict.fromkeys(take_turns(Path(folder), turns, GALLERIES[name], table))
    print("\n".join(lines(table)))
    print(f"sites differ: {', '.join(differing)}" if differing else "the sites are the same")
    return int(bool(differing))


def take_turns(
    folder: Path, sides: Mapping[str, Checkout], steps: Mapping[str, Change], table: Table
) -> Iterator[str]:
    """Take the steps of a gallery with every checkout, and yield the files in which their sites differ."""
    folders = {name: folder / name for name in sides}
    for step, change in steps.items():
        for name, side in sides.items():
            folders[name].mkdir(exist_ok=True)
            change(folders[name])
            time.sleep(SETTLING_SECONDS)
            measured = table.setdefault(step, {}).setdefault(name, Measured())
            _measure(side, folders[name], measured)
            print(f"{step}, {name}: {measured.seconds[-1]:.2f} s", file=sys.stderr, flush=True)
        yield from differences(*(folders[name] / "site" for name in sides))


def _measure(side: Checkout, folder: Path, measured: Measured) -> None:
    taken = side.build(folder)
    measured.seconds.append(taken.seconds)
    measured.peaks.append(taken.peak_bytes)
    measured.caches.append(sum(path.stat().st_size for path in files(folder / "cache").values()))


def lines(table: Mapping[str, Mapping[str, Measured]]) -> Iterator[str]:
    """Yield the table in Markdown, a line for each step."""
    yield from HEAD
    for step, sides in table.items():
        before, after = sides[BEFORE], sides[AFTER]
        seconds = f"{median(before.seconds):.2f} | {median(after.seconds):.2f}"
        share = f"{ratio(after.seconds, before.seconds):.2f}"
        peaks = " | ".join(f"{max(side.peaks) / 2**20:.0f}" for side in (before, after))
        caches = " | ".join(f"{median(side.caches) / 1e6:.1f}" for side in (before, after))
        yield f"| {step} | {seconds} | {share} | {peaks} | {caches} |"


def files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their paths in it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {name: path for name, path in found.items() if path.is_file()}


def differences(one: Path, other: Path) -> Iterator[str]:
    """Yield the files that two sites do not share, byte for byte."""
    first, second = files(one), files(other)
    for name in sorted({*first, *second}):
        if not (name in first and name in second and first[name].read_bytes() == second[name].read_bytes()):
            yield name


def _repository(folder: Path) -> None:
    """Write the gallery of this repository."""
    shutil.copytree(ROOT / "inputs", folder / "inputs")
    shutil.copy(ROOT / CONFIG, folder)


def _retitled(folder: Path) -> None:
    """Change the title of the first picture."""
    config = _read(folder)
    config["inputs"][0]["title"] += ", again"
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def _touched(folder: Path) -> None:
    """Touch the first picture, which stays the same."""
    (folder / _read(folder)["inputs"][0]["path"]).touch()


def _large(folder: Path) -> None:
    """Write a gallery of many features of one network, by one method."""
    _repository(folder)
    config = {"inputs": _read(folder)["inputs"], "models": [LARGE], "top_features": 40}
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def _read(folder: Path) -> dict:
    return yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))


GALLERIES: Mapping[str, Mapping[str, Change]] = {
    "repository": {
        "from nothing": _repository,
        "a title changed": _retitled,
        "a picture touched": _touched,
    },
    "large": {"40 features of 6 layers": _large},
    "few": {"20 small pictures": partial(write_gallery, count=20)},
    "many": {"200 small pictures": partial(write_gallery, count=200)},
}
"""Gallery -> its steps, and what is changed before each."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.middle", description=__doc__)
    parser.add_argument("before", type=Path, help="the checkout to compare with, after `make setup`")
    parser.add_argument("--after", type=Path, default=ROOT, help="the other one (this one)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each builds (3)")
    parser.add_argument("--galleries", nargs="+", choices=GALLERIES, default=[*GALLERIES])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
