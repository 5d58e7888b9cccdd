"""Draw ``docs/images/before-after.jpg``: twelve features as version 0.2 drew them, and as figures are today.

Run it with ``.venv/bin/python -m docs.generate.before_after``, a few minutes; scikit-learn must be installed
for its digits. It also writes the table of their contrast into ``docs/explanation/deconvolution.md``. Each
feature is the strongest of its layer, so that none is chosen by its looks. What was drawn before is drawn
here: the picture in grey with an orange tint, and the scale ``symmetric``. What is drawn today is cut out of
a figure.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docs.generate import own_networks
from generator import deconvolve, load_network
from generator.analysis import inspection
from generator.figures import draw_result
from generator.figures.conversion import png
from generator.figures.pixels import display, enlarged
from generator.records import Figure, LayerInfo, LayerResult
from generator.records.choices import VIEWS

DOCS = Path(__file__).parents[1]
INPUTS = DOCS.parent / "inputs"
SHEET, PAGE = DOCS / "images" / "before-after.jpg", DOCS / "explanation" / "deconvolution.md"
PANELS = {
    "squeezenet": (
        ("german-shepherd", "maxpool1"),
        ("german-shepherd", "maxpool3"),
        ("scarlet-macaw", "maxpool5"),
        ("german-shepherd", "fire7"),
        ("espresso", "fire7"),
        ("chelsea", "fire9"),
    ),
    "vgg16": (
        ("chelsea", "block1_pool"),
        ("german-shepherd", "block3_pool"),
        ("scarlet-macaw", "block5_pool"),
    ),
    "digits": (("three", "pool2"),),
    "mobile": (("giant-panda", "block5"),),
    "residual": (("hen", "layer3"),),
}
TRAINED = {
    "digits": own_networks.train_digits,
    "mobile": own_networks.train_mobile,
    "residual": own_networks.train_residual,
}
TITLES = {
    "squeezenet": "SqueezeNet",
    "vgg16": "VGG16",
    "digits": "a network for digits",
    "mobile": "a small MobileNet",
    "residual": "a small ResNet",
}
HEADS = "map before", "reconstruction before", "map today", "reconstruction today", "seen"
TILE_PX, GAP_PX, LINE_PX = 160, 8, 24
LARGEST_BYTES, QUALITIES = 400_000, range(92, 40, -2)
NEAR = 8
BEGIN, END = "<!-- before-after: written by docs.generate.before_after -->", "<!-- end of before-after -->"


@dataclass(frozen=True)
class Drawn:
    """One feature: its words, its five pictures, and (RMS, share near grey) before and after."""

    words: str
    tiles: tuple[np.ndarray, ...]
    contrast: tuple[tuple[float, float], tuple[float, float]]


def main() -> None:
    """Draw all features, and write the sheet and the table."""
    with TemporaryDirectory() as folder:
        write([panel for name in PANELS for panel in _panels(name, Path(folder))])


def write(drawn: list[Drawn]) -> None:
    """Write the sheet and the table."""
    SHEET.write_bytes(_encoded(_sheet(drawn)))
    page = PAGE.read_text(encoding="utf-8")
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(f"{page[:start]}\n{_table(drawn)}\n{page[end:]}", encoding="utf-8")


def contrast(pixels: np.ndarray) -> tuple[float, float]:
    """Return the root mean square distance from grey, and the share of values within 8 levels of it.

    >>> contrast(np.array([0, 255], np.uint8)), contrast(np.array([127, 128], np.uint8))
    ((127.5, 0.0), (0.5, 1.0))
    """
    distance = np.abs(pixels.astype(np.float64) - 127.5)
    return float(np.sqrt(np.square(distance).mean())), float((distance <= NEAR).mean())


def tinted(rgb: np.ndarray, activation: np.ndarray) -> np.ndarray:
    """Return a picture in muted grey, tinted orange in proportion to a map: a figure of version 0.2."""
    muted = 255 * np.array((0.22, 0.25, 0.29)) + 0.62 * (rgb @ np.array((0.2126, 0.7152, 0.0722)))[..., None]
    shares = (np.maximum(activation, 0) / (activation.max() or 1)).astype(np.float32)
    sized = Image.fromarray(shares).resize(rgb.shape[1::-1], Image.Resampling.NEAREST)
    amount = 0.75 * np.asarray(sized, np.float64)[..., None]
    return np.rint((1 - amount) * muted + amount * np.array((255, 90, 0))).clip(0, 255).astype(np.uint8)


def _panels(name: str, folder: Path) -> list[Drawn]:
    keras.utils.set_random_seed(0)
    source = TRAINED[name](folder) if name in TRAINED else name
    network = load_network(source, weights="hed") if name == "vgg16" else load_network(source)
    pictures = folder / "digits" if name == "digits" else INPUTS
    suffix = "png" if name == "digits" else "jpg"
    infos = {layer.name: layer for layer in inspection.measure(network.model)}
    panels = []
    for picture, layer in PANELS[name]:
        result = deconvolve(network, pictures / f"{picture}.{suffix}", layers=[layer], top_features=1)
        words = f"{TITLES[name]}, {layer}, feature {result.layers[layer].features[0]}"
        panels.append(_drawn(words, result.input, infos[layer], result.layers[layer]))
    return panels


def _drawn(words: str, rgb: np.ndarray, info: LayerInfo, layer: LayerResult) -> Drawn:
    """Draw one feature both ways."""
    row = layer.reconstructions[0]
    old, new = display(row, "symmetric").pixels, display(row, "power").pixels
    figure = draw_result("sheet", rgb, [(info, layer)], title=words, views=VIEWS)
    factor = figure.view_width_px // rgb.shape[1]
    before = (
        enlarged(pixels, factor)
        for pixels in (tinted(rgb, layer.activations[0]), np.broadcast_to(old, rgb.shape))
    )
    return Drawn(words, (*before, *_cut(figure)), (contrast(old), contrast(new)))


def _cut(figure: Figure) -> tuple[np.ndarray, ...]:
    """Return the views of the only feature of a figure, as they are drawn."""
    pixels = np.asarray(Image.open(io.BytesIO(png(figure, "sheet", dpi=96))).convert("RGB"))
    boxes = {}
    for element in re.findall(r"<view [^>]*>", figure.svg):
        found = dict(re.findall(r'(\w+)="([^"]*)"', element))
        boxes[found["id"]] = [int(float(number)) for number in re.split("[ ,]+", found["viewBox"])]
    corners = [boxes[f"sheet.0.{view}"] for view in VIEWS]
    return tuple(pixels[y : y + height, x : x + width] for x, y, width, height in corners)


def _tile(pixels: np.ndarray) -> Image.Image:
    """Return a picture as a tile."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return picture.resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)


def _sheet(panels: list[Drawn]) -> Image.Image:
    """Return all features below each other, a line of words above each."""
    width = len(HEADS) * (TILE_PX + GAP_PX) - GAP_PX
    row = LINE_PX + TILE_PX + GAP_PX
    sheet = Image.new("RGB", (width, LINE_PX + len(panels) * row - GAP_PX), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for place, head in enumerate(HEADS):
        draw.text((place * (TILE_PX + GAP_PX), 4), head, "#5a6067", font)
    for place, panel in enumerate(panels):
        top = LINE_PX + place * row
        (rms, near), (new_rms, new_near) = panel.contrast
        numbers = f"before {rms:.0f}, {100 * near:.0f} %; after {new_rms:.0f}, {100 * new_near:.0f} %"
        draw.text((0, top + 4), f"{place + 1}. {panel.words}: contrast {numbers}", "#1d2023", font)
        for column, tile in enumerate(panel.tiles):
            sheet.paste(_tile(tile), (column * (TILE_PX + GAP_PX), top + LINE_PX))
    return sheet


def _encoded(sheet: Image.Image) -> bytes:
    """Return the best JPEG of at most ``LARGEST_BYTES``."""
    for quality in QUALITIES:
        file = io.BytesIO()
        sheet.save(file, "JPEG", quality=quality, progressive=True, optimize=True)
        if file.tell() <= LARGEST_BYTES:
            return file.getvalue()
    raise SystemExit(f"no JPEG of the sheet has at most {LARGEST_BYTES:,} bytes")


def _table(panels: list[Drawn]) -> str:
    lines = ["| | feature | before | after |", "|---|---|---|---|"]
    for place, panel in enumerate(panels, start=1):
        numbers = " | ".join(f"{rms:.0f}, {100 * near:.0f} %" for rms, near in panel.contrast)
        lines.append(f"| {place} | {panel.words} | {numbers} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
