"""How little time the work could take: its convolutions alone, each by whichever library does it fastest.

The bound is the multiplications that are needed over the rate at which the best of the installed libraries
convolves the same shapes on the same machine in the same rounds. Needed are those of the forward pass, and
going back those of every row; but a feature that joins has one non-zero channel, so its first convolution
counts once and not once a channel. Unpooling, rectifying and copying count nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import work

BUNDLE_BYTES = 30_000_000


@dataclass(frozen=True)
class Convolution:
    """A plain 3 x 3 convolution that keeps its size; ``needed`` is the share of it that the work needs."""

    name: str
    rows: int
    height: int
    width: int
    inputs: int
    features: int
    needed: float = 1.0

    @property
    def bundles(self) -> list[int]:
        """The rows cut into bundles whose signals stay in caches; one after the other may be faster."""
        largest = 4 * self.height * self.width * max(self.inputs, self.features)
        most = max(1, BUNDLE_BYTES // largest)
        return [min(most, self.rows - start) for start in range(0, self.rows, most)]

    @property
    def sizes(self) -> set[int]:
        """The numbers of rows that are convolved at once: all of them, a bundle, or one."""
        return {self.rows, *self.bundles, 1}

    def ways(self, name: str, convolve: Callable[[int], object]) -> dict[str, Callable[[], object]]:
        """Return the ways to convolve all rows by one function, given that of so many rows at once."""
        return {
            name: lambda: convolve(self.rows),
            f"{name}, in bundles": lambda: [convolve(rows) for rows in self.bundles],
            f"{name}, one by one": lambda: [convolve(1) for _ in range(self.rows)],
        }

    @property
    def multiplications(self) -> int:
        """Multiply-accumulates, those in the padding included."""
        return 9 * self.rows * self.height * self.width * self.inputs * self.features


def convolutions(given: work.Work) -> list[Convolution]:
    """Return every convolution of the work: forward, and back with the rows that pass it."""
    there = list(_forward(given))
    return [*there, *_back(given, there)]


def _forward(given: work.Work) -> Iterator[Convolution]:
    height, width = given.batch.shape[1:3]
    for layer in given.layers:
        if layer.kernel is None:
            height, width = height // 2, width // 2
        else:
            yield Convolution(f"forward {layer.name}", 1, height, width, *layer.kernel.shape[2:])


def _back(given: work.Work, there: Sequence[Convolution]) -> Iterator[Convolution]:
    rows = joining = 0
    remaining = list(there)
    for layer in reversed(given.layers):
        if layer.kernel is None:
            joining = len(given.features.get(layer.name, ()))
            rows += joining
            continue
        one = remaining.pop()
        needed = (rows - joining + joining / one.features) / rows
        yield Convolution(f"back {layer.name}", rows, one.height, one.width, one.features, one.inputs, needed)
        joining = 0


class Race:
    """Times every convolution alone, by each way the first time and then by the fastest of them."""

    def __init__(
        self, given: work.Work, prepare: Callable[[Convolution], Mapping[str, Callable[[], object]]]
    ) -> None:
        self.convolutions = convolutions(given)
        self.prepare = prepare
        self.fastest: dict[str, str] = {}

    def __call__(self) -> dict[str, float]:
        """Return the seconds of each convolution."""
        return {one.name: self._time(one) for one in self.convolutions}

    def _time(self, one: Convolution) -> float:
        ways = self.prepare(one)
        if one.name not in self.fastest:
            for run in ways.values():
                run()  # compiles, and packs the kernel
            self.fastest[one.name] = min(ways, key=lambda way: seconds_of(ways[way]))
        return seconds_of(ways[self.fastest[one.name]])


def seconds_of(run: Callable[[], object]) -> float:
    """Return how long a call takes."""
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


def bounds(needed: Mapping[str, float], parts: Sequence[Sequence[Mapping[str, float]]]) -> list[float]:
    """Return the bound of each round.

    Args:
        needed: convolution -> the share of it that the work needs.
        parts: for each library and each round, convolution -> seconds.

    >>> bounds({"a": 1.0, "b": 0.5}, [[{"a": 1.0, "b": 4.0}], [{"a": 3.0, "b": 2.0}]])
    [2.0]
    """
    best = {name: min(parts, key=lambda library: median(one[name] for one in library)) for name in needed}
    rounds = range(min(len(library) for library in parts))
    return [sum(share * best[name][number][name] for name, share in needed.items()) for number in rounds]
