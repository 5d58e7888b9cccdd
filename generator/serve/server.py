"""A server on the loopback interface that shows one build after another."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Condition, Thread
from typing import Any

from generator.errors import ServeError
from generator.serve.answers import Shown
from generator.serve.notices import Notice
from generator.serve.requests import Handler

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Answers requests from ``shown``, with a thread for each connection; all end with the server.

    Versions start with a random word, so that pages of an earlier server reload too.
    """

    allow_reuse_address = os.name == "posix"  # on Windows it would let two servers share a port
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), Handler)
        self._run, self._count = secrets.token_hex(4), 0
        self.shown = Shown(self._version())
        self.closing = False
        self._changed = Condition()
        self._connections: set[socket.socket] = set()

    @property
    def address(self) -> str:
        """The address of the site."""
        return f"http://{HOST}:{self.server_port}/"

    def server_bind(self) -> None:
        """Bind the port, without the slow look-up of this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def show(self, outcome: Path | Notice) -> None:
        """Show a site, or a notice instead of its pages, and wake all streams."""
        self._count += 1
        made = {"notice": outcome} if isinstance(outcome, Notice) else {"folder": outcome, "notice": None}
        with self._changed:
            self.shown = replace(self.shown, version=self._version(), **made)
            self._changed.notify_all()

    def later(self, version: str, seconds: float) -> Shown:
        """Wait until another version is shown, or for some seconds; return what is shown then."""
        with self._changed:
            self._changed.wait_for(lambda: self.closing or self.shown.version != version, seconds)
            return self.shown

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, so that ``close`` can end it."""
        self._connections.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, unless it is only a browser that disconnected."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Close the port and every connection."""
        self.shutdown()
        with self._changed:
            self.closing = True
            self._changed.notify_all()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def _version(self) -> str:
        return f"{self._run}-{self._count}"


@contextmanager
def listening(port: int) -> Iterator[Server]:
    """Yield a server that answers while the block runs.

    Raises:
        ServeError: the port cannot be used.
    """
    try:
        server = Server(port)
    except OSError as error:
        choices = "choose another with --port, or any free one with --port 0"
        raise ServeError(f"port {port} of {HOST}: {error.strerror or error}; {choices}") from error
    Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield server
    finally:
        server.close()
