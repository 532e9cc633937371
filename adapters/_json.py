"""JSON from sources: read leniently, so that one bad value costs one row and not the page.

What no good reply has becomes visible instead of acting: NaN and Infinity come out as `NotFinite`,
which fits no type; an object that says a key twice remembers it; numbers of any length are read.
"""

from __future__ import annotations

import json
from typing import Any

from adapters._bytes import expanded, shown
from adapters._contract import UnreadablePage

_MAX_LISTS = 2_000_000
"""No reply has so many lists and objects; reading them would fill the memory."""


class NotFinite:
    """Stands for NaN and Infinity, which are not JSON and fit no field."""

    def __init__(self, written: str) -> None:
        self.written = written

    def __repr__(self) -> str:
        return self.written


class Object(dict[str, Any]):
    """A JSON object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def read_json(content: bytes | memoryview, *, cap_bytes: int) -> Any:
    """The document, gunzipped if it is gzip, at most `cap_bytes` long.

    Raises `UnreadablePage` with a sentence for people: empty, a web page, cut off, no JSON, nested
    beyond reason, or a document whose outermost object says one key twice.
    """
    text = expanded(content, cap_bytes)
    start = text.lstrip()[:1]
    if not start:
        raise UnreadablePage("The reply is empty.")
    if start == b"<":
        raise UnreadablePage(
            "The source answered with a web page instead of data: perhaps an error, a consent "
            "page or a check for robots."
        )
    if text.count(b"[") + text.count(b"{") > _MAX_LISTS:
        raise UnreadablePage("The reply holds more lists than any reply of this kind has.")
    try:
        document = json.loads(
            text.decode("utf-8-sig", "replace"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=NotFinite,
        )
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or "Unterminated" in error.msg:
            raise UnreadablePage(
                "The reply ends in the middle: a part of it is missing."
            ) from error
        raise UnreadablePage(
            f"The reply is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise UnreadablePage("The reply is nested far deeper than any real one.") from error
    if isinstance(document, Object) and document.twice:
        raise UnreadablePage(
            f"The reply says {', '.join(shown(key, 30) for key in document.twice[:5])} twice, and "
            "which one counts cannot be told."
        )
    return document


def _object(pairs: list[tuple[str, Any]]) -> Object:
    made = Object(pairs)
    if len(made) != len(pairs):
        seen: dict[str, int] = {}
        for key, _ in pairs:
            seen[key] = seen.get(key, 0) + 1
        made.twice = tuple(key for key, count in seen.items() if count > 1)
    return made


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)
