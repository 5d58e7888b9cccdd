"""``python -m tests.backends PYTHON``: the engine under JAX and PyTorch, beside TensorFlow's numbers.

This interpreter has TensorFlow and writes what it makes of every case into a folder that is removed at the
end; PYTHON has the other backends, and no TensorFlow. Under each of them run the engine's own tests that
need no tape, and the comparison. Further arguments go to pytest. Fails if one backend fails.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.backends import cases, runs
from tests.support import weights

BACKENDS = ("jax", "torch")
ENGINE = ("test_graph", "test_linear", "test_maxima", "test_passes", "test_properties", "test_rules")
TESTS = ("tests/backends", *(f"tests/engine/{name}.py" for name in ENGINE))


def write(folder):
    """Write TensorFlow's numbers, and say what it took."""
    for name, make in cases.CASES.items():
        started = time.perf_counter()
        runs.write(make(), folder / f"{name}.npz")
        print(f"TensorFlow: {name} in {time.perf_counter() - started:.0f} s", flush=True)


def run(backend, python, folder, arguments):
    """Return whether the tests pass under a backend."""
    print(f"\nKERAS_BACKEND={backend}", flush=True)
    command = [python, "-m", "pytest", "-q", *TESTS, "--expected", str(folder), *arguments]
    return subprocess.run(command, env={**os.environ, "KERAS_BACKEND": backend}, check=False).returncode == 0


def main(python, *arguments):
    """Return the exit status."""
    weights.share()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        passed = {backend: run(backend, python, folder, arguments) for backend in BACKENDS}
    print()
    for backend, well in passed.items():
        print(f"{backend}: {'passed' if well else 'FAILED'}")
    return int(not all(passed.values()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
