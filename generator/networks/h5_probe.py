"""Whether HDF5 survives a file, asked of another process: on some damaged ones it crashes or never ends.

Question: what keeps a damaged file from ending a build without a word? Options: a parser of our own; limits
on what is read; another process that reads everything first, so that only it dies. Choice: the other process,
for files without a known checksum. Cost: a third of a second a file, more where it is large.

Run as a script, this module is that process; it imports nothing of the generator.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

DEATH = "damaged: HDF5 crashes on it, or never ends"
_LARGEST_BYTES = 2**30  # of an array that is read to see whether that can be done
_CPU_S, _WALL_S, _BYTES_PER_S = 2, 120, 2**26


def survives(path: Path) -> bool:
    """Return whether another process could read a file; what it found wrong there is not asked."""
    facts = path.stat()
    return _survives(path, facts.st_ino, facts.st_size, facts.st_mtime_ns)


@cache
def _survives(path: Path, _inode: int, size: int, _mtime_ns: int) -> bool:
    seconds = size // _BYTES_PER_S
    command = [sys.executable, "-P", __file__, str(path), str(_CPU_S + seconds)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_WALL_S + seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _read_all(path: str) -> None:
    """Read every attribute of the groups and every array of a file, whatever is wrong with some of them."""
    import h5py

    def read(_name: str, item: Any) -> None:
        with suppress(Exception):
            if isinstance(item, h5py.Group):
                for attribute in item.attrs:
                    with suppress(Exception):
                        item.attrs[attribute]
            elif not item.is_virtual and not item.external and item.nbytes <= _LARGEST_BYTES:
                item[()]

    with suppress(Exception), h5py.File(path, "r") as file:
        read("", file)
        file.visititems(read)


def _limit(seconds: int) -> None:
    """Let the system end this process once it has computed so long."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    _limit(int(sys.argv[2]))
    _read_all(sys.argv[1])
