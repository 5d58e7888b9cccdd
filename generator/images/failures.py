"""Whatever goes wrong with a picture is an ``ImageError``, so that it ends no build.

Question: which exceptions of reading, decoding and encoding are the picture's? Options: those that Pillow
documents; all. Choice: all, because decoders raise nearly any exception on damaged data, and a picture that
our own code cannot take must not keep the others from being shown. An exception that is not one of Pillow's
usual ones is named with its type, and is the cause of the error, so that ``-v`` can print where it came from.
Cost: a bug of ours in this package is reported as the picture's failure. Elsewhere a bug still ends the run.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import PngImagePlugin

from generator.errors import ImageError

MOST_TEXT_BYTES = 16 * 2**20
_IN_MEMORY = re.compile(r"<_io\.\w+ object at 0x[0-9a-f]+>")
"""A file in memory as Python prints it, with an address that is another one in every run."""
_TOO_MUCH_TEXT = (
    f"its text or colour profile has more than {MOST_TEXT_BYTES // 2**20} MB; save it without metadata"
)

# Pillow takes 1 MB, and refuses pictures of less for a profile or a history of editing that browsers skip.
PngImagePlugin.MAX_TEXT_CHUNK = MOST_TEXT_BYTES


@contextmanager
def unwarned() -> Iterator[None]:
    """Ignore Pillow's warnings: of damaged metadata, and of large pictures, which have a limit of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Turn any exception into an ``ImageError`` that begins with ``what`` and gives the reason."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError(f"{what}: not enough memory") from error
    except Exception as error:
        raise ImageError(f"{what}: {reason(error)}") from error


def reason(error: Exception) -> str:
    """Return the reason of an error in the words of Pillow or the system; an unusual one with its type.

    >>> reason(ValueError("encoding error 5")), reason(IndexError("index out of range"))
    ('encoding error 5', 'unexpected IndexError: index out of range')
    """
    return _IN_MEMORY.sub("the file", _reason(error))


def _reason(error: Exception) -> str:
    if "MAX_TEXT_" in str(error):
        return _TOO_MUCH_TEXT
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if isinstance(error, OSError | SyntaxError | ValueError) and str(error):
        return str(error)
    return ": ".join(filter(None, (f"unexpected {type(error).__name__}", str(error))))
