"""Where the exported networks lie: `make test-onnx` says it."""

from pathlib import Path


def pytest_addoption(parser):
    parser.addoption(
        "--exports", type=Path, required=True, help="the folder that `python -m tests.exports.writing` wrote"
    )
