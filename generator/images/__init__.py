"""Read any picture file into an (H, W, 3) uint8 sRGB array, and encode arrays for pages.

This package applies orientation, transparency, colour profiles and bit depth, and refuses pictures that it
cannot show correctly. It knows no networks: the caller gives every size.
"""

from generator.images.copies import card, fit, small_copy, thumbnail, web_copy
from generator.images.opening import decoder
from generator.images.reading import check_file, from_pil, read

__all__ = ["card", "check_file", "decoder", "fit", "from_pil", "read", "small_copy", "thumbnail", "web_copy"]
