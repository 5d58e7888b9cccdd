"""Every module that defines something is imported by a test."""

import ast

import pytest

from tests.support import structure

PACKAGE = {
    "generator/__init__.py": "from generator.figures import draw_panel",
    "generator/figures/__init__.py": "from generator.figures.draw import draw_panel",
    "generator/figures/draw.py": "def draw_panel(): ...",
    "generator/figures/layout.py": "class Layout: ...",
    "generator/figures/style.py": "WIDTH_PX = 100",
}


def untested(modules, tests):
    """Return the modules with a function or class of their own that none of the tests imports.

    A test imports a module by its name, or through a package that exports what the module defines.
    """
    exported = {
        f"{dotted(module)}.{name.rpartition('.')[2]}": name
        for module in modules
        if module.name.endswith("__init__")
        for _, name in structure.imported(module)
    }
    names = {dotted(module) for module in modules}
    imported = {name for test in tests for _, name in structure.imported(test)}
    steps = {step for name in imported for step in followed(name, exported)}
    reached = {step if step in names else step.rpartition(".")[0] for step in steps}
    return [module.place for module in modules if defines(module) and dotted(module) not in reached]


def defines(module):
    """Return whether a module has a function or class of its own."""
    return any(isinstance(node, (*structure.FUNCTION, ast.ClassDef)) for node in module.tree.body)


def dotted(module):
    """Return the name by which a module is imported."""
    return f"generator.{module.name}".removesuffix(".__init__")


def followed(name, exported):
    """Yield a name, and the names under which packages import what it is."""
    yield name
    if exported.get(name, name) != name:
        yield from followed(exported[name], exported)


def write(root, files):
    """Write the files of a checkout."""
    for name, code in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(code, encoding="utf-8")


def of(root):
    """Return the untested modules of a checkout."""
    return untested(structure.read(root / "generator"), structure.read(root / "tests", "test_*.py"))


def test_every_module_has_a_test():
    assert of(structure.ROOT) == []


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("from generator.figures import draw_panel", ["layout"]),
        ("from generator.figures.draw import draw_panel", ["layout"]),
        ("from generator.figures import layout", ["draw"]),
        ("from generator import figures", ["draw", "layout"]),
        ("def test():\n    import generator.figures.layout as tested", ["draw"]),
        ("from generator import draw_panel\nfrom generator.figures import layout", []),
    ],
)
def test_a_module_without_a_test_is_found(tmp_path, code, missing):
    write(tmp_path, PACKAGE | {"tests/test_all.py": code})
    assert of(tmp_path) == [f"generator/figures/{name}.py" for name in missing]


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("from generator.pages import feed", ["__init__"]),
        ("from generator.pages import render", ["feed"]),
        ("from generator import render; import generator.pages.feed", []),
    ],
)
def test_a_package_that_defines_something_needs_a_test_too(tmp_path, code, missing):
    pages = {"__init__.py": "def render(): ...", "feed.py": "def feed(): ..."}
    write(tmp_path, {f"generator/pages/{name}": text for name, text in pages.items()})
    write(
        tmp_path, {"generator/__init__.py": "from generator.pages import render", "tests/test_all.py": code}
    )
    assert of(tmp_path) == [f"generator/pages/{name}.py" for name in missing]


def test_only_tests_count(tmp_path):
    code = "from generator.figures import draw, layout"
    write(tmp_path, PACKAGE | {"tests/conftest.py": code, "tests/support/layouts.py": code})
    assert of(tmp_path) == ["generator/figures/draw.py", "generator/figures/layout.py"]
