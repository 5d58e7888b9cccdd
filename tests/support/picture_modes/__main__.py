"""``python -m tests.support.picture_modes``: compare the table with ImageMagick, and print it."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from generator import images
from generator.errors import ImageError
from tests.support.picture_modes import cells
from tests.support.picture_modes.pillow import MEMORY


def of_magick(path, command):
    """Return what ImageMagick shows of a file on white, (H, W, 3) uint8, or its complaint."""
    flat = ["-background", "white", "-alpha", "remove", "-colorspace", "sRGB", "-depth", "8"]
    done = subprocess.run([command, f"{path}[0]", *flat, "ppm:-"], capture_output=True, check=False)
    if not done.stdout:
        return done.stderr.decode().strip().splitlines()[0] if done.stderr else "nothing"
    with Image.open(io.BytesIO(done.stdout)) as picture:
        return np.asarray(picture.convert("RGB"))


def read(cell, folder):
    """Return the pixels that we read of a cell, or the words of the refusal."""
    try:
        if isinstance(cell.content, Image.Image):
            return images.from_pil(cell.content)
        path = Path(folder, f"cell.{cell.suffix}")
        path.write_bytes(cell.content)
        return images.read(path)
    except ImageError as error:
        return str(error).rpartition(f"cell.{cell.suffix}: ")[2]


def difference(one, other):
    """Return the greatest difference of two pictures; infinite if one was refused or has another size."""
    if isinstance(one, str) or isinstance(other, str) or one.shape != other.shape:
        return np.inf
    return int(np.abs(one.astype(int) - other).max())


def row(cell, folder, command):
    """Return a row of the table, and whether nothing is wrong with it."""
    ours = read(cell, folder)
    name = f"| {cell.suffix} | {cell.name} |"
    if isinstance(cell.shows, str):
        return f"{name} refused: {ours if isinstance(ours, str) else 'NOT'} | |", cell.shows in ours
    from_samples = difference(ours, cell.shows)
    good = from_samples <= cell.tolerance
    if cell.suffix == MEMORY or not command:
        return f"{name} {from_samples} of {int(cell.tolerance)} | |", good
    from_magick = difference(ours, of_magick(Path(folder, f"cell.{cell.suffix}"), command))
    words = f"{from_magick}{f' ({cell.beside})' if cell.beside else ''}"
    agrees = bool(cell.beside) or from_magick <= max(cell.tolerance, 1)
    return f"{name} {from_samples} of {int(cell.tolerance)} | {words} |", good and agrees


def main():
    """Print the table; the exit status is 1 if a cell is wrong."""
    command = shutil.which("magick") or shutil.which("convert")
    print("| file | mode | differs from the samples | from ImageMagick |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(cell, folder, command) for cell in cells()]
    for text, good in rows:
        print(f"{text}{'' if good else ' WRONG'}")
    wrong = sum(not good for _, good in rows)
    told = "compared with ImageMagick" if command else "ImageMagick is not installed"
    print(f"{len(rows)} cells, {wrong} wrong; {told}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
