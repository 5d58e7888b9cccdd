"""The supported networks and operations, and their numerical errors: ``docs/reference/coverage.md``.

``python -m tests.support.coverage --write docs/reference/coverage.md`` measures every network again, which
takes many minutes. With ``--keep`` the measured errors stay, and the rest of the page is written in seconds;
networks that follow are measured all the same: ``--keep ConvNeXtTiny``. With ``--compare`` nothing is
written: whatever differs from the page, or is a larger error than it promises, is printed, and the exit
status is 1. Without these options the page is only printed.

The networks are those of the registry, and those of ``keras.applications`` that the tests compare with the
gradient tape. A network whose weights are installed is measured on a photograph at its own input size; the
others get seeded random weights and seeded noise at a small size.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from generator import images, load_network
from generator.engine import methods
from generator.engine.deconvnet import Deconvnet
from generator.networks import choice, registry
from tests.support import applications, operations, tapes

METHODS = tuple(methods.METHODS)
PHOTOGRAPH = Path(__file__).parents[2] / "inputs" / "chelsea.jpg"
SEEDED = "seeded"
NONE = "\N{EN DASH}"
PROMISED, EXACT = 1e-5, 1e-10
FACTS = 4
"""The columns before the errors."""

PAGE = """\
# Coverage

`make coverage-table` measures the networks and generates this page.

## Networks

Each error is the largest difference from a reference, as a share of the largest value of that reconstruction,
over two features in each of three layers spread over the depth of the network. The reference for `deconvnet`,
`guided` and `gradient` is TensorFlow's gradient tape in float64 with the ReLU's gradient overridden. The
reference for *loop* is a separate backward pass for each layer. The network itself runs in float32; 1e-5 is
promised. In the last column, `deconvnet` runs in float64 throughout; 1e-10 is promised.

*Seeded* weights are random numbers; these networks see noise at a small size. The others see a photograph.

{networks}

## Operations

The table lists the rule for each operation, by the name of its Keras class: a layer or a bare `keras.ops`. An
activation fused into a layer is a separate step after it. All other operations are refused by name.

{operations}
"""


@dataclass(frozen=True)
class Case:
    """One network: what it is called, whose weights it has, its model in a type, and what it looks at."""

    name: str
    weights: str
    build: Callable[[str], keras.Model]
    batch: np.ndarray


def cases():
    """Yield the networks of the registry, then those that only ``keras.applications`` has."""
    for name in registry.names():
        for weights in registry.entry(name).weights:
            yield seeded(name) if choice.to_fetch(name, weights) else trained(name, weights)
    for name in applications.SIZES:
        if name.lower() not in registry.names():
            yield Case(
                name,
                SEEDED,
                lambda dtype, name=name: applications.build(name, dtype),
                applications.picture(name),
            )


def trained(name, weights):
    """Return a network whose weights are at hand."""
    network = load_network(name, weights)
    picture = images.fit(images.read(PHOTOGRAPH), network.input_shape[:2])
    return Case(name, weights, lambda _: network.model, network.preprocess(picture))


def seeded(name):
    """Return a network of the registry with random weights, small."""
    known = next(known for known in applications.SIZES if known.lower() == name)
    size = applications.SIZES[known]

    def build(dtype):
        return applications.seeded(registry.build(name, input_size=(size, size), dtype=dtype))

    return Case(name, SEEDED, build, applications.picture(known))


def errors(model, batch):
    """Return the errors in float32 of each method from the tape and of the single pass from the loop."""
    batch = batch.astype(np.float32)
    chosen = applications.chosen(model, batch)
    found = []
    engine = Deconvnet(model)
    trace = engine.forward(batch, list(chosen), keeps_slopes=True)
    for method in METHODS:
        whole = engine.backward(trace, chosen, method)
        found.append(worst(whole, tapes.reconstruct(model, batch, chosen, method)))
        if method == METHODS[0]:
            loop = {layer: engine.backward(trace, {layer: chosen[layer]})[layer] for layer in chosen}
            apart = worst(whole, loop)
    return [*found, apart]


def exact_error(case):
    """Return the error of the deconvnet in float64."""
    model = case.build("float64")
    chosen = applications.chosen(model, case.batch)
    engine = Deconvnet(model)
    found = engine.backward(engine.forward(case.batch, list(chosen)), chosen)
    return worst(found, tapes.reconstruct(model, case.batch, chosen, choosing="float64"))


def worst(found, oracle):
    """Return the largest error over the layers."""
    return max(tapes.worst_error(found[layer], oracle[layer]) for layer in oracle)


def row(case):
    """Return the line of one network."""
    model = case.build("float32")
    height, width = case.batch.shape[1:3]
    measured = [f"{error:.1e}" for error in errors(model, case.batch)]
    measured.append(f"{exact_error(case):.1e}" if case.weights == SEEDED else NONE)
    size = f"{height} \N{MULTIPLICATION SIGN} {width}"
    return (
        f"| `{case.name}` | {case.weights} | {size} | {len(model.operations) - 1} | {' | '.join(measured)} |"
    )


def networks(kept=()):
    """Yield the table of the networks, line by line; rows among ``kept`` are not measured again."""
    yield f"| network | weights | pixels | operations | {' | '.join(METHODS)} | loop | float64 |"
    yield "|---|---|---:|---:|" + "---:|" * (len(METHODS) + 2)
    known = {tuple(cells(line)[:2]): line for line in kept}
    for case in cases():
        yield known.get((f"`{case.name}`", case.weights)) or row(case)
        keras.backend.clear_session()


def shown(lines):
    """Yield lines and print each as it comes."""
    for line in lines:
        print(line, flush=True)
        yield line


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.coverage", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page; by default only print")
    parser.add_argument(
        "--keep",
        nargs="*",
        metavar="NAME",
        help="keep the errors that the page has, except of these networks",
    )
    parser.add_argument("--compare", type=Path, metavar="FILE", help="compare with the page")
    options = parser.parse_args()
    if options.keep is not None and not options.write:
        parser.error("--keep goes with --write")
    lines = networks() if options.keep is None else networks(rows_but(options.write, options.keep))
    measured, table = ("\n".join(shown(part)) for part in (lines, operations.table()))
    if options.compare:
        found = list(differences(options.compare.read_text(encoding="utf-8"), measured, table))
        print("\n".join(found or ["the page is right"]))
        return int(bool(found))
    if options.write:
        options.write.write_text(PAGE.format(networks=measured, operations=table), encoding="utf-8")
    return 0


def differences(page, measured, operations):
    """Yield how a page differs from what was measured: errors only count where they exceed the promise."""
    before, after = networks_of(page), measured.splitlines()
    facts = [[tuple(cells(line)[:FACTS]) for line in lines] for lines in (before, after)]
    yield from (f"changed: {' '.join(line)}" for line in sorted(set(facts[0]) ^ set(facts[1])))
    if operations not in page:
        yield "changed: the table of operations"
    for line in after[2:]:
        name, *errors = (cells(line)[0], *cells(line)[FACTS:])
        for error, promised in zip(errors, [PROMISED] * (len(errors) - 1) + [EXACT], strict=True):
            if error != NONE and not float(error) <= promised:
                yield f"{name}: an error of {error}, above {promised:.0e}"


def cells(line):
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def rows_of(page):
    """Return the table of the networks that a file has, as lines."""
    return networks_of(page.read_text(encoding="utf-8"))


def rows_but(page, names):
    """Return the rows of a file's table but those of some networks."""
    return [line for line in rows_of(page) if cells(line)[0].strip("`") not in names]


def networks_of(text):
    """Return the table of the networks of a page's text, as lines."""
    networks = text.partition("## Operations\n")[0]
    return [line for line in networks.splitlines() if line.startswith("|")]


if __name__ == "__main__":
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    raise SystemExit(main())
