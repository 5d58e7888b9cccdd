"""Open a picture file: recognize its format, and refuse what cannot be decoded, before a pixel is decoded."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import BinaryIO

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from generator.environment import heic_decoder
from generator.errors import LFS_HEAD, LFS_POINTER, ImageError
from generator.images.failures import naming, reason, unwarned
from generator.records.choices import either
from generator.records.picture_formats import FORMATS, HEIC, HEIC_EXTRA

MAX_PIXELS = 100_000_000
TOO_LARGE = "more than 100 megapixels; save a smaller copy"
KNOWN = either([known.name for known in FORMATS])
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_HEAD_BYTES = 64
_SUBFILE_TYPE, _REDUCED, _MASK = 254, 1, 4
_NO_PIXELS = "it has no pixels, or its header is damaged"
_WORDS = {
    "not identified by this driver": _NO_PIXELS,
    "unknown pixel mode": "unknown pixel mode; save it as PNG, or as .npy if its channels are no colours",
}
"""Words of Pillow -> words that say what is wrong."""


def refuse_other_than_file(path: Path) -> None:
    """Refuse a path that cannot be a picture; opening a pipe or a device could block forever."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        raise ImageError("no such file") from None
    except OSError as error:
        raise ImageError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # a path that holds NUL
        raise ImageError(f"cannot be read: {error}") from None
    if not stat.S_ISREG(facts.st_mode):
        raise ImageError("not a file")
    if facts.st_size == 0:
        raise ImageError("the file is empty")


def opened(source: Path | bytes) -> Image.Image:
    """Return a Pillow image of which only the header has been read, of a file or of the bytes of one.

    Raises:
        ImageError: this is no picture, or one of a format or layout that cannot be read.
    """
    try:
        with unwarned():
            try:
                return _at_picture(Image.open(_pillows(source), formats=[known.pillow for known in FORMATS]))
            except UnidentifiedImageError:
                return _opened_otherwise(source)
    except Image.DecompressionBombError:
        raise ImageError(TOO_LARGE) from None
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(reason(error)) from error


def _pillows(source: Path | bytes) -> Path | BinaryIO:
    """Return what Pillow opens: a path, whose file it closes, or a file in memory."""
    return source if isinstance(source, Path) else io.BytesIO(source)


def _begun(source: Path | bytes) -> BinaryIO:
    """Return an open file at its beginning."""
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def _at_picture(picture: Image.Image) -> Image.Image:
    """Return a picture at its first page that is neither a thumbnail of another page nor a mask.

    Some programs write the thumbnail of a TIFF first. A file that has nothing else is read as it is.
    """
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        try:
            while is_extra(picture):
                picture.seek(picture.tell() + 1)
        except EOFError:
            picture.seek(0)
    return picture


def is_extra(picture: TiffImagePlugin.TiffImageFile) -> bool:
    """Return whether the page of a TIFF is the thumbnail of another page, or a mask."""
    return bool(picture.tag_v2.get(_SUBFILE_TYPE, 0) & (_REDUCED | _MASK))


def decoder(path: Path) -> str:
    """Return the package that decodes a file in place of Pillow, with its version; nothing for most files.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return heic_decoder() if _is_heic(file.read(_HEAD_BYTES)) else ""


def _is_heic(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of HEIC; AVIF may begin in the same way."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


def _opened_otherwise(source: Path | bytes) -> Image.Image:
    """Open a file that Pillow does not identify: HEIC by its own package; refuse any other by name."""
    with _begun(source) as file:
        head = file.read(_HEAD_BYTES)
    if not _is_heic(head):
        raise ImageError(_unidentified(source, head))
    if not heic_decoder():
        raise ImageError(f"HEIC, which needs an extra: {HEIC_EXTRA}")
    with naming("HEIC that cannot be read"):
        import pillow_heif  # takes 60 ms, so it is imported for HEIC only

        pillow_heif.register_heif_opener()
        try:
            return Image.open(_pillows(source), formats=[HEIC.pillow])
        except UnidentifiedImageError:
            raise ImageError(f"HEIC that cannot be read: {_NO_PIXELS}") from None


def _unidentified(source: Path | bytes, head: bytes) -> str:
    """Return why Pillow identifies no picture: which format it seems to be, and what is wrong with it."""
    if head.startswith(LFS_HEAD):
        return LFS_POINTER
    for known in FORMATS:
        factory, accept = Image.OPEN[known.pillow]
        if accept is None or accept(head) is not True:
            continue
        try:
            with _begun(source) as file, factory(file, str(source) if isinstance(source, Path) else ""):
                pass
        except Exception as error:
            return f"{known.name} that cannot be read: {_WORDS.get(str(error), reason(error))}"
    return f"not a picture, or without pixels; expected {KNOWN}"
