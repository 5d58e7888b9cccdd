"""Write a figure into a file: SVG, PNG or PDF, by the suffix of its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from generator.errors import FigureError
from generator.figures import conversion
from generator.figures.layout import SHARPNESS

if TYPE_CHECKING:
    from generator.records import Figure

SVG, PNG, PDF = ".svg", ".png", ".pdf"


class Mistake(NamedTuple):
    """What is wrong with the file to write: the option that says it, and the text of the message."""

    option: Literal["path", "width", "dpi"]
    text: str


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name in lower case.

    >>> suffix_of("out/Panel.SVG")
    '.svg'
    """
    return Path(name).suffix.lower()


def mistake(name: str, width_px: int | None, dpi: float | None) -> Mistake | None:
    """Return what is wrong with the file to write, before anything is computed; ``None`` if nothing is.

    Raises:
        FigureError: a package is missing that PNG and PDF need.
    """
    suffix = suffix_of(name)
    if suffix not in (SVG, PNG, PDF):
        return Mistake("path", f"expected a name that ends in {SVG}, {PNG} or {PDF}, found {name!r}")
    if suffix != PNG and (width_px is not None or dpi is not None):
        option: Literal["width", "dpi"] = "dpi" if width_px is None else "width"
        return Mistake(option, f"only a {PNG} has pixels, not {suffix}")
    if width_px is not None and dpi is not None:
        return Mistake("dpi", "`width` is given too; choose one of them")
    if not Path(name).absolute().parent.is_dir():
        return Mistake("path", f"no folder {str(Path(name).parent)!r}")
    if suffix != SVG:
        conversion.require_converter()
    return None


def is_same(name: str, path: Path) -> bool:
    """Tell whether a name is that of an existing file."""
    return path.exists() and Path(name).exists() and path.samefile(name)


def content(figure: Figure, title: str, name: str, width_px: int | None, dpi: float | None) -> bytes:
    """Return a figure as the bytes of a file of this name.

    Raises:
        FigureError: it cannot be converted.
    """
    suffix = suffix_of(name)
    if suffix == SVG:
        return figure.svg.encode()
    if suffix == PDF:
        return conversion.pdf(figure, title)
    width = SHARPNESS * figure.width_px if width_px is None else width_px
    return conversion.png(figure, title, conversion.dpi_of_width(figure, width) if dpi is None else dpi)


def write(name: str, bytes_: bytes) -> None:
    """Write a file atomically, replacing an existing one.

    Raises:
        FigureError: it cannot be written.
    """
    path = Path(name).resolve()  # replace the target of a symbolic link, not the link
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(bytes_)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FigureError(f"{name}: {error.strerror or error}") from error
