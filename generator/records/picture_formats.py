"""The formats of pictures, and the suffixes of their files.

A file is read by its content, whatever its name. The names decide which files of a folder are pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


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

ARRAYS = (".npy", ".npz")
"""The suffixes of NumPy's files, which may be anything: a folder does not make pictures of them."""

OTHERS = (
    *(".txt", ".text", ".md", ".rst", ".log", ".rtf", ".pdf", ".doc", ".docx", ".html", ".htm", ".url"),
    *(".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".csv", ".tsv", ".xml", ".xmp", ".aae", ".thm"),
    *(".py", ".ipynb", ".js", ".css", ".sh", ".zip", ".gz", ".tar", ".7z", ".bak", ".tmp", ".part"),
    *(".mov", ".mp4", ".m4v", ".avi", ".mkv", ".webm", ".mp3", ".wav", ".m4a"),
    *(".keras", ".h5", *ARRAYS),
)
"""The suffixes of files that nobody takes for pictures: notes, data and films beside them."""
SYSTEM_FILES = ("thumbs.db", "desktop.ini", "picasa.ini", "license", "licence", "readme", "makefile")
"""Names, in lower case, of files without such a suffix that nobody takes for pictures."""

SUFFIXES = tuple(sorted(suffix for known in (*FORMATS, HEIC) for suffix in known.suffixes))
"""The suffixes that make a file of a folder a picture, HEIC too: without its extra, reading it says so."""


def may_be_picture(name: str) -> bool:
    """Return whether people may take a file for a picture although its suffix is not one of ``SUFFIXES``.

    So are raw files of cameras, drawings, and files of no or unknown suffix; hidden files and notes are not.

    >>> [may_be_picture(name) for name in ("a.NEF", "IMG_1", "cat.jpg", "cat.txt", ".DS_Store", "Thumbs.db")]
    [True, True, False, False, False, False]
    """
    suffix = PurePath(name).suffix.lower()
    is_plain = name.startswith(".") or name.endswith("~") or name.lower() in SYSTEM_FILES
    return not is_plain and suffix not in SUFFIXES and suffix not in OTHERS
