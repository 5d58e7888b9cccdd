"""Read any picture file into an (H, W, 3) uint8 sRGB array, and encode arrays for pages.

This package applies orientation, transparency, colour profiles and bit depth, and refuses pictures that it
cannot show correctly. It knows no networks: the caller gives every size and number of channels.
"""

from generator.images.channels import decode_for, displayed, from_pil_for, look, read_for
from generator.images.copies import card, small_copy, thumbnail, web_copy
from generator.images.fitting import fit, framed, within
from generator.images.opening import decoder
from generator.images.placing import inset, placed, seen_copy
from generator.images.reading import check_file, decode, from_pil, read

__all__ = [
    "card",
    "check_file",
    "decode",
    "decode_for",
    "decoder",
    "displayed",
    "fit",
    "framed",
    "from_pil",
    "from_pil_for",
    "inset",
    "look",
    "placed",
    "read",
    "read_for",
    "seen_copy",
    "small_copy",
    "thumbnail",
    "web_copy",
    "within",
]
