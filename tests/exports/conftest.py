"""Where the exported networks lie, and where the errors go: `make test-onnx` says it."""

from pathlib import Path


def pytest_addoption(parser):
    parser.addoption(
        "--exports", type=Path, required=True, help="the folder that `python -m tests.exports.writing` wrote"
    )
    parser.addoption("--write", type=Path, metavar="FILE", help="write the errors into the page of coverage")
