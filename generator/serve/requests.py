"""One connection: which requests are answered, and how a response is sent.

A website can point a name of its own at 127.0.0.1 and so make a browser send requests here (DNS rebinding).
The header ``Host`` has that name, so requests with any but our own names are refused.
"""

from __future__ import annotations

import select
import socket
from http import HTTPStatus
from http.client import HTTP_PORT
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from generator.serve.answers import Answer, answer
from generator.serve.notices import CHANGES

if TYPE_CHECKING:
    from generator.serve.server import Server

NAMES = ("127.0.0.1", "localhost", "[::1]")
METHODS = ("GET", "HEAD")
LOOK_S = 0.5
"""How often a stream checks whether its reader is still connected."""


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD requests that are meant for this server."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"

    def parse_request(self) -> bool:
        """Read a request; if it is refused, answer it and end the connection."""
        if not super().parse_request():
            return False
        status = self._objection()
        if status:
            headers = {"Allow": ", ".join(METHODS), "Connection": "close"}
            self._give(Answer(status, f"{status} {status.phrase}\n".encode(), "text/plain", headers))
        return not status

    def do_GET(self) -> None:
        """Answer a request, or stream changes until the reader disconnects."""
        if self.path.partition("?")[0] == CHANGES:
            self._stream()
        else:
            self._give(answer(self.server.shown, self.path))

    def do_HEAD(self) -> None:
        """Answer a request without sending content."""
        self.do_GET()

    def _objection(self) -> HTTPStatus | None:
        """Return why a request is refused: another host, another method, or content; ``None`` if it is not.

        Content is refused because, unread, it would be taken for the next request.
        """
        port = "" if self.server.server_port == HTTP_PORT else f":{self.server.server_port}"
        if self.headers.get_all("Host") not in [[f"{name}{port}"] for name in NAMES]:
            return HTTPStatus.MISDIRECTED_REQUEST
        if self.command not in METHODS:
            return HTTPStatus.METHOD_NOT_ALLOWED
        brings = self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers
        return HTTPStatus.BAD_REQUEST if brings or not self.path.startswith("/") else None

    def _give(self, given: Answer) -> None:
        """Send a response; for HEAD, without the content."""
        text = given.kind.startswith("text/")
        self.send_response(given.status)
        self.send_header("Content-Type", f"{given.kind}; charset=utf-8" if text else given.kind)
        self.send_header("Content-Length", str(len(given.content)))
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.content)

    def _stream(self) -> None:
        """Send the current version and each later one, until the reader disconnects or the server closes."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        sent = ""
        while self.command != "HEAD" and not self.server.closing and not self._gone():
            shown = self.server.later(sent, LOOK_S)
            if shown.version != sent:
                sent = shown.version
                self.wfile.write(f"retry: 500\ndata: {sent}\n\n".encode())

    def _gone(self) -> bool:
        """Return whether the reader has disconnected; it has nothing else to send."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def end_headers(self) -> None:
        """Add headers to every response: do not cache it, guess its type, or embed it in other sites."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-site")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def version_string(self) -> str:
        """Return the name of the server, without versions."""
        return "gallery"

    def log_message(self, *_: object) -> None:
        """Do not log requests."""
