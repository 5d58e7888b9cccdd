"""PNG and PDF: as Chromium draws the figure, with text as text."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from generator.errors import FigureError
from generator.figures import conversion, draw_result
from generator.records import Figure
from tests.figures.test_draw import boxes, chromium, layer, picture, result

TITLE = 'A "cat" #1 [\\]'


@pytest.fixture(scope="module")
def drawn() -> Figure:
    return draw_result("cat", picture(), [(layer("block5_pool:preactivation"), result())], title=TITLE)


@pytest.fixture(scope="module")
def paper(drawn: Figure) -> PdfReader:
    return PdfReader(io.BytesIO(conversion.pdf(drawn, TITLE)))


def test_a_png_shows_what_chromium_shows(drawn: Figure, tmp_path: Path) -> None:
    (tmp_path / "figure.svg").write_text(drawn.svg, encoding="utf-8")
    chromium((tmp_path / "figure.svg").as_uri(), drawn, tmp_path / "chromium.png")
    ours = np.asarray(Image.open(io.BytesIO(conversion.png(drawn, TITLE, 96))), float)
    theirs = np.asarray(Image.open(tmp_path / "chromium.png").convert("RGB"), float)
    assert ours.shape == theirs.shape
    difference = np.abs(ours - theirs).mean(axis=-1)
    for pair in boxes(3, name="block5_pool:preactivation"):
        for view in pair.views:
            shown = difference[int(view.y) : int(view.bottom), int(view.x) : int(view.right)]
            assert shown.mean() < 4
            assert np.median(shown) < 2


def test_a_png_knows_its_resolution_and_has_no_clear_parts(drawn: Figure) -> None:
    shown = Image.open(io.BytesIO(conversion.png(drawn, TITLE, conversion.dpi_of_width(drawn, 700))))
    assert (shown.width, shown.mode, shown.getpixel((0, 0))) == (700, "RGB", (255, 255, 255))
    assert shown.info["dpi"][0] == pytest.approx(96 * 700 / drawn.width_px, rel=1e-3)


def test_a_pdf_has_text_that_can_be_searched_in_fonts_of_its_own(drawn: Figure, paper: PdfReader) -> None:
    text = paper.pages[0].extract_text()
    assert [
        word
        for word in ("40", "41", "strength 900", "\N{PLUS-MINUS SIGN}", "preactivation")
        if word not in text
    ] == []
    fonts = [font.get_object() for font in paper.pages[0]["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts]
    assert {font["/BaseFont"].partition("+")[2] for font in inner} == {
        "DejaVuSansMono",
        "NotoSans-Bold",
        "NotoSans-Regular",
    }
    assert all("/FontFile2" in font["/FontDescriptor"] for font in inner)


def test_a_pdf_is_a_page_of_its_own_size_without_a_date(drawn: Figure, paper: PdfReader) -> None:
    box = paper.pages[0].mediabox
    assert (float(box.width), float(box.height)) == (0.75 * drawn.width_px, 0.75 * drawn.height_px)
    assert (len(paper.pages), paper.pdf_header, paper.metadata["/Title"]) == (1, "%PDF-1.5", TITLE)
    assert {"/CreationDate", "/ModDate"} & set(paper.metadata) == set()
    assert conversion.pdf(drawn, TITLE) == conversion.pdf(drawn, TITLE)


@pytest.mark.parametrize("dpi", [0.01, 10_000])
def test_a_png_of_no_size_or_too_large_is_refused(drawn: Figure, dpi: float) -> None:
    with pytest.raises(FigureError, match="must have a width and at most 80,000,000 pixels"):
        conversion.png(drawn, TITLE, dpi)


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "find_spec", lambda _: None)
    with pytest.raises(FigureError, match=r"the extra 'figures': pip install 'convnet-gallery\[figures\]'"):
        conversion.require_converter()
