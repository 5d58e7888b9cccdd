"""Remotes that refuse, move, cannot be reached or break off: what is said, and that nothing is half done."""

import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from generator.errors import PublishError
from tests.publish.conftest import git, refs, sent, tree, write

ROOT = Path(__file__).parents[2]


def refused(folder, site, **options):
    with pytest.raises(PublishError) as caught:
        sent(folder, site, **options)
    assert not list(Path(tempfile.gettempdir()).glob("gallery-publish-*"))
    return str(caught.value)


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def hook(bare, text):
    path = bare / "hooks" / "pre-receive"
    write(path.parent, {path.name: f"#!/bin/sh\n{text}\n"})
    path.chmod(0o755)


def test_a_hook_that_declines_is_quoted(repository, bare, site):
    hook(bare, "echo 'ERROR: gh-pages is a protected branch' >&2; exit 1")
    before = refs(bare)
    assert refused(repository, site) == (
        f"branch 'gh-pages' of {bare}: was not written: [remote rejected] (pre-receive hook declined); "
        "remote: ERROR: gh-pages is a protected branch"
    )
    assert refs(bare) == before


def test_a_remote_that_is_not_there_is_named(tmp_path, repository, site):
    gone = tmp_path / "gone.git"
    assert refused(repository, site, remote=gone) == (
        f"branch 'gh-pages' of {gone}: cannot be reached: "
        f"fatal: '{gone}' does not appear to be a git repository"
    )


# A remote that moves: its upload-pack, having served, publishes to the branch as another would


def moving(repository, bare, other, times):
    """Let a branch take the place of gh-pages as soon as gh-pages has been fetched, so many times."""
    script = bare.parent / "upload-pack"
    write(script.parent, {"left": "x" * times})
    script.write_text(
        f"""#!/bin/sh
git-upload-pack "$@"; status=$?
cd '{bare.parent}'
if [ -s left ]; then
  tree=$(git -C '{bare}' rev-parse {other}^{{tree}})
  new=$(git -C '{bare}' commit-tree -p {other} -m "$(cat left)" -m "Gallery-Tree: $tree" $tree)
  git -C '{bare}' update-ref refs/heads/gh-pages $new
  printf %s "$(cut -c 2- left)" > left
fi
exit $status
"""
    )
    script.chmod(0o755)
    git(repository, "config", "remote.origin.uploadpack", str(script))


def test_a_branch_that_moved_meanwhile_is_written_on_its_new_tip(repository, bare, site):
    other = sent(repository, site, branch="other").commit
    write(site, {"index.html": "<title>More</title>"})
    moving(repository, bare, other, 1)
    outcome = sent(repository, site)
    assert (outcome.added, outcome.changed) == (0, 1)
    assert tree(bare)["index.html"] == "<title>More</title>"
    assert git(bare, "rev-parse", "gh-pages^^") == other, "what came in between is kept below"


def test_a_branch_that_keeps_moving_is_left_to_the_others(repository, bare, site):
    other = sent(repository, site, branch="other").commit
    write(site, {"index.html": "<title>More</title>"})
    moving(repository, bare, other, 9)
    assert refused(repository, site) == (
        f"branch 'gh-pages' of {bare}: others are publishing to it; try again when they have finished"
    )
    assert tree(bare)["index.html"] == "<title>Gallery</title>"


def test_a_branch_that_became_anothers_meanwhile_is_left_alone(repository, bare, site):
    moving(repository, bare, "main", 1)
    script = bare.parent / "upload-pack"
    script.write_text(script.read_text().replace("Gallery-Tree: ", ""))
    assert ": holds paper.txt, which gallery did not make" in refused(repository, site)
    assert tree(bare) == {"paper.txt": "draft"}


# Servers


@contextmanager
def serving(folder, receives=True, breaks_after=None):
    """Give the address of git's own daemon; a push is cut off after so many bytes from the client."""
    command = ["git", "daemon", "--inetd", "--export-all", f"--base-path={folder}"]
    command.append(f"--{'enable' if receives else 'disable'}=receive-pack")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            asked = b""
            while b"host=" not in asked:
                asked += self.request.recv(4096)
            cut = breaks_after if b"receive-pack" in asked else None
            pipe = subprocess.PIPE
            with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as daemon:
                answers = threading.Thread(target=self.answer, args=(daemon,))
                answers.start()
                self.ask(daemon, asked, cut)
                daemon.stdin.close()
                answers.join()

        def ask(self, daemon, asked, cut):
            """Pass on what the client says, until it ends or is cut off."""
            passed = 0
            while asked:
                asked = asked[: cut - passed] if cut else asked
                daemon.stdin.write(asked)
                daemon.stdin.flush()
                passed += len(asked)
                if passed == cut:
                    self.request.shutdown(socket.SHUT_RDWR)
                    return
                asked = self.request.recv(65536)

        def answer(self, daemon):
            with suppress(OSError):
                while said := os.read(daemon.stdout.fileno(), 65536):
                    self.request.sendall(said)
                self.request.shutdown(socket.SHUT_WR)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """Say nothing of a client that has gone."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"git://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_server_that_takes_a_push(site, bare):
    with serving(bare.parent) as address:
        sent(site, site, remote=f"{address}/{bare.name}")
    assert "index.html" in tree(bare)


def test_a_server_that_only_lets_read_is_quoted(site, bare):
    with serving(bare.parent, receives=False) as address:
        place = f"{address}/{bare.name}"
        said = refused(site, site, remote=place)
    assert said == (
        f"branch 'gh-pages' of {place}: was not written: fatal: remote error: "
        f"access denied or repository not exported: /{bare.name}"
    )


@pytest.mark.parametrize("bytes_until", [60, 300, 100_000])
def test_a_connection_that_is_cut_leaves_the_branch_as_it_was(site, bare, bytes_until):
    before = refs(bare)
    (site / "noise.bin").write_bytes(os.urandom(400_000))
    with serving(bare.parent, breaks_after=bytes_until) as address:
        said = refused(site, site, remote=f"{address}/{bare.name}")
    assert said.startswith(f"branch 'gh-pages' of {address}/{bare.name}: was not written: ")
    assert refs(bare) == before
    assert sent(site, site, remote=bare).added == 6, "and the next time all is well"


def test_a_password_that_nobody_can_give_is_not_waited_for(site, bare):
    class Asks(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Asks) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        said = refused(site, site, remote=f"{address}/a.git")
        server.shutdown()
    assert said == (
        f"branch 'gh-pages' of {address}/a.git: cannot be reached: "
        f"fatal: could not read Username for '{address}': terminal prompts disabled"
    )


SCRIPT = """
import sys
from pathlib import Path
from generator.publish import contents, find_remote, opened

folder, site = map(Path, sys.argv[1:])
with opened(find_remote(folder, "origin", "gh-pages")) as publication:
    publication.add(contents(site))
    publication.send("Publish")
"""


@pytest.mark.parametrize("group", [True, False])
def test_an_interrupted_publication_leaves_nothing_behind(tmp_path, repository, bare, site, group):
    hook(bare, f"touch '{tmp_path}/waiting'; sleep 5; exit 1")
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(repository), str(site)]
    running = subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    while not (tmp_path / "waiting").exists():
        assert running.poll() is None
        time.sleep(0.02)
    (os.killpg if group else os.kill)(running.pid, signal.SIGINT)
    assert running.wait(4) != 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert "gh-pages" not in refs(bare)
