"""From measurements to ``results.json`` and the table in ``README.md``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measures import Measured, ratio, spread

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
HEAD = (
    "| | seconds, median | between quartiles | peak, MiB | our single pass takes, of its time |",
    "|---|---:|---:|---:|---:|",
)


def write(folder: Path, machine: str, measured: Sequence[Measured], remarks: Sequence[str]) -> None:
    """Write both files; the first measurement is ours, which the others are compared with."""
    results = {"machine": machine, "rows": [one.row() for one in measured]}
    (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    readme = folder / "README.md"
    text = "\n\n".join([machine + ".", table(measured), *remarks])
    readme.write_text(between_markers(readme.read_text(encoding="utf-8"), text), encoding="utf-8")


def table(measured: Sequence[Measured]) -> str:
    """Return the rows as a table in Markdown."""
    ours = measured[0]
    return "\n".join([*HEAD, *(_line(one, ours) for one in measured)])


def between_markers(page: str, text: str) -> str:
    """Return a page with the text between its two markers replaced.

    Raises:
        ValueError: the page does not have both markers, in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"expected {BEGIN!r} and, after it, {END!r}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def _line(one: Measured, ours: Measured) -> str:
    share = f"{ratio(ours.seconds, one.seconds):.2f} " if one.in_turns else ""
    name = f"{one.name} ({one.note})" if one.note else one.name
    times = f"{median(one.seconds):.2f} | {spread(one.seconds):.2f}"
    return f"| {name} | {times} | {one.peak_bytes / 2**20:.0f} | {share}|"
