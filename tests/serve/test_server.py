"""The server over real sockets: what it refuses, what it streams, and that it leaves nothing behind."""

import http.client
import os
import re
import socket
import threading
import time

import pytest

from generator.errors import ServeError
from generator.serve.notices import CHANGES, failure
from generator.serve.server import listening
from generator.site.exchange import exchange


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>Home")
    return tmp_path / "site"


@pytest.fixture
def server(site):
    with listening(0) as server:
        server.show(site)
        yield server


def said(server, request):
    """Return the whole of what a server answers to some bytes until it hangs up."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(request)
        parts = iter(lambda: connection.recv(65_536), b"")
        return b"".join(parts)


def status(server, *lines):
    """Return the status of a request of these lines; PORT stands for the server's."""
    text = "\r\n".join((*lines, "Connection: close", "", "")).replace("PORT", str(server.server_port))
    return int(re.search(rb"(?:^|^HTTP/1.1 )(\d{3}) ", said(server, text.encode()))[1])


HOST = "Host: 127.0.0.1:PORT"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("GET / HTTP/1.1", HOST), 200),
        (("GET / HTTP/1.0", HOST), 200),
        (("GET / HTTP/1.1", "Host: localhost:PORT"), 200),
        (("GET / HTTP/1.1", "Host: [::1]:PORT"), 200),
        (("HEAD / HTTP/1.1", HOST), 200),
        (("GET / HTTP/1.1",), 421),
        (("GET / HTTP/1.0",), 421),
        (("GET / HTTP/1.1", "Host: "), 421),
        (("GET / HTTP/1.1", "Host: 127.0.0.1"), 421),
        (("GET / HTTP/1.1", "Host: localhost:1"), 421),
        (("GET / HTTP/1.1", "Host: evil.example:PORT"), 421),
        (("GET / HTTP/1.1", "Host: localhost.evil.example:PORT"), 421),
        (("GET / HTTP/1.1", "Host: 127.0.0.1:PORT.evil.example"), 421),
        (("GET / HTTP/1.1", "Host: user@localhost:PORT"), 421),
        (("GET / HTTP/1.1", "Host: 0.0.0.0:PORT"), 421),
        (("GET / HTTP/1.1", HOST, HOST), 421),
        (("GET / HTTP/1.1", HOST, "Host: evil.example"), 421),
        (("GET http://evil.example/ HTTP/1.1", HOST), 400),
        (("GET evil HTTP/1.1", HOST), 400),
        (("GET / HTTP/1.1", HOST, "Content-Length: 5"), 400),
        (("GET / HTTP/1.1", HOST, "Transfer-Encoding: chunked"), 400),
        (("GET / / HTTP/1.1", HOST), 400),
        (("GET / HTTP/9.0", HOST), 505),
        ((f"GET /{'x' * 70_000} HTTP/1.1", HOST), 414),
        (("GET / HTTP/1.1", HOST, f"X: {'x' * 70_000}"), 431),
        (("POST / HTTP/1.1", HOST, "Content-Length: 0"), 405),
        (("PUT /index.html HTTP/1.1", HOST), 405),
        (("DELETE /index.html HTTP/1.1", HOST), 405),
        (("OPTIONS * HTTP/1.1", HOST), 405),
        (("TRACE / HTTP/1.1", HOST), 405),
        (("CONNECT evil.example:443 HTTP/1.1", HOST), 405),
        (("FROB / HTTP/1.1", HOST), 405),
        (("POST / HTTP/1.1", "Host: evil.example"), 421),
    ],
)
def test_every_request_has_its_status(server, lines, expected):
    assert status(server, *lines) == expected


def test_content_that_was_not_asked_for_is_no_second_request(server):
    host = f"Host: localhost:{server.server_port}\r\n"
    inner = f"GET / HTTP/1.1\r\n{host}\r\n"
    for method in ("POST", "GET"):
        length = f"Content-Length: {len(inner)}\r\n"
        answer = said(server, f"{method} / HTTP/1.1\r\n{host}{length}\r\n{inner}".encode())
        assert answer.count(b"HTTP/1.1 ") == 1
        assert b"Home" not in answer


def test_what_every_response_says(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    bodies = []
    for method in ("GET", "HEAD"):
        connection.request(method, "/")  # the second over the same connection
        response = connection.getresponse()
        bodies.append(response.read())
        headers = {name.lower(): value for name, value in response.getheaders()}
        assert headers.pop("date")
        assert headers == {
            "server": "gallery",
            "content-type": "text/html; charset=utf-8",
            "content-length": str(len(bodies[0])),
            "cache-control": "no-store",
            "cross-origin-resource-policy": "same-site",
            "x-content-type-options": "nosniff",
        }
    connection.close()
    assert bodies[0].startswith(b'<p>Home<script src="/-/reload.js" data-version="')
    assert bodies[1] == b""
    refused = said(server, f"PUT / HTTP/1.1\r\nHost: localhost:{server.server_port}\r\n\r\n".encode())
    assert b"\r\nAllow: GET, HEAD\r\n" in refused


def streamed(server):
    """Return what closes a stream of changes, and its lines as they come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", CHANGES)
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "text/event-stream"
    return response.close, (line.decode().strip() for line in response if line.startswith(b"data: "))


def test_a_stream_tells_the_version_and_each_later_one(server, site):
    versions = [server.shown.version]
    close, events = streamed(server)
    assert next(events) == f"data: {versions[0]}"
    for outcome in (failure("no"), site):
        started = time.monotonic()
        server.show(outcome)
        assert next(events) == f"data: {server.shown.version}"
        assert time.monotonic() - started < 1
        versions.append(server.shown.version)
    close()
    assert len(set(versions)) == 3


def until_further(count, before):
    """Wait until so many threads run that did not run before."""
    end = time.monotonic() + 5
    while len(further := set(threading.enumerate()) - before) != count:
        assert time.monotonic() < end, further
        time.sleep(0.02)


def test_readers_that_go_leave_no_thread(server):
    before = set(threading.enumerate())
    streams = [streamed(server) for _ in range(8)]
    for _, events in streams:
        next(events)
    until_further(8, before)
    for close, _ in streams:
        close()
    until_further(0, before)


def test_closing_ends_streams_and_idle_connections_at_once(site):
    before = set(threading.enumerate())
    with listening(0) as server:
        server.show(site)
        close, events = streamed(server)
        next(events)
        idle = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        idle.request("GET", "/")
        assert idle.getresponse().read()
        started = time.monotonic()
    until_further(0, before)
    assert time.monotonic() - started < 2
    assert idle.sock.recv(10) == b""
    assert list(events) == []
    idle.close()
    close()
    with listening(server.server_port) as again:  # though connections of the first are not yet forgotten
        assert again.server_port == server.server_port


def test_a_port_that_is_taken_is_named(server):
    with pytest.raises(ServeError) as error, listening(server.server_port):
        pass
    assert str(error.value) == (
        f"port {server.server_port} of 127.0.0.1: {os.strerror(98)}; "
        "choose another with --port, or any free one with --port 0"
    )


def test_other_machines_are_not_listened_to(server):
    assert server.server_address[0] == "127.0.0.1"


def test_whoever_looks_while_sites_change_places_finds_one(server, site):
    other = site.with_name("new")
    other.mkdir()
    (other / "index.html").write_text("<p>Other")
    found, done = set(), threading.Event()

    def look():
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        while not done.is_set():
            connection.request("GET", "/")
            response = connection.getresponse()
            found.add((response.status, response.read()[:7]))
        connection.close()

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(200):
        exchange(other, site, site.with_name("aside"))
        time.sleep(0.001)
    done.set()
    looking.join()
    assert found == {(200, b"<p>Home"), (200, b"<p>Other"[:7])}
