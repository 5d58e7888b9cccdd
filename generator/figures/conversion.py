"""A figure as PNG or PDF; the only module that imports Typst.

Question: which library draws our SVG faithfully on every system, without system packages? Options, tried on
a panel: CairoSVG, svglib, PyMuPDF, Skia and WeasyPrint lose the masks or the filter, and with them the maps;
resvg draws everything but writes no PDF; drawing both again from the layout needs a second ``draw``. Choice:
Typst, whose resvg keeps maps crisp and whose PDF keeps masks, text and pictures apart. Noto Sans comes with
``pymupdf-fonts``, so that the bytes are the same everywhere. Cost: 80 MB, so both are in the extra
``figures``.

Scripts that Noto Sans lacks are drawn in the system's fonts.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from PIL import Image

from generator.errors import FigureError
from generator.figures import style

if TYPE_CHECKING:
    from generator.records import Figure

PX_PER_INCH, POINTS_PER_PX = 96, 0.75
PDF_STANDARD = "1.5"  # the newest that pdfTeX includes without a warning
SANS, MONO = "Noto Sans", "DejaVu Sans Mono"  # Typst contains the second
LARGEST_PIXELS = 80_000_000
FACES = ("notos", "notosbo")
PAGE = """\
#set document(title: sys.inputs.title, date: none)
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: {fill})
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, alt: sys.inputs.description)
"""


def require_converter() -> None:
    """Check that the packages that draw PNG and PDF are installed.

    Raises:
        FigureError: one of them is missing.
    """
    if not (find_spec("typst") and find_spec("pymupdf_fonts")):
        raise FigureError("PNG and PDF need the extra 'figures': pip install 'convnet-gallery[figures]'")


def pdf(figure: Figure, title: str) -> bytes:
    """Return a figure as a PDF page, 96 px per inch, with selectable text and embedded fonts."""
    return _compiled(figure, title, "none", format="pdf", pdf_standards=[PDF_STANDARD])


def png(figure: Figure, title: str, dpi: float) -> bytes:
    """Return a figure on white; at 96 dpi it is as wide as the SVG.

    Raises:
        FigureError: it would have too many pixels, or none.
    """
    scale = dpi / PX_PER_INCH
    pixels = figure.width_px * figure.height_px * scale**2
    if figure.width_px * scale < 1 or pixels > LARGEST_PIXELS:
        raise FigureError(
            f"a PNG must have a width and at most {LARGEST_PIXELS:,} pixels; "
            f"at {dpi:g} dpi it has {pixels:,.0f}"
        )
    drawn = _compiled(figure, title, "white", format="png", ppi=dpi)
    target = io.BytesIO()
    Image.open(io.BytesIO(drawn)).convert("RGB").save(target, "PNG", dpi=(dpi, dpi))
    return target.getvalue()


def dpi_of_width(figure: Figure, width_px: int) -> float:
    """Return the resolution at which a figure is ``width_px`` wide."""
    return PX_PER_INCH * width_px / figure.width_px


def _compiled(figure: Figure, title: str, fill: str, **options: Any) -> bytes:
    require_converter()
    size = {"width": POINTS_PER_PX * figure.width_px, "height": POINTS_PER_PX * figure.height_px}
    svg = figure.svg.replace(style.SANS, f'"{SANS}"').replace(style.MONO, f'"{MONO}"')
    inputs = {"svg": svg, "title": title, "description": figure.description}
    page = PAGE.format(**size, fill=fill).encode()
    import typst

    draw: Any = typst.compile  # its annotations reject options passed as **options
    with TemporaryDirectory() as folder:
        _write_fonts(Path(folder))
        compiled: bytes = draw(page, root=folder, font_paths=[folder], sys_inputs=inputs, **options)
    return compiled


def _write_fonts(folder: Path) -> None:
    import pymupdf_fonts

    for face in FACES:
        (folder / f"{face}.ttf").write_bytes(pymupdf_fonts.myfont(face))
