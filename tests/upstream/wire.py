"""The line to one client, as faults use it: whole answers, parts of them, silence, a reset."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from threading import Event

from tests.upstream.messages import Reply


class Wire:
    """One answer on its way."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: Event) -> None:
        self._handler = handler
        self._closing = closing

    def send(self, reply: Reply) -> None:
        """The whole answer."""
        self.head(reply.status, reply.headers, len(reply.content))
        self.body(reply.content)

    def head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        """Status and headers, and how long the body will be."""
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(length))
        self._handler.end_headers()

    def body(self, part: bytes) -> None:
        """Some of the body; nothing for a HEAD request."""
        if self._handler.command != "HEAD":
            self._handler.wfile.write(part)
            self._handler.wfile.flush()

    def hang_up(self) -> None:
        """Close in good order, whatever has been promised."""
        self._handler.close_connection = True

    def reset(self) -> None:
        """Close with a RST: what the client has not read yet is lost.

        The server would say goodbye first (FIN), so the connection is taken away from it.
        """
        connection = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())
        self._handler.close_connection = True

    def wait(self, seconds: float) -> bool:
        """Let time pass; True when the server is closing and nobody should wait any longer."""
        until = time.monotonic() + seconds
        return self._closing.wait(max(0.0, until - time.monotonic()))
