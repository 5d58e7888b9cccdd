"""Fetching against a server on the loopback that resumes, lies, cuts and redirects."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generator.errors import WeightsError
from generator.networks import fetch as fetching
from generator.networks.sources import Download

CONTENT = bytes(range(256)) * 4096  # 1 MiB: several pieces
MD5 = hashlib.md5(CONTENT).hexdigest()


@dataclass
class Server:
    """What the server does, and the ranges it was asked for (``None``: the whole file)."""

    address: str
    answer: Callable[[BaseHTTPRequestHandler, int], None]
    asked: list[str | None] = field(default_factory=list)

    def source(self, **changes):
        values = {
            "url": f"{self.address}/vgg.h5", "file_name": "vgg.h5", "md5": MD5, "size_bytes": len(CONTENT),
            "licence": "CC0", "source_url": "", "title": "Test weights", "network": "vgg16",
        }  # fmt: skip
        return Download(**values | changes)


def send(handler, start, content=CONTENT, status=None, length=None):
    """Answer with the content from ``start`` on, announcing ``length`` bytes."""
    handler.send_response(status or (206 if start else 200))
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    if length != "unknown":
        handler.send_header("Content-Length", str(length or len(content) - start))
    handler.end_headers()
    handler.wfile.write(content[start:])


def send_all(handler, _start):
    send(handler, 0)


def cut(handler, start):
    send(handler, start, CONTENT[: start + 2**18], length=len(CONTENT) - start)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GALLERY_OFFLINE", raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers["Range"]
            state.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            state.answer(self, start)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state = Server(f"http://127.0.0.1:{http.server_port}", send)
        threading.Thread(target=http.serve_forever, args=(0.01,)).start()
        yield state
        http.shutdown()


@pytest.fixture
def part(tmp_path):
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights" / "vgg.h5.part"


def fetch(source, cache, progress, offline=False):
    """Fetch into the folder of weights in a cache."""
    return fetching.fetch(source, cache / "weights", progress, offline)


def ignore(_received, _total):
    """Watch no progress."""


def refusal(source, cache, offline=False):
    with pytest.raises(WeightsError) as caught:
        fetch(source, cache, ignore, offline)
    return str(caught.value)


def kept(folder):
    """Return the names of the files in a folder, without locks."""
    return [file.name for file in folder.iterdir() if file.suffix != ".lock"]


def assert_fetched(path, cache):
    assert path == cache / "weights" / "vgg.h5"
    assert path.read_bytes() == CONTENT
    assert kept(path.parent) == ["vgg.h5"]


def test_a_file_is_fetched_with_progress(server, tmp_path):
    steps = []
    path = fetch(server.source(), tmp_path, lambda *step: steps.append(step))
    assert_fetched(path, tmp_path)
    assert steps[0] == (0, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert steps == sorted(steps)


@pytest.mark.parametrize(("length", "total"), [(None, len(CONTENT)), ("unknown", None)])
def test_a_file_of_unknown_size_is_fetched(server, tmp_path, length, total):
    server.answer = lambda handler, start: send(handler, start, length=length)
    steps = []
    path = fetch(server.source(size_bytes=None), tmp_path, lambda *step: steps.append(step))
    assert_fetched(path, tmp_path)
    assert steps[-1] == (len(CONTENT), total)


def test_what_is_in_the_cache_is_not_fetched_again_even_offline(server, tmp_path):
    fetch(server.source(), tmp_path, ignore)
    assert_fetched(fetch(server.source(), tmp_path, ignore, offline=True), tmp_path)
    assert server.asked == [None]


def test_a_damaged_file_in_the_cache_is_fetched_again(server, part, tmp_path):
    part.with_suffix("").write_bytes(b"damaged")
    assert_fetched(fetch(server.source(), tmp_path, ignore), tmp_path)


def test_a_cut_download_is_resumed(server, part, tmp_path):
    server.answer = cut
    for kept in (2**18, 2**19):
        assert refusal(server.source(), tmp_path).endswith(
            f"; {kept} of 1048576 bytes are kept; to resume, run: gallery weights vgg16"
        )
        assert part.read_bytes() == CONTENT[:kept]
    server.answer = send
    assert_fetched(fetch(server.source(), tmp_path, ignore), tmp_path)
    assert server.asked == [None, "bytes=262144-", "bytes=524288-"]


def test_a_connection_closed_early_without_a_length_is_a_cut(server, tmp_path):
    server.answer = lambda handler, _start: send(handler, 0, CONTENT[:1000], length="unknown")
    assert refusal(server.source(), tmp_path) == (
        f"{server.address}/vgg.h5: the connection closed early; 1000 of 1048576 bytes are kept; "
        "to resume, run: gallery weights vgg16"
    )


def test_a_server_that_cannot_resume_starts_over(server, part, tmp_path):
    part.write_bytes(b"x" * 1000)
    server.answer = send_all
    assert_fetched(fetch(server.source(), tmp_path, ignore), tmp_path)
    assert server.asked == ["bytes=1000-"]


def test_a_complete_part_is_only_verified(server, part, tmp_path):
    part.write_bytes(CONTENT)
    assert_fetched(fetch(server.source(), tmp_path, ignore), tmp_path)
    assert server.asked == []


def test_a_part_longer_than_the_file_is_dropped(server, part, tmp_path):
    part.write_bytes(CONTENT + b"more")
    assert_fetched(fetch(server.source(), tmp_path, ignore), tmp_path)
    assert server.asked == [None]


def test_a_range_that_the_server_does_not_have_starts_over(server, part, tmp_path):
    part.write_bytes(CONTENT + b"more")
    server.answer = lambda handler, start: send(handler, 0, b"", 416) if start else send(handler, 0)
    assert_fetched(fetch(server.source(size_bytes=None), tmp_path, ignore), tmp_path)
    assert server.asked == ["bytes=1048580-", None]


def test_a_wrong_checksum_deletes_the_file(server, tmp_path):
    wrong = b"y" * len(CONTENT)
    server.answer = lambda handler, start: send(handler, start, wrong)
    found = hashlib.md5(wrong).hexdigest()
    assert refusal(server.source(), tmp_path) == (
        f"{server.address}/vgg.h5: its MD5 is {found}, expected {MD5}; the download is deleted, run again"
    )
    assert kept(tmp_path / "weights") == []


def test_a_file_may_be_known_by_its_sha256(server, tmp_path):
    wrong = b"x" * len(CONTENT)
    server.answer = lambda handler, start: send(handler, start, wrong)
    source = server.source(md5="", sha256=hashlib.sha256(CONTENT).hexdigest())
    found = hashlib.sha256(wrong).hexdigest()
    assert refusal(source, tmp_path) == (
        f"{source.url}: its SHA-256 is {found}, expected {source.sha256}; the download is deleted, run again"
    )


def test_more_bytes_than_announced_are_not_kept(server, tmp_path):
    server.answer = lambda handler, start: send(handler, start, CONTENT + b"more")
    assert refusal(server.source(), tmp_path) == (
        f"{server.address}/vgg.h5: the server sends more than its 1048576 bytes; the download is deleted"
    )
    assert kept(tmp_path / "weights") == []


def test_other_answers_are_refused_and_what_was_kept_stays(server, part, tmp_path):
    part.write_bytes(CONTENT[:1000])
    server.answer = lambda handler, _start: handler.send_error(404)
    assert refusal(server.source(), tmp_path) == f"{server.address}/vgg.h5: the server answers 404 Not Found"
    assert part.read_bytes() == CONTENT[:1000]


@pytest.mark.parametrize("place", ["http://example.org/evil", "file:///etc/passwd", "/elsewhere", "//evil/x"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_refused(server, tmp_path, status, place):
    def redirect(handler, _start):
        handler.send_response(status)
        handler.send_header("Location", place)
        handler.end_headers()

    server.answer = redirect
    assert refusal(server.source(), tmp_path) == (
        f"{server.address}/vgg.h5: redirects to {place}; redirects are refused"
    )
    assert server.asked == [None]


def test_a_file_of_unknown_size_has_a_bound(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 100_000)
    assert refusal(server.source(size_bytes=None), tmp_path) == (
        f"{server.address}/vgg.h5: the server sends more than 100000 bytes; the download is deleted"
    )
    assert kept(tmp_path / "weights") == []


def test_of_two_fetches_at_once_the_second_waits_and_uses_what_the_first_has_fetched(server, tmp_path):
    started, go_on = threading.Event(), threading.Event()

    def slow(handler, start):
        started.set()
        go_on.wait(20)
        send(handler, start)

    server.answer = slow
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fetch, server.source(), tmp_path, ignore)
        assert started.wait(20)
        second = pool.submit(fetch, server.source(), tmp_path, ignore)
        assert not second.done()
        go_on.set()
        fetched = first.result(20), second.result(20)
    for path in fetched:
        assert_fetched(path, tmp_path)
    assert server.asked == [None]


def test_after_a_first_that_failed_the_second_fetches(server, tmp_path):
    started, go_on = threading.Event(), threading.Event()

    def cut_once(handler, start):
        if len(server.asked) > 1:
            send(handler, start)
        else:
            started.set()
            go_on.wait(20)
            cut(handler, start)

    server.answer = cut_once
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fetch, server.source(), tmp_path, ignore)
        assert started.wait(20)
        second = pool.submit(fetch, server.source(), tmp_path, ignore)
        go_on.set()
        assert isinstance(first.exception(20), WeightsError)
        assert_fetched(second.result(20), tmp_path)
    assert server.asked == [None, "bytes=262144-"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/vgg.h5",
        "http://localhost.evil.org/vgg.h5",
        "HTTP://127.0.0.1@evil.org/vgg.h5",
        "ftp://127.0.0.1/vgg.h5",
        "file:///vgg.h5",
    ],
)
def test_only_https_is_fetched(server, tmp_path, url):
    assert refusal(server.source(url=url), tmp_path) == f"{url}: only https addresses are fetched"


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_offline_nothing_is_asked(server, tmp_path, monkeypatch, way):
    if way == "environment":
        monkeypatch.setenv("GALLERY_OFFLINE", "1")
    assert refusal(server.source(), tmp_path, offline=way == "argument") == (
        "Test weights: vgg.h5 is missing or damaged, and this run is offline; "
        f"otherwise it is fetched from {server.address}/vgg.h5 (1.0 MB)"
    )
    assert server.asked == []


def test_an_unreachable_server_is_named(server, tmp_path):
    source = server.source(url="http://127.0.0.1:9/vgg.h5")
    assert refusal(source, tmp_path) == (
        "http://127.0.0.1:9/vgg.h5: ConnectionError; 0 of 1048576 bytes are kept; "
        "to resume, run: gallery weights vgg16"
    )


def test_a_cache_that_cannot_be_written_is_named(server, tmp_path):
    (tmp_path / "weights").write_bytes(b"a file where the folder should be")
    assert refusal(server.source(), tmp_path) == (
        f"{tmp_path / 'weights' / 'vgg.h5.part'}: cannot be written: File exists"
    )
