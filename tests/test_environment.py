"""What a run finds around it, as variables of the environment change it."""

import json
import os

import pytest

from generator import environment


def test_the_cache_folder_is_absolute_and_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path))
    assert environment.cache_folder() == tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GALLERY_CACHE", "here")
    assert environment.cache_folder() == tmp_path / "here"
    monkeypatch.delenv("GALLERY_CACHE")
    assert environment.cache_folder().is_absolute()
    assert environment.cache_folder().name == "convnet-gallery"


@pytest.mark.parametrize(("value", "expected"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_the_environment_may_forbid_to_fetch(monkeypatch, value, expected):
    monkeypatch.setenv("GALLERY_OFFLINE", value)
    assert environment.offline() is expected


def test_the_machine_is_named_with_its_cores_and_its_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    environment.machine.cache_clear()
    named = environment.machine()
    environment.machine.cache_clear()
    assert f"cores {environment.cores()}" in named
    assert "OMP_NUM_THREADS 7" in named
    assert 1 <= environment.cores() <= os.cpu_count()


def named_with(tmp_path, monkeypatch, text):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if text is not None:
        (tmp_path / "keras.json").write_text(text)
    environment.machine.cache_clear()
    named = environment.machine()
    environment.machine.cache_clear()
    return named


def test_the_settings_that_keras_writes_itself_change_nothing(tmp_path, monkeypatch):
    without = named_with(tmp_path, monkeypatch, None)
    assert named_with(tmp_path, monkeypatch, json.dumps(environment.KERAS_DEFAULTS)) == without
    assert named_with(tmp_path, monkeypatch, "{") == without
    changed = named_with(tmp_path, monkeypatch, json.dumps({**environment.KERAS_DEFAULTS, "epsilon": 1e-5}))
    assert "settings epsilon 1e-05" in changed


def test_keras_writes_the_defaults_that_we_know():
    from keras import config

    known = environment.KERAS_DEFAULTS
    assert (config.floatx(), config.epsilon()) == (known["floatx"], known["epsilon"])
    assert (config.backend(), config.image_data_format()) == (known["backend"], known["image_data_format"])


def test_only_the_number_of_cores_is_left_out_for_one_thread(monkeypatch):
    for name in environment.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    both = (environment.machine, environment.machine_of_one_thread)
    for function in both:
        function.cache_clear()
    whole, less = (function().split("; ") for function in both)
    assert [part for part in whole if part not in less] == [f"cores {environment.cores()}"]
    assert "OMP_NUM_THREADS 3" in less
    for function in both:
        function.cache_clear()


@pytest.mark.parametrize(
    ("driver", "packages", "visible", "expected"),
    [
        (True, ["tensorflow"], None, True),
        (False, ["tensorflow"], None, False),
        (True, ["tensorflow-cpu"], None, False),
        (True, ["tensorflow"], "-1", False),
        (True, ["tensorflow"], "", False),
        (True, ["tensorflow"], "0,1", True),
    ],
)
def test_a_gpu_probably_computes(tmp_path, monkeypatch, driver, packages, visible, expected):
    """A program of the driver and a package of TensorFlow are there, or not."""
    if driver:
        (tmp_path / "nvidia-smi").touch(mode=0o755)
    for package in packages:
        (tmp_path / f"{package.replace('-', '_')}-2.21.dist-info").mkdir()
        (tmp_path / f"{package.replace('-', '_')}-2.21.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.21\n"
        )
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert environment.may_use_gpu() is expected
