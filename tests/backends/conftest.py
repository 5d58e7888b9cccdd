"""The other backends' side of the comparison: `make test-backends` says where TensorFlow's numbers lie."""

from pathlib import Path

import keras
import pytest

from tests.backends.cases import CASES
from tests.backends.runs import Written

WORST = pytest.StashKey[dict[str, str]]()


def pytest_addoption(parser):
    parser.addoption(
        "--expected", type=Path, required=True, help="the folder that `python -m tests.backends` wrote"
    )


def pytest_configure(config):
    config.stash[WORST] = {}


def pytest_report_header(config):
    return f"Keras {keras.__version__} on the backend {keras.backend.backend()}, beside TensorFlow's numbers"


def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.section(f"{keras.backend.backend()}: worst differences, in shares of the largest value")
    for name, line in config.stash[WORST].items():
        terminalreporter.write_line(f"{name:16} {line}")


@pytest.fixture(scope="module", params=CASES)
def compared(request):
    """Return (name, case, what TensorFlow made of it)."""
    case = CASES[request.param]()
    return request.param, case, Written(request.config.getoption("expected") / f"{request.param}.npz", case)


@pytest.fixture
def worst(request):
    """Return where the worst differences are noted, for the summary."""
    return request.config.stash[WORST]
