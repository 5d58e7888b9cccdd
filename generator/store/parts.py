"""Files replaced whole: written beside their place under a name of their own, and moved there.

Whose process dies midway leaves a part behind. Question: how is it told from one that is being written?
Options: its age; a lock on it; its writer's process id. Choice: the id, which is in its name, so that the
next build clears it away. Cost: of a cache that several containers share, one may take another's part away;
that entry is then missing, no more.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PART = re.compile(r"[0-9a-f]{8,64}(?:\.json)?\.(\d+)\.\d+\.part")


def replace(path: Path, *pieces: bytes) -> None:
    """Give a file these bytes, all of them or, where that fails, none.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        with suppress(FileNotFoundError):  # taken for a dead build's by one that cannot see this process
            part.replace(path)
    except BaseException:  # also a signal
        with suppress(OSError):
            part.unlink()
        raise


def abandoned(folder: Path) -> Iterator[Path]:
    """Yield the parts in a cache whose writers are gone; to be asked when nothing is being written here."""
    for pattern in ("*/*.part", "*/??/*.part"):
        for path in sorted(folder.glob(pattern)):
            found = _PART.fullmatch(path.name)
            if found and not _at_work(int(found[1])):
                yield path


def _at_work(process: int) -> bool:
    """Tell whether another process of this number may be writing; Windows has no harmless way to ask."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
