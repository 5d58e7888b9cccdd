"""The documentation is true: snippets run, references are the code's, links lead somewhere."""

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
import yaml
from jinja2 import Environment
from PIL import Image

from docs.generate import command_line, references
from docs.generate import configuration as configuration_page
from generator import cli, errors
from generator.check import broken
from generator.cli.arguments import parser
from generator.cli.setup import configuration
from generator.pages.jinja_environment import make_environment
from tests.support.onnx_graphs import Graph
from tests.support.snippets import PAGES, ROOT, blocks, commands, inline, links, needs_pytorch, shows

NOT_RUN = {
    ("README.md", "make gallery"): "minutes",
    ("README.md", "make test"): "this is it",
    ("README.md", 'pipx install "convnet-gallery[cpu]"'): "test_wheel.py installs the wheel",
    ("README.md", "gallery init my-gallery"): "the tutorial does",
    ("README.md", "cd my-gallery && gallery build"): "the tutorial does",
    ("install.md", 'pipx install "convnet-gallery[cpu]"'): "test_wheel.py installs the wheel",
    ("install.md", "python3 -m venv ~/gallery"): "the tests have an environment",
    ("install.md", ". ~/gallery/bin/activate"): "changes the shell alone",
    ("install.md", 'pip install "convnet-gallery[cpu]"'): "test_wheel.py installs the wheel",
    ("install.md", 'uvx --from "convnet-gallery[cpu]" gallery init my-gallery'): "test_wheel.py makes one",
    ("digits.md", "pip install scikit-learn"): "the desk has digits of its own",
    ("own-network.md", 'pip install "convnet-gallery[cpu,onnx]"'): "test_wheel.py installs the wheel",
    ("scan-a-data-set.md", 'pip install "convnet-gallery[cpu,parquet]"'): "test_wheel.py installs the wheel",
    ("install.md", "pipx upgrade convnet-gallery"): "the tests have no pipx",
    ("install.md", "pipx uninstall convnet-gallery"): "the tests have no pipx",
    ("get-started.md", "python3 -m venv ~/gallery"): "the tests have an environment",
    ("get-started.md", ". ~/gallery/bin/activate"): "changes the shell alone",
    ("get-started.md", 'pip install "convnet-gallery[cpu]"'): "test_wheel.py installs the wheel",
    ("get-started.md", "gallery serve"): "runs until it is stopped",
    ("publish.md", "git init -b main"): "the desk is a repository",
    ("publish.md", "git remote add origin git@github.com:you/my-gallery.git"): "the desk has a remote",
    ("publish.md", 'make docs OUTPUT="$HOME/my-gallery/site/docs"'): "the last test builds these pages",
}
"""What is not run, and why: a verb is parsed all the same, and a target of make exists."""

FAILING = {
    "gallery check -c mistakes.yml": 2,
    "gallery check -c typing.yml": 2,
    "gallery check -c damaged.yml": 1,
    "gallery check -c broken.yml": 1,
    "gallery build -c taken.yml": 1,
    "gallery models squeeznet": 2,
    "gallery weights vgg19 --offline": 1,
}
"""What the pages show to fail, with its exit status."""

WRONG = {"mistakes.yml", "typing.yml"}
"""Configurations that the pages show to be wrong."""

SILENT = {"text", "css", "html", "markdown", "rst", "latex", "{toctree}", "{eval-rst}"}
"""Languages of blocks that are shown and saved, not run."""

DIGITS = """\
from types import SimpleNamespace

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def load_digits():
    random = np.random.default_rng(0)
    target = random.integers(0, 10, 1797)
    images = np.stack([draw(str(digit), random) for digit in target]) * 16 / 255
    return SimpleNamespace(images=images, target=target)


def draw(digit, random):
    picture = Image.new("L", (32, 32))
    place = tuple(16 + random.uniform(-2, 2, 2))
    font = ImageFont.load_default(random.integers(28, 34))
    ImageDraw.Draw(picture).text(place, digit, fill=255, font=font, anchor="mm")
    return np.asarray(picture.rotate(random.uniform(-8, 8)).resize((8, 8)), np.float64)
"""
"""What a page's Python imports as ``sklearn.datasets``."""

VERBS = set(command_line.verbs().choices)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Enter a folder with the files that the pages take for granted, and return it."""
    (tmp_path / "inputs").symlink_to(ROOT / "inputs")
    _save_pictures(tmp_path)
    for name, text in (
        ("damaged/dog.jpg", "no picture"),
        ("letters/dear.txt", "Dear"),
        ("labels.txt", "a\nb\n"),
        ("texts/second.md", "# Page two\n\n![The cat](gallery:cat/squeezenet/fire9)\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "shapes.txt").write_text("circle\nsquare\ntriangle\n", encoding="utf-8")
    (tmp_path / "theme").mkdir()
    _make_repository(tmp_path)
    _write_digits(tmp_path)
    (tmp_path / "layers.py").write_text("HALF = 0.5\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # as for a script there
    monkeypatch.delitem(sys.modules, "blocks", raising=False)
    return tmp_path


def _save_pictures(folder):
    (folder / "holiday").mkdir()
    for name, colour in (("cat", (60, 110, 220)), ("hen", (200, 180, 130))):
        picture = Image.new("RGB", (60, 40), colour)
        picture.paste((250, 60, 40), (10, 5, 30, 35))
        picture.save(folder / "holiday" / f"{name}.jpg")
    shutil.copy(folder / "holiday" / "cat.jpg", folder / "cat.jpg")
    shutil.copytree(folder / "holiday", folder / "Pictures")


def _write_digits(folder):
    """Write a module that draws digits, with the interface of scikit-learn, which is no dependency."""
    (folder / "sklearn").mkdir()
    (folder / "sklearn" / "datasets.py").write_text(DIGITS, encoding="utf-8")


def _make_repository(folder):
    """Make the folder a repository with a remote, to publish to."""
    origin = folder.with_name(f"{folder.name}-origin.git")
    for words in (
        ["init", "--quiet", "--bare", str(origin)],
        ["init", "--quiet"],
        ["remote", "add", "origin", str(origin)],
        ["config", "user.name", "A Reader"],
        ["config", "user.email", "reader@example.org"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)


def _save_models(folder):
    """Save small models under the names that configurations of the pages use."""
    import keras
    from keras import layers

    for name, classes in (("mine", 2), ("shapes", 3)):
        model = keras.Sequential(
            [
                layers.Input((16, 16, 3)),
                layers.Conv2D(4, 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(classes, name="classes"),
            ]
        )
        model.save(folder / f"{name}.keras")


def _save_graphs(folder):
    """Save small ONNX files, pictures and labels under the names of those that a page exports."""
    for name in ("resnet18", "stripes"):
        graph = Graph((1, 3, 16, 16))
        x = graph.add("Relu", [graph.conv("image", 4, 3, name="/edges/Conv")])
        x = graph.add("Relu", [graph.conv(x, 3, 4, name="/parts/Conv")])
        x = graph.add("ReduceMean", [x], axes=[2, 3], keepdims=0)
        graph.save(folder / f"{name}.onnx", graph.add("MatMul", [x, graph.weights(3, 3)]))
    shutil.copytree(folder / "holiday", folder / "stripes", dirs_exist_ok=True)
    (folder / "stripes.txt").write_text("level\nupright\nchecked\n", encoding="utf-8")


@contextlib.contextmanager
def _heard():
    """Give a stream with all that is printed meanwhile, errors too."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield stream


class Reader:
    """Someone who does what a page says, in its order, in one folder."""

    def __init__(self, page, folder):
        self.page, self.folder, self.home = page, folder, folder
        self.names, self.output = {"__name__": "__main__"}, ""

    def read(self, text):
        """Do what all blocks of a page say; what fails is told with its line."""
        for block in blocks(text):
            try:
                self.follow(block)
            except BaseException as error:
                error.add_note(f"{self.page}:{block.line}: this snippet")
                raise

    def follow(self, block):
        """Do what one block says."""
        if block.file:
            target = self.folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        if block.language == "text":
            assert shows(self.output, block.text), self.output
            return
        assert block.language in {"yaml", "python", "sh"} | SILENT
        if block.language not in SILENT:
            getattr(self, block.language)(block)

    def yaml(self, block):
        """Load a configuration; a part of one is completed first."""
        name = block.file or "snippet.yml"
        if name in WRONG:
            return
        if not block.file:
            keys = {"inputs": ["inputs/"], "models": [{"name": "squeezenet"}]} | yaml.safe_load(block.text)
            (self.folder / name).write_text(yaml.safe_dump(keys, sort_keys=False), encoding="utf-8")
        if ".keras" in block.text and not (self.folder / "shapes.keras").exists():
            _save_models(self.folder)
        if ".onnx" in block.text:
            _save_graphs(self.folder)
        options = parser().parse_args(["check", "-c", name])
        assert configuration(options).networks

    def python(self, block):
        """Run Python; a page's blocks share their names."""
        code = compile(block.text, f"{self.page}:{block.line}", "exec")
        if needs_pytorch(block):
            return
        with _heard() as stream:
            exec(code, self.names)
        self.output = stream.getvalue()

    def sh(self, block):
        """Run each command, or see that there is one."""
        with _heard() as stream:
            statuses = {line: self.status(line) for line in commands(block)}
        self.output = stream.getvalue()
        assert statuses == {line: FAILING.get(line, 0) for line in statuses}, self.output

    def status(self, line):
        """Return the exit status of a command; of one that is not run, 0 if there is one."""
        words, run = shlex.split(line), (self.page, line) not in NOT_RUN
        if words[0] == "make":
            words = shlex.split(planned(words)[-1])
        if words[1:3] == ["-m", "generator"]:
            words = ["gallery", *words[3:]]
        if words[0] == "gallery":
            return called(words[1:]) if run else parsed(words[1:])
        if run and words[0] in ("cd", "mkdir", "cp"):
            return self.moved(words)
        assert not run, f"{line}: neither gallery nor make"
        return 0

    def moved(self, words):
        """Do what ``cd``, ``mkdir`` or ``cp`` says; the reader's home is the first folder."""
        command, *places = (word.replace("~", str(self.home)) for word in words)
        if command == "cd":
            self.folder = self.folder / places[0]
            os.chdir(self.folder)
            return 0
        return subprocess.run([command, *places], cwd=self.folder, check=False).returncode


def planned(words):
    """Return the commands that make would run."""
    command = [*words, "-n", "--no-print-directory"]  # also where make itself has called the tests
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def called(words):
    """Return the exit status of ``gallery``."""
    try:
        return cli.main(words)
    except SystemExit as ended:
        return ended.code or 0


def parsed(words):
    """Return 0 where ``gallery`` knows these arguments."""
    parser().parse_args(words)
    return 0


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_snippet_of_a_page_works(page, desk):
    if page.name == "get-started.md":
        shutil.rmtree(desk / ".git")  # a beginner has no repository yet
    Reader(page.name, desk).read(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("```yaml\ntitel: Cats\n```\n", "unknown key 'titel'"),
        ("```yaml\n# a.yml\ninputs: [nowhere/]\nmodels: [{name: vgg16}]\n```\n", "nowhere"),
        ("```python\nfrom generator import no_such_name\n```\n", "no_such_name"),
        ("```python\nprint(1)\n```\n```text\n2\n```\n", "1\n"),
        ("```sh\ngallery chekc\n```\n", "invalid choice: 'chekc'"),
        ("```sh\ngallery models squeezenet --all\n```\n", "unrecognized arguments: --all"),
        ("```sh\nls\n```\n", "ls: neither gallery nor make"),
        ("```ruby\nputs 1\n```\n", "ruby"),
    ],
)
def test_a_snippet_that_is_wrong_is_found(page, error, desk):
    reader = Reader("page.md", desk)
    with pytest.raises((AssertionError, ImportError, errors.ConfigError), match=re.escape(error)):
        reader.read(page)


def test_what_is_not_run_is_on_the_pages():
    shown = {
        (page.name, line)
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language == "sh"
        for line in commands(block)
    }
    assert set(NOT_RUN) <= shown
    assert set(FAILING) <= {line for _, line in shown}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_verbs_and_targets_in_sentences_exist(page):
    said = [code.split() for code in inline(page.read_text(encoding="utf-8")) if " " in code]
    verbs = {words[1] for words in said if words[0] == "gallery"}
    targets = {words[1] for words in said if words[0] == "make"}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {verb for verb in verbs if re.match("[a-z]", verb)} <= VERBS
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_the_references_are_the_codes():
    again = "run: make reference"
    for name, page in references.PAGES.items():
        assert (references.REFERENCE / name).read_text(encoding="utf-8") == page(), again


def test_the_examples_of_the_makers_hold():
    failed, tried = doctest.testmod(configuration_page)
    assert (failed, tried) == (0, 1)


def test_every_error_is_explained():
    page = (ROOT / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^## (\w+Error)", page, re.MULTILINE))
    ours = (error for error in vars(errors).values() if isinstance(error, type))
    known = {error.__name__ for error in ours if error is not errors.GalleryError}
    assert known == explained


def test_every_function_of_templates_is_on_their_page():
    page = (references.REFERENCE / "templates.md").read_text(encoding="utf-8")
    listed = {name for code in inline(page) for name in re.findall(r"^\w+", code)}
    ours, plain = make_environment(None), Environment(autoescape=True)
    names = (ours.globals.keys() - plain.globals.keys()) | (ours.filters.keys() - plain.filters.keys())
    assert names - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_file_that_a_page_links_to_exists(page):
    targets = links(page.read_text(encoding="utf-8"))
    files = {target.partition("#")[0] for target in targets if not target.startswith(("http", "#"))}
    assert {file for file in files if not (page.parent / file).exists()} == set()


def test_the_pages_are_built_without_a_warning_and_load_nothing_from_elsewhere(tmp_path):
    command = planned(["make", "docs", f"OUTPUT={tmp_path / 'docs'}"])[-1]
    words = [sys.executable, *shlex.split(command)[1:]]
    words[words.index("build/doctrees")] = str(tmp_path / "doctrees")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert broken(tmp_path / "docs") == []
    for path in (tmp_path / "docs").rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|iframe)[^>]* src=\"([^\"]*)|<link [^>]*href=\"([^\"]*)", path.read_text()
        )
        assert [link for pair in loaded for link in pair if re.match(r"(https?:)?//", link)] == []
    for path in (tmp_path / "docs").rglob("*.css"):
        assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")) == []
