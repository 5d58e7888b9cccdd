"""The configuration: what is accepted, and word by word what is said of everything else."""

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator import environment
from generator.cli import arguments
from generator.config import json_schema_text, load_config, load_single, reading, schema
from generator.config.words import nearest
from generator.errors import ConfigError, NetworkError, WeightsError
from generator.networks.registry import catalogue
from generator.records import Credit, LayerInfo, NetworkInfo, NetworkSpec, OwnNetwork
from generator.records.channels import ModelInput

POOLS = tuple(f"block{number}_pool" for number in range(1, 6))


CLASSES = {"n02123045": (281,), "tabby": (281,), "Egyptian cat": (285,), "crane": (134, 517)}
CLASSES |= {"Cardigan": (264,), "cardigan": (474,), "nameless": ()}


def network(name, layers, pools, weights, smallest_px=None):
    infos = tuple(LayerInfo(layer, "x", shape, 0, None) for layer, shape in layers.items())
    groups = {"pools": pools, "convs": (), "all": tuple(layers)}
    variants = ("plain", "convolutional", "atrous") if name == "vgg16" else ("plain",)
    choices = dict.fromkeys(weights, "")
    classes = CLASSES if "predictions" in layers else {}
    of_layers = infos, groups, choices, variants, smallest_px, classes
    return NetworkInfo(name, name, "", "", (8, 8, 3), *of_layers, class_layers=("predictions",))


NETWORKS = {
    "squeezenet": network(
        "squeezenet",
        {"conv1": (4, 4, 64), "maxpool1": (2, 2, 64), "fire9": (2, 2, 8), "predictions": (1000,)},
        ("maxpool1",),
        ["imagenet"],
    ),
    "vgg16": network("vgg16", dict.fromkeys(POOLS, (2, 2, 64)) | {"fc1": (99,)}, POOLS, ["hed", "imagenet"]),
}
VGG16_HED = network("vgg16", dict.fromkeys(POOLS, (2, 2, 64)), POOLS, ["hed", "imagenet"], 4)


def with_weights(name, weights, variant):
    """Return what a network has with its weights: ``hed`` brings no ``fc1``, one file here is damaged.

    The variant ``atrous`` takes any size from 6 on, whatever the weights.
    """
    if "damaged" in weights:
        raise WeightsError("damaged.h5: damaged, or not a weights file")
    if variant == "atrous":
        return replace(VGG16_HED, title="vgg16 (atrous)", smallest_px=6)
    return VGG16_HED if (name, weights) == ("vgg16", "hed") else NETWORKS[name]


def describe_own(own):
    """Return what a user's own network has: three classes; one file here is no model."""
    if own.path.name == "damaged.keras":
        raise NetworkError("damaged.keras: Keras cannot load it")
    if own.predictions not in ("", "predictions"):
        raise NetworkError(f"{own.path.name}: no output {own.predictions!r}", key="predictions")
    if len(own.labels) not in (0, 3):
        raise NetworkError(f"{own.path.name}: {len(own.labels)} labels for 3 classes", key="labels")
    layers = {"conv": (4, 4, 8), "pool": (2, 2, 8), "predictions": (3,)}
    layers |= dict.fromkeys(("..", "a:b", "A-b", "index.html"), (2, 2, 8)) if own.path.stem == "odd" else {}
    info = network(own.path.stem, layers, ("pool",), [])
    info = replace(info, input_shape=(8, 8, 5)) if own.path.stem == "bands" else info
    return replace(info, class_names={label: (number,) for number, label in enumerate(own.labels)})


SHORTEST = "inputs: [inputs/]\nmodels: [{name: squeezenet}]\n"
KNOWN = "base_url, bias, cache_limit, cname, compare, dataset, description, feature_pictures, fit, inputs"
KNOWN += (
    ", links, memory_budget, method, models, output, pages, scale, seed, sort, templates, title, top_features"
)
KNOWN += ", views"
KNOWN_OF_MODELS = (
    "code, dataset, display, features, fit, input_size, labels, layers, method, name, predictions"
)
KNOWN_OF_MODELS += ", preprocessing, slug, title, variant, weights"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Enter a folder with pictures, weights and things that are neither."""
    files = ["inputs/tabby_cat.jpg", "inputs/Dog.PNG", "inputs/tabby-cat.png", "inputs/.hidden.jpg"]
    files += ["inputs/notes.txt", "inputs/deep/crème brûlée.webp", "inputs/.git/a.jpg", "empty/notes.txt"]
    files += ["damaged.keras", "empty.txt"]
    files += ["damaged.h5", "my.weights.h5", "weights/mine.keras", "site/images/old.jpg", "odd.keras"]
    files += ["bands.keras", "inputs/scene.npy", "inputs/scene.npz"]
    for name in files:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "saved.keras").mkdir()
    (tmp_path / "pointer.txt").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    )
    (tmp_path / "labels.txt").write_text("cat\ndog\nÜhu\n", encoding="utf-8")
    (tmp_path / "two.txt").write_text("cat\ndog\n", encoding="utf-8")
    (tmp_path / "alike.txt").write_text("a b\ncat\na-20-B\n", encoding="utf-8")
    (tmp_path / "gap.txt").write_text("cat\n\ndog\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text, **options):
    Path("gallery.yml").write_text(text, encoding="utf-8")
    return load_config(Path("gallery.yml"), NETWORKS, with_weights, describe_own, **options)


def refusal(text, **options):
    with pytest.raises(ConfigError) as caught:
        load(text, **options)
    return str(caught.value)


def pictures(inputs, folder):
    images = load(f"inputs: {inputs}\nmodels: [{{name: squeezenet}}]\n").images
    return [image.path.relative_to(folder).as_posix() for image in images]


# --- what is accepted


def test_the_shortest_file_takes_every_default(folder):
    config = load(SHORTEST)
    assert config.path == folder / "gallery.yml"
    assert (config.title, config.description, config.base_url) == ("Looking inside a convnet", "", "")
    assert config.output == folder / "site"
    assert config.networks == (NetworkSpec("squeezenet", "imagenet", ("maxpool1",), "squeezenet"),)
    settings = (config.top_features, config.method, config.seed, config.bias, config.scale)
    assert settings == (3, "deconvnet", "map", "none", "power")
    assert config.compare == ()
    assert config.views == ("map", "reconstruction")
    assert [(image.slug, image.title, image.path.name) for image in config.images] == [
        ("dog", "Dog", "Dog.PNG"),
        ("tabby-cat-0f628dee", "Tabby cat", "tabby-cat.png"),
        ("tabby-cat-67cca13e", "Tabby cat", "tabby_cat.jpg"),
    ]
    assert all((image.alt, image.credit, image.tags) == ("", Credit(), ()) for image in config.images)


def test_every_key_is_used(folder):
    config = load("""
title: "2013"
description: >
  Two
  lines.
base_url: https://example.org/gallery
cname: gallery.example.org
output: ../public
inputs:
  - path: inputs/Dog.PNG
    title: no
    alt: A dog
    credit: {author: Ann, licence: CC0, licence_url: "https://cc.org/0", source_url: "http://ann.org?p=1#x"}
    tags: [animal, dog, animal]
    slug: best-dog
  - {path: inputs/tabby_cat.jpg, credit: Bo}
models:
  - {name: squeezenet, layers: [fire9, conv1], weights: my.weights.h5, slug: squeezenet_v1.1}
  - {name: vgg16, weights: imagenet, layers: all}
top_features: 8
method: guided
compare: [gradient, deconvnet]
seed: peak
bias: subtract
scale: minmax
views: [seen, map]
""")
    assert (config.title, config.description) == ("2013", "Two lines.")
    assert config.base_url == "https://example.org/gallery/"
    assert config.cname == "gallery.example.org"
    assert config.output == folder.parent / "public"
    dog, cat = config.images
    assert (dog.slug, dog.title, dog.alt, dog.tags) == ("best-dog", "no", "A dog", ("animal", "dog"))
    assert dog.credit == Credit("Ann", "CC0", "https://cc.org/0", "http://ann.org?p=1#x")
    assert cat.credit == Credit("Bo")
    assert config.networks == (
        NetworkSpec(
            "squeezenet",
            str(folder / "my.weights.h5"),
            ("conv1", "fire9"),
            "squeezenet_v1.1",
            method="guided",
        ),
        NetworkSpec("vgg16", "imagenet", (*POOLS, "fc1"), "vgg16", method="guided"),
    )
    settings = (config.top_features, config.method, config.seed, config.bias, config.scale)
    assert settings == (8, "guided", "peak", "subtract", "minmax")
    assert config.compare == ("gradient", "deconvnet")
    assert config.views == ("seen", "map")


def test_a_models_fit_comes_before_that_of_the_gallery(folder):
    models = "models: [{name: squeezenet, fit: crop}, {name: vgg16, fit: stretch}, {name: vgg16, slug: b}]"
    config = load(f"inputs: [inputs]\nfit: pad\n{models}\n")
    assert [spec.fit for spec in config.networks] == ["crop", "stretch", "pad"]
    assert [spec.fit for spec in load(SHORTEST).networks] == ["crop"]


@pytest.mark.parametrize("line", ["fit: fill", "fit: 1", "fit: null", "fit: [pad]"])
def test_another_fit_is_refused_with_the_choices(folder, line):
    value = line.removeprefix("fit: ")
    with pytest.raises(ConfigError, match=r"gallery.yml:1:6: fit: .*crop, pad, stretch.*"):
        load(f"{line}\n{SHORTEST}")
    with pytest.raises(ConfigError, match=r"models\[0\].fit: .*crop, pad, stretch.*"):
        load(f"inputs: [inputs]\nmodels: [{{name: squeezenet, fit: {value}}}]\n")


def test_templates_are_a_folder_beside_the_configuration(folder):
    assert load(f"templates: inputs\n{SHORTEST}").templates == folder / "inputs"
    assert load(SHORTEST).templates is None
    (folder / "built" / "theme").mkdir(parents=True)
    held = "expected a folder for the site alone, but it contains the templates 'built/theme'"
    told = refusal(f"output: built\ntemplates: built/theme\n{SHORTEST}")
    assert told == f"gallery.yml:1:9: output: {held}"


def test_the_command_line_replaces_output_and_address(folder):
    text = f"base_url: https://example.org/\noutput: elsewhere\n{SHORTEST}"
    config = load(text, output=Path("built"), base_url="http://localhost:8000")
    assert (config.output, config.base_url) == (folder / "built", "http://localhost:8000/")
    assert load(text, base_url="").base_url == ""


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("512", 512),
        ("2GB", 2 * 10**9),
        ("1.5 GiB", 3 * 2**29),
        ('"300 kB"', 300_000),
        ("0.25TB", 25 * 10**10),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_memory_budget_is_bytes_or_an_amount(amount, expected):
    assert load(SHORTEST).memory_budget is None
    assert load(f"{SHORTEST}memory_budget: {amount}\n").memory_budget == expected


def test_paths_start_from_the_folder_of_the_file(folder, monkeypatch):
    load(SHORTEST)
    monkeypatch.chdir("empty")
    config = load_config(Path("../gallery.yml"), NETWORKS, with_weights, describe_own)
    assert (config.path, config.output) == (folder / "gallery.yml", folder / "site")
    assert [image.path.parent for image in config.images] == [folder / "inputs"] * 3


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ("[inputs]", ["inputs/Dog.PNG", "inputs/tabby-cat.png", "inputs/tabby_cat.jpg"]),
        ("['inputs/*cat*']", ["inputs/tabby-cat.png", "inputs/tabby_cat.jpg"]),
        ("['inputs/[D]og.*']", ["inputs/Dog.PNG"]),
        ("['**/*.webp']", ["inputs/deep/crème brûlée.webp"]),
        ("['**/*.jpg']", ["inputs/tabby_cat.jpg"]),
        (
            "[inputs/tabby_cat.jpg, inputs/]",
            ["inputs/tabby_cat.jpg", "inputs/Dog.PNG", "inputs/tabby-cat.png"],
        ),
        ("[inputs/Dog.PNG, ./inputs/../inputs/Dog.PNG]", ["inputs/Dog.PNG"]),
        ("[inputs/.hidden.jpg]", ["inputs/.hidden.jpg"]),
    ],
)
def test_files_folders_and_globs(folder, inputs, found):
    assert pictures(inputs, folder) == found


def test_absolute_and_upward_paths_are_found(folder):
    assert pictures(f"['{folder}/inputs/D*']", folder) == ["inputs/Dog.PNG"]
    assert pictures(f"['../{folder.name}/inputs/D*']", folder) == ["inputs/Dog.PNG"]


@pytest.mark.parametrize("detailed_first", [True, False])
@pytest.mark.usefixtures("folder")
def test_an_entry_for_one_file_refines_its_folder(detailed_first):
    entries = [
        "{path: inputs, credit: All, tags: [x]}",
        "{path: inputs/Dog.PNG, title: Rex, credit: Ann, slug: rex}",
    ]
    ordered = entries[::-1] if detailed_first else entries
    images = load(f"inputs: [{', '.join(ordered)}]\nmodels: [{{name: squeezenet}}]").images
    dog, cat, _ = images
    assert (dog.slug, dog.title, dog.credit, dog.tags) == ("rex", "Rex", Credit("Ann"), ("x",))
    named = ("tabby-cat-0f628dee", "Tabby cat", Credit("All"), ("x",))
    assert (cat.slug, cat.title, cat.credit, cat.tags) == named


@pytest.mark.usefixtures("folder")
def test_slugs_are_ascii_and_make_way_for_configured_ones():
    for name in ("猫.jpg", "犬.jpg", "Ünïcode - ½.jpg", "x" * 120 + ".jpg"):
        Path("empty", name).touch()
    images = load(
        "inputs: [empty, {path: inputs/Dog.PNG, slug: picture}]\nmodels: [{name: squeezenet}]\n"
    ).images
    assert [image.slug for image in images] == ["x" * 80, "unicode-1-2", "quan", "mao", "picture"]
    former = ["x" * 80, "unicode-1-2", "picture-2", "picture-3", "picture"]
    assert [image.former_slug for image in images] == former
    assert [image.title for image in images][1:4] == ["Ünïcode   ½", "犬", "猫"]


@pytest.mark.usefixtures("folder")
def test_features_are_numbers_and_classes_have_names():
    features = "{predictions: [285, TABBY], fire9: [7, 0], conv1: [63]}"
    (spec,) = load(with_features(features)).networks
    assert spec.layers == ("conv1", "fire9", "predictions")
    assert spec.features == {"predictions": (285, 281), "fire9": (7, 0), "conv1": (63,)}
    (spec,) = load(with_features("{predictions: [n02123045]}, layers: [conv1, predictions]")).networks
    assert (spec.layers, spec.features) == (("conv1", "predictions"), {"predictions": (281,)})
    (spec,) = load(with_features("{predictions: [cardigan, Cardigan]}")).networks
    assert spec.features == {"predictions": (474, 264)}


@pytest.mark.usefixtures("folder")
def test_layers_with_fewer_features_than_asked_are_remembered():
    text = with_model("{name: squeezenet, layers: [maxpool1, fire9]}")
    assert load(text + "top_features: 9").networks[0].fewer == {"fire9": 8}
    assert load(text + "top_features: 8").networks[0].fewer == {}
    assert load(text).networks[0].fewer == {}


@pytest.mark.usefixtures("folder")
def test_named_features_need_not_be_as_many_as_the_strongest():
    assert load(with_features("{fire9: [7]}") + "top_features: 50\n").top_features == 50


def test_a_file_of_ones_own_is_a_model(folder):
    text = """
inputs: [inputs]
models:
  - {name: weights/mine.keras}
  - name: weights/mine.keras
    preprocessing: tf
    labels: labels.txt
    input_size: [12, 20]
    features: {predictions: [ühu, 0], conv: [7]}
    slug: again
"""
    first, second = load(text).networks
    path = folder / "weights" / "mine.keras"
    own = OwnNetwork(path, "none", is_unscaled=True)
    assert first == NetworkSpec("mine", "mine.keras", ("pool",), "mine", own=own)
    assert second.own == OwnNetwork(path, "tf", ("cat", "dog", "Ühu"), (12, 20))
    assert (second.slug, second.layers) == ("again", ("conv", "predictions"))
    assert second.features == {"predictions": (2, 0), "conv": (7,)}


@pytest.mark.usefixtures("folder")
def test_one_network_may_be_shown_twice():
    config = load(
        "inputs: [inputs]\nmodels: [{name: vgg16}, {name: vgg16, weights: imagenet, slug: vgg16-imagenet}]"
    )
    assert [(spec.slug, spec.weights) for spec in config.networks] == [
        ("vgg16", "hed"),
        ("vgg16-imagenet", "imagenet"),
    ]


@pytest.mark.usefixtures("folder")
def test_one_network_may_be_shown_in_several_forms():
    config = load("""
inputs: [inputs]
models:
  - {name: vgg16, variant: plain}
  - {name: vgg16, variant: atrous, slug: vgg16-atrous}
  - {name: vgg16, variant: convolutional, input_size: 16, slug: vgg16-large}
  - {name: vgg16, input_size: [12, 20], slug: vgg16-wide}
  - {name: squeezenet, input_size: 8}
""")
    assert [(spec.slug, spec.variant, spec.input_size) for spec in config.networks] == [
        ("vgg16", None, None),
        ("vgg16-atrous", "atrous", None),
        ("vgg16-large", "convolutional", (16, 16)),
        ("vgg16-wide", None, (12, 20)),
        ("squeezenet", None, None),
    ]
    assert refusal("inputs: [inputs]\nmodels: [{name: vgg16}, {name: vgg16, variant: atrous}]") == (
        "gallery.yml:2:25: models[1]: 'vgg16' is already the slug of models[0];"
        " give one of them its own 'slug:'"
    )


@pytest.mark.usefixtures("folder")
def test_a_byte_order_mark_is_no_text():
    assert len(load(f"\ufeff{SHORTEST}").images) == 3


# --- what is refused, and how


def with_inputs(inputs):
    return f"inputs: {inputs}\nmodels: [{{name: squeezenet}}]\n"


CHANNELS = "the number of a channel, from 0, or three of them as [red, green, blue]"


def with_model(model):
    return f"inputs: [inputs]\nmodels:\n  - {model}\n"


def with_features(features):
    return with_model(f"{{name: squeezenet, features: {features}}}")


def with_own(keys, path="weights/mine.keras"):
    return with_model(f"{{name: {path}{keys}}}")


ADDRESS = "expected an address that starts with http:// or https://"
REFUSED = {
    # not YAML, or not the YAML we read
    "": "1:1: expected a mapping of keys to values, found nothing",
    "- a": "1:1: expected a mapping of keys to values, found a list",
    "title: [a, b": "1:13: YAML: expected ',' or ']' (while parsing a flow sequence)",
    "title: a: b": "1:9: YAML: mapping values are not allowed here; put a text that contains ': ' in quotes",
    "\ttitle: a": "1:1: YAML: found a character that cannot start any token"
    " (while scanning for the next token)",
    "a: 1\n---\nb: 2": "2:1: YAML: but found another document (expected a single document in the stream)",
    "title: &x a": "1:8: YAML: anchors and aliases (&name, *name) are not supported; write the value again",
    "title: *x": "1:8: YAML: anchors and aliases (&name, *name) are not supported; write the value again",
    "title: !!python/name:os.system x": "1:8: YAML: the tag '!!python/name:os.system' is not supported;"
    " put the value in quotes to make it text",
    "title: " + "[" * 5000: "1:23: YAML: nested more than 16 levels deep",
    "title: ["
    + "1," * 50_000: "1:100003: YAML: more than 50000 keys and values, the limit for a configuration",
    "title: {a: b]": "1:13: YAML: expected ',' or '}' (while parsing a flow mapping)",
    "title: ]": "1:8: YAML: expected node content (while parsing a block node)",
    "title: @x": "1:8: YAML: found a character that cannot start any token"
    " (while scanning for the next token)",
    "inputs:\n  - b\n c": "3:2: YAML: expected key (while parsing a block mapping)",
    "- a\nb: c": "2:1: YAML: expected '-' indicator (while parsing a block collection)"
    "; this line is indented differently from the entries above it",
    "title: 'a": "1:10: YAML: found unexpected end of stream (while scanning a quoted scalar)",
    "title: a\n...\nb": "3:1: YAML: expected document start",
    "title: a\x07": "1:9: YAML: the character U+0007 is not allowed",
    'title: "\\UFFFFFFFF"': "1:11: YAML: found invalid Unicode character escape code"
    " (while parsing a quoted scalar)",
    # keys
    f"top_featuers: 3\n{SHORTEST}": "1:1: unknown key 'top_featuers';"
    f" nearest: top_features; known keys: {KNOWN}",
    f"1: 3\n{SHORTEST}": f"1:1: unknown key '1'; known keys: {KNOWN}",
    f"? [a]\n: 3\n{SHORTEST}": "1:3: expected a word as the key, found a list or a mapping",
    f'"\\a": 3\n{SHORTEST}': "1:1: expected a plain word as the key, found '\\x07'",
    f"title: a\n{SHORTEST}title: b": "4:1: duplicate key 'title'; first given on line 1",
    "inputs: [inputs]": "1:1: missing key 'models'",
    # values
    f"title: 2013\n{SHORTEST}": "1:8: title: expected text, found 2013 (a number); put it in quotes",
    f"title: true\n{SHORTEST}": "1:8: title: expected text, found true (a boolean); put it in quotes",
    f"title:\n{SHORTEST}": "1:7: title: expected text, found nothing",
    f"title: ' '\n{SHORTEST}": "1:8: title: expected text, found ' ' (text)",
    f'title: "a\\0"\n{SHORTEST}': "1:8: title: control characters are not allowed, found 'a\\x00'",
    f"top_features: three\n{SHORTEST}": "1:15: top_features: expected a whole number of at least 1,"
    " found 'three' (text)",
    f"top_features: 0\n{SHORTEST}": "1:15: top_features: expected a whole number of at least 1,"
    " found 0 (a number)",
    f"top_features: 2.5\n{SHORTEST}": "1:15: top_features: expected a whole number of at least 1,"
    " found 2.5 (a number)",
    f"method: deconvnt\n{SHORTEST}": "1:9: method: expected one of deconvnet, guided, gradient,"
    " found 'deconvnt' (text); nearest: deconvnet",
    f"base_url: example.org\n{SHORTEST}": f"1:11: base_url: {ADDRESS}, without ?, # and user or password,"
    " found 'example.org' (text)",
    **{
        f"cname: {host}\n{SHORTEST}": "1:8: cname: expected a host name in lower case, such as"
        f" gallery.example.org, found '{host}' (text)"
        for host in ("https://example.org", "example", "Example.org", "a..example", "-a.example", "10.0.0.1")
    },
    f"templates: inptus\n{SHORTEST}": "1:12: templates: no folder 'inptus'; nearest: inputs",
    f"templates: gallery.yml\n{SHORTEST}": "1:12: templates: expected a folder, but 'gallery.yml' is a file",
    f"templates: 3\n{SHORTEST}": "1:12: templates: expected text, found 3 (a number); put it in quotes",
    f"output: gallery.yml\n{SHORTEST}": "1:9: output: expected a folder, but 'gallery.yml' is a file",
    f"output: ..\n{SHORTEST}": "1:9: output: expected a folder for the site alone,"
    " but '..' contains the configuration",
    f"output: inputs\n{SHORTEST}": "1:9: output: expected a folder for the site alone,"
    " but it contains the picture 'Dog.PNG'",
    **{
        f"{key}: {value}\n{SHORTEST}": f"1:{len(key) + 3}: {key}: expected an amount such as 500MB or 2GB,"
        f" or a number of bytes, found {found}"
        for key in ("memory_budget", "cache_limit")
        for value, found in {
            "2GX": "'2GX' (text)",
            "half": "'half' (text)",
            "0": "0 (a number)",
            "2.5": "2.5 (a number)",
            "[2GB]": "a list",
            "true": "true (a boolean)",
        }.items()
    },
    # inputs
    with_inputs("[]"): "1:9: inputs: lists no pictures",
    with_inputs("inputs/"): "1:9: inputs: expected a list, found 'inputs/' (text)",
    with_inputs(
        "[3]"
    ): "1:10: inputs[0]: expected a path, or a mapping with the key 'path', found 3 (a number)",
    with_inputs("['']"): "1:10: inputs[0]: expected text, found '' (text)",
    with_inputs("[nowhere/]"): "1:10: inputs[0]: no file, folder or pictures match 'nowhere/'",
    with_inputs("[inputs/dog.PNG]"): "1:10: inputs[0]: no file, folder or pictures match 'inputs/dog.PNG';"
    " nearest: Dog.PNG",
    with_inputs("[input/deep/a.jpg]"): "1:10: inputs[0]: no file, folder or pictures match"
    " 'input/deep/a.jpg'; nearest: inputs",
    with_inputs("['inputs/*.gif']"): "1:10: inputs[0]: no file, folder or pictures match 'inputs/*.gif'",
    with_inputs("['" + "**/" * 9000 + "a*']"): "1:10: inputs[0]: no file, folder or pictures match"
    f" '{'**/' * 65}**...'",
    with_inputs("['" + "*/" * 9000 + "a*']"): "1:10: inputs[0]: no file, folder or pictures match"
    f" '{'*/' * 98}*...'",
    with_inputs("['inputs/**.jpg']"): "1:10: inputs[0]: no file, folder or pictures match 'inputs/**.jpg'",
    with_inputs("[empty]"): "1:10: inputs[0]: the folder 'empty' contains no pictures"
    " (.apng .avif .avifs .bmp .gif .heic .heics .heif .heifs .hif .j2c .j2k .jfif .jp2 .jpc .jpe"
    " .jpeg .jpf .jpg .jpx .mpo .pbm .pgm .png .pnm .ppm .tif .tiff .webp)",
    with_inputs("[{title: a}]"): "1:10: inputs[0]: missing key 'path'",
    with_inputs(
        "[{path: nowhere.jpg}]"
    ): "1:17: inputs[0].path: no file, folder or pictures match 'nowhere.jpg'",
    with_inputs("[{path: inputs, slug: x}]"): "1:31: inputs[0].slug: applies to one picture,"
    " but 'inputs' may match several",
    with_inputs(
        "[{path: inputs/Dog.PNG, slug: Dog!}]"
    ): "1:39: inputs[0].slug: expected a slug of a-z, 0-9 and -,"
    " a letter or digit first, found 'Dog!' (text)",
    with_inputs("[{path: inputs, tags: [1]}]"): "1:32: inputs[0].tags: expected text, found 1 (a number);"
    " put it in quotes",
    with_inputs(
        "[{path: inputs, credit: [Ann]}]"
    ): "1:33: inputs[0].credit: expected an author, or a mapping, found a list",
    with_inputs("[{path: inputs, credit: {licence_url: x}}]"): "1:47: inputs[0].credit.licence_url:"
    f" {ADDRESS}, found 'x' (text)",
    with_inputs("[{path: inputs, credit: {autor: x}}]"): "1:34: inputs[0].credit: unknown key 'autor';"
    " nearest: author; known keys: author, licence, licence_url, source_url",
    with_inputs("[{path: inputs/Dog.PNG, alt: a}, {path: inputs/Dog.PNG, title: b}]"): "1:42: inputs[1]:"
    " describes the same file as inputs[0]; merge the two entries",
    with_inputs(
        "[{path: inputs/Dog.PNG, slug: a}, {path: inputs/tabby_cat.jpg, slug: a}]"
    ): "1:78: inputs[1].slug: 'a' is already the slug of inputs[0]; choose another",
    with_inputs("[{path: inputs/Dog.PNG, slug: con}]"): "1:39: inputs[0].slug: 'con' cannot be the name of a"
    " picture in addresses: Windows reserves it for a device; choose another",
    # features
    with_features("{fire8: [1]}"): "3:35: models[0].features: no layer 'fire8' in squeezenet; nearest: fire9",
    with_features(
        "{fire9: [7]}, layers: [conv1]"
    ): "3:35: models[0].features: 'fire9' is not among the layers to show; add it to 'layers'",
    with_features("{fire9: [7, 8]}"): "3:46: models[0].features.fire9: no feature 8 in fire9; it has 0 to 7",
    with_features("{fire9: [3, 0, 3]}"): "3:49: models[0].features.fire9: 3 is listed twice: feature 3",
    with_features("{predictions: [tabby, 281]}"): "3:56: models[0].features.predictions:"
    " 281 is listed twice: feature 281",
    with_features("{fire9: [tabby]}"): "3:43: models[0].features.fire9: expected a number from 0 to 7,"
    " found 'tabby'; features of this layer have no names",
    with_features("{predictions: [taby]}"): "3:49: models[0].features.predictions:"
    " no class 'taby' in squeezenet; nearest: tabby",
    with_features("{predictions: [zzz]}"): "3:49: models[0].features.predictions:"
    " no class 'zzz' in squeezenet; expected its number, WordNet id or label",
    with_features("{predictions: [crane]}"): "3:49: models[0].features.predictions:"
    " 'crane' is the name of classes 134 and 517; use one of these numbers",
    with_features("[fire9]"): "3:34: models[0].features: expected a mapping of layers to lists of features,"
    " found a list",
    with_features("{fire9: 7}"): "3:42: models[0].features.fire9: expected a list of features,"
    " found 7 (a number)",
    with_features("{fire9: []}"): "3:42: models[0].features.fire9: expected a list of features,"
    " found an empty list",
    **{
        with_features(f"{{fire9: [{value}]}}"): "3:43: models[0].features.fire9: expected a feature:"
        f" a whole number of at least 0, or the name of a class, found {found}"
        for value, found in {"-1": "-1 (a number)", "1.5": "1.5 (a number)", "''": "'' (text)"}.items()
    },
    with_model("{name: vgg16, features: {predictions: [1]}}"): "3:30: models[0].features:"
    " no layer 'predictions' in vgg16: it has no classifier",
    with_model("{name: vgg16, layers: [predictions]}"): "3:28: models[0].layers:"
    " no layer 'predictions' in vgg16: it has no classifier",
    # files of one's own
    with_own("", "weights/mien.keras"): "3:12: models[0].name: no file 'weights/mien.keras';"
    " nearest: mine.keras",
    with_own(
        "", "saved.keras"
    ): "3:12: models[0].name: expected a .keras file, found the folder 'saved.keras'",
    with_own(", labels: weights"): "3:40: models[0].labels: expected a text file in UTF-8, found 'weights'",
    with_own(", labels: pointer.txt"): "3:40: models[0].labels: 'pointer.txt' is a pointer of Git LFS and not"
    " the file itself; 'git lfs pull' fetches it",
    with_own("", "damaged.keras"): "3:12: models[0].name: damaged.keras: Keras cannot load it",
    with_own(", layers: [poll]"): "3:41: models[0].layers: no layer 'poll' in mine; nearest: pool",
    with_own(", features: {pool: [8]}"): "3:50: models[0].features.pool: no feature 8 in pool; it has 0 to 7",
    with_own(", features: {predictions: [cat]}"): "3:57: models[0].features.predictions:"
    " expected a number from 0 to 2, found 'cat'; features of this layer have no names",
    with_own(", layers: blocks"): "3:40: models[0].layers: mine has no blocks;"
    " 'gallery models' lists its layers",
    with_own(", weights: hed"): "3:41: models[0].weights: applies only to networks of 'gallery models';"
    " 'weights/mine.keras' has its own",
    with_own(", variant: atrous"): "3:41: models[0].variant: applies only to networks of 'gallery models';"
    " 'weights/mine.keras' has its own",
    with_own(", preprocessing: tensorflow"): "3:47: models[0].preprocessing: expected one of none, unit, tf,"
    " torch, caffe, found 'tensorflow' (text)",
    with_own(", labels: lables.txt"): "3:40: models[0].labels: expected a text file in UTF-8,"
    " found 'lables.txt'; nearest: labels.txt",
    with_own(", labels: gap.txt"): "3:40: models[0].labels: 'gap.txt':2: expected a label on every line",
    with_own(", labels: alike.txt"): "3:40: models[0].labels: 'alike.txt':3: 'a b' and 'a-20-B'"
    " have the same address; change one",
    with_model("{name: odd.keras, layers: ['..']}"): "3:32: models[0].layers: '..' cannot be the"
    " name of a layer in addresses: it means another folder; list other layers under 'layers', or rename it"
    " in the model",
    with_model("{name: odd.keras, layers: [index.html]}"): "3:32: models[0].layers: 'index.html'"
    " cannot be the name of a layer in addresses: the site has a folder or file of that name; list other"
    " layers under 'layers', or rename it in the model",
    with_model("{name: odd.keras, layers: ['a:b', A-b]}"): "3:39: models[0].layers: 'A-b' has the"
    " address of the layer 'a:b'; list other layers under 'layers', or rename it in the model",
    with_features("{predictions: [CARDIGAN]}"): "3:49: models[0].features.predictions: 'CARDIGAN' is the name"
    " of classes 264 and 474; use one of these numbers",
    with_features(
        "{predictions: [nameless]}"
    ): "3:49: models[0].features.predictions: the model has no output"
    " for 'nameless': it has the rest of the other class",
    with_own(", labels: empty.txt"): "3:40: models[0].labels: 'empty.txt':1: expected a label on every line",
    with_model(
        "{name: vgg16, preprocessing: tf}"
    ): "3:34: models[0].preprocessing: applies only to .keras, .onnx or .h5 files; vgg16 has its own",
    with_model(
        "{name: vgg16, predictions: a}"
    ): "3:32: models[0].predictions: applies only to .keras, .onnx or .h5 files; vgg16 has its own",
    with_model(
        "{name: odd.keras, predictions: [a]}"
    ): "3:36: models[0].predictions: expected text, found a list",
    with_model(
        "{name: odd.keras, predictions: box}"
    ): "3:36: models[0].predictions: odd.keras: no output 'box'",
    **{
        with_model(
            f"{{name: bands.keras, display: {value}}}"
        ): f"3:34: models[0].display: expected {expected}"
        for value, expected in {
            "5": "one or three different channels, numbers from 0 to 4, found 5",
            "[2, 1, 2]": "one or three different channels, numbers from 0 to 4, found [2, 1, 2]",
            "[2, 1]": f"{CHANNELS}, found a list",
            "-1": f"{CHANNELS}, found -1 (a number)",
            "red": f"{CHANNELS}, found 'red' (text)",
        }.items()
    },
    with_model("{name: vgg16, display: 0}"): "3:28: models[0].display: applies only to .keras, .onnx or .h5"
    " files; vgg16 has its own",
    with_model(
        "{name: odd.keras, code: notes.txt}"
    ): "3:29: models[0].code: expected a file that ends in .py, found 'notes.txt' (text)",
    with_model("{name: odd.keras, code: gone.py}"): "3:29: models[0].code: no file 'gone.py'",
    with_model(
        "{name: vgg16, code: gone.py}"
    ): "3:25: models[0].code: applies only to .keras, .onnx or .h5 files; vgg16 has its own",
    with_model(
        "{name: vgg16, labels: labels.txt}"
    ): "3:27: models[0].labels: applies only to .keras, .onnx or .h5 files; vgg16 has its own",
    # models
    "inputs: [inputs]\nmodels: []": "2:9: models: lists no models",
    with_model(
        "squeezenet"
    ): "3:5: models[0]: expected a mapping with the key 'name', found 'squeezenet' (text)",
    with_model("{name: vgg61}"): "3:12: models[0].name: no model 'vgg61'; nearest: vgg16;"
    " known models: squeezenet, vgg16",
    with_model(
        "{name: squeezenet, input_size: 1000000000}"
    ): "3:36: models[0].input_size: expected a whole number of at most 16384, found 1000000000 (a number)",
    with_model("{name: vgg16, compare: [guided]}"): "3:19: models[0]: unknown key 'compare';"
    " 'compare' belongs at the top level of the file, for all models and pictures;"
    f" known keys: {KNOWN_OF_MODELS}",
    with_model("{name: vgg16, varaint: atrous}"): "3:19: models[0]: unknown key 'varaint';"
    f" nearest: variant; known keys: {KNOWN_OF_MODELS}",
    with_model("{name: vgg16, variant: atruos}"): "3:28: models[0].variant: no variant 'atruos' of vgg16;"
    " nearest: atrous; known variants: plain, convolutional, atrous",
    with_model("{name: squeezenet, variant: dense}"): "3:33: models[0].variant: no variant 'dense' of"
    " squeezenet; known variants: plain",
    with_model("{name: vgg16, variant: 2}"): "3:28: models[0].variant: expected text, found 2 (a number);"
    " put it in quotes",
    with_model("{name: vgg16, input_size: 3}"): "3:31: models[0].input_size:"
    " expected at least 4 x 4 for vgg16, found 3 x 3",
    with_model("{name: vgg16, input_size: [5, 90], variant: atrous}"): "3:31: models[0].input_size:"
    " expected at least 6 x 6 for vgg16 (atrous), found 5 x 90",
    with_model("{name: squeezenet, input_size: 9}"): "3:36: models[0].input_size:"
    " expected 8 x 8, the only size of squeezenet with these weights, found 9 x 9",
    with_model("{name: vgg16, input_size: large}"): "3:31: models[0].input_size:"
    " expected a whole number of at least 1, found 'large' (text)",
    with_model("{name: vgg16, input_size: [9, 9.5]}"): "3:35: models[0].input_size:"
    " expected a whole number of at least 1, found 9.5 (a number)",
    with_model("{name: vgg16, input_size: [9]}"): "3:31: models[0].input_size:"
    " expected a number of pixels or [height, width], found a list",
    with_model("{name: vgg16, input_size: [9, 9, 3]}"): "3:31: models[0].input_size:"
    " expected a number of pixels or [height, width], found a list",
    with_model("{name: vgg16, weights: imagnet}"): "3:28: models[0].weights: no weights 'imagnet' for vgg16;"
    " nearest: imagenet; known weights: hed, imagenet, or a path to a .h5 or .keras file",
    with_model("{name: vgg16, weights: weights/mine.npz}"): "3:28: models[0].weights:"
    " expected a .h5 or .keras file, found 'weights/mine.npz'",
    with_model("{name: vgg16, weights: weights/mien.keras}"): "3:28: models[0].weights:"
    " no file 'weights/mien.keras'; nearest: mine.keras",
    with_model(
        "{name: vgg16, layers: pool}"
    ): "3:27: models[0].layers: expected one of pools, convs, blocks, all"
    " or a list of layer names, found 'pool' (text); nearest: pools",
    with_model("{name: vgg16, layers: []}"): "3:27: models[0].layers: lists no layers",
    with_model("{name: vgg16, layers: convs}"): "3:27: models[0].layers: vgg16 has no convs;"
    " 'gallery models' lists its layers",
    with_model("{name: vgg16, layers: [block1_pool, fc1]}"): "3:41: models[0].layers:"
    " no layer 'fc1' in vgg16 with these weights; 'gallery models' lists its layers",
    with_model("{name: vgg16, weights: ./damaged.h5}"): "3:28: models[0].weights:"
    " damaged.h5: damaged, or not a weights file",
    with_model("{name: vgg16, layers: [block1_pool, block6_pool]}"): "3:41: models[0].layers:"
    " no layer 'block6_pool' in vgg16; nearest: block5_pool",
    with_model("{name: vgg16, layers: [x]}"): "3:28: models[0].layers: no layer 'x' in vgg16;"
    " 'gallery models' lists its layers",
    with_model(
        "{name: vgg16, slug: index.html}"
    ): "3:25: models[0].slug: expected a slug that does not end in"
    " .avif, .html, .jpg, .json, .svg, .txt, .webp or .xml, found 'index.html'",
    with_model(
        "{name: vgg16, slug: compare}"
    ): "3:25: models[0].slug: 'compare' cannot be the name of a model"
    " in addresses: the site has a folder or file of that name; give the model another 'slug:'",
    with_model("{name: vgg16, slug: nul.x}"): "3:25: models[0].slug: 'nul.x' cannot be the name of a model"
    " in addresses: Windows reserves it for a device; give the model another 'slug:'",
    with_model(
        "{name: vgg16}\n  - {name: vgg16}"
    ): "4:5: models[1]: 'vgg16' is already the slug of models[0]; give one of them its own 'slug:'",
    f"{SHORTEST}compare: [gradient, deconvnet]\n": "3:21: compare[1]:"
    " 'deconvnet' is already the gallery's method; each method is shown once",
    f"{SHORTEST}compare: [guided, guided]\n": "3:19: compare[1]:"
    " 'guided' is already compared; each method is shown once",
    f"{SHORTEST}views: [map, seen, map]\n": "3:8: views: 'map' is named twice; each view is shown once",
    f"{SHORTEST}views: [sen]\n": "3:9: views[0]:"
    " expected one of map, reconstruction, seen, found 'sen' (text); nearest: seen",
    f"{SHORTEST}compare: [guidde]\n": "3:11: compare[0]:"
    " expected one of deconvnet, guided, gradient, found 'guidde' (text); nearest: guided",
    f"{SHORTEST}compare: guided\n": "3:10: compare: expected a list, found 'guided' (text)",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
@pytest.mark.usefixtures("folder")
def test_a_mistake_is_named_with_its_place(text, message):
    assert refusal(text) == f"gallery.yml:{message}"


PLAIN_YAML = [text for text, message in REFUSED.items() if "YAML" in message and "\\U" not in text]


@pytest.mark.parametrize("text", PLAIN_YAML)
@pytest.mark.usefixtures("folder")
def test_the_parser_in_python_says_the_same(text, monkeypatch):
    monkeypatch.setattr(reading, "LOADER", yaml.SafeLoader)
    assert refusal(text) == f"gallery.yml:{REFUSED[text]}"


@pytest.mark.usefixtures("folder")
def test_the_parser_in_python_refuses_an_escape_of_no_character_in_its_own_words(monkeypatch):
    monkeypatch.setattr(reading, "LOADER", yaml.SafeLoader)
    told = "an escape or a number after this is out of range"
    assert refusal('title: "\\UFFFFFFFF"') == f"gallery.yml:1:1: YAML: {told}"


def test_both_parsers_read_the_same(folder, monkeypatch):
    text = "title: 'a'\ndescription: |\n  b\n  c\ntop_features: 2\nscale: \"minmax\"\nbase_url: >-\n\n"
    configs = [load(text + SHORTEST)]
    monkeypatch.setattr(reading, "LOADER", yaml.SafeLoader)
    assert [load(text + SHORTEST)] == configs


@pytest.mark.usefixtures("folder")
def test_no_more_mistakes_are_looked_for_than_anyone_reads():
    lines = refusal(with_inputs("[" + "nowhere, " * 999 + "]")).splitlines()
    assert lines[18:] == [
        "gallery.yml:1:172: inputs[18]: no file, folder or pictures match 'nowhere'",
        "and 31 more; stopped after 50 mistakes",
    ]


def entry(number):
    """Return what a careful user says of one picture."""
    return f"""\
  - path: many/{number}.jpg
    title: Picture {number}
    alt: Something in front of something else in the light of the evening, seen for the {number}th time
    credit: {{author: Ann, licence: CC0, licence_url: "https://cc.org/0", source_url: "http://a.org/{number}"}}
    tags: [animal, place, {number % 7}th]
    slug: picture-{number}
"""


def test_a_thousand_pictures_are_read_within_a_second(folder):
    (folder / "many").mkdir()
    for number in range(1000):
        (folder / "many" / f"{number}.jpg").touch()
    text = f"models: [{{name: squeezenet}}]\ninputs:\n{''.join(map(entry, range(1000)))}"
    started = time.process_time()
    assert len(load(text).images) == 1000
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", ["1, ", "nowhere, "])
@pytest.mark.usefixtures("folder")
def test_as_many_values_as_may_be_are_read_or_refused_within_seconds(text):
    started = time.process_time()
    assert loaded_or_told(with_inputs(f"[{text * (49_000)}]").encode())
    assert time.process_time() - started < 4


@pytest.mark.usefixtures("folder")
def test_all_mistakes_are_reported_at_once_in_order():
    message = refusal("""
models:
  - name: squeezenet
    slug: a b
  - name: squeezenet
    weigths: hed
    layers: [fire8, conv1]
inputs:
  - path: inputs/dog.jpg
    title: 2013
  - nowhere
method: x
""")
    assert message.splitlines() == [
        "gallery.yml:4:11: models[0].slug: expected a slug of a-z, 0-9, -, _ and ., a letter or digit first,"
        " found 'a b' (text)",
        f"gallery.yml:6:5: models[1]: unknown key 'weigths'; nearest: weights; known keys: {KNOWN_OF_MODELS}",
        "gallery.yml:7:14: models[1].layers: no layer 'fire8' in squeezenet; nearest: fire9",
        "gallery.yml:9:11: inputs[0].path: no file, folder or pictures match 'inputs/dog.jpg'",
        "gallery.yml:10:12: inputs[0].title: expected text, found 2013 (a number); put it in quotes",
        "gallery.yml:11:5: inputs[1]: no file, folder or pictures match 'nowhere'",
        "gallery.yml:12:9: method: expected one of deconvnet, guided, gradient, found 'x' (text)",
    ]


@pytest.mark.parametrize(
    ("labels", "mistake"),
    [
        ("two.txt", "5:13: models[0].labels: mine.keras: 2 labels for 3 classes"),
        ("none", "5:13: models[0].labels: expected a text file in UTF-8, found 'none'"),
        ("gap.txt", "5:13: models[0].labels: 'gap.txt':2: expected a label on every line"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_wrong_labels_hide_no_other_mistake(labels, mistake):
    message = refusal(f"""
inputs: [input/cat.jpg]
models:
  - name: weights/mine.keras
    labels: {labels}
    layers: [poll, predictions]
    features: {{predictions: [cat, 3]}}
""")
    assert message.splitlines() == [
        "gallery.yml:2:10: inputs[0]: no file, folder or pictures match 'input/cat.jpg'; nearest: inputs",
        f"gallery.yml:{mistake}",
        "gallery.yml:6:14: models[0].layers: no layer 'poll' in mine; nearest: pool",
        "gallery.yml:7:35: models[0].features.predictions: no feature 3 in predictions; it has 0 to 2",
    ]


def test_options_of_the_command_line_are_named_as_such(folder):
    found = "without ?, # and user or password, found 'x' (text)"
    assert refusal(SHORTEST, base_url="x") == f"--base-url: {ADDRESS}, {found}"
    message = f"--output: expected a folder for the site alone, but '{folder}' contains the configuration"
    assert refusal(SHORTEST, output=folder) == message


@pytest.mark.usefixtures("folder")
def test_files_that_cannot_be_read_are_refused():
    Path("latin.yml").write_bytes("title: a\nalt: café".encode("latin-1"))
    Path("large.yml").write_text("#" * 1_000_001)
    messages = {
        "latin.yml": "latin.yml:2:9: expected text in UTF-8, found the byte 0xe9",
        "large.yml": "large.yml: larger than 1000000 bytes, the limit for a configuration",
        "none.yml": "none.yml: no such file; 'gallery init' writes one, -c chooses another",
        "inputs": "inputs: cannot be read: Is a directory",
    }
    for name, message in messages.items():
        with pytest.raises(ConfigError) as caught:
            load_config(Path(name), NETWORKS, with_weights, describe_own)
        assert str(caught.value) == message


# --- the schema


def test_the_committed_schema_is_the_one_that_validates():
    committed = Path(__file__).parents[2] / "gallery_config.schema.json"
    assert committed.read_text(encoding="utf-8") == json_schema_text(catalogue())


def test_the_schema_knows_every_key_and_choice():
    generated = schema(NETWORKS)
    assert json.loads(json_schema_text(NETWORKS)) == generated
    assert generated["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert sorted(generated["properties"]) == KNOWN.split(", ")
    assert generated["required"] == ["inputs", "models"]
    assert generated["properties"]["method"]["enum"] == ["deconvnet", "guided", "gradient"]
    names = generated["$defs"]["ModelKeys"]["properties"]["name"]["anyOf"]
    assert names == [{"enum": ["squeezenet", "vgg16"]}, {"pattern": r"\.(keras|onnx|h5)$"}]
    mappings = [generated, *generated["$defs"].values()]
    assert all(mapping["additionalProperties"] is False for mapping in mappings)
    assert all(key["description"] for mapping in mappings for key in mapping["properties"].values())


# --- whatever the file says


WORDS = st.sampled_from(
    [*KNOWN.split(", "), "path", "name", "layers", "features", "slug", "credit", "author", "tags", "weights"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates()
LEAVES |= st.sampled_from(
    ["inputs", "inputs/Dog.PNG", "*", "[", "vgg16", "pools", "fire9", "imagenet", "x" * 300]
)
TREES = st.recursive(
    LEAVES, lambda tree: st.lists(tree, max_size=4) | st.dictionaries(WORDS, tree, max_size=5)
)
GALLERIES = st.fixed_dictionaries(
    {
        "inputs": st.lists(
            TREES | st.fixed_dictionaries({"path": LEAVES}, optional={"credit": TREES, "slug": LEAVES})
        )
    },
    optional={
        "models": st.lists(st.dictionaries(WORDS, TREES, max_size=4)),
        "output": TREES,
        "top_features": TREES,
    },
)


def loaded_or_told(content):
    """Return whether a file of these bytes gives pictures or a message; anything else is raised."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gallery.yml")
        path.write_bytes(content)
        try:
            return len(load_config(path, NETWORKS, with_weights, describe_own).images) > 0
        except ConfigError as error:
            return str(path) in str(error)


@given(st.binary() | st.text().map(str.encode) | st.text("a:- \n[]{},&*!?#'\"\\%|>@0\t").map(str.encode))
def test_arbitrary_text_is_read_or_refused(content):
    assert loaded_or_told(content)


@given(TREES | GALLERIES)
def test_arbitrary_yaml_is_read_or_refused(tree):
    assert loaded_or_told(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace"))


@pytest.mark.usefixtures("folder")
def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load(f"output: ~/x\n{SHORTEST}").output == tmp_path / "home" / "x"
    assert load(f"output: ~x\n{SHORTEST}").output == tmp_path / "~x"


@pytest.mark.parametrize("address", ["https://ann:secret@example.org/", "https://ann@example.org"])
@pytest.mark.usefixtures("folder")
def test_an_address_with_a_password_is_refused(address):
    assert "without ?, # and user or password" in refusal(f"base_url: {address}\n{SHORTEST}")
    assert load(f"base_url: https://example.org/@ann\n{SHORTEST}").base_url == "https://example.org/@ann/"


def test_labels_in_another_encoding_are_refused_with_their_line(folder):
    (folder / "latin.txt").write_bytes(b"cat\ndog\nUh\xfc\n")
    told = refusal("inputs: [inputs]\nmodels: [{name: weights/mine.keras, labels: latin.txt}]\n")
    assert told.endswith("labels: 'latin.txt':3: expected text in UTF-8, found the byte 0xfc")


NFC, NFD = "caf\u00e9", "cafe\u0301"
"""One word, composed as keyboards type it and decomposed as macOS stores it."""
SAME = "which looks the same but is in another Unicode normal form"


@pytest.mark.parametrize(("typed", "stored"), [(NFC, NFD), (NFD, NFC)])
def test_a_name_is_found_in_either_normal_form(folder, typed, stored):
    (folder / stored).mkdir()
    for name in (f"{stored}.jpg", f"{stored}/a.jpg", f"{stored}.keras"):
        (folder / name).touch()
    (folder / f"{stored}.txt").write_text(f"{stored}\ncat\ndog\n", encoding="utf-8")
    assert len(pictures(f"[{typed}.jpg, {typed}/, '{typed}/*.jpg']", folder)) == 2
    own = f"{{name: {typed}.keras, labels: {typed}.txt, features: {{predictions: [{typed}]}}}}"
    (spec,) = load(with_model(own)).networks
    assert spec.features == {"predictions": (0,)}
    tagged = f"inputs: [{{path: inputs/Dog.PNG, tags: [{typed}, {stored}]}}]\n" + SHORTEST.partition("\n")[2]
    assert load(tagged).images[0].tags == (NFC,)


def test_a_nearest_name_that_looks_the_same_says_why(folder):
    assert nearest(NFC, ["cat", NFD]) == f"; nearest: 'cafe\\u0301', {SAME}"
    assert nearest(NFD, [NFC]) == f"; nearest: 'caf\\xe9', {SAME}"


def test_the_home_folder_is_meant_wherever_a_path_is_read(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GALLERY_CACHE", "~/kept")
    assert environment.cache_folder() == folder / "kept"
    parse = arguments.parser().parse_args
    built = parse(["build", "--output=~/x", "--config=~/g.yml", "--from=~/r.zip"])
    given = (built.output, built.config, built.archive)
    assert given == (folder / "x", folder / "g.yml", folder / "r.zip")
    assert parse(["export", "~/r.zip"]).file == folder / "r.zip"
    drawn = parse(["figure", "a.png", "--output=~/x.svg", "--config=~/g.yml"])
    assert (drawn.output, drawn.config) == (str(folder / "x.svg"), folder / "g.yml")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    text = "output: ~/y\ninputs: [~/inputs/Dog.PNG]\nmodels: [{name: ~/odd.keras, labels: ~/labels.txt}]\n"
    config = load(text)
    assert (config.output, config.images[0].path) == (folder / "y", folder / "inputs" / "Dog.PNG")
    assert config.networks[0].own.path == folder / "odd.keras"
    assert config.networks[0].own.labels[0] == "cat"
    model = dict.fromkeys(("layers", "features")) | {"name": "~/odd.keras", "labels": "~/labels.txt"}
    single = load_single(
        "~/inputs/Dog.PNG", model, {}, Path("none.yml"), NETWORKS, with_weights, describe_own
    )
    assert single.images[0].path == folder / "inputs" / "Dog.PNG"
    assert single.networks[0].own.labels[0] == "cat"


@pytest.mark.parametrize(
    ("key", "display", "shown"),
    [("", (), (0, 1, 2)), (", display: 4", (4,), (4,)), (", display: [4, 2, 0]", (4, 2, 0), (4, 2, 0))],
)
def test_a_model_knows_its_channels_and_those_shown(folder, key, display, shown):
    (spec,) = load(with_model(f"{{name: bands.keras, preprocessing: unit{key}}}")).networks
    assert (spec.own.channels, spec.own.display, spec.shown_channels) == (5, display, shown)
    assert spec.takes == ModelInput("bands", 5, is_scaled=True)


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ("[inputs/*.npy]", ["inputs/scene.npy"]),
        ("[inputs/scene.npz]", ["inputs/scene.npz"]),
        ("[inputs/]", ["inputs/Dog.PNG", "inputs/tabby-cat.png", "inputs/tabby_cat.jpg"]),
        ("['inputs/s*']", None),
    ],
)
def test_arrays_are_pictures_only_by_name(folder, inputs, found):
    if found is None:
        assert refusal(with_inputs(inputs)) == (
            "gallery.yml:1:10: inputs[0]: no pictures match 'inputs/s*'; arrays such as 'scene.npy' are "
            "pictures of the glob 'inputs/*.npy'"
        )
    else:
        assert pictures(inputs, folder) == found
