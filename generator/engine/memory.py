"""The free memory of the device that computes, and the share of it that a sweep may take.

Question: how much memory is free? Options: a library (psutil); the system's own files and calls. Choice: the
system's own, a few lines each, because psutil ignores the limits of control groups, under which containers
and build servers run. Cost: on any other system the number is unknown, and sweeps are not limited by memory.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import keras

SHARE = 0.5
"""The share of free memory that a sweep may take: other programs need some, allocators hold some back."""

_UNLIMITED = 2**60  # without a limit, version 1 of control groups reports a number near 2**63


def free_bytes() -> int | None:
    """Return the free bytes of the device that computes, ``None`` if unknown."""
    on_device = _DEVICES.get(keras.backend.backend(), lambda: None)()
    return _free_on_system() if on_device is None else on_device


def _free_on_system() -> int | None:
    """Return the free bytes of main memory on this operating system."""
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
    r"""Return the free bytes in the output of macOS's ``vm_stat``.

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

    status = (ctypes.c_uint64 * 8)()  # MEMORYSTATUSEX: word 0 its length and the load, word 2 the free bytes
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    return int(status[2]) if ctypes.windll.kernel32.GlobalMemoryStatusEx(status) else None


def _free_in_groups(root: Path) -> Iterator[int]:
    """Yield the bytes left within each limit on this process: its control group's and its parents'."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2, mounted alone or beside version 1
            tops, names = ["sys/fs/cgroup", "sys/fs/cgroup/unified"], ("memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            tops, names = ["sys/fs/cgroup/memory"], ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        for top in tops:
            yield from _left(root / top, path.strip("/"), *names)


def _left(top: Path, path: str, limit_name: str, usage_name: str) -> Iterator[int]:
    """Yield the bytes left in a group and its parents; inside a container, its own group is ``top``."""
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
    """Return the text of a system file, empty if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _free_by_tensorflow() -> int | None:
    """Return the bytes that TensorFlow may still use on its first GPU, ``None`` without a GPU.

    TensorFlow reserves nearly all memory of a GPU when it starts, so the driver would report that nothing is
    free. Its own limit minus the bytes in use is the true number.
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
    """Return the bytes that JAX may still use on its first device, ``None`` on a CPU."""
    import jax

    stats = jax.devices()[0].memory_stats() or {}
    if "bytes_limit" not in stats:
        return None
    return max(0, int(stats["bytes_limit"]) - int(stats["bytes_in_use"]))


def _free_by_torch() -> int | None:
    """Return the bytes that PyTorch may still use on its GPU, its reserve included; ``None`` without one."""
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
