"""The command line as a user meets it: what is printed, what is written, and the exit status."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator import cli, environment
from generator.engine.device import device
from generator.environment import STAGES
from generator.networks import model_file, registry, weights
from tests.support.onnx_graphs import Graph

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return cli.main(list(arguments))


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_build_makes_what_the_contract_names(tiny_gallery, capsys):
    assert run("build") == 0
    site = tiny_gallery / "site"
    assert capsys.readouterr().out == f"2 pictures: {site / 'index.html'}\n"
    made = files(site)
    for slug in ("red", "striped"):
        assert {
            f"images/{slug}/index.html",
            f"images/{slug}/result.json",
            f"images/{slug}/squeezenet.svg",
            f"images/{slug}/squeezenet/maxpool1.svg",
            f"images/{slug}/squeezenet/predictions.svg",
        } <= set(made)
    result = json.loads(made["images/red/result.json"])
    assert len(result["models"][0]["predictions"]) == 5
    assert run("check", "--site") == 0
    sizes = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d+ files, \d+\.\d kB: 0\.\d % of the 1\.0 GB of GitHub Pages", sizes[0])
    assert len(sizes) == 11
    assert run("build", "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert files(site) == made


def test_labels_of_figures_lead_to_the_pages_of_features_once_the_address_is_known(tiny_gallery):
    assert run("build", "-q") == 0
    site = tiny_gallery / "site"
    assert not any("<a " in figure.read_text() for figure in site.rglob("*.svg"))
    assert run("build", "-q", "--base-url", "https://example.org/g") == 0
    figures = [path.read_text() for path in (site / "images").rglob("*.svg")]
    links = [
        link for figure in figures for link in re.findall('<a target="_top" xlink:href="([^"]+)"', figure)
    ]
    assert len(links) == sum(figure.count('class="pair"') for figure in figures) > 8
    assert all(
        (site / link.removeprefix("https://example.org/g/") / "index.html").is_file() for link in links
    )
    assert run("check", "--site") == 0


def test_a_variant_of_another_size_is_shown_with_its_own_shapes(tiny_gallery):
    (tiny_gallery / "gallery_config.yml").write_text("""\
inputs: [inputs/red.png]
models:
  - {name: squeezenet, variant: atrous, input_size: [64, 96], layers: [maxpool5]}
""")
    assert run("build", "-q") == 0
    result = json.loads((tiny_gallery / "site" / "images" / "red" / "result.json").read_text())
    model = result["models"][0]
    assert (model["title"], model["variant"]) == ("SqueezeNet 1.1 (atrous)", "atrous")
    assert (model["input_shape"], model["layers"][0]["shape"]) == ([64, 96, 3], [7, 11, 256])
    page = (tiny_gallery / "site" / "images" / "red" / "index.html").read_text()
    assert "SqueezeNet 1.1 (atrous) sees the whole picture, scaled to" in page
    assert "96 \N{MULTIPLICATION SIGN} 64" in page


def test_plain_lines_where_there_is_no_terminal(tiny_gallery, capsys):
    assert run("build", "-j", "1", "--force") == 0  # other tests have built this gallery
    made = "1/6 red\n2/6 striped\n3/6 striped, features\n6/6 pages\n"
    assert capsys.readouterr().err == made
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(config.read_text().replace("Tiny", "Small"))
    assert run("build") == 0
    assert capsys.readouterr().err == "6/6 pages\n", "nothing of a picture was made"
    assert run("build") == 0
    assert capsys.readouterr().err == "", "nothing was made"


def test_verbose_says_what_each_pass_took(tiny_gallery, capsys):
    assert run("build", "-v", "--force") == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "loading SqueezeNet 1.1, imagenet"
    assert re.fullmatch(r"computing with tensorflow on .+, .*memory.*", lines[1])
    passes = [line for line in lines if " through " in line]
    took = r" in \d+\.\d\d s, peak \d+ MB"
    for line, picture in zip(passes, ("red", "striped"), strict=False):
        assert re.fullmatch(f"{picture} through squeezenet by deconvnet: 4 rows{took}", line)
    sought = [line for line in passes[2:] if re.fullmatch(rf".*: (\d+) rows(, \1 sweeps)?{took}", line)]
    assert len(sought) == len(passes) - 2 > 0, "features are sought in the other picture, one row a sweep"


def test_features_and_classes_that_a_user_names_are_shown(tiny_gallery):
    (tiny_gallery / "gallery_config.yml").write_text("""\
inputs: [inputs/red.png]
models:
  - name: squeezenet
    features: {fire9: [7, 44, 3], predictions: [tabby cat, n02124075]}
    layers: [maxpool1, fire9, predictions]
  - {name: squeezenet, variant: convolutional, slug: mapped, input_size: 64, layers: [predictions]}
""")
    assert run("build", "-q") == 0
    folder = tiny_gallery / "site" / "images" / "red"
    plain, mapped = json.loads((folder / "result.json").read_text())["models"]
    assert [layer["features"][-2:] for layer in plain["layers"][1:]] == [[44, 3], [281, 285]]
    assert [layer["labels"] for layer in plain["layers"]] == [[], [], ["tabby", "Egyptian cat"]]
    assert len(plain["layers"][0]["features"]) == 3
    drawn = (folder / "squeezenet" / "predictions.svg").read_text()
    assert ">281 tabby<" in drawn
    assert ">285 Egyptian cat<" in drawn
    page = re.sub(r"\s+", " ", (folder / "index.html").read_text())
    assert "Global average pooling: 2 of 1000 classes." in page
    assert "Concatenation: 3 of 512 features" in page
    assert "the 3 strongest of 64 features" in page
    assert "the 3 most probable of 1000 classes" in page
    best = [guess["label"] for guess in mapped["predictions"]]
    assert mapped["layers"][0]["labels"] == best[:3]


def test_a_gallery_of_nothing_but_predictions_is_built_again(tiny_gallery):
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(config.read_text().replace("maxpool1, ", ""))
    assert run("build", "-q") == 0
    before = files(tiny_gallery / "site" / "images")
    config.write_text(f"{config.read_text()}description: Classes\n")
    assert run("build", "-q") == 0
    after = files(tiny_gallery / "site" / "images")
    assert [path for path in before if path.endswith(".jpg") and after[path] != before[path]] == []


def test_a_small_memory_budget_takes_more_sweeps(tiny_gallery, capsys):
    assert run("build", "-q") == 0
    whole = files(tiny_gallery / "site")
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(f"{config.read_text()}memory_budget: 120MB\n")
    assert run("build", "-v", "--force") == 0
    said = capsys.readouterr().err
    assert re.search(r"red through squeezenet by deconvnet: 4 rows, 2 sweeps in \d", said)
    drawn = {
        path: content for path, content in files(tiny_gallery / "site").items() if path.endswith(".json")
    }
    results = [path for path in drawn if path.endswith("result.json")]
    assert [json.loads(drawn[path]) for path in results] == [json.loads(whole[path]) for path in results]


def test_a_picture_that_is_none_is_named_and_the_rest_is_built(tiny_gallery, capsys):
    (tiny_gallery / "inputs" / "broken.png").write_text("not a picture")
    assert run("build", "-q") == 1
    path = tiny_gallery / "inputs" / "broken.png"
    assert capsys.readouterr().err == (
        f"broken: {path}: not a picture, or without pixels; "
        "expected AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF or WebP\n"
    )
    made = set(files(tiny_gallery / "site"))
    assert "images/red/index.html" in made
    assert not [name for name in made if "broken" in name]
    assert run("check") == 1
    assert "broken: " in capsys.readouterr().err


def test_no_picture_at_all_keeps_the_old_site(tiny_gallery, capsys):
    assert run("build", "-q") == 0
    before = files(tiny_gallery / "site")
    for picture in (tiny_gallery / "inputs").iterdir():
        picture.write_text("no picture any more")
    assert run("build", "-q") == 1
    assert capsys.readouterr().err.endswith("gallery: no picture could be shown; the site was not changed\n")
    assert files(tiny_gallery / "site") == before


def test_a_wrong_template_is_named_before_anything_is_computed(tiny_gallery, capsys):
    (tiny_gallery / "theme").mkdir()
    (tiny_gallery / "theme" / "image.html").write_text("<p>\n{% if %}\n")
    with (tiny_gallery / "gallery_config.yml").open("a") as file:
        file.write("templates: theme\n")
    for verb in ("build", "check"):
        assert run(verb) == 1
        path = tiny_gallery / "theme" / "image.html"
        assert capsys.readouterr().err.startswith(f"gallery: {path}:2: Expected an expression")
    assert not (tiny_gallery / "site").exists()


def test_a_date_that_is_none_is_refused(tiny_gallery, capsys, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    assert run("build") == 2
    assert capsys.readouterr().err == "SOURCE_DATE_EPOCH: expected seconds since 1970, found 'today'\n"


INPUTS = "inputs: [inputs/]\n"
SQUEEZENET = "models: [{name: squeezenet}]\n"
WRONG = {
    f"title: [x]\n{INPUTS}{SQUEEZENET}": "1:8: title: expected text, found a list",
    f"{INPUTS}{SQUEEZENET}top_featuers: 3\n": "3:1: unknown key 'top_featuers'; nearest: top_features; "
    "known keys: base_url, bias, cache_limit, cname, compare, dataset, description, feature_pictures, fit, "
    "inputs, links, memory_budget, method, models, output, pages, scale, seed, sort, templates, title, "
    "top_features, views",
    f"{INPUTS}models:\n  - name: vgg16\n    layers: [block6_pool]\n": "4:14: models[0].layers: "
    "no layer 'block6_pool' in vgg16; nearest: block5_pool",
    f"{INPUTS}models:\n  - name: vgg16\n    layers: [fc1]\n": "4:14: models[0].layers: "
    "no layer 'fc1' in vgg16 with these weights; 'gallery models' lists its layers",
    f"inputs: [gone.jpg]\n{SQUEEZENET}": "1:10: inputs[0]: no file, folder or pictures match 'gone.jpg'",
    f"inputs: []\n{SQUEEZENET}": "1:9: inputs: lists no pictures",
    f"{INPUTS}models: [{{name: squeezenet, weights: damaged.h5}}]\n": "2:38: models[0].weights: "
    "FOLDER/damaged.h5: not a weights file; expected .h5, .weights.h5 or .keras",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_a_wrong_configuration_is_told_and_touches_nothing(tiny_gallery, capsys, text, message):
    (tiny_gallery / "gallery_config.yml").write_text(text)
    (tiny_gallery / "damaged.h5").write_text("damaged")
    before = files(tiny_gallery)
    assert run("build") == 2
    told = capsys.readouterr().err
    assert told == f"gallery_config.yml:{message.replace('FOLDER', str(tiny_gallery))}\n"
    assert run("check") == 2
    assert files(tiny_gallery) == before


def test_a_check_that_finds_nothing_says_what_it_has_checked(tiny_gallery, capsys):
    config = tiny_gallery / "gallery_config.yml"
    pictures = "[{path: inputs/red.png, alt: Red}, {path: inputs/striped.png, alt: Stripes}]"
    config.write_text(config.read_text().replace("[inputs/]", pictures))
    assert run("check") == 0
    assert capsys.readouterr() == ("2 pictures, 1 network, 2 layers: no problems\n", "")


def test_damaged_packaged_weights_are_refused_by_name(tiny_gallery, capsys, monkeypatch):
    source = registry.entry("squeezenet").weights["imagenet"].files[0]
    original = weights.locate(source, environment.weights_folder())
    copy = tiny_gallery / original.name
    content = bytearray(original.read_bytes())
    content[1000] ^= 1
    copy.write_bytes(content)
    monkeypatch.setenv("GALLERY_WEIGHTS", str(tiny_gallery))
    assert run("build", "-q") == 1
    told = capsys.readouterr().err
    assert told.startswith(f"gallery: {copy}: its SHA-256 is ")
    assert told.endswith(
        "expected f286bbf493e6389979ed3036f960f4404e0079acdb92156500df0d4a43d085f1; "
        "'gallery weights NAME' fetches it again\n"
    )
    assert not (tiny_gallery / "site").exists()


def test_weights_that_were_not_fetched_say_how_to_get_them(tiny_gallery, capsys, monkeypatch):
    monkeypatch.setenv("GALLERY_CACHE", str(tiny_gallery / "cache"))
    text = (tiny_gallery / "gallery_config.yml").read_text()
    text = text.replace("name: squeezenet\n", "name: vgg16\n    weights: imagenet\n").replace(
        "maxpool1", "fc1"
    )
    (tiny_gallery / "gallery_config.yml").write_text(text)
    assert run("check") == 0
    assert capsys.readouterr().err == (
        "warning: 2 pictures have no alt text, their titles are used instead: red, striped\n"
    )
    assert run("build", "-q", "--offline") == 1
    assert capsys.readouterr().err == (
        "gallery: VGG16 trained on ImageNet: vgg16_weights_tf_dim_ordering_tf_kernels.h5 "
        "is missing or damaged, and this run is offline; otherwise it is fetched from "
        "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
        "vgg16_weights_tf_dim_ordering_tf_kernels.h5 (553.5 MB)\n"
    )


def test_an_output_that_is_not_ours_is_left_alone(tiny_gallery, capsys):
    theirs = tiny_gallery / "letters"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear")
    assert run("build", "-q", "-o", "letters") == 1
    assert capsys.readouterr().err.startswith(f"gallery: {theirs}: is not empty and was not made by gallery")
    assert run("clean", "-o", "letters") == 1
    assert files(theirs) == {"letter.txt": b"dear"}


def test_clean_removes_the_site_and_on_request_the_cache(tiny_gallery, capsys, monkeypatch):
    cache = tiny_gallery / "cache"
    monkeypatch.setenv("GALLERY_CACHE", str(cache))
    (cache / "weights").mkdir(parents=True)
    (cache / "weights" / "vgg16_weights_tf_dim_ordering_tf_kernels.h5.part").touch()
    (cache / "notes.txt").touch()
    assert run("build", "-q") == 0
    assert run("clean") == 0
    assert capsys.readouterr().out == f"removed {tiny_gallery / 'site'}\n"
    assert not (tiny_gallery / "site").exists()
    assert (cache / "weights").exists()
    assert run("clean", "--cache") == 0
    kept = {"weights", "results", "figures", "pages", "digests", "ledgers", "read"}
    removed = set(capsys.readouterr().out.splitlines()) - {f"removed {cache / 'seals'}"}
    assert removed == {f"removed {cache / name}" for name in kept}
    assert [path.name for path in cache.iterdir()] == ["notes.txt"]
    assert (tiny_gallery / "inputs" / "red.png").exists()


def test_clean_leaves_what_is_the_users_in_a_cache_of_their_choice(tiny_gallery, capsys, monkeypatch):
    monkeypatch.setenv("GALLERY_CACHE", str(tiny_gallery))
    theirs = {"weights/mine.h5": b"trained", "results/01/run.csv": b"1,2", "figures/a.svg": b"<svg/>"}
    for path, content in theirs.items():
        (tiny_gallery / path).parent.mkdir(parents=True)
        (tiny_gallery / path).write_bytes(content)
    entry = tiny_gallery / "results" / "01" / ("f" * 62)
    entry.touch()
    before = files(tiny_gallery)
    assert run("clean", "--older-than", "0") == 0
    assert not entry.exists()
    entry.touch()
    capsys.readouterr()
    assert run("clean", "--cache") == 0
    removed = f"removed {tiny_gallery / 'results'}, except files in it that gallery did not make\n"
    assert capsys.readouterr().out == removed
    assert files(tiny_gallery) == {
        path: found for path, found in before.items() if path != "results/01/" + "f" * 62
    }


def test_models_lists_a_line_a_network(capsys):
    assert run("models") == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(registry.names())
    assert re.fullmatch(r"squeezenet +SqueezeNet 1\.1 +224 x 224 x 3 +imagenet \(5 MB\)", lines[0])
    assert re.search(r"  VGG16  +224 x 224 x 3  hed \(55 MB\), imagenet \(553 MB\)$", lines[2])
    assert last.startswith("'gallery models NAME' lists the layers")


def test_models_says_which_device_computes(capsys):
    assert run("models", "--device") == 0
    assert capsys.readouterr().out.splitlines()[0] == str(device())


def test_models_lists_layers_and_weights(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path))
    assert run("models", "--layers") == 0
    told = capsys.readouterr().out
    for name, entry in registry.NETWORKS.items():
        assert f"{name}: {entry.title}, input {' x '.join(map(str, entry.input_shape))}" in told
    assert "maxpool1          MaxPooling2D            55 x 55 x 64" in told
    assert "run: gallery weights vgg16 --no-classifier" in told
    known = ", ".join(registry.NETWORKS)
    assert "  variant: plain (as published; this input only, without classes input from 32 px)" in told
    assert "convolutions dilate; input from 13 px)" in told
    assert run("models", "vgg") == 2
    assert capsys.readouterr().err == f"no network 'vgg'; nearest: vgg19; known: {known}\n"


def test_models_says_whether_a_users_own_is_supported(tmp_path, capsys, tiny_network):
    import keras

    good, odd, coded = (tmp_path / f"{name}.keras" for name in ("good", "odd", "coded"))
    tiny_network.save(good)
    layers = [keras.layers.Input((8, 8, 3)), keras.layers.AutoContrast(name="auto")]
    keras.Sequential([*layers, keras.layers.BatchNormalization(axis=1, name="norm")]).save(odd)
    keras.Sequential([layers[0], keras.layers.Lambda(lambda x: x * 2)]).save(coded)
    assert run("models", str(good)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{good}: supported, every operation has a rule"
    assert "  pool1         MaxPooling2D            5 x 4 x 6" in said
    keras.Sequential([keras.layers.Input((8, 8, 4)), keras.layers.ReLU()]).save(good)
    assert run("models", str(good)) == 0
    assert capsys.readouterr().out.startswith(f"{good}: supported, every operation has a rule\n")
    keras.Sequential([keras.layers.Input((8, 8)), keras.layers.ReLU()]).save(good)
    assert run("models", str(good)) == 1
    message = "not usable in a gallery: expected one input (height, width, channels), a picture, found (8, 8)"
    assert capsys.readouterr().out == f"{good}: {message}\n"
    assert run("models", str(odd)) == 1
    assert capsys.readouterr().out == (
        f"{odd}: layer 'auto': no rule for the operation AutoContrast\n"
        f"{odd}: layer 'norm': no rule for axis=1; "
        "docs/reference/coverage.md lists the operations that have one\n"
    )
    assert run("models", str(coded)) == 2
    assert capsys.readouterr().err == f"{coded}: {model_file.LAMBDA}\n"
    assert run("models", str(tmp_path / "gone.keras")) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'gone.keras'}: no such file\n"
    assert run("models", "mine.h5") == 2
    assert capsys.readouterr().err == ("mine.h5: no such file\n")


def test_models_reads_onnx_files_and_tells_the_way_to_one(tmp_path, capsys):
    graph = Graph(("batch", 3, "height", "width"))
    path = graph.save(tmp_path / "net.ONNX", graph.conv("image", 4, 3, name="/features/features.0/Conv"))
    assert run("models", str(path)) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: supported, every operation has a rule",
        "  features.0  Conv2D                  222 x 222 x 4",
        "the input has no fixed size; set one with `input_size` (the shapes above are for 224 x 224)",
        "net.ONNX does not scale its input and gets values from 0 to 255; set preprocessing: torch if it was "
        "trained as the models of torchvision and timm are, preprocessing: unit if it was trained on 0 to 1, "
        "or preprocessing: none if not",
    ]
    for name in ("net.pt", "net.pth", "net.safetensors"):
        assert run("models", name) == 2
        assert (
            "torch.onnx.export(model, (torch.zeros(1, 3, 224, 224),), 'net.onnx')" in capsys.readouterr().err
        )
    assert run("models", "net.tflite") == 2
    assert capsys.readouterr().err.startswith("net.tflite is a model of TensorFlow Lite; convert it to .onnx")


@pytest.mark.parametrize("option", ["code", "predictions"])
def test_models_refuses_what_applies_to_own_files(option, capsys):
    assert run("models", "squeezenet", f"--{option}", "any") == 2
    assert capsys.readouterr().err == f"--{option} applies only to .keras, .onnx or .h5 files\n"


def test_models_runs_the_code_that_is_named(tmp_path, capsys):
    (tmp_path / "own.py").write_text(
        "import keras\n\n\nclass Own(keras.Layer):\n    def call(self, x):\n        return 2.0 * x\n"
    )
    from keras import Input, Model

    from generator.networks.user_code import custom_objects

    image = Input((8, 8, 3))
    layer = custom_objects(tmp_path / "own.py")["Own"](name="twice")
    Model(image, layer(image)).save(tmp_path / "own.keras")
    assert run("models", str(tmp_path / "own.keras"), "--code", str(tmp_path / "own.py")) == 0
    assert "  twice  Own                     8 x 8 x 3\n" in capsys.readouterr().out


def test_models_says_what_a_configuration_must_say_of_a_users_own(tmp_path, capsys):
    from keras import Sequential, layers

    path, kernel = tmp_path / "any.keras", {"padding": "same", "name": "conv"}
    ends = [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(2, "softmax", name="dense")]
    Sequential([layers.Input((None, None, 3)), layers.Conv2D(4, 3, **kernel), *ends]).save(path)
    assert run("models", str(path)) == 0
    assert (
        capsys.readouterr().out
        == f"""\
{path}: supported, every operation has a rule
  conv   Conv2D                  224 x 224 x 4
  mean   GlobalAveragePooling2D  4
  dense  Dense                   2
  predictions = dense, before any softmax
the input has no fixed size; set one with `input_size` (the shapes above are for 224 x 224)
any.keras does not scale its input and gets values from 0 to 255; \
set preprocessing: unit if it was trained on 0 to 1, or preprocessing: none if not
"""
    )


def test_weights_verifies_what_is_packaged(capsys):
    assert run("weights", "squeezenet") == 0
    assert capsys.readouterr().out.startswith("imagenet: ")


@pytest.mark.parametrize("arguments", [["models"], ["weights", "squeezenet"], ["--help"]])
def test_a_reader_that_has_gone_is_no_error(arguments):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "generator", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    pipes = {"stdout": write, "stderr": subprocess.PIPE}
    done = subprocess.run(command, cwd=ROOT, env=environment, **pipes, timeout=60, check=False, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (cli.UNREAD, "")


@pytest.mark.parametrize("arguments", [["frobnicate"], ["build", "-j", "0"], ["build", "-q", "-v"], []])
def test_wrong_usage_is_told(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        run(*arguments)
    assert stop.value.code == 2
    assert "usage: gallery" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_the_old_site_and_says_so(tiny_gallery, number, status):
    assert run("build", "-q") == 0
    before = files(tiny_gallery / "site")
    for copy in range(40):
        shutil.copy(tiny_gallery / "inputs" / "red.png", tiny_gallery / "inputs" / f"copy{copy}.png")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator", "build"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert re.match(r"\d+/126 ", process.stderr.readline())
        process.send_signal(number)
        assert process.wait(timeout=60) == status
        assert "Traceback" not in process.stderr.read()
    assert files(tiny_gallery / "site") == before
    assert not [path for path in tiny_gallery.iterdir() if path.name.startswith(".site")]


def test_help_is_quick_and_loads_neither_tensorflow_nor_keras():
    started = time.monotonic()
    command = [sys.executable, "-X", "importtime", "-m", "generator", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert time.monotonic() - started < 5
    assert "tensorflow" not in told.stderr
    assert "keras" not in told.stderr


def test_check_loads_neither_tensorflow_nor_keras(tiny_gallery):
    script = (
        "import sys; from generator import cli; status = cli.main(['check']); "
        "sys.exit(status or any(name in sys.modules for name in ('tensorflow', 'keras')))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0


def test_why_says_what_the_last_build_made_anew(tiny_gallery, capsys, monkeypatch):
    monkeypatch.setenv("GALLERY_CACHE", str(tiny_gallery / "cache"))
    assert run("why", "red") == 0
    assert capsys.readouterr().out == "red: no build has included it yet\n"
    assert run("build", "-q") == 0
    assert run("why", "red") == 0
    *lines, summary = capsys.readouterr().out.splitlines()
    assert all(line.startswith("redone ") and line.endswith(" (new)") for line in lines)
    assert summary == f"{len(lines)} artifacts: {len(lines)} redone; why: new"
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(f"{config.read_text()}scale: minmax\n")
    assert run("build", "-q") == 0
    assert run("why", "red") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "redone  figures  images/red/squeezenet/maxpool1.svg (changed: scale)" in lines
    assert "reused  figures  images/red/picture.jpg" in lines
    assert "reused  results  red/squeezenet maxpool1 deconvnet" in lines
    assert run("why", "rod") == 2
    assert capsys.readouterr().err == (
        "no picture or model 'rod'; nearest: red; pictures: red, striped; models: squeezenet; "
        "a feature: MODEL/LAYER/NUMBER\n"
    )
    assert run("why", "squeezenet") == 0
    assert "redone  pages    models/squeezenet/index.html (changed: facts, scale)" in capsys.readouterr().out
    pages = tiny_gallery / "site" / "models" / "squeezenet" / "maxpool1"
    feature = sorted(page.parent.name for page in pages.glob("*/index.html"))[0]
    assert run("why", f"squeezenet/maxpool1/{feature}") == 0
    *about, summary = capsys.readouterr().out.splitlines()
    assert summary == "6 artifacts: 3 reused, 3 redone; why: scale, facts"
    changed = "(changed: facts, scale)"
    assert f"redone  pages    models/squeezenet/maxpool1/{feature}/index.html {changed}" in about
    assert all(feature in line for line in about)


def test_the_cache_keeps_to_its_limit_and_forgets_on_request(tiny_gallery, capsys, monkeypatch):
    cache = tiny_gallery / "cache"
    monkeypatch.setenv("GALLERY_CACHE", str(cache))
    config = tiny_gallery / "gallery_config.yml"
    config.write_text(f"{config.read_text()}cache_limit: 1MB\n")
    assert run("build", "-q") == 0
    entries = [path for stage in STAGES for path in (cache / stage).glob("*/*")]
    assert 0 < sum(path.stat().st_size for path in entries) <= 1_000_000
    before = files(tiny_gallery / "site")
    assert run("clean", "--older-than", "0") == 0
    assert capsys.readouterr().out.startswith(f"removed {len(entries)} entries, ")
    assert not [path for stage in STAGES for path in (cache / stage).glob("*/*")]
    assert files(tiny_gallery / "site") == before


def test_a_damaged_entry_is_told_and_made_anew(tiny_gallery, capsys, monkeypatch):
    cache = tiny_gallery / "cache"
    monkeypatch.setenv("GALLERY_CACHE", str(cache))
    assert run("build", "-q") == 0
    before = files(tiny_gallery / "site")
    for path in (cache / "figures").glob("*/*"):
        path.write_bytes(path.read_bytes()[:-1])
    shutil.rmtree(cache / "seals", ignore_errors=True)
    assert run("build", "-q") == 0
    told = capsys.readouterr().err.splitlines()
    assert told
    assert all(line.startswith(f"warning: {cache / 'figures'}") and "is damaged; " in line for line in told)
    assert files(tiny_gallery / "site") == before


def test_a_build_of_what_is_kept_needs_no_tensorflow(tiny_gallery, monkeypatch):
    monkeypatch.setenv("GALLERY_CACHE", str(tiny_gallery / "cache"))
    assert run("build", "-q") == 0
    before = files(tiny_gallery / "site")
    code = (
        "import sys; from generator.cli import main; status = main(['build', '-q']); "
        "sys.exit(status or int(any(name in sys.modules for name in ('tensorflow', 'keras'))))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert files(tiny_gallery / "site") == before
