"""The story of a benchmark: prepare the work, check every peer, run all in turns, write the table."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import bound, cold, machine, report, work
from benchmarks.measures import Measured
from benchmarks.peer import Peer, PeerError

HERE = Path(__file__).parent
ROOT = HERE.parent
PICTURE = ROOT / "inputs" / "jaguar.jpg"
COLD_ROUNDS = 3


def main() -> int:
    """Measure and write; return the exit status."""
    options = _options()
    os.chdir(ROOT)
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    pytorch = machine.pytorch_versions(options.torch, environment)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), environment)
        bench.prepare()
        for name, module, arguments, python in bench.line_up(options.torch if pytorch else None):
            bench.admit(stack, name, [python, "-m", f"benchmarks.peers.{module}"], arguments)
        bench.take_turns(options.rounds)
        measured = bench.measured()
    measured += cold.starts(PICTURE, environment, min(options.rounds, COLD_ROUNDS))
    remarks = [f"Rounds: {options.rounds}.", *bench.left_out]
    report.write(HERE, machine.describe(pytorch), measured, remarks)
    print(report.table(measured))
    return 0


class Bench:
    """The peers that take part, and why others do not."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.work, self.ours = folder / "work.npz", folder / "ours.npz"
        self.peers: list[Peer] = []
        self.left_out: list[str] = []

    def prepare(self) -> None:
        """Write the work, in a process that ends: TensorFlow's memory is not ours to keep."""
        self._run(sys.executable, "ours", "prepare")

    def line_up(self, torch: str | None) -> Iterator[tuple[str, str, Sequence[str], str]]:
        """Yield name, module, arguments and interpreter of every peer that can be had, ours first."""
        here = sys.executable
        yield "ours: single pass", "ours", ["sweep"], here
        yield "ours: loop over layers", "ours", ["loop"], here
        yield "textbook TensorFlow graph", "textbook", [], here
        if torch:
            yield "Captum Deconvolution", "captum_deconvolution", [], torch
            for name, module in PYTORCH.items():
                yield name, module, [self._run(torch, module)], torch
            yield CONVOLUTIONS + "PyTorch", "convolutions_pytorch", [], torch
        else:
            self._leave_out("Captum and PyTorch: `torch` and `captum` are not installed in .venv-bench")
        yield "ours: forward only", "ours", ["forward"], here
        yield CONVOLUTIONS + "TensorFlow", "convolutions_tensorflow", [], here

    def admit(self, stack: ExitStack, name: str, command: Sequence[str], arguments: Sequence[str]) -> None:
        """Start a peer, and keep it if its reconstructions are ours."""
        reconstructs = not (name.startswith(CONVOLUTIONS) or name == "ours: forward only")
        peer = stack.enter_context(
            Peer(name, [*command, str(self.work), *arguments], self.environment, reconstructs)
        )
        first = not self.peers
        try:
            far = peer.check(self.ours if first else self.folder / "found.npz", None if first else self.ours)
        except PeerError as error:
            if first:
                raise
            self._leave_out(f"{name}: {error}")
            return
        self.peers.append(peer)
        print(f"{name}: ready" + (f", within {far:.1e} of ours" if reconstructs and not first else ""))

    def take_turns(self, rounds: int) -> None:
        """Run every peer once a round, so that all see the machine as it was in that minute."""
        for number in range(1, rounds + 1):
            for peer in self.peers:
                peer.run()
            times = ", ".join(f"{peer.seconds[-1]:.2f}" for peer in self.peers)
            print(f"round {number} of {rounds}: {times} s", flush=True)

    def measured(self) -> list[Measured]:
        """Return a row for each peer, and the bound instead of the convolutions that make it."""
        libraries = [peer for peer in self.peers if peer.name.startswith(CONVOLUTIONS)]
        rows = [peer.measured() for peer in self.peers if peer not in libraries]
        if not libraries:
            return rows
        needed = {one.name: one.needed for one in bound.convolutions(work.read(self.work))}
        seconds = bound.bounds(needed, [peer.parts for peer in libraries])
        largest = max(peer.peak_bytes for peer in libraries)
        return [*rows, Measured("bound: the needed multiplications alone", tuple(seconds), largest)]

    def _run(self, python: str, module: str, *arguments: str) -> str:
        """Return what a peer's module prints."""
        command = [python, "-m", f"benchmarks.peers.{module}", str(self.work), *arguments]
        done = subprocess.run(
            command, env=dict(self.environment), stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout.strip()

    def _leave_out(self, line: str) -> None:
        self.left_out.append(f"Left out: {line}.")
        print(self.left_out[-1], file=sys.stderr)


CONVOLUTIONS = "convolutions alone, "
PYTORCH = {
    "PyTorch autograd, a layer at a time": "pytorch_autograd",
    "PyTorch by hand, single pass": "pytorch",
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=_positive, default=7, help="how often every peer runs (7)")
    parser.add_argument("--torch", default=sys.executable, help="a Python that has torch and captum")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1. Received: {number}")
    return number


if __name__ == "__main__":
    sys.exit(main())
