"""The measures of structure, on packages of a few lines: every number exact."""

import subprocess
import sys

import pytest

from tests.support import structure


@pytest.fixture
def write(tmp_path):
    """Return what writes files of a package, by path, and reads the package."""

    def written(files):
        for name, text in files.items():
            path = tmp_path / "generator" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return structure.read(tmp_path / "generator")

    return written


def names(found):
    """Return names without their places."""
    return [one.split()[-1] for one in found]


# Rooms


def test_only_files_of_the_package_itself_are_at_the_top(write):
    modules = write({"__init__.py": "", "build.py": "", "pages/__init__.py": "", "pages/feed.py": ""})
    assert structure.at_top(modules) == ["generator/__init__.py", "generator/build.py"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("a.py", "from generator.b import f"),
        ("a.py", "from generator import b"),
        ("a.py", "import generator.b.inner as inner"),
        ("a.py", "from . import b"),
        ("a.py", "from .b import f"),
        ("a/__init__.py", "from ..b import f"),
        ("a/deep/er.py", "from ...b import f"),
        ("a.py", "def late():\n    from generator.b import f"),
        ("a.py", "if TYPE_CHECKING:\n    from generator.b import f"),
    ],
)
def test_imports_of_every_form_are_seen(write, file, code):
    graph = structure.room_imports(write({file: code, "b.py": ""}))
    assert graph == {"a": {"b"}, "b": set()}


def test_what_no_room_has_comes_from_the_package(write):
    modules = write({"__init__.py": "def load(): ...", "a.py": "from generator import load\nimport json"})
    assert structure.room_imports(modules) == {"__init__": set(), "a": {"__init__"}}


def test_a_room_does_not_import_itself(write):
    modules = write({"a/one.py": "from generator.a import two", "a/two.py": ""})
    assert structure.room_imports(modules) == {"a": set()}


@pytest.mark.parametrize(
    ("graph", "longest"),
    [
        ({}, ""),
        ({"a": ""}, "a"),
        ({"a": "bd", "b": "c", "c": "d", "d": "", "e": "d"}, "abcd"),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, "abd"),
        ({"a": "b", "b": "c", "c": "bd", "d": "e", "e": ""}, "abcde"),
        ({"a": "c", "b": "c", "c": "b", "d": "a"}, "dabc"),
    ],
)
def test_the_longest_chain_counts_a_ring_once(graph, longest):
    assert structure.chain({room: set(others) for room, others in graph.items()}) == list(longest)


def test_rooms_that_name_the_configuration_are_counted(write):
    modules = write(
        {
            "records.py": "class GalleryConfig: ...",
            "a.py": "from generator.records import GalleryConfig",
            "b/one.py": "def f(settings: Sequence[GalleryConfig]): ...",
            "b/two.py": "def f() -> GalleryConfig: ...",
            "c.py": "@dataclass\nclass Gallery:\n    settings: records.GalleryConfig",
        }
    )
    assert structure.configured_rooms(modules) == ["b", "c"]


# What is carried along


@pytest.mark.parametrize(
    ("parameters", "body", "is_counted"),
    [
        ("config, lens, say", "g(config, lens, say)", True),
        ("config, lens, say", "g(config, lens)", False),
        ("config, lens, say", "g(config)\n    return h(lens, x=say)", True),
        ("config, network, networks", "g(config, network, networks)", False),
        ("config, store, image", "store.find(config, image)", False),
        ("config, store, image", "g([config.seed], *image, **store)", True),
        ("config, store, *, image", "partial(g, config, store)(image)", True),
        ("a: GalleryConfig, b: Sequence[Lens], c: Callable[[str], None]", "g(a, b, c)", True),
        ("a: GalleryConfig, b: Source[Network], c: 'Store'", "g(a, b, c)", True),
        ("a: GalleryConfig, b: LensCap, c: Keeper | None", "g(a, b, c)", False),
        ("config, model: str, image: Path", "g(config, model, image)", False),
        ("config, lens, say", "def inner():\n        g(config, lens, say)", True),
        ("self, _config, _store, _progress", "g(_config, _store, _progress)", True),
    ],
)
def test_functions_that_pass_on_are_counted(write, parameters, body, is_counted):
    modules = write({"a.py": f"x = 1\nclass C:\n  def f({parameters}):\n    {body}\n"})
    assert structure.pass_through(modules) == ["generator/a.py:3 f"] * is_counted


@pytest.mark.parametrize(
    ("code", "is_counted"),
    [
        ("@dataclass\nclass Bag:\n    config: GalleryConfig\n    store: Store\n    report: Say", True),
        ("class Bag(NamedTuple):\n    a: GalleryConfig\n    b: tuple[Network, ...]\n    c: Subject", True),
        ("@dataclass\nclass Bag:\n    config: GalleryConfig\n    store: Store\n    model: str", False),
        ("class Bag:\n  def __init__(self, config, store, say):\n    self.all = config, store, say", True),
        ("class Bag:\n  def __init__(self, config, store, say):\n    self._all = config, store, say", False),
        ("class Bag:\n  def other(self, config, store, say):\n    self.all = config, store, say", False),
    ],
)
def test_a_bag_that_carries_everything_is_found(write, code, is_counted):
    assert names(structure.bags(write({"a.py": code}))) == ["Bag"] * is_counted


@pytest.mark.parametrize(
    ("code", "deciding"),
    [
        ("def f(keeper): return keeper.found(key) or make()", ["f"]),
        ("def f(x: Store): return x.find(key)", ["f"]),
        ("def f(self): return self._store.has(key)", ["f"]),
        ("def f(a): return map(a.cache.kept, keys)", ["f"]),
        ("def f(store):\n  def g(): return store.find(1)\n  return g() or store.has(2)", ["f"]),
        ("class C:\n  def f(self, store): store.find(1)\n  def g(self, store): store.has(1)", ["f", "g"]),
        ("def f(store): store.keep(key, value)", []),
        ("def f(text: str): return text.find('store')", []),
        ("def f(prepared): return prepared.kept", []),
    ],
)
def test_places_that_ask_a_store_are_counted(write, code, deciding):
    modules = write({"a.py": code, "store.py": code, "keeper.py": code, "cache/entries.py": code})
    assert names(structure.deciders(modules)) == deciding


# Lengths, and the table


def test_a_body_is_counted_without_signature_and_docstring(write):
    (module,) = write(
        {"a.py": 'def f(\n    x,\n):\n    """Say.\n\n    More.\n    """\n    y = x\n\n    return y\n'}
    )
    assert [structure.body_lines(one) for one in structure.functions(module)] == [3]


def test_a_function_that_only_says_something_has_no_lines(write):
    (module,) = write({"a.py": 'class P(Protocol):\n    def f(self):\n        """Say."""\n'})
    assert [structure.body_lines(one) for one in structure.functions(module)] == [0]


def test_the_table_gives_every_number(write):
    function = "def f(config, lens, say):\n    g(config, lens, say)\n" + "    x = 1\n" * 11
    modules = write({"a.py": f"from generator import b\n{function}", "b.py": "x = 1\n" * 301})
    assert list(structure.table(structure.measures(modules))) == [
        "modules at the top of generator/                 2",
        "longest chain of rooms                           2",
        "rooms the configuration visits                   0",
        "functions that pass on three kinds or more  1 of 1",
        "classes that show three kinds or more            0",
        "places that decide found or made                 0",
        "files under 60 lines                        1 of 2",
        "files over 300 lines                        1 of 2",
        "median lines of a function                      12",
        "functions under 12 lines                      0.0%",
    ]


def test_a_checkout_is_measured_with_names(write, tmp_path):
    write({"a.py": "from generator.b import f", "b.py": "def f():\n    return 1\n"})
    command = [sys.executable, "-m", "tests.support.structure", str(tmp_path), "--verbose"]
    done = subprocess.run(command, cwd=structure.ROOT, capture_output=True, text=True, check=True, timeout=60)
    lines = done.stdout.splitlines()
    chain = lines.index("longest chain of rooms                           2")
    assert lines[chain + 1 : chain + 3] == ["    a", "    b"]
    assert lines[-1] == "functions under 12 lines                    100.0%"
