"""What somebody may send: JSON, not too much of it, and not for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import anyio
from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from service.api.problems import problem

MOST_BYTES: Final = 64 << 10
MOST_BYTES_AT: Final[Mapping[str, int]] = {"/v1/claims": 256 << 10, "/mcp": 256 << 10}
"""By path, where longer bodies are sent: an article."""
PATIENCE_S: Final = 20.0
"""A body that has not come by then is not waited for."""

_JSON: Final = b"application/json"


class NoBody(Exception):
    """The body did not come whole: whoever sent it has gone, or gets `refusal`."""

    def __init__(self, refusal: Response | None) -> None:
        super().__init__()
        self.refusal = refusal


def refused(scope: Scope) -> Response | None:
    """Why a body is refused before any of it is read; None = it may come."""
    headers = {name: value for name, value in scope["headers"] if name in _HEADERS}
    kind = headers.get(b"content-type")
    length = headers.get(b"content-length", b"0").strip()
    comes = length.strip(b"0") != b"" or b"transfer-encoding" in headers
    if (comes or kind is not None) and not _is_json(kind or b""):
        return problem(
            "unsupported-media-type", "Send JSON, with `Content-Type: application/json`."
        )
    if b"content-encoding" in headers:
        return problem("unsupported-media-type", "Send the body as it is, not compressed.")
    most = most_bytes(scope)
    if length.isdigit() and int(length[:20]) > most:
        return _too_large(most)
    return None


def most_bytes(scope: Scope) -> int:
    """How long a body may be there."""
    return MOST_BYTES_AT.get(scope["path"], MOST_BYTES)


async def whole(receive: Receive, most: int = MOST_BYTES) -> Receive:
    """A `receive` that hands over the body in one piece, once all of it is here.

    Raises `NoBody`.
    """
    body = b""
    try:
        with anyio.fail_after(PATIENCE_S):
            more = True
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise NoBody(None)
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise NoBody(_too_large(most))
    except TimeoutError:
        raise NoBody(
            problem("slow-body", f"The body did not come within {PATIENCE_S:g} seconds.")
        ) from None
    held: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def handed_over() -> Message:
        return held.pop() if held else await receive()

    return handed_over


_HEADERS: Final = frozenset(
    {b"content-type", b"content-length", b"content-encoding", b"transfer-encoding"}
)


def _is_json(kind: bytes) -> bool:
    essence, _, parameters = kind.lower().partition(b";")
    said = parameters.replace(b'"', b"").strip()
    return essence.strip() == _JSON and said in (b"", b"charset=utf-8")


def _too_large(most: int) -> Response:
    return problem("too-large", f"A body has at most {most >> 10} KiB.")
