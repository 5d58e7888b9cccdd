"""The table of the documentation: the networks of ``keras.applications`` and how exact the engine is on them.

``python -m tests.coverage`` prints it as Markdown.
"""

import collections

import numpy as np

from generator.engine.deconvnet import Deconvnet
from tests import applications, tapes

METHODS = ("deconvnet", "guided", "gradient")


def error(model, picture, chosen, method):
    """Return the largest difference from the tape, as a share of a reconstruction's largest value."""
    engine = Deconvnet(model, method)
    found = engine.backward(engine.forward(picture, list(chosen)), chosen)
    oracle = tapes.reconstruct(model, picture, chosen, method)
    return max(tapes.worst_error(found[layer], oracle[layer]) for layer in chosen)


def row(name):
    """Return the line of one network."""
    model = applications.build(name)
    picture = applications.picture(name).astype(np.float32)
    chosen = applications.chosen(model, picture)
    kinds = collections.Counter(type(layer).__name__ for layer in model.layers[1:])
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    errors = " | ".join(f"{error(model, picture, chosen, method):.1e}" for method in METHODS)
    return f"| {name} | {applications.SIZES[name]} | {kinds.total()} | {counted} | {errors} |"


def main():
    print("| network | pixels | operations | by kind |", " | ".join(METHODS), "|")
    print("|---|---:|---:|---|" + "---:|" * len(METHODS))
    for name in applications.SIZES:
        print(row(name), flush=True)


if __name__ == "__main__":
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
