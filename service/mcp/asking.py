"""Asking our own HTTP app, inside this process: no socket, no log line.

The question goes by the app's whole way in, its shield and its gate included; only whose it is has
been settled before, by the request that it came with or by who started this process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

import anyio
from starlette.types import ASGIApp, Message, Scope

MOST_BYTES: Final = 4 << 20
"""More of an answer is not held."""
_OURS: Final = "tailcheck."
_KEPT: Final = ("client", "server", "scheme")
_NOWHERE: Final[Mapping[str, Any]] = {
    "client": ("127.0.0.1", 0),
    "server": ("127.0.0.1", 0),
    "scheme": "http",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to the HTTP API."""

    path: str
    """Not yet escaped."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    """Sent by POST; None = GET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    size_bytes: int
    """Of the whole body."""

    @property
    def is_whole(self) -> bool:
        """Whether all of the body is here."""
        return len(self.body) == self.size_bytes

    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def ask(app: ASGIApp, call: Call, came_with: Scope, *, most: int = MOST_BYTES) -> Reply:
    """The app's answer to `call`, asked by whoever sent the request `came_with`.

    Of a body longer than `most` bytes only the size is kept.
    """
    body = b"" if call.body is None else json.dumps(call.body).encode("ascii")
    sent = [
        {"type": "http.request", "body": body, "more_body": False},
    ]
    pieces: list[bytes] = []
    start: Message = {}
    size = 0

    async def receive() -> Message:
        if sent:
            return sent.pop()
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal size
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            piece = message.get("body", b"")
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            else:
                pieces.clear()

    await app(_scope(call, body, came_with), receive, send)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(status=start["status"], headers=headers, body=b"".join(pieces), size_bytes=size)


def _scope(call: Call, body: bytes, came_with: Scope) -> Scope:
    headers = [(b"host", _host(came_with))]
    if call.body is not None:
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode("ascii")),
        ]
    settled = {name: value for name, value in came_with.items() if name.startswith(_OURS)}
    kept = {name: came_with[name] for name in _KEPT if name in came_with}
    return {
        **_NOWHERE,
        **kept,
        **settled,
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET" if call.body is None else "POST",
        "path": call.path,
        "raw_path": quote(call.path, errors="replace").encode("ascii"),
        "query_string": urlencode(call.query, errors="replace").encode("ascii"),
        "root_path": "",
        "headers": headers,
    }


def _host(came_with: Scope) -> bytes:
    """As it was asked, so that addresses in answers lead back here."""
    for name, value in came_with.get("headers", ()):
        if name == b"host":
            host: bytes = value
            return host
    return b"localhost"
