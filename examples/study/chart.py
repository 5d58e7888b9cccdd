"""Two kinds of plot as SVG in the gallery's look: curves over stages, and measured times beside memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from svgwrite.container import Group
from svgwrite.path import Path
from svgwrite.shapes import Circle, Rect
from svgwrite.shapes import Line as Stroke

from examples.study.sheet import PLAIN, canvas, text

COLOURS = {
    "deconvnet": ("#0b6396", "#7ac0ea", ""),
    "guided": ("#a8480f", "#f2a468", "7 4"),
    "gradient": ("#4d6b1f", "#a9cc78", "2 3"),
}
"""Series -> its colour on light and on dark, and its dashes: no curve is told by its colour alone."""
RULES = (
    "#ID text{font-size:13px}#ID .grid{stroke:currentColor;stroke-opacity:.18}"
    "#ID .zero{stroke:currentColor;stroke-opacity:.55}#ID .title{font-weight:600}"
    "#ID .end{text-anchor:end}#ID .middle{text-anchor:middle}#ID .dot{fill-opacity:.45}"
    + "".join(
        f"#ID .{name}{{stroke:{light};fill:{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{#ID .{name}{{stroke:{dark};fill:{dark}}}}}"
        for name, (light, dark, _) in COLOURS.items()
    )
    + "#ID path.line{fill:none;stroke-width:2}#ID path.band{stroke:none;fill-opacity:.16}"
    "#ID text.deconvnet,#ID text.guided,#ID text.gradient{stroke:none}"
)
PLOT_PX, HEIGHT_PX, LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 640, 220, 44, 110, 30, 84
LABEL_APART_PX = 15
TICK = 0.5
SLACK = 0.05
"""How far a curve may leave its plot below, before the plot grows."""


@dataclass(frozen=True)
class Curve:
    """One series over the stages: least, median and largest at each."""

    name: str
    values: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Line:
    """One cell: the seconds of every round, its memory in MB, or why it was not measured."""

    name: str
    seconds: tuple[float, ...]
    memory_mb: float
    absent: str = ""


def draw_curves(slug: str, stages: Sequence[str], curves: Sequence[Curve], title: str) -> str:
    """Return the curves over the stages, from 0 or less to 1, each with a band from least to largest."""
    least = min(one[0] for curve in curves for one in curve.values)
    low = next(bound for bound in (0.0, -0.5, -1.0) if least >= bound - SLACK or bound == -1.0)
    width, height = LEFT_PX + PLOT_PX + RIGHT_PX, TOP_PX + HEIGHT_PX + BOTTOM_PX
    words = " ".join(_told(curve, stages) for curve in curves)
    drawing = canvas(slug, (width, height), title, words, RULES)
    drawing.add(text(title, LEFT_PX, 16, "title"))
    frame = _Frame(len(stages), low)
    for element in (*_grid(frame, stages), *_drawn(frame, curves)):
        drawing.add(element)
    return str(drawing.tostring())


def draw_lines(slug: str, lines: Sequence[Line], title: str) -> str:
    """Return a line for each cell: a dot for each round and a mark at the median, then a bar of memory."""
    width, step, top = 860, 44, 58
    height = top + step * len(lines) + 8
    words = " ".join(_line_told(line) for line in lines)
    drawing = canvas(slug, (width, height), title, words, RULES)
    drawing.add(text(title, 8, 18, "title"))
    drawing.add(text("seconds: every round, and their median", 180, 42))
    drawing.add(text("memory above the loaded network", 580, 42))
    slowest = max((second for line in lines for second in line.seconds), default=1.0)
    largest = max((line.memory_mb for line in lines), default=1.0) or 1.0
    for place, line in enumerate(lines):
        y = top + step * place
        drawing.add(text(line.name, 8, y + 22, "label-plain"))
        for element in _cell(line, y, slowest, largest):
            drawing.add(element)
    return str(drawing.tostring())


class _Frame:
    """Where a stage and a value lie in the plot."""

    def __init__(self, count: int, low: float) -> None:
        self.count, self.low = count, low

    def x(self, place: int) -> float:
        return round(LEFT_PX + PLOT_PX * place / max(1, self.count - 1), 2)

    def y(self, value: float) -> float:
        return round(TOP_PX + HEIGHT_PX * (1.0 - value) / (1.0 - self.low), 2)


def _grid(frame: _Frame, stages: Sequence[str]) -> Iterator[Any]:
    for value in (frame.low + step * TICK for step in range(int((1.0 - frame.low) / TICK) + 1)):
        y, kind = frame.y(value), "zero" if value == 0 else "grid"
        yield Stroke((LEFT_PX, y), (LEFT_PX + PLOT_PX, y), class_=kind, **PLAIN)
        label = f"{value:g}".replace("-", "\N{MINUS SIGN}")
        yield text(label, LEFT_PX - 8, y + 4, "soft end")
    for place, stage in enumerate(stages):
        x, y = frame.x(place), TOP_PX + HEIGHT_PX
        yield Stroke((x, y), (x, y + 5), class_="zero", **PLAIN)
        yield text(stage, x + 4, y + 18, "soft end", transform=f"rotate(-40 {x + 4} {y + 18})")


def _drawn(frame: _Frame, curves: Sequence[Curve]) -> Iterator[Any]:
    for curve in curves:
        yield _band(frame, curve)
    for curve in curves:
        points = [(frame.x(place), frame.y(one[1])) for place, one in enumerate(curve.values)]
        dashes = COLOURS[curve.name][2]
        style = {"stroke_dasharray": dashes} if dashes else {}
        yield Path(_path(points), class_=f"line {curve.name}", **style, **PLAIN)
    ends = {curve.name: frame.y(curve.values[-1][1]) + 4 for curve in curves}
    for name, y in apart(ends, LABEL_APART_PX).items():
        yield text(name, LEFT_PX + PLOT_PX + 8, y, name)


def _band(frame: _Frame, curve: Curve) -> Path:
    above = [(frame.x(place), frame.y(one[2])) for place, one in enumerate(curve.values)]
    below = [(frame.x(place), frame.y(one[0])) for place, one in enumerate(curve.values)]
    return Path(f"{_path([*above, *reversed(below)])} Z", class_=f"band {curve.name}", **PLAIN)


def apart(places: Mapping[str, float], least: float) -> dict[str, float]:
    """Return places moved down so far that none is nearer to the one above it than ``least``.

    >>> apart({"a": 10.0, "b": 4.0}, 15)
    {'b': 4.0, 'a': 19.0}
    """
    moved: dict[str, float] = {}
    last = float("-inf")
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        last = moved[name] = max(place, last + least)
    return moved


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)


def _cell(line: Line, y: int, slowest: float, largest: float) -> Iterator[Any]:
    if line.absent:
        yield text(line.absent, 180, y + 22)
        return
    middle = y + 18
    yield Stroke((180, middle), (480, middle), class_="grid", **PLAIN)
    dots = Group(class_="deconvnet", **PLAIN)
    for second in line.seconds:
        x = round(180 + 300 * second / slowest, 2)
        dots.add(Circle((x, middle), 5, class_="dot", stroke="none", **PLAIN))
    x = round(180 + 300 * median(line.seconds) / slowest, 2)
    dots.add(Stroke((x, middle - 11), (x, middle + 11), stroke_width=3, **PLAIN))
    yield dots
    yield text(f"{median(line.seconds):.2f} s", 494, y + 22, "label-plain")
    yield Rect((580, middle - 7), (round(180 * line.memory_mb / largest, 2), 14), class_="bar", **PLAIN)
    yield text(f"{line.memory_mb:,.0f} MB", 772, y + 22, "label-plain")


def _told(curve: Curve, stages: Sequence[str]) -> str:
    medians = ", ".join(
        f"{stage} {one[1]:.2f}" for stage, one in zip(stages, curve.values, strict=True)
    ).replace("-", "\N{MINUS SIGN}")
    return f"{curve.name}: {medians}."


def _line_told(line: Line) -> str:
    if line.absent:
        return f"{line.name}: {line.absent}."
    return f"{line.name}: {median(line.seconds):.2f} seconds, {line.memory_mb:,.0f} MB."
