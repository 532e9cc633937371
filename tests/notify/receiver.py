"""A real HTTP receiver on loopback that fails as told, and remembers what it was sent.

It lives in the test's process, so it outlives every sender that is killed. Each receiver is a path
of its own; what it does with a message is decided, message by message, by a plan that the test
gives. A message is remembered before it is answered: what was answered with 200 is remembered.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import httptools

Deed = Literal[
    "take",  # 200
    "error",  # 500
    "refuse",  # 400
    "gone",  # 410
    "busy",  # 429, Retry-After: 1
    "moved",  # 302, to a path that nobody may ask for
    "hang",  # no answer at all
    "drip",  # an answer that never ends, a byte at a time, in its headers
    "reset",  # hung up before it was remembered
    "take_and_reset",  # remembered, and hung up before the answer
    "big",  # 200, and a body that never ends
    "noise",  # no HTTP
]
Plan = Callable[["Got"], Deed]

DRIP_S = 0.05
PORTS = 8
"""So many machines, as far as whoever connects can see."""


@dataclass(frozen=True, slots=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    number: int
    """At this path, from 1."""

    @property
    def id(self) -> str:
        """Of the message."""
        return self.headers["webhook-id"]


def takes(_got: Got) -> Deed:
    """Whatever comes."""
    return "take"


@dataclass
class Receiver:
    """A running one."""

    ports: list[int] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)
    """By path; a path without one is taken."""
    got: list[tuple[Got, Deed]] = field(default_factory=list)
    """In the order in which they came."""
    taken: list[Got] = field(default_factory=list)
    """Those that it has, whether or not it came to say so."""
    counts: dict[str, int] = field(default_factory=dict)
    transports: set[Any] = field(default_factory=set)
    """Open connections."""

    def url(self, path: str) -> str:
        """The address of a receiver."""
        port = self.ports[zlib.crc32(path.encode()) % len(self.ports)]
        return f"http://127.0.0.1:{port}{path}"

    def taken_by(self, path: str) -> list[Got]:
        """What was taken there."""
        return [got for got in self.taken if got.path == path]

    def deed(self, path: str, headers: dict[str, str], body: bytes) -> Deed:
        """Remember it, and decide."""
        self.counts[path] = self.counts.get(path, 0) + 1
        got = Got(path, headers, body, self.counts[path])
        deed = self.plans.get(path, takes)(got)
        if deed != "reset":
            self.got.append((got, deed))
        if deed in {"take", "big", "take_and_reset"}:
            self.taken.append(got)
        return deed


class _Connection(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._parser = httptools.HttpRequestParser(self)
        self._path = ""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._receiver.transports.add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self._receiver.transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._path, self._headers, self._body = "", {}, []

    def on_url(self, url: bytes) -> None:
        self._path += url.decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        deed = self._receiver.deed(self._path, self._headers, b"".join(self._body))
        _ANSWERS[deed](self._transport)


def _says(status: str, *headers: str) -> Callable[[Any], None]:
    lines = [f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]
    reply = "\r\n".join(lines).encode()
    return lambda transport: transport.write(reply)


def _drips(transport: Any) -> None:
    def drip() -> None:
        if not transport.is_closing():
            transport.write(b"x")
            asyncio.get_running_loop().call_later(DRIP_S, drip)

    transport.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip()


def _floods(transport: Any) -> None:
    def flood() -> None:
        if not transport.is_closing():
            if transport.get_write_buffer_size() < 1_000_000:
                transport.write(b"x" * 65_536)
            asyncio.get_running_loop().call_later(0.001, flood)

    transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    flood()


_ANSWERS: dict[Deed, Callable[[Any], None]] = {
    "take": _says("200 OK"),
    "error": _says("500 Internal Server Error"),
    "refuse": _says("400 Bad Request"),
    "gone": _says("410 Gone"),
    "busy": _says("429 Too Many Requests", "Retry-After: 1"),
    "moved": _says("302 Found", "Location: /never"),
    "hang": lambda _transport: None,
    "drip": _drips,
    "reset": lambda transport: transport.abort(),
    "take_and_reset": lambda transport: transport.abort(),
    "big": _floods,
    "noise": lambda transport: transport.write(b"\x00\x01 this is no HTTP\r\n\r\n"),
}


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for as long as the block lasts."""
    receiver, ready = Receiver(), threading.Event()
    loop = asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        servers = [
            loop.run_until_complete(
                loop.create_server(lambda: _Connection(receiver), "127.0.0.1", 0, backlog=1_024)
            )
            for _ in range(PORTS)
        ]
        receiver.ports = [server.sockets[0].getsockname()[1] for server in servers]
        ready.set()
        loop.run_forever()
        for server in servers:
            server.close()
        for transport in list(receiver.transports):
            transport.abort()
        loop.run_until_complete(asyncio.sleep(0.01))  # they close in the next rounds of the loop
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(30)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
