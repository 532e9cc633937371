"""The body of a reply as it comes: how long, how slow and how large it may be."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import httpx

GRACE_S: Final = 60.0
"""So long, a reply may drip."""
SLOWEST_BYTES_S: Final = 1_000
"""On average, after that."""
LONGEST_S: Final = 7_200.0

OUR_MARKS: Final = "x-tailcheck-"
"""How the names begin by which we mark what we kept."""

_LOOKED_INTO: Final = 1024 * 1024
_LINE: Final = 1024
_HEADER_CHARS: Final = 2_000
_HEADERS: Final = 100
_SECRET_NAMES: Final = (
    *("auth", "cookie", "credential", "csrf", "nonce", "password", "secret", "session"),
    *("signature", "token", "api-key", "apikey"),
)


@dataclass(frozen=True, slots=True)
class Broken(Exception):
    """No whole reply came. `outcome` is what the ledger says, `again` whether to ask again."""

    outcome: Literal["failed", "truncated"]
    why: str
    again: bool = False


def chunks(
    response: httpx.Response, cap_bytes: int, elapsed: Callable[[], float]
) -> Iterator[bytes]:
    """The body as received, compressed or not, piece by piece. `elapsed` counts seconds.

    Raises `Broken`.
    """
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > cap_bytes and response.status_code != 304:
        raise _too_large(cap_bytes)
    began = elapsed()
    size = 0
    try:
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > cap_bytes:
                raise _too_large(cap_bytes)
            took = elapsed() - began
            if took > LONGEST_S or (took > GRACE_S and size < took * SLOWEST_BYTES_S):
                why = f"it sent {size:,} bytes in {took:,.0f} s: too slow to go on"
                raise Broken("truncated", why)
            yield chunk
    except httpx.TimeoutException as error:
        raise Broken("truncated", f"it fell silent after {size:,} bytes") from error
    except httpx.TransportError as error:
        why = f"the line broke after {size:,} bytes" + (
            f" of {int(announced):,}" if announced.isdecimal() and len(announced) < 18 else ""
        )
        raise Broken("truncated", why, again=True) from error


def _too_large(cap_bytes: int) -> Broken:
    return Broken("failed", f"the reply is longer than the {cap_bytes:,} bytes that are allowed")


def kept_headers(response: httpx.Response, secrets: Sequence[str]) -> dict[str, str]:
    """Names in lower case. What may be a secret, by its name or because we sent it, is left out;
    and so is what only we may say."""
    kept = {
        name.lower(): value[:_HEADER_CHARS]
        for name, value in response.headers.items()
        if not any(word in name.lower() for word in _SECRET_NAMES)
        if not name.lower().startswith(OUR_MARKS)
        if not any(secret in value for secret in secrets)
    }
    return dict(list(kept.items())[:_HEADERS])


def tells(content: bytes | memoryview, secrets: Sequence[str]) -> bool:
    """Whether the first megabyte, expanded if need be, holds one of the secrets that we sent."""
    if not secrets:
        return False
    start = bytes(content[:_LOOKED_INTO])
    start += _expanded(start, _LOOKED_INTO)
    return any(secret.encode() in start for secret in secrets)


def is_web_page(content: bytes | memoryview) -> bool:
    """Whether it is a page for readers: no source sends those on purpose."""
    start = bytes(content[:_LINE])
    start = (_expanded(start, _LINE) or start).removeprefix(b"\xef\xbb\xbf")
    return start.lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _expanded(start: bytes, most: int) -> bytes:
    """What the start of a gzip file holds; nothing for any other."""
    if start[:2] != b"\x1f\x8b":
        return b""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, most)
    except zlib.error:
        return b""
