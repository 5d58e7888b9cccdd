"""A server on the loopback that shows one site after another."""

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
    """Answers from what is shown; a thread for each connection, all of which end with it.

    Versions start with a word of chance, so that a page of an earlier server reloads too.
    """

    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers have one port
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
        """Return where the site is."""
        return f"http://{HOST}:{self.server_port}/"

    def server_bind(self) -> None:
        """Take the port, without asking the network for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def show(self, outcome: Path | Notice) -> None:
        """Show a site, or a notice in place of its pages, and tell all that wait."""
        self._count += 1
        made = {"notice": outcome} if isinstance(outcome, Notice) else {"folder": outcome, "notice": None}
        with self._changed:
            self.shown = replace(self.shown, version=self._version(), **made)
            self._changed.notify_all()

    def later(self, version: str, seconds: float) -> Shown:
        """Return what is shown once it is of another version, or when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.closing or self.shown.version != version, seconds)
            return self.shown

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, which ``close`` can end."""
        self._connections.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is only a browser that has gone."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Let the port and every connection go."""
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
    """Give a server that answers while the block runs.

    Raises:
        ServeError: the port cannot be had.
    """
    try:
        server = Server(port)
    except OSError as error:
        choices = "--port names another, --port 0 takes any that is free"
        raise ServeError(f"port {port} of {HOST}: {error.strerror or error}; {choices}") from error
    Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield server
    finally:
        server.close()
