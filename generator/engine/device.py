"""The device that computes: the backend, its GPU or the CPU, the memory, and why a GPU is not used.

Question: is there a GPU that the backend does not see? The backend cannot say. Choice: ``nvidia-smi``, which
comes with NVIDIA's driver. Cost: GPUs of other makers are not noticed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import keras

from generator.engine.memory import free_bytes

CPU = "the CPU"
_ASK = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")


@dataclass(frozen=True)
class Gpu:
    """A GPU that the driver knows, and its memory in MiB."""

    name: str
    memory: str


@dataclass(frozen=True)
class Device:
    """Where the backend computes; ``unused`` says why a GPU of this machine is not used."""

    backend: str
    name: str
    memory: str
    unused: str = ""

    @property
    def lasting(self) -> str:
        """The device without what differs from build to build: the free memory of a CPU."""
        return f"{self.backend} on {self.name}" if self.name == CPU else str(self)

    def __str__(self) -> str:
        return f"{self.backend} on {self.name}, {self.memory}"


@cache
def device() -> Device:
    """Return the device; asked once in a process."""
    backend, gpus = keras.backend.backend(), known_gpus(_asked())
    if used := _used_by(backend):
        memory = next((gpu.memory for gpu in gpus if gpu.name == used), "")
        return Device(backend, used, f"{memory} MiB of memory" if memory else "memory unknown")
    free = free_bytes()
    memory = "free memory unknown" if free is None else f"{free / 1e9:.1f} GB of memory free"
    return Device(backend, CPU, memory, why_unused(backend, gpus, _is_built_with_cuda(backend)))


def known_gpus(said: str) -> list[Gpu]:
    """Return the GPUs in the output of ``nvidia-smi``.

    >>> known_gpus("NVIDIA H100 80GB HBM3, 81559")
    [Gpu(name='NVIDIA H100 80GB HBM3', memory='81559')]
    """
    rows = (line.rpartition(", ") for line in said.splitlines())
    return [Gpu(name, memory) for name, _, memory in rows if name]


_HIDING = ("", "-1", "none", "nodevfiles")
"""Values of CUDA_VISIBLE_DEVICES that hide every GPU."""


def why_unused(backend: str, gpus: Sequence[Gpu], is_built_with_cuda: bool) -> str:
    """Return why none of this machine's GPUs is used; nothing if there is none."""
    if not gpus:
        return ""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.split(",")[0].strip().lower() in _HIDING:
        return f"{gpus[0].name} is not used: CUDA_VISIBLE_DEVICES is {visible!r}, which hides it"
    if not is_built_with_cuda:
        hint = "; pip install 'convnet-gallery[gpu]' brings one that is" if backend == "tensorflow" else ""
        return f"{gpus[0].name} is not used: this {backend} is not built for CUDA{hint}"
    return (
        f"{gpus[0].name} is not used: {backend} cannot use its driver or finds no CUDA libraries; "
        "TF_CPP_MIN_LOG_LEVEL=0 shows the backend's own messages"
    )


def _asked() -> str:
    """Return what ``nvidia-smi`` prints; nothing if it is missing or fails."""
    try:
        done = subprocess.run(_ASK, capture_output=True, text=True, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout


def _used_by(backend: str) -> str:
    """Return the name of the GPU on which the backend computes, or nothing."""
    if backend == "tensorflow":
        import tensorflow as tf

        found = tf.config.list_physical_devices("GPU")
        details = tf.config.experimental.get_device_details(found[0]) if found else {}
        return str(details.get("device_name", "a GPU")) if found else ""
    if backend == "jax":
        import jax

        first = jax.devices()[0]
        return str(first.device_kind) if first.platform != "cpu" else ""
    import torch

    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else ""


def _is_built_with_cuda(backend: str) -> bool:
    if backend == "tensorflow":
        import tensorflow as tf

        return bool(tf.test.is_built_with_cuda())
    if backend == "jax":
        from importlib.util import find_spec

        return any(find_spec(f"jax_cuda{version}_plugin") for version in (12, 13))
    import torch

    return torch.version.cuda is not None
