"""The house keeps its plan: who imports whom, what loads when, how long things are, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATOR = ROOT / "generator"

STORY = {
    *("__init__", "__main__", "build", "cli", "arguments", "verbs", "deconvolution", "own_networks"),
    "forward_pass",
    *("lenses", "recipes", "keeper", "looking", "drawing", "exhibits", "sightings", "rendering", "results"),
    *("single_figures", "notebook"),
}
LEAVES = {"artifacts", "errors", "records", "site_paths", "version"}
ROOMS = {
    *("config", "images", "networks", "engine", "selection", "predictions", "figures", "pages"),
    *("site", "sizes", "check", "console", "cache", "serve", "publish"),
}
OWNERS = {
    "svgwrite": ("figures.draw",),
    "jinja2": ("pages",),
    "typst": ("figures.conversion",),
    "pymupdf_fonts": ("figures.conversion",),
    "tensorflow": ("networks", "engine"),
    "keras": ("networks", "engine"),
}
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 40
REGISTRIES = tuple(
    ".".join(words)
    for words in [
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    ]
)


# What a module imports


def modules(generator):
    """Yield (path, dotted name below the generator, syntax tree) of every module."""
    for path in sorted(generator.rglob("*.py")):
        parts = path.relative_to(generator).with_suffix("").parts
        yield path, ".".join(parts), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree, module):
    """Yield (line, absolute dotted name) of every import, wherever in the file; relative ones resolved."""
    package = ["generator", *module.split(".")[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = [*above, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)


def objection(module, name):
    """Return why ``module`` may not import ``name``, or nothing."""
    top, *rest = name.split(".")
    own = module.split(".")[0]
    if top in OWNERS:
        allowed = any(f"{module}.".startswith(f"{owner}.") for owner in OWNERS[top])
        return "" if allowed else f"{top} belongs in {' and '.join(OWNERS[top])}"
    if top != "generator" or own in STORY:
        return ""
    other = rest[0] if rest and rest[0] in STORY | LEAVES | ROOMS else "__init__"
    if other in LEAVES or other == own:
        return ""
    return f"{'the leaf' if own in LEAVES else 'the room'} {own} may not import {other}"


def wrong_imports(generator):
    """Return one line for each import that goes the wrong way, and for each module without a place."""
    found = []
    for path, module, tree in modules(generator):
        place = path.relative_to(generator.parent).as_posix()
        if module.split(".")[0] not in STORY | LEAVES | ROOMS:
            found.append(f"{place}:1: neither story, room nor leaf; give it a place in tests/test_house.py")
        found += [
            f"{place}:{line}: {reason}"
            for line, name in imported(tree, module)
            if (reason := objection(module, name))
        ]
    return found


def test_imports_go_one_way():
    assert wrong_imports(GENERATOR) == []


@pytest.mark.parametrize(
    ("file", "code", "reason"),
    [
        ("images.py", "from generator.site import write", "the room images may not import site"),
        ("images.py", "from generator import site", "the room images may not import site"),
        ("images.py", "import generator.site as s", "the room images may not import site"),
        ("images.py", "from . import site", "the room images may not import site"),
        ("images.py", "from .site import write", "the room images may not import site"),
        ("pages/index.py", "from ..site import write", "the room pages may not import site"),
        ("pages/__init__.py", "from ..site import write", "the room pages may not import site"),
        ("images.py", "from generator.build import build", "the room images may not import build"),
        ("images.py", "from generator import load_network", "the room images may not import __init__"),
        ("records.py", "from generator.images import read", "the leaf records may not import images"),
        ("cli.py", "import tensorflow as tf", "tensorflow belongs in networks and engine"),
        ("build.py", "from keras import ops", "keras belongs in networks and engine"),
        ("figures/layout.py", "import svgwrite", "svgwrite belongs in figures.draw"),
        ("site.py", "import jinja2.ext", "jinja2 belongs in pages"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "def late():\n    {}"])
def test_an_import_the_wrong_way_is_found(tmp_path, file, code, reason, frame):
    path = tmp_path / "generator" / file
    path.parent.mkdir(parents=True)
    path.write_text(f"x = 1\n{frame.format(code)}\n", encoding="utf-8")
    line = 2 + frame.count("\n")
    assert wrong_imports(tmp_path / "generator") == [f"generator/{file}:{line}: {reason}"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("images.py", "from generator.errors import ImageError"),
        ("pages/index.py", "from . import feed; from .feed import render; from generator.pages import feed"),
        ("engine/rules.py", "import keras; from tensorflow.python import x; from ..records import Trace"),
        ("figures/draw.py", "import svgwrite"),
        ("build.py", "from generator import images, site; from .pages import index"),
        ("__main__.py", "from generator.cli import main"),
    ],
)
def test_an_import_the_right_way_is_let_be(tmp_path, file, code):
    path = tmp_path / "generator" / file
    path.parent.mkdir(parents=True)
    path.write_text(code, encoding="utf-8")
    assert wrong_imports(tmp_path / "generator") == []


def test_a_module_without_a_place_is_found(tmp_path):
    (tmp_path / "generator").mkdir()
    (tmp_path / "generator" / "utils.py").touch()
    reason = "neither story, room nor leaf; give it a place in tests/test_house.py"
    assert wrong_imports(tmp_path / "generator") == [f"generator/utils.py:1: {reason}"]


def test_help_loads_no_tensorflow():
    command = [sys.executable, "-X", "importtime", "-m", "generator", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(re.findall(r"^import time:.*\| +(\w+)", done.stderr, flags=re.MULTILINE))
    assert "generator" in loaded
    assert not loaded & {"tensorflow", "keras", "jax", "torch"}


# How long things are


def length(function):
    """Return the lines of a function from ``def`` to its end, without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - (docstring.end_lineno - docstring.lineno + 1)


def shortcomings(generator):
    """Return one line for each module without docstring and for each module or function that is too long."""
    found = []
    for path, _, tree in modules(generator):
        place, lines = (
            path.relative_to(generator.parent).as_posix(),
            len(path.read_text("utf-8").splitlines()),
        )
        if not ast.get_docstring(tree):
            found.append(f"{place}:1: no docstring")
        if lines > MAX_MODULE_LINES:
            found.append(f"{place}:1: {lines} lines; {MAX_MODULE_LINES} at most")
        found += [
            f"{place}:{node.lineno}: {node.name} has {length(node)} lines; {MAX_FUNCTION_LINES} at most"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > MAX_FUNCTION_LINES
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


# What no file may hold


def repository_files():
    """Return every file of the project at its top level and in the folders that are written by hand."""
    folders = (
        *("docs", "examples", "generator", "inputs", "requirements", "templates", "tests", ".ci", ".github"),
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
