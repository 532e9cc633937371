"""Large tables line by line, in flat memory: one bad line costs one row and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters._contract import UnreadablePage

_LONGEST_LINE = 1024 * 1024


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Every line that is not empty, without its end. Bytes that are no UTF-8 come out as U+FFFD.

    Raises `UnreadablePage` when it begins like a web page, or a line has no end.
    """
    found = _lines(chunks)
    for first in found:
        start = first.removeprefix("\ufeff")
        if start.lstrip()[:1] == "<":
            raise UnreadablePage("This is a web page, not a table.")
        yield start
        yield from found


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = block.rfind(b"\n") + 1
        rest = block[cut:]
        if len(rest) > _LONGEST_LINE:
            raise UnreadablePage(f"The table has a line longer than {_LONGEST_LINE:,} bytes.")
        for line in block[:cut].decode("utf-8", "replace").split("\n"):
            if text := line.rstrip("\r"):
                yield text
    if last := rest.decode("utf-8", "replace").rstrip("\r"):
        yield last
