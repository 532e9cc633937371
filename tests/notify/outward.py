"""What tests of sending out share: a receiver on loopback, a name system and a dialler of our own
that let nothing out, and a message to send."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any, TypeVar

import httpcore

from schemas.watching import Alert, Occasion, Receiver, ReceiverKind, Watch
from service.notify.addresses import Address
from service.notify.channels import DeliveryError, Message
from service.notify.outgoing import Outgoing, Reply

T = TypeVar("T")

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PUBLIC = "https://hooks.example.org/in"


@dataclass
class Had:
    """One request that a receiver had."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass
class Loopback:
    """A receiver, and what it says."""

    port: int
    had: list[Had] = field(default_factory=list)
    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    talk: Callable[[BaseHTTPRequestHandler], None] | None = None
    """Instead of status, headers and body."""

    def url(self, path: str = "/in", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def loopback(tls: SSLContext | None = None) -> Iterator[Loopback]:
    """A real server, on a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            names = {name.lower(): value for name, value in self.headers.items()}
            had = Had(self.path, names, self.rfile.read(size))
            receiver.had.append(had)
            if receiver.talk is not None:
                receiver.talk(self)
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            if receiver.status not in {204, 304}:
                self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is part of some tests."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver = Loopback(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Names:
    """A name system: each answer of a name once, the last for ever. No answer = no such name."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        left = self.answers.get(host, [])
        if not left:
            raise OSError("no such name")
        return left.pop(0) if len(left) > 1 else left[0]


@dataclass
class Dialled:
    """Writes down what it is to dial, and answers 204 itself: nothing leaves this process."""

    to: list[tuple[Address, int]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    """Addresses at which nobody answers."""

    async def __call__(
        self, address: Address, port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        self.to.append((address, port))
        if str(address) in self.down:
            raise httpcore.ConnectError("nobody there")
        return httpcore.AsyncMockStream(
            [b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", b""]
        )


def run(work: Awaitable[T]) -> T:
    async def main() -> T:
        return await work

    return asyncio.run(main())


async def posted(
    outgoing: Outgoing, url: str, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> Reply:
    """The answer to one POST."""
    try:
        return await outgoing.post(url, headers or {}, body)
    finally:
        await outgoing.aclose()


def failure(work: Awaitable[object]) -> DeliveryError:
    """The error that it must end with."""
    try:
        run(work)
    except DeliveryError as error:
        return error
    raise AssertionError("it was delivered")


def message(
    url: str,
    *secrets: str,
    kind: ReceiverKind = "webhook",
    sent_at: datetime = NOON,
    details: bool = False,
) -> Message:
    """Watch 3 told of a landing."""
    occasion = Occasion(
        trigger="landing",
        icao24="14fc0b",
        registration="RA-64523",
        at=NOON,
        t_earliest=NOON,
        t_latest=NOON,
        airport="UMMS",
        words="RA-64523 landed at Minsk National (UMMS) – Минск.",
    )
    alert = Alert(id=7, watch_id=3, owner="local", form="new", occasion=occasion, created_at=NOON)
    return Message(
        id="msg_1_7",
        receiver=Receiver(
            id=1, owner="local", kind=kind, url=url, secrets=secrets, details=details, added_at=NOON
        ),
        alerts=(alert,),
        watches={3: Watch(id=3, kind="aircraft", subject="RA-64523", added_at=NOON)},
        sent_at=sent_at,
        public_url="http://tailcheck.example.org",
    )
