"""The formats of pictures, and the suffixes of their files.

A file is read by its content, whatever its name. The names decide which files of a folder are pictures.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PictureFormat:
    """A format as people write its name, its name in Pillow, and the suffixes of its files."""

    name: str
    pillow: str
    suffixes: tuple[str, ...]


FORMATS = (
    PictureFormat("AVIF", "AVIF", (".avif", ".avifs")),
    PictureFormat("BMP", "BMP", (".bmp",)),
    PictureFormat("GIF", "GIF", (".gif",)),
    PictureFormat("JPEG", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")),
    PictureFormat("JPEG 2000", "JPEG2000", (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx")),
    PictureFormat("PNG", "PNG", (".png", ".apng")),
    PictureFormat("PPM", "PPM", (".ppm", ".pgm", ".pbm", ".pnm")),
    PictureFormat("TIFF", "TIFF", (".tif", ".tiff")),
    PictureFormat("WebP", "WEBP", (".webp",)),
)
"""The formats that are always read."""

HEIC = PictureFormat("HEIC", "HEIF", (".heic", ".heif", ".heics", ".heifs", ".hif"))
"""The format of iPhones, which is read if the extra of that name is installed."""
HEIC_EXTRA = "pip install 'convnet-gallery[heic]' makes HEIC readable"

SUFFIXES = tuple(sorted(suffix for known in (*FORMATS, HEIC) for suffix in known.suffixes))
"""The suffixes that make a file of a folder a picture, HEIC too: without its extra, reading it says so."""
