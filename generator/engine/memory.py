"""How much memory is free where the engine computes, and how much of it a sweep may take.

The systems are asked directly, in a few lines each, because no library (psutil included) reads the limits of
control groups, under which containers and build servers run. On a system that is not known here the free
memory is unknown, and sweeps are not cut.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import keras

SHARE = 0.5
"""The share of the free memory that a sweep may take: other programs take some, allocators keep some back."""

_UNLIMITED = 2**60  # control groups of version 1 without a limit report a number near 2**63


def free_bytes() -> int | None:
    """Return the free bytes of the device that computes, ``None`` if unknown."""
    on_device = _DEVICES.get(keras.backend.backend(), lambda: None)()
    return _free_on_system() if on_device is None else on_device


def _free_on_system() -> int | None:
    """Return the free bytes of main memory."""
    if sys.platform == "darwin":
        return free_by_vm_stat(subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True).stdout)
    if sys.platform == "win32":
        return _free_on_windows()
    return free_by_proc(Path("/"))


def free_by_proc(root: Path) -> int | None:
    """Return the free bytes on Linux, within the limits of the control groups.

    The cache of files counts as free, because the system drops it when memory is needed.
    """
    meminfo = _fields(root / "proc/meminfo")
    if "MemAvailable" not in meminfo:
        return None
    return max(0, min([meminfo["MemAvailable"] * 1024, *_free_in_groups(root)]))


def free_by_vm_stat(said: str) -> int | None:
    r"""Return the free bytes from the output of macOS's ``vm_stat``.

    >>> free_by_vm_stat("(page size of 4096 bytes)\nPages free:  10.\nPages inactive:  5.")
    61440
    """
    size = re.search(r"page size of (\d+) bytes", said)
    pages = re.findall(r"^Pages (?:free|inactive|purgeable|speculative): +(\d+)\.", said, re.MULTILINE)
    return int(size[1]) * sum(map(int, pages)) if size and pages else None


def _free_on_windows() -> int | None:
    """Return the free bytes of physical memory on Windows."""
    if sys.platform != "win32":
        return None
    import ctypes

    status = (ctypes.c_uint64 * 8)()  # MEMORYSTATUSEX: its own length and the load in the first, free third
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    return int(status[2]) if ctypes.windll.kernel32.GlobalMemoryStatusEx(status) else None


def _free_in_groups(root: Path) -> Iterator[int]:
    """Yield the bytes left within each limit on this process: of its control group and of its parents."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            tops, names = ["sys/fs/cgroup", "sys/fs/cgroup/unified"], ("memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            tops, names = ["sys/fs/cgroup/memory"], ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        for top in tops:
            yield from _left(root / top, path.strip("/"), *names)


def _left(top: Path, path: str, limit_name: str, usage_name: str) -> Iterator[int]:
    """Yield the bytes left in a group and in each of its parents.

    A container may see only its own group, mounted at the top: folders that do not exist are passed over.
    """
    group = top / path
    for folder in (group, *(parent for parent in group.parents if parent.is_relative_to(top))):
        limit, usage = _text(folder / limit_name).strip(), _text(folder / usage_name).strip()
        if limit.isdecimal() and usage.isdecimal() and int(limit) < _UNLIMITED:
            stat = _fields(folder / "memory.stat")
            cached = stat.get("total_inactive_file", stat.get("inactive_file", 0))
            yield int(limit) - int(usage) + cached


def _fields(path: Path) -> dict[str, int]:
    """Return the numbers in a file of lines like ``MemAvailable:  123 kB`` or ``inactive_file 123``."""
    return {name: int(number) for name, number in re.findall(r"^(\w+):? +(\d+)", _text(path), re.MULTILINE)}


def _text(path: Path) -> str:
    """Return the text of a system file, empty if the file cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _free_by_tensorflow() -> int | None:
    """Return the bytes that TensorFlow can still use of its first GPU, ``None`` without one.

    TensorFlow reserves nearly all of a GPU when it starts, so the driver reports next to nothing as free. The
    number that counts is TensorFlow's own limit less what it uses.
    """
    import tensorflow as tf

    if not tf.config.list_logical_devices("GPU"):
        return None
    from tensorflow.python.client import device_lib

    limits = [
        device.memory_limit for device in device_lib.list_local_devices() if device.device_type == "GPU"
    ]
    return max(0, int(limits[0]) - int(tf.config.experimental.get_memory_info("GPU:0")["current"]))


def _free_by_jax() -> int | None:
    """Return the bytes that JAX can still use of its first device, ``None`` on a CPU: JAX counts none."""
    import jax

    stats = jax.devices()[0].memory_stats() or {}
    if "bytes_limit" not in stats:
        return None
    return max(0, int(stats["bytes_limit"]) - int(stats["bytes_in_use"]))


def _free_by_torch() -> int | None:
    """Return the bytes that PyTorch can still use of its GPU, with its own reserve; ``None`` without one."""
    import torch

    if not torch.cuda.is_available():
        return None
    reserve = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    return int(torch.cuda.mem_get_info()[0]) + int(reserve)


_DEVICES: Mapping[str, Callable[[], int | None]] = {
    "tensorflow": _free_by_tensorflow,
    "jax": _free_by_jax,
    "torch": _free_by_torch,
}
