"""The mean spectrum of photographs: ``python -m generator.analysis.optimization.spectrum`` measures it.

Pictures with free phases have these amplitudes. They ship with the project, measured of the photographs in
``inputs/``; those of a gallery would change every picture when a photograph is added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator import images
from generator.analysis.optimization.colours import decorrelated

if TYPE_CHECKING:
    from generator.records import Array

SIDE_PX, RINGS = 256, 64
FILE = Path(__file__).with_name("spectrum.json")
HIGHEST = 0.5**0.5
"""The highest frequency of a square canvas, in cycles a pixel."""

_DARKEST = 0.02
"""Pixels are kept this far from black and white, where the inverse of a sigmoid has no end."""

Spectrum = tuple[tuple[float, ...], ...]


@cache
def spectrum(channels: int) -> Spectrum:
    """Return the amplitudes (channels, RINGS) of independent channels, at even steps from 0 to ``HIGHEST``.

    Without three channels all have the mean of the three.
    """
    found: Spectrum = tuple(map(tuple, json.loads(FILE.read_text())))
    if channels == 3:
        return found
    mean = np.mean(found, axis=0).tolist()
    return (tuple(mean),) * channels


def measured(photographs: Iterable[Array]) -> Array:
    """Return the mean amplitudes (3, RINGS) of photographs (H, W, 3) uint8, cut to a square."""
    inverse = np.linalg.inv(decorrelated(3))
    total = np.zeros((3, SIDE_PX, SIDE_PX // 2 + 1))
    count = 0
    for photograph in photographs:
        pixels = images.fit(photograph, (SIDE_PX, SIDE_PX), "crop") / 255
        kept = np.clip(pixels, _DARKEST, 1 - _DARKEST)
        values = np.log(kept / (1 - kept)) @ inverse
        total += np.abs(np.fft.rfft2(np.moveaxis(values, -1, 0)))
        count += 1
    places = np.hypot(np.fft.fftfreq(SIDE_PX)[:, np.newaxis], np.fft.rfftfreq(SIDE_PX))
    rings = np.rint(places / HIGHEST * (RINGS - 1)).astype(int).ravel()
    sums = np.stack([np.bincount(rings, channel.ravel(), RINGS) for channel in total])
    found: Array = sums / np.maximum(np.bincount(rings, minlength=RINGS), 1) / count
    return found


def main() -> None:
    """Measure the photographs in ``inputs/`` and write the file, relative to the strongest amplitude."""
    paths = sorted(path for path in Path("inputs").iterdir() if path.suffix in (".jpg", ".png"))
    found = measured(map(images.read, paths))
    rows = [[float(f"{number:.4g}") for number in channel / found.max()] for channel in found]
    FILE.write_text(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main()
