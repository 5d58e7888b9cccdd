"""Files that change while a build reads them never give a value a key that names something else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.artifacts.pages import Page
from generator.build.models import Model, describe_own, open_model
from generator.build.run import Run
from generator.errors import NetworkError, PageError
from generator.pages import BuildInfo, SitePages
from generator.records import NetworkSpec, OwnNetwork, Subject
from generator.records.kept import PAGE
from generator.store import Store
from tests.build.test_mutations import write_network
from tests.pages.conftest import config, pictures
from tests.support.onnx_graphs import Graph
from tests.support.runs import Told

__all__ = ["config", "pictures"]  # fixtures


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    write_network(folder, seed=3, name="first")
    write_network(folder, seed=4, name="second")
    return folder


def rewritten(path: Path, other: Path) -> None:
    """Give a file another content, as a training that saves its model does."""
    shutil.copy(other, path)


def test_a_model_that_changes_before_it_is_loaded(networks: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(networks / "first.keras", tmp_path / "net.keras"))
    store = Store(tmp_path / "cache", "gallery", pytest.fail)
    own = OwnNetwork(path, "unit", input_size=(24, 32))
    description = describe_own(own, store.digest)
    spec = NetworkSpec("net", "net.keras", ("conv",), "net", own=own)
    model = open_model(spec, store.digest, lambda _: None, pytest.fail)
    rewritten(path, networks / "second.keras")
    message = f"{path}: changed while it was read; build again"
    with pytest.raises(NetworkError) as error:
        Run(store, Told()).value(description)
    assert str(error.value) == message
    with pytest.raises(NetworkError) as error:
        model.source.open()
    assert str(error.value) == message


def test_weights_beside_an_onnx_file_belong_to_it(tmp_path: Path) -> None:
    graph = Graph()
    options = {"save_as_external_data": True, "size_threshold": 0, "location": "net.onnx.data"}
    path = graph.save(tmp_path / "net.onnx", graph.conv("image", 4, 3), **options)
    beside = tmp_path / "net.onnx.data"
    store = Store(tmp_path / "cache", "gallery", pytest.fail)
    spec = NetworkSpec("net", "net.onnx", ("Conv_0",), "net", own=OwnNetwork(path, "unit"))
    before, after = (_opened(spec, store, beside, number) for number in (0, 1))
    assert before.source.parts != after.source.parts
    assert before.weights.sha256 != after.weights.sha256 == after.source.open().weights.sha256
    with pytest.raises(NetworkError, match="changed while it was read; build again"):
        before.source.open()


def _opened(spec: NetworkSpec, store: Store, beside: Path, number: int) -> Model:
    """Return a model after a change of the weights beside it."""
    content = beside.read_bytes()
    beside.write_bytes(content[:8] + bytes([number]) + content[9:])
    return open_model(spec, store.digest, lambda _: None, pytest.fail)


def test_a_template_that_changes_before_its_page_is_rendered(config, pictures, tmp_path: Path) -> None:
    from dataclasses import replace

    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "about.html").write_text("before")
    pages = SitePages(replace(config, templates=theme), pictures, BuildInfo("1", "2"))
    about = next(page for page in pages.pages() if page.path == "about/index.html")
    artifact = Page(Subject(PAGE, about.path), about.path, about.made_by(), None, about)
    run = Run(Store(tmp_path / "cache", "gallery", pytest.fail), Told())
    (theme / "about.html").write_text("after")
    with pytest.raises(PageError, match=r"^about/index\.html: its template changed while it was rendered"):
        run.made(artifact)
    (theme / "about.html").write_text("before")
    assert run.made(artifact).files[0].content == b"before"
