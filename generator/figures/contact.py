"""The small picture of a feature in its layer's contact sheet: its four strongest places."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from PIL import Image

from generator.records import PatchTile

CONTACT_PX = 128
QUALITY = 75


def contact(tiles: Sequence[PatchTile]) -> bytes:
    """Return a JPEG of 128 x 128 pixels: the photographs of four places, of fewer than four the first."""
    sheet, count = Image.new("RGB", (CONTACT_PX, CONTACT_PX)), 2 if len(tiles) >= 4 else 1
    side = CONTACT_PX // count
    for place, tile in enumerate(tiles[: count * count]):
        row, column = divmod(place, count)
        filter_ = Image.Resampling.NEAREST if tile.is_crisp else Image.Resampling.LANCZOS
        photograph = _decoded(tile.photograph_uri).resize((side, side), filter_)
        sheet.paste(photograph, (column * side, row * side))
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def _decoded(uri: str) -> Image.Image:
    content = base64.b64decode(uri.partition(",")[2])
    return Image.open(io.BytesIO(content)).convert("RGB")
