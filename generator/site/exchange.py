"""Exchanges two folders: in one step if the system can, so that there is always a site.

Otherwise the old folder is moved aside first, and moved back if anything goes wrong. If the process dies in
between, the next build moves it back.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def exchange(new: Path, folder: Path, aside: Path) -> None:
    """Move ``new`` to ``folder``; afterwards the old folder, if any, is at ``new`` or ``aside``.

    Raises:
        OSError: the folders cannot be moved; ``folder`` has not changed.
    """
    if not folder.exists():
        new.rename(folder)
    elif not _in_one_step(new, folder):
        _in_two_steps(new, folder, aside)


def _in_one_step(new: Path, folder: Path) -> bool:
    """Exchange two folders with Linux's ``renameat2``; return whether system and file system support it."""
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
    except BaseException:  # a signal too: the site must not be missing
        if not folder.exists():
            aside.rename(folder)
        raise
