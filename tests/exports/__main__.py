"""``python -m tests.exports PYTHON``: networks of PyTorch as ONNX files, beside PyTorch's own numbers.

PYTHON has PyTorch and no TensorFlow. It exports every network of ``networks`` with both exporters into a
folder that is removed at the end, with what its autograd makes of a picture, and runs there what the guide to
a network of your own shows. This interpreter translates the files and compares. Further arguments go to
pytest: ``--write docs/reference/coverage.md`` writes the errors into that page.
"""

import subprocess
import sys
import tempfile


def main(python, *arguments):
    """Return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        written = subprocess.run([python, "-m", "tests.exports.writing", folder], check=False)
        if written.returncode:
            return written.returncode
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "tests/exports/test_exports.py",
            "tests/exports/test_guide.py",
            "--exports",
            folder,
            *arguments,
        ]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
