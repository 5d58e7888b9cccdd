"""Fixtures that several rooms share; real objects. Weights are fetched once, into the user's folder."""

import os
import signal

if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # as a job in the background is started; builds would be too
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Programs that tests start keep their bytecode, as users' do: to compile the generator takes a third of a
# second, and tests start hundreds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import pytest
from hypothesis import settings

from tests.support import gallery, order, weights

# The suite says the same twice about the same code. `make release-check` draws new examples, and more.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=3000, deadline=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items):
    """Begin the longest files first; see ``order``."""
    items.sort(key=lambda item: order.place(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Keep what tests make apart from what the user's galleries have."""
    weights.share()
    patch = pytest.MonkeyPatch()
    patch.setenv("GALLERY_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def tiny_network():
    """Return a seeded model with a branch, overlap, dilation, and ReLUs fused and apart."""
    from tests.support import tiny

    return tiny.network()


@pytest.fixture(scope="session")
def tiny_image():
    """Return the input batch of ``tiny_network``: seeded noise (1, 17, 15, 3)."""
    from tests.support import tiny

    return tiny.picture()


@pytest.fixture(scope="session")
def browser():
    """Return the one Chromium of all tests that look at pages."""
    from tests.pages.conftest import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture
def tiny_gallery(tmp_path, monkeypatch):
    """Enter a folder with a configuration and two pictures, and return it."""
    gallery.fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
