"""The device that computes, and why a GPU that is there is not used."""

from __future__ import annotations

import pytest
import tensorflow as tf

from generator.engine.device import Device, Gpu, device, known_gpus, why_unused

GPUS = [Gpu("NVIDIA L4", "23034")]


def test_the_device_is_the_backends():
    found = device()
    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    assert (found.backend, found.name != "the CPU") == ("tensorflow", has_gpu)
    assert "memory" in str(found)


def test_a_device_reads_as_a_line():
    assert Device("jax", "the CPU", "2.0 GB of memory free").lasting == "jax on the CPU"
    assert str(Device("jax", "NVIDIA L4", "23034 MiB of memory")) == "jax on NVIDIA L4, 23034 MiB of memory"


def test_every_gpu_of_the_driver_is_known():
    said = "NVIDIA L4, 23034\nNVIDIA A100-SXM4-40GB, 40960\n"
    assert known_gpus(said) == [*GPUS, Gpu("NVIDIA A100-SXM4-40GB", "40960")]
    assert known_gpus("") == known_gpus("no devices were found\n") == []


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_a_hidden_gpu_is_said_to_be(monkeypatch, hidden):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    said = f"NVIDIA L4 is not used: CUDA_VISIBLE_DEVICES is '{hidden}', which hides it"
    assert why_unused("tensorflow", GPUS, True) == said


def test_a_backend_without_cuda_is_said_to_be(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    said = why_unused("tensorflow", GPUS, False)
    assert said == (
        "NVIDIA L4 is not used: this tensorflow is not built for CUDA; "
        "pip install 'convnet-gallery[gpu]' brings one that is"
    )
    assert why_unused("jax", GPUS, False).endswith("this jax is not built for CUDA")
    assert "finds no CUDA libraries" in why_unused("tensorflow", GPUS, True)
    assert why_unused("tensorflow", [], False) == ""
