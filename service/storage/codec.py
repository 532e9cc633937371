"""How values become columns and come back: times, texts, whole values, fingerprints.

A `body` is the value itself in MessagePack, deflated: a segment's path is most of the database,
and MessagePack decodes straight into the dataclass. Every float and microsecond comes back as
it went in.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from isal import isal_zlib

Value = TypeVar("Value")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
HOUR_US: Final = 3_600_000_000
DAY_US: Final = 86_400_000_000

_DEFLATE_LEVEL: Final = 1


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC. A moment without a zone is a `TypeError`."""
    return (moment - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC moment."""
    return EPOCH + timedelta(0, 0, us)  # by position: half the time of the keyword


def day_us(day: date) -> int:
    """Start of the UTC day."""
    return (day.toordinal() - EPOCH.toordinal()) * DAY_US


def from_day_us(us: int) -> date:
    """The UTC day that starts, or lies, at that moment."""
    return date.fromordinal(EPOCH.toordinal() + us // DAY_US)


def clean(text: str) -> str:
    """The text with what no database column holds (NUL, lone surrogates) marked by U+FFFD.

    Such bytes only come from hostile or damaged input; as received they are in the capture.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return (
        text.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    )


def _plain(value: object) -> object:
    """NumPy scalars, which a derivation may leave in a value, as Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored")


_msgpack: Final = msgspec.msgpack.Encoder(enc_hook=_plain)
_json: Final = msgspec.json.Encoder(enc_hook=_plain)


def encode(value: object) -> bytes:
    """The value in MessagePack: the same value gives the same bytes, in any process."""
    try:
        return _msgpack.encode(value)
    except UnicodeEncodeError:
        return _msgpack.encode(_cleaned(value))


def to_body(value: object) -> bytes:
    """The value as a `body` column."""
    deflated: bytes = isal_zlib.compress(encode(value), _DEFLATE_LEVEL)
    return deflated


def to_json(value: object) -> str:
    """The value as a JSON column, readable in any SQL shell."""
    try:
        return _json.encode(value).decode()
    except UnicodeEncodeError:
        return _json.encode(_cleaned(value)).decode()


def from_json(text: str, kind: type[Value]) -> Value:
    """A JSON column as the value it was."""
    return msgspec.json.decode(text, type=kind)


class BodyReader:
    """Reads `body` columns of one kind of value."""

    def __init__(self, kind: Any) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def __call__(self, body: bytes) -> Any:
        return self._decode(isal_zlib.decompress(body))


def fingerprint(*parts: object) -> bytes:
    """32 bytes that stand for the parts and their order."""
    return hashlib.sha256(encode(parts)).digest()


def digest(*parts: object) -> int:
    """64 bits of the fingerprint as a signed integer. Always unique beside another key only."""
    return int.from_bytes(fingerprint(*parts)[:8], "big", signed=True)


def _cleaned(value: object) -> object:
    """The value, taken apart, with every text in it cleaned."""
    return _clean_all(
        msgspec.to_builtins(value, builtin_types=(datetime, date, bytes), enc_hook=_plain)
    )


def _clean_all(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_clean_all(key): _clean_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean_all(item) for item in value]
    return value
