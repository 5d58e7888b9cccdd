"""Files replaced atomically: written under a temporary name (a part), then renamed.

A process that dies while it writes leaves a part behind. Question: how does a later build tell it from a part
that is being written? Options: its age; a lock; the process id of its writer. Choice: the process id, which
is in its name, so that the next build removes the part. Cost: containers that share a cache do not see one
another's processes, so one may remove a part that another is writing. That entry is then missing, no more.
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


def replace(path: Path, *pieces: bytes, is_synced: bool = False) -> None:
    """Replace the content of a file; if that fails, the file stays as it was.

    If ``is_synced``, the content is on the disk before the file gets its name.

    Raises:
        OSError: the file cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):  # removed by a build that cannot see this process; see above
            part.replace(path)
    except BaseException:  # also KeyboardInterrupt and SystemExit, which a signal raises
        with suppress(OSError):
            part.unlink()
        raise


def abandoned(folder: Path) -> Iterator[Path]:
    """Yield the parts in a cache whose writers have ended; this process must not be writing."""
    for pattern in ("*/*.part", "*/??/*.part"):
        for path in sorted(folder.glob(pattern)):
            found = _PART.fullmatch(path.name)
            if found and not _at_work(int(found[1])):
                yield path


def _at_work(process: int) -> bool:
    """Tell whether another process with this id may be running."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        return True  # os.kill(process, 0) would end the process there instead of asking for it
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
