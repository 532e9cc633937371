"""Foreign text as one line that can only be read: it directs no terminal, table, page or parser."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any


def plain(text: str) -> str:
    """The text on one line. Breaks and tabs are spaces; invisible marks, such as those that turn
    the direction of reading, are gone; what is no character at all is U+FFFD.

    Callsigns, publishers and names of airports are written by strangers. As received, they are in
    the captures, and as they were read, in the JSON.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain, text))


def _plain(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) == "Cf" else "\ufffd"


def every_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed, also those that name something in a mapping."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {every_text(k, change): every_text(item, change) for k, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(every_text(item, change) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: every_text(getattr(value, f.name), change) for f in fields(value)}
        return replace(value, **changed)
    return value


def moment(t: datetime) -> str:
    """RFC 3339 in UTC."""
    return t.isoformat().replace("+00:00", "Z")
