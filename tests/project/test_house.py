"""The house keeps its plan: who imports whom, what loads when, how long things are, what no file may hold."""

import ast
import re
import subprocess
import sys

import pytest

from tests.support import structure
from tests.support.structure import ROOT

GENERATOR = ROOT / "generator"
HERE = "tests/project/test_house.py"

ROWS = (
    ("errors", "version", "names", "paths", "environment", "records"),
    (
        *("config", "images", "networks", "engine", "figures", "pages"),
        *("site", "check", "publish", "serve", "store", "workers", "datasets"),
    ),
    ("analysis", "live"),
    ("artifacts", "api"),
    ("build",),
    ("cli",),
)
"""A room may import rooms of the rows above its own: no neighbour, not inside a function, not for a type."""
ENTRIES = {"__init__": ("api", "errors", "version"), "__main__": ("cli",)}
"""What starts the program, and what that may import; nothing imports it."""
MAY_IMPORT = ENTRIES | {room: sum(ROWS[:above], ()) for above, row in enumerate(ROWS) for room in row}
FILES = {"__init__", "__main__", "errors", "version", "names", "paths", "environment"}
"""Rooms that are files; all others are packages."""

LONGEST_CHAIN, MOST_DECIDERS, MOST_PASSING_ON = 7, 2, 6
"""The two that decide what is found and what is made are ``run``, for artifacts, and the tables of shards."""

OWNERS = {
    "svgwrite": ("figures.draw", "figures.pair", "figures.montage"),
    "jinja2": ("pages",),
    "typst": ("figures.conversion",),
    "pymupdf_fonts": ("figures.conversion",),
    "onnx": ("networks.onnx",),
    "pyarrow": ("datasets.parquet", "datasets.parquet_table"),
    "tensorflow": ("networks", "engine"),
    "keras": ("networks", "engine"),
}
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 40
EMPTY_WORDS = {"utils", "helpers", "common", "manager", "data"}
REGISTRIES = tuple(
    ".".join(words)
    for words in [
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    ]
)


@pytest.fixture(scope="module")
def modules():
    """Return the modules of the project."""
    return structure.read(GENERATOR)


@pytest.fixture
def write(tmp_path):
    """Return what writes a file of a made-up package and returns the package."""

    def written(file, code):
        path = tmp_path / "generator" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return tmp_path / "generator"

    return written


# What a module imports


def objection(module, name, rooms):
    """Return why a module may not import a name, or nothing."""
    top, own = name.split(".")[0], module.room
    if top in OWNERS:
        allowed = any(f"{module.name}.".startswith(f"{owner}.") for owner in OWNERS[top])
        return "" if allowed else f"{top} belongs in {' and '.join(OWNERS[top])}"
    other = structure.room_of(name, rooms)
    if own not in MAY_IMPORT or other in ("", own, *MAY_IMPORT[own]):
        return ""
    return f"{own} may not import {other}, which is in no row above"


def wrong_imports(generator):
    """Return one line for each import that goes the wrong way, and for each module without a row."""
    found, modules = [], structure.read(generator)
    rooms = {*MAY_IMPORT, *(module.room for module in modules)}
    for module in modules:
        if module.room not in MAY_IMPORT:
            found.append(f"{module.place}:1: in no row; give it one in {HERE}")
        found += [
            f"{module.place}:{line}: {reason}"
            for line, name in structure.imported(module)
            if (reason := objection(module, name, rooms))
        ]
    return found


def test_imports_go_one_way():
    assert wrong_imports(GENERATOR) == []


@pytest.mark.parametrize(
    ("file", "code", "reason"),
    [
        ("images/a.py", "from generator.site import write", "images may not import site"),
        ("images/a.py", "from generator import site", "images may not import site"),
        ("images/a.py", "import generator.site as s", "images may not import site"),
        ("images/a.py", "from .. import site", "images may not import site"),
        ("images/a.py", "from ..site import write", "images may not import site"),
        ("pages/__init__.py", "from ..site import write", "pages may not import site"),
        ("engine/rules/a.py", "from ...networks import own", "engine may not import networks"),
        ("images/a.py", "from generator.build import gallery", "images may not import build"),
        ("images/a.py", "from generator.lenses import Lens", "images may not import __init__"),
        ("images/a.py", "from generator import load_network", "images may not import __init__"),
        ("images/a.py", "import generator.__main__", "images may not import __main__"),
        ("records/a.py", "from generator.errors import ImageError", "records may not import errors"),
        ("artifacts/a.py", "from generator.api import deconvolve", "artifacts may not import api"),
        ("cli/main.py", "import generator", "cli may not import __init__"),
        ("__init__.py", "from generator.build import gallery", "__init__ may not import build"),
        ("__main__.py", "from generator.errors import GalleryError", "__main__ may not import errors"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "def late():\n    {}", "if TYPE_CHECKING:\n    {}"])
def test_an_import_the_wrong_way_is_found(write, file, code, reason, frame):
    line = 2 + frame.count("\n")
    found = wrong_imports(write(file, f"x = 1\n{frame.format(code)}\n"))
    assert found == [f"generator/{file}:{line}: {reason}, which is in no row above"]


@pytest.mark.parametrize(
    ("file", "code", "reason"),
    [
        ("cli/main.py", "import tensorflow as tf", "tensorflow belongs in networks and engine"),
        ("build/run.py", "from keras import ops", "keras belongs in networks and engine"),
        (
            "figures/layout.py",
            "import svgwrite",
            "svgwrite belongs in figures.draw and figures.pair and figures.montage",
        ),
        ("site/staging.py", "import jinja2.ext", "jinja2 belongs in pages"),
    ],
)
def test_a_package_outside_its_room_is_found(write, file, code, reason):
    assert wrong_imports(write(file, code)) == [f"generator/{file}:1: {reason}"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("images/a.py", "from generator.errors import ImageError; from generator import paths"),
        ("pages/index.py", "from . import feed; from .feed import render; from generator.pages import feed"),
        ("engine/rules.py", "import keras; from tensorflow.python import x; from ..records import Trace"),
        ("figures/draw.py", "import svgwrite"),
        ("analysis/a.py", "from generator.engine import graph"),
        ("build/gallery.py", "from generator import images, site, artifacts; from ..pages import index"),
        ("__main__.py", "from generator.cli import main"),
        ("__init__.py", "from generator import api, version"),
    ],
)
def test_an_import_the_right_way_is_let_be(write, file, code):
    assert wrong_imports(write(file, code)) == []


def test_a_module_without_a_row_is_found(write):
    write("lenses.py", "from generator.records import ImageSpec")
    assert wrong_imports(write("images/a.py", "from generator.lenses import Lens")) == [
        "generator/images/a.py:1: images may not import lenses, which is in no row above",
        f"generator/lenses.py:1: in no row; give it one in {HERE}",
    ]


def test_help_loads_no_tensorflow():
    command = [sys.executable, "-X", "importtime", "-m", "generator", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(re.findall(r"^import time:.*\| +(\w+)", done.stderr, flags=re.MULTILINE))
    assert "generator" in loaded
    assert not loaded & {"tensorflow", "keras", "jax", "torch"}


# How the whole is built


def test_rooms_are_packages_but_for_a_few(modules):
    assert set(structure.at_top(modules)) <= {f"generator/{name}.py" for name in FILES}


def test_no_chain_of_rooms_is_long(modules):
    chain = structure.chain(structure.room_imports(modules))
    assert len(chain) <= LONGEST_CHAIN, " -> ".join(chain)


def test_found_or_made_is_decided_in_one_place(modules):
    found = structure.deciders(modules)
    assert len(found) <= MOST_DECIDERS, found


def test_few_functions_pass_everything_on(modules):
    found = structure.pass_through(modules)
    assert len(found) <= MOST_PASSING_ON, found


def test_no_object_is_a_bag_of_everything(modules):
    assert structure.bags(modules) == []


# How long things are


def length(function):
    """Return the lines of a function from ``def`` to its end, without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - (docstring.end_lineno - docstring.lineno + 1)


def shortcomings(folder):
    """Return one line for each module without docstring and for each module or function that is too long."""
    found = []
    for module in structure.read(folder):
        if not ast.get_docstring(module.tree):
            found.append(f"{module.place}:1: no docstring")
        if module.lines > MAX_MODULE_LINES:
            found.append(f"{module.place}:1: {module.lines} lines; {MAX_MODULE_LINES} at most")
        found += [
            f"{module.place}:{node.lineno}: {node.name} has {lines} lines; {MAX_FUNCTION_LINES} at most"
            for node in structure.functions(module)
            if (lines := length(node)) > MAX_FUNCTION_LINES
        ]
    return found


def test_modules_speak_and_stay_short():
    assert shortcomings(GENERATOR) == []


def test_shortcomings_are_found(tmp_path):
    generator = tmp_path / "generator"
    generator.mkdir()
    function = 'def f():\n    """Say\n    more.\n    """\n' + "    x = 1\n" * 39
    (generator / "fits.py").write_text(f'"""Ours."""\n{function}', encoding="utf-8")
    (generator / "grown.py").write_text(f'"""Ours."""\n{function}    x = 1\n', encoding="utf-8")
    (generator / "silent.py").write_text("x = 1\n" * 301, encoding="utf-8")
    assert shortcomings(generator) == [
        "generator/grown.py:2: f has 41 lines; 40 at most",
        "generator/silent.py:1: no docstring",
        "generator/silent.py:1: 301 lines; 300 at most",
    ]


# What no file may be called, or hold


def empty_names(paths, root):
    """Return the modules whose file or folder is called by a word that says nothing."""
    places = [path.relative_to(root).as_posix() for path in paths if path.suffix == ".py"]
    return [place for place in places if EMPTY_WORDS & set(re.split(r"[/._]", place))]


def test_names_say_something():
    assert empty_names(repository_files(), ROOT) == []


def test_an_empty_name_is_found(tmp_path):
    found = ["generator/data_set.py", "generator/common/a.py", "page_utils.py"]
    files = [*found, "dataset.py", "managers.py", "data/a.csv"]
    assert empty_names([tmp_path / file for file in files], tmp_path) == found


def repository_files():
    """Return every file of the project at its top level and in the folders that are written by hand."""
    folders = (
        *(
            "benchmarks",
            "convnet_gallery",
            "docs",
            "examples",
            "generator",
            "inputs",
            "requirements",
            "templates",
            "tests",
        ),
        *(".ci", ".github"),
    )
    paths = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    ours = (path for path in paths if "node_modules" not in path.parts)
    return [path for path in ours if path.is_file() and path.suffix != ".pyc"]


def test_no_file_names_a_package_registry():
    """Locks name packages, versions and hashes; where they come from is each machine's own matter."""
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in repository_files()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]
    assert named == []
