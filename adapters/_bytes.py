"""Compressed content, expanded within limits; and odd values, shortened for people.

Compression is told by the first two bytes, never by a name: readsb writes gzip under ``.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from isal import isal_zlib

from adapters._contract import UnreadablePage

GZIP = b"\x1f\x8b"
_IsalError = cast(type[Exception], isal_zlib.error)  # the stub calls the class an instance
_WBITS = 31  # gzip framing, checksum verified
_SLICE = 64 * 1024
_OUT = 1024 * 1024
_MAX_MEMBERS = 20_000

_TRUNCATED = (
    "The file is compressed and ends too early: a part of it is missing. "
    "Nothing was read from it; fetch it again."
)
_DAMAGED = (
    "The file is compressed and damaged: what comes out does not match its own checksum. "
    "Nothing can be read from it; fetch it again."
)
_TRAILING = "The file is compressed, and after the compressed part there is something else."


def _too_big(cap_bytes: int) -> UnreadablePage:
    return UnreadablePage(
        f"The file is larger than {cap_bytes:,} bytes once expanded, which no real file of this "
        "kind is. It was not read."
    )


def expanded(content: bytes | memoryview, cap_bytes: int) -> bytes:
    """The whole content, gunzipped if it is gzip, at most `cap_bytes` long.

    Raises `UnreadablePage` when it is larger (a bomb), cut short, damaged, or followed by
    something else: a part is never taken for the whole.
    """
    if content[:2] != GZIP:
        if len(content) > cap_bytes:
            raise _too_big(cap_bytes)
        return bytes(content)
    inflate = isal_zlib.decompressobj(_WBITS)
    try:
        out = inflate.decompress(content, cap_bytes + 1)
    except _IsalError as error:
        raise UnreadablePage(_DAMAGED) from error
    if len(out) > cap_bytes:
        raise _too_big(cap_bytes)
    if inflate.eof and not inflate.unused_data:
        return out
    return b"".join(expanded_chunks(content, cap_bytes))


def expanded_chunks(
    content: bytes | memoryview, cap_bytes: int, chunk_bytes: int = _OUT
) -> Iterator[bytes]:
    """The content in pieces of up to `chunk_bytes`, gunzipped if it is gzip: flat memory whatever
    its size.

    Reads files of several gzip members, and zero padding after the last. Raises
    `UnreadablePage` as `expanded` does, but only when it comes to the fault: whoever uses this
    treats what came before as read from a damaged file.
    """
    if content[:2] != GZIP:
        if len(content) > cap_bytes:
            raise _too_big(cap_bytes)
        for start in range(0, len(content), chunk_bytes):
            yield bytes(content[start : start + chunk_bytes])
        return
    size = 0
    for chunk in _inflated(memoryview(content), chunk_bytes):
        size += len(chunk)
        if size > cap_bytes:
            raise _too_big(cap_bytes)
        yield chunk


def _inflated(content: memoryview, chunk_bytes: int) -> Iterator[bytes]:
    """Every gzip member in turn. Fed in slices, so that the rest is never copied as a whole."""
    position = 0
    for _ in range(_MAX_MEMBERS):
        inflate = isal_zlib.decompressobj(_WBITS)
        while not inflate.eof:
            piece = content[position : position + _SLICE]
            if not piece:
                raise UnreadablePage(_TRUNCATED)
            position += len(piece)
            try:
                out = inflate.decompress(piece, chunk_bytes)
                while out:
                    yield out
                    if inflate.eof:
                        break
                    out = inflate.decompress(inflate.unconsumed_tail, chunk_bytes)
            except _IsalError as error:
                raise UnreadablePage(_DAMAGED) from error
        position -= len(inflate.unused_data)
        if content[position : position + 2] != GZIP:
            break
    if any(
        bytes(content[start : start + _OUT]).strip(b"\0")
        for start in range(position, len(content), _OUT)
    ):
        raise UnreadablePage(_TRAILING)


def shown(value: object, limit: int = 120) -> str:
    """A value as one short, printable line: what a `Rejected` carries as its sample.

    Control characters, lone surrogates and direction marks come out as U+FFFD: hostile text must
    not act on a terminal or a page.
    """
    try:
        text = value if isinstance(value, str) else repr(value)
    except (RecursionError, ValueError):  # nested too deep; an integer too long to write out
        text = f"a {type(value).__name__} too large to show"
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return "".join(mark if mark.isprintable() else "�" for mark in text)
