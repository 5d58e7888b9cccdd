"""The key ``dataset``: what it accepts, which layers are scanned, and what is said of everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import load_config, load_single
from generator.errors import ConfigError
from generator.records import DatasetSpec
from tests.config.test_config import NETWORKS, POOLS, describe_own, with_weights

HEAD = "inputs: [inputs/]\n"
TWO = f"{HEAD}models: [{{name: squeezenet}}, {{name: vgg16}}]\n"
ONE = f"{HEAD}models: [{{name: squeezenet}}]\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with a picture, a data set, and shards."""
    for name in ("inputs/dog.png", "photos/cats/one.png", "shards/a.tar", "shards/b.tar", "out/x/y.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text):
    Path("gallery.yml").write_text(text, encoding="utf-8")
    return load_config(Path("gallery.yml"), NETWORKS, with_weights, describe_own)


def scanned(text):
    return [spec.scanned for spec in load(text).networks]


@pytest.mark.parametrize("text", ["dataset: photos/", "dataset: {source: photos}"])
def test_a_data_set_is_a_path_or_a_mapping(folder, text):
    assert load(f"{ONE}{text}\n").dataset == DatasetSpec(folder / "photos", 9, True)


def test_every_key_is_used(folder):
    text = f"{ONE}dataset: {{source: shards/*.tar, examples: 25, layers: all, distinct: false}}\n"
    config = load(text)
    assert config.dataset == DatasetSpec(folder / "shards" / "*.tar", 25, False)
    assert config.networks[0].scanned == {"conv1": 64, "maxpool1": 64, "fire9": 8, "predictions": 1000}


def test_without_a_data_set_nothing_is_scanned(folder):
    assert load(TWO).dataset is None
    assert scanned(TWO) == [{}, {}]
    assert scanned(f"{HEAD}models: [{{name: squeezenet, dataset: false}}]\n") == [{}]


def test_layers_are_by_default_those_shown(folder):
    text = f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, layers: [fire9, conv1]}}]\n"
    assert scanned(text) == [{"conv1": 64, "fire9": 8}]


def test_a_group_is_that_of_each_model(folder):
    found = scanned(f"{TWO}dataset: {{source: photos, layers: pools}}\n")
    assert [[*layers] for layers in found] == [["maxpool1"], [*POOLS]]


def test_a_list_may_name_layers_of_several_models(folder):
    found = scanned(f"{TWO}dataset: {{source: photos, layers: [block2_pool, fire9]}}\n")
    assert [[*layers] for layers in found] == [["fire9"], ["block2_pool"]]


@pytest.mark.parametrize(
    ("own", "layers"),
    [("false", []), ("all", [*NETWORKS["squeezenet"].groups["all"]]), ("[fire9]", ["fire9"])],
)
def test_a_model_has_its_own_layers_or_none(folder, own, layers):
    models = f"models: [{{name: squeezenet, dataset: {own}}}, {{name: vgg16, layers: [block1_pool]}}]\n"
    found = scanned(f"{HEAD}dataset: photos\n{models}")
    assert [[*one] for one in found] == [layers, ["block1_pool"]]


REFUSED = {
    f"{ONE}dataset: fotos\n": "3:10: dataset: no folder, file or pattern of files 'fotos'; nearest: photos",
    f"{ONE}dataset: {{source: shards/*.parquet}}\n": "3:19: dataset.source:"
    " no folder, file or pattern of files 'shards/*.parquet'",
    f"{ONE}dataset: 3\n": "3:10: dataset: expected a path, or a mapping with the key 'source', found 3"
    " (a number)",
    f"{ONE}dataset: {{examples: 3}}\n": "3:10: dataset: missing key 'source'",
    f"{ONE}dataset: {{source: photos, examples: 26}}\n": "3:37: dataset.examples:"
    " expected a whole number of at most 25, found 26 (a number)",
    f"{ONE}dataset: {{source: photos, examples: 0}}\n": "3:37: dataset.examples:"
    " expected a whole number of at least 1, found 0 (a number)",
    f"{ONE}dataset: {{source: photos, layer: all}}\n": "3:27: dataset:"
    " unknown key 'layer'; nearest: layers; known keys: distinct, examples, layers, source",
    f"{ONE}dataset: {{source: photos, layers: pool}}\n": "3:35: dataset.layers: expected one of pools, convs,"
    " blocks, all or a list of layer names, found 'pool' (text); nearest: pools",
    f"{ONE}dataset: {{source: photos, layers: []}}\n": "3:35: dataset.layers: lists no layers",
    f"{ONE}dataset: {{source: photos, layers: [fire8]}}\n": "3:36: dataset.layers:"
    " no layer 'fire8' in squeezenet; nearest: fire9",
    f"{ONE}dataset: {{source: photos, distinct: 1}}\n": "3:37: dataset.distinct:"
    " expected true or false, found 1 (a number)",
    f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, dataset: true}}]\n": "3:38: models[0].dataset:"
    " expected false, one of pools, convs, blocks, all, or a list of layer names, found true (a boolean)",
    f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, dataset: pool}}]\n": "3:38: models[0].dataset:"
    " expected false, one of pools, convs, blocks, all, or a list of layer names, found 'pool' (text);"
    " nearest: pools",
    f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, dataset: blocks}}]\n": "3:38: models[0].dataset:"
    " squeezenet has no blocks; 'gallery models' lists its layers",
    f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, dataset: [fire8]}}]\n": "3:39: models[0].dataset:"
    " no layer 'fire8' in squeezenet; nearest: fire9",
    f"{HEAD}dataset: photos\nmodels: [{{name: squeezenet, dataset: false}}]\n": "2:10: dataset:"
    " no model uses it; leave out 'dataset: false' of one, or this key",
    f"{HEAD}models: [{{name: squeezenet, dataset: all}}]\n": "2:38: models[0].dataset:"
    " there is no data set; name one with the key 'dataset' at the top level",
    f"{ONE}dataset: out\noutput: out/site\n": "4:9: output: expected a folder outside the data set 'out'",
    f"{ONE}dataset: out/x\noutput: out\n": "4:9: output:"
    " expected a folder for the site alone, but it contains the data set 'out/x'",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_a_mistake_is_named_with_its_place(folder, text, message):
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert str(caught.value) == f"gallery.yml:{message}"


@pytest.mark.parametrize("model", ["squeezenet", "vgg16"])
def test_a_figure_of_one_model_minds_no_data_set(folder, model):
    """That model may be the one which is left out, and the layers those of another."""
    models = "models: [{name: squeezenet}, {name: vgg16, dataset: false, layers: [block1_pool]}]\n"
    Path("gallery.yml").write_text(f"{HEAD}{models}dataset: {{source: photos, layers: [fire9]}}\n")
    config = load_single(
        "dog", {"name": model}, {}, Path("gallery.yml"), NETWORKS, with_weights, describe_own
    )
    assert [spec.scanned for spec in config.networks] == [{}]
