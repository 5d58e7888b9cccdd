"""How much memory is free where the engine computes, and how much of it a sweep may take.

Question: what is free? Options: a library (psutil); the system's own words. Choice: the system's words, a few
lines each, because no library reads the limit of a control group, under which containers and build servers
run. Cost: a system that is not known here has no number, and then nothing is cut into chunks.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import keras

SHARE = 0.5
"""What of the free memory a sweep may take: others take some meanwhile, and allocators keep some back."""

_UNLIMITED = 2**60  # what version 1 of control groups says where nothing is limited is near 2**63


def free_bytes() -> int | None:
    """Return the bytes that are free on the device that computes, ``None`` where they cannot be known."""
    on_device = _DEVICES.get(keras.backend.backend(), lambda: None)()
    return _free_on_system() if on_device is None else on_device


def _free_on_system() -> int | None:
    """Return the bytes of main memory that are free, as the system at hand says it."""
    if sys.platform == "darwin":
        return free_by_vm_stat(subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True).stdout)
    if sys.platform == "win32":
        return _free_on_windows()
    return free_by_proc(Path("/"))


def free_by_proc(root: Path) -> int | None:
    """Return the bytes that Linux says are free, within the limit of the control group if there is one.

    What lies in memory as the cache of files counts as free: the system drops it when it is needed.
    """
    meminfo = _fields(root / "proc/meminfo")
    if "MemAvailable" not in meminfo:
        return None
    return max(0, min([meminfo["MemAvailable"] * 1024, *_free_in_groups(root)]))


def free_by_vm_stat(said: str) -> int | None:
    r"""Return the free bytes in what macOS's ``vm_stat`` says.

    >>> free_by_vm_stat("(page size of 4096 bytes)\nPages free:  10.\nPages inactive:  5.")
    61440
    """
    size = re.search(r"page size of (\d+) bytes", said)
    pages = re.findall(r"^Pages (?:free|inactive|purgeable|speculative): +(\d+)\.", said, re.MULTILINE)
    return int(size[1]) * sum(map(int, pages)) if size and pages else None


def _free_on_windows() -> int | None:
    """Return the free bytes of physical memory as Windows counts them."""
    if sys.platform != "win32":
        return None
    import ctypes

    status = (ctypes.c_uint64 * 8)()  # MEMORYSTATUSEX: its own length and the load in the first, free third
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    return int(status[2]) if ctypes.windll.kernel32.GlobalMemoryStatusEx(status) else None


def _free_in_groups(root: Path) -> Iterator[int]:
    """Yield what is left within each limit on this process: its control group's and those around it."""
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
    """Yield what is left in a group and each one around it; a container sees its own at the top."""
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
    """Return what a file of the system says, nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _free_by_tensorflow() -> int | None:
    """Return what TensorFlow may still take of its first GPU, ``None`` without one.

    TensorFlow takes nearly all of a GPU for itself when it starts, so the driver would say that nothing is
    free: its own limit less what it uses is the honest number.
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
    """Return what JAX may still take of its first device, ``None`` on the CPU, of which it keeps no count."""
    import jax

    stats = jax.devices()[0].memory_stats() or {}
    if "bytes_limit" not in stats:
        return None
    return max(0, int(stats["bytes_limit"]) - int(stats["bytes_in_use"]))


def _free_by_torch() -> int | None:
    """Return what PyTorch may still take of its GPU, its own reserve included; ``None`` without one."""
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
