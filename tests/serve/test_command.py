"""``gallery serve`` as a process: what it says, what it builds anew, and how it ends."""

import http.client
import shutil
import signal
from pathlib import Path

import pytest

from generator import cli
from tests.support import gallery


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    gallery.fill(folder)
    return folder


def test_a_wrong_configuration_is_shown_and_mended_and_pictures_come_and_go(folder):
    config = folder / "gallery_config.yml"
    config.write_text("inputs: [inputs/, <later>]\nmodels: [{name: squeezenet, layers: [fire2]}]\n")
    with gallery.serving(folder, "-q") as served:
        said = "gallery_config.yml:1:19: inputs[1]: no file, folder or pictures match"
        _, page = served.until("/", lambda status, _: status == 500)
        assert f"{said} &#x27;&lt;later&gt;&#x27;</pre>" in page
        assert (folder / "messages").read_text() == f"{said} '<later>'\n"
        shutil.copy(folder / "inputs" / "red.png", folder / "<later>")
        config.write_text(gallery.CONFIG)
        served.until("/images/red/", lambda status, _: status == 200)
        (folder / "inputs" / "striped.png").rename(folder / "inputs" / "blue.png")
        served.until("/images/blue/", lambda status, _: status == 200)
        assert served.get("/images/striped/")[0] == 404
        (folder / "inputs" / "blue.png").rename(folder / "inputs" / "striped.png")
        served.until("/images/striped/", lambda status, _: status == 200)
        stop(served.process, signal.SIGTERM, 143)
        assert not served.process.stdout.read()
    assert "Traceback" not in (folder / "messages").read_text()
    assert b"/-/" not in (folder / "site" / "index.html").read_bytes()


def test_without_any_configuration_nothing_is_served(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build"]) == 2
    said = capsys.readouterr()
    assert cli.main(["serve", "--port", "0"]) == 2
    assert capsys.readouterr() == said
    assert said.err.startswith("gallery_config.yml: ")


def stop(process, number, status):
    """End a process by a signal, and see that it goes, though a browser is connected."""
    process.send_signal(number)
    assert process.wait(timeout=10) == status


def test_a_port_is_held_and_let_go_and_an_unchanged_site_needs_no_tensorflow(folder):
    with gallery.serving(folder, "-q") as served:
        served.until("/", lambda status, _: status == 200)
        second = gallery.started(folder, "--port", str(served.port))
        assert second.communicate(timeout=20) == ("", None)
        assert second.returncode == 1
        assert (folder / "messages").read_text() == (
            f"gallery: port {served.port} of 127.0.0.1: Address already in use; "
            "choose another with --port, or any free one with --port 0\n"
        )
        reader = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        reader.request("GET", "/-/changes")
        stream = reader.getresponse()
        assert stream.readline()
        stop(served.process, signal.SIGINT, 130)
        stream.close()
    third = gallery.started(folder, "-q", "--port", str(served.port))
    with third:
        assert third.stdout.readline().startswith("serving on ")
        again = gallery.Served(folder, third, served.port)
        again.until("/", lambda status, _: status == 200)
        libraries = Path(f"/proc/{third.pid}/maps").read_text()
        assert "numpy" in libraries
        assert "tensorflow" not in libraries
        stop(third, signal.SIGTERM, 143)
    assert (folder / "messages").read_text() == ""


def test_a_picture_added_to_a_folder_with_a_bracket_is_built(tmp_path):
    gallery.fill(tmp_path)
    (tmp_path / "inputs").rename(tmp_path / "trip [2024]")
    config = tmp_path / "gallery_config.yml"
    config.write_text("inputs: ['trip [2024]/']\nmodels: [{name: squeezenet, layers: [maxpool1]}]\n")
    (tmp_path / "work").mkdir()
    with gallery.serving(tmp_path / "work", "-q", "-c", str(config)) as served:
        served.until("/images/red/", lambda status, _: status == 200)
        shutil.copy(tmp_path / "trip [2024]" / "red.png", tmp_path / "trip [2024]" / "later.png")
        served.until("/images/later/", lambda status, _: status == 200)
        shutil.rmtree(tmp_path / "work")
        config.write_text(f"{config.read_text()}title: Later\n")
        said = "the working folder no longer exists; change to another folder"
        _, page = served.until("/", lambda status, _: status == 500)
        assert said in page
        stop(served.process, signal.SIGTERM, 143)
