"""Two folders change places: in one step where the system can, so that nobody ever finds none.

Where it cannot, the old folder moves aside first and comes back if anything goes wrong; who dies in between
leaves it there, and the next build puts it back.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def exchange(new: Path, folder: Path, aside: Path) -> None:
    """Put ``new`` in the place of ``folder``; afterwards the old one, if any, is at ``new`` or ``aside``.

    Raises:
        OSError: it cannot be done; ``folder`` is as it was.
    """
    if not folder.exists():
        new.rename(folder)
    elif not _in_one_step(new, folder):
        _in_two_steps(new, folder, aside)


def _in_one_step(new: Path, folder: Path) -> bool:
    """Exchange two folders at once; tell whether this system and file system can (Linux ``renameat2``)."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    paths = os.fsencode(new), os.fsencode(folder)
    return bool(renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)


def _in_two_steps(new: Path, folder: Path, aside: Path) -> None:
    folder.rename(aside)
    try:
        new.rename(folder)
    except BaseException:  # also a signal: nobody may be left without a site
        if not folder.exists():
            aside.rename(folder)
        raise
