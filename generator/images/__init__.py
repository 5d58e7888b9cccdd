"""Pictures in and out: any file a user may have becomes a (H, W, 3) uint8 sRGB array, arrays become JPEG.

This room owns what a file may hide (orientation, transparency, profiles, bit depth) and refuses what has no
honest reading. It knows no network: whoever calls says the size.
"""

from generator.images.copies import card, fit, small_copy, thumbnail, web_copy
from generator.images.reading import check_file, from_pil, read

__all__ = ["card", "check_file", "fit", "from_pil", "read", "small_copy", "thumbnail", "web_copy"]
