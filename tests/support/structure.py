"""Measure how the package of a checkout is built: ``python -m tests.support.structure [ROOT] [--verbose]``.

A *room* is a direct child of ``generator/``, a module or a package, the entry points ``__init__`` and
``__main__`` included. The code is parsed and never imported, so that any commit can be measured.
"""

import argparse
import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

CARRIED = {
    "configuration": (r"config", r"GalleryConfig"),
    "model": (r"(lens|network|model)(e?s)?", r"(Lens|Network|Model)(Spec)?|OwnNetwork"),
    "store": (r"keeper|store|cache", r"Keeper|Store|Cache"),
    "picture": (r"(subject|image|picture)s?|rgb", r"ImageSpec|Subject|Picture"),
    "progress": (r"say|progress|report", r"Say|Progress|Callable\[\[str\], None\]"),
}
"""Kind -> names of parameters, without leading underscores, and types in annotations, as patterns."""
PLAIN = re.compile(r"(str|int|float|bool|bytes|Path)( \| None)?")
"""Types of a parameter that is of no kind, whatever its name: it is a name, a number or a place."""
MANY = 3  # kinds together are too many

STORE_ROOMS = {"store", "cache", "keeper"}
ASKS = {"find", "found", "has", "kept"}
SHORT_FILE, LONG_FILE, SHORT_FUNCTION = 60, 300, 12


@dataclass(frozen=True)
class Module:
    """A module: its file as seen from the checkout, and its dotted name below the package."""

    place: str
    name: str
    lines: int
    tree: ast.Module

    @property
    def room(self):
        """The first part of the name."""
        return self.name.split(".")[0]

    def at(self, node):
        """Return the name of a function or class, and its place."""
        return f"{self.place}:{node.lineno} {node.name}"


@dataclass(frozen=True)
class Measure:
    """A line of the table, and the names behind its number."""

    label: str
    value: str
    names: tuple[str, ...] = ()


def read(package, pattern="*.py"):
    """Return the modules of a package, or those whose files are so called, in the order of their paths."""
    return tuple(_module(package, path) for path in sorted(package.rglob(pattern)))


def _module(package, path):
    text, name = path.read_text(encoding="utf-8"), path.relative_to(package).with_suffix("")
    place = path.relative_to(package.parent).as_posix()
    return Module(place, ".".join(name.parts), len(text.splitlines()), ast.parse(text))


# Rooms


def at_top(modules):
    """Return the files that lie directly in the package."""
    return [module.place for module in modules if module.name == module.room]


def imported(module):
    """Yield (line, absolute dotted name) of every import, wherever in the file; relative ones resolved."""
    package = ["generator", *module.name.split(".")[:-1]]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = [*above, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)


def room_of(name, rooms):
    """Return the room of an imported name, or nothing; what is no room's is ``__init__``'s."""
    top, *rest = name.split(".")
    if top != "generator":
        return ""
    return rest[0] if rest and rest[0] in rooms else "__init__"


def room_imports(modules):
    """Return room -> rooms it imports, anywhere in its modules: inside functions and for types too."""
    graph = {module.room: set() for module in modules}
    for module in modules:
        found = {room_of(name, graph) for _, name in imported(module)}
        graph[module.room] |= found & graph.keys() - {module.room}
    return graph


def chain(graph):
    """Return the longest chain of rooms that import one another, importers first.

    Rooms that import each other in a ring all count, wherever the chain enters the ring.
    """
    reached = {room: _reached(graph, room) for room in graph}

    @cache
    def below(room):
        ring = {room} | {other for other in reached[room] if room in reached[other]}
        further = (below(other) for other in sorted(reached[room] - ring))
        return (*sorted(ring), *max(further, key=len, default=()))

    return list(max(map(below, sorted(graph)), key=len, default=()))


def _reached(graph, room):
    """Return the rooms that a room imports, directly or not; itself too if it is in a ring."""
    found, waiting = set(), [room]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def configured_rooms(modules):
    """Return the rooms that name the type ``GalleryConfig`` outside of imports."""
    return sorted({one.room for one in modules if "GalleryConfig" in map(_last_name, ast.walk(one.tree))})


# What is carried along


def kind(name, annotation=None):
    """Return which of the five kinds a parameter or field is of, or nothing."""
    text = ast.unparse(annotation) if annotation else ""
    for kind, (names, types) in CARRIED.items():
        if re.search(rf"(?<!\w)({types})(?!\w)", text):
            return kind
        if re.fullmatch(names, name.lstrip("_")) and not PLAIN.fullmatch(text):
            return kind
    return ""


def pass_through(modules):
    """Return the functions that have parameters of three kinds or more and hand as many on to calls.

    A value is handed on if its name is in an argument of a call: ``f(config)``, ``f(config.seed)`` and
    ``partial(f, config)``, but not ``store.find(key)``. Calls of inner functions count for the outer one too.
    """
    every = [(module, node) for module in modules for node in functions(module)]
    return [module.at(node) for module, node in every if len(_handed_on(node)) >= MANY]


def _handed_on(function):
    kinds = {one.arg: kind(one.arg, one.annotation) for one in _parameters(function)}
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    arguments = [value for call in calls for value in (*call.args, *(word.value for word in call.keywords))]
    return {kinds.get(name, "") for value in arguments for name in _names(value)} - {""}


def _parameters(function):
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _names(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def bags(modules):
    """Return the classes that hold three kinds or more where others can reach them.

    That is the fields of a dataclass, and what the ``__init__`` of another class sets without an underscore.
    """
    every = [(module, node) for module in modules for node in ast.walk(module.tree)]
    classes = [(module, node) for module, node in every if isinstance(node, ast.ClassDef)]
    return [module.at(node) for module, node in classes if len(_shown_kinds(node) - {""}) >= MANY]


def _shown_kinds(node):
    """Return the kinds of what the objects of a class show."""
    kinds = set()
    for one in node.body:
        if isinstance(one, ast.AnnAssign):
            kinds.add(kind(one.target.id, one.annotation))
        elif isinstance(one, FUNCTION) and one.name == "__init__":
            shown = {name for inner in ast.walk(one) if _sets_openly(inner) for name in _names(inner.value)}
            kinds |= {kind(each.arg, each.annotation) for each in _parameters(one) if each.arg in shown}
    return kinds


def _sets_openly(node):
    return isinstance(node, ast.Assign) and any(
        isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store) and inner.attr[0] != "_"
        for inner in ast.walk(node)
    )


def deciders(modules):
    """Return the functions, outside the store's own rooms, that ask a store whether something is kept.

    A store is what is called ``store``, ``keeper`` or ``cache``, or is a parameter of such a type. What an
    inner function asks counts for the outermost one.
    """
    outside = [one for one in modules if one.room not in STORE_ROOMS]
    return [one.at(node) for one in outside for node in _outermost(one.tree) if _asks_a_store(node)]


def _outermost(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            yield child
        else:
            yield from _outermost(child)


def _asks_a_store(function):
    nodes = list(ast.walk(function))
    arguments = {node.arg: node.annotation for node in nodes if isinstance(node, ast.arg)}
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    asked = {_last_name(node.value) for node in attributes if node.attr in ASKS}
    return any(kind(name, arguments.get(name)) == "store" for name in asked)


def _last_name(node):
    return getattr(node, "attr", getattr(node, "id", ""))


# Lengths, and the table


def functions(module):
    """Return all functions of a module: methods and inner functions too."""
    return [node for node in ast.walk(module.tree) if isinstance(node, FUNCTION)]


def body_lines(function):
    """Return the lines of a function's body, from its first statement after the docstring to its end."""
    body = function.body[ast.get_docstring(function, clean=False) is not None :]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def measures(modules):
    """Return every line of the table."""
    short = [f"{one.place} {one.lines}" for one in modules if one.lines < SHORT_FILE]
    long = [f"{one.place} {one.lines}" for one in modules if one.lines > LONG_FILE]
    every = [node for module in modules for node in functions(module)]
    lengths = [body_lines(node) for node in every] or [0]
    share = sum(length < SHORT_FUNCTION for length in lengths) / len(lengths)
    return [
        _counted("modules at the top of generator/", at_top(modules)),
        _counted("longest chain of rooms", chain(room_imports(modules))),
        _counted("rooms the configuration visits", configured_rooms(modules)),
        _counted("functions that pass on three kinds or more", pass_through(modules), every),
        _counted("classes that show three kinds or more", bags(modules)),
        _counted("places that decide found or made", deciders(modules)),
        _counted(f"files under {SHORT_FILE} lines", short, modules),
        _counted(f"files over {LONG_FILE} lines", long, modules),
        Measure("median lines of a function", f"{median(lengths):g}"),
        Measure(f"functions under {SHORT_FUNCTION} lines", f"{share:.1%}"),
    ]


def _counted(label, names, total=()):
    value = f"{len(names)} of {len(total)}" if total else f"{len(names)}"
    return Measure(label, value, tuple(names))


def table(found, is_verbose=False):
    """Return the lines of the table; verbose, each with its names below it."""
    label, value = max(len(one.label) for one in found), max(len(one.value) for one in found)
    for one in found:
        yield f"{one.label:{label}}  {one.value:>{value}}"
        yield from (f"    {name}" for name in one.names if is_verbose)


def main(arguments=None):
    """Print the measures of a checkout."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.structure", description=main.__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="default: the checkout of this file")
    parser.add_argument("--verbose", action="store_true", help="also print the names behind each number")
    options = parser.parse_args(arguments)
    print(*table(measures(read(options.root / "generator")), options.verbose), sep="\n")


if __name__ == "__main__":
    main()
