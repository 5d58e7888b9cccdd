"""Test in another process whether HDF5 can read a file: some damaged files crash the library or hang it.

A crash inside the HDF5 library would end a build without a message. Therefore a child process reads every
file without a known checksum first, and only the child dies. The alternatives are a parser of our own, or
limits on everything that is read. The cost: a third of a second per file, more for large ones.

Run as a script, this module is the child process; it imports nothing else of the generator.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

CRASHES = "damaged: the HDF5 library crashes or hangs when it reads this file"
_LARGEST_BYTES = 2**30  # larger arrays are not read in the test
_CPU_S, _WALL_S, _BYTES_PER_S = 2, 120, 2**26


def survives(path: Path) -> bool:
    """Return whether another process can read a file to its end; errors that h5py raises do not matter."""
    status = path.stat()
    return _survives(path, status.st_ino, status.st_size, status.st_mtime_ns)


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
    """Read every attribute of the groups and every array of a file; ignore all errors."""
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
    """Limit this process to ``seconds`` of CPU time, after which the system kills it."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    _limit(int(sys.argv[2]))
    _read_all(sys.argv[1])
