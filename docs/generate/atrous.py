"""Draw ``docs/images/atrous.svg``: three features of VGG16, plain and atrous.

Run it with ``.venv/bin/python docs/generate/atrous.py``. Both networks have the same weights (HED's) and see
the same picture. The three features are those among its eight strongest that respond to outlines.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator import deconvolve, load_network
from generator.analysis import inspection
from generator.figures import draw_result

DOCS = Path(__file__).parents[1]
PICTURE = DOCS.parent / "inputs" / "chelsea.jpg"
LAYER, FEATURES = "block5_conv3", (320, 316, 123)


def main() -> None:
    """Write the figure, a row for each network."""
    rows = []
    for variant in ("plain", "atrous"):
        network = load_network("vgg16", weights="hed", variant=variant)
        result = deconvolve(network, PICTURE, features={LAYER: FEATURES})
        layer = next(layer for layer in inspection.measure(network.model) if layer.name == LAYER)
        height, width = layer.shape[:2]
        name = f"{variant} {height} \N{MULTIPLICATION SIGN} {width}"
        rows.append((replace(layer, name=name), result.layers[LAYER]))
    title = f"{LAYER} of VGG16 looking at a cat, plain and atrous"
    figure = draw_result("atrous", result.input, rows, title=title)
    (DOCS / "images" / "atrous.svg").write_text(figure.svg, encoding="utf-8")


if __name__ == "__main__":
    main()
