"""``python -m tests.fuzz``: read damaged files, and print those neither read nor refused with a message."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.worker import FINE, HANG_S, REFUSED, Worker

KINDS = ("config", "picture", "array", "channels", "h5", "keras", "onnx", "pickle")


def run(kind, seed, numbers, show=print, hang_s=HANG_S):
    """Return how many cases of a kind had each outcome; each finding is shown with what repeats it."""
    outcomes, worker = Counter(), Worker(kind, seed, hang_s)
    try:
        for number in numbers:
            outcome = worker.outcome(number)
            if outcome not in (FINE, REFUSED):
                show(f"--kind {kind} --seed {seed} --only {number}\n{outcome}")
                outcome = "found"
            outcomes[outcome] += 1
    finally:
        worker.stop()
    return outcomes


def main():
    """Run what the command line asks for; the exit status is 1 where anything was found."""
    options = _parser().parse_args()
    found = 0
    for kind in options.kind or KINDS:
        numbers = range(options.count) if options.only is None else [options.only]
        started = time.monotonic()
        outcomes = run(kind, options.seed, numbers)
        found += outcomes["found"]
        words = ", ".join(f"{outcomes[name]} {name}" for name in (FINE, REFUSED, "found"))
        print(f"{kind}: {len(numbers)} cases, {words}, {time.monotonic() - started:.0f} s", flush=True)
    return 1 if found else 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="cases of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=KINDS, help="by default every one")
    parser.add_argument("--only", type=int, metavar="N", help="repeat one case")
    return parser


if __name__ == "__main__":
    sys.exit(main())
