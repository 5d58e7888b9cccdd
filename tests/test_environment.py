"""What a run finds around it, as variables of the environment change it."""

import os

import pytest

from generator import environment
from generator.errors import ConfigError


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


def test_a_date_is_seconds_since_1970(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert environment.epoch() == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert environment.epoch() == 1_700_000_000


@pytest.mark.parametrize("text", ["", "today", "-1", "1.5", "\N{SUPERSCRIPT TWO}", "1" * 12])
def test_a_date_that_is_no_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(ConfigError, match=r"^SOURCE_DATE_EPOCH: expected seconds since 1970, found "):
        environment.epoch()


def test_the_machine_is_named_with_its_cores_and_its_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    environment.machine.cache_clear()
    named = environment.machine()
    environment.machine.cache_clear()
    assert f"cores {environment.cores()}" in named
    assert "OMP_NUM_THREADS 7" in named
    assert 1 <= environment.cores() <= os.cpu_count()
