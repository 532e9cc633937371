"""What an entry of the log is: a salt, and the record of one reception.

``entry = salt + record``, the salt 32 random bytes, the record JSON in UTF-8 with its members
sorted by name, without blanks, other characters than control characters, quote and backslash as
they are: in Python ``json.dumps(record, ensure_ascii=False, sort_keys=True,
separators=(",", ":")).encode()``. Its members are all that is stored of a reception:

- ``sha256`` and ``size_bytes`` of the bytes, ``source``, ``url`` (without secrets),
- ``received_at_us`` and ``requested_at_us`` (or null), microseconds since 1970 UTC,
- ``status`` (or null) and ``headers`` of the reply, by name.

So the log binds what came, from where and when it was said to have come. It does not bind what was
derived from it: that can be derived again. Without the salt, whoever holds a published head or a
proof of one entry could guess at another: the same file is everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

import msgspec

from service.domain.merkle import leaf_hash

SALT_BYTES: Final = 32

_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Record(TypedDict):
    """One reception, as it is bound."""

    headers: Mapping[str, str]
    received_at_us: int
    requested_at_us: int | None
    sha256: str
    size_bytes: int
    source: str
    status: int | None
    url: str


def entry(salt: bytes, record: Record) -> bytes:
    """What is hashed."""
    return salt + _encode(record)


def entry_hash(salt: bytes, record: Record) -> bytes:
    """The leaf of the tree."""
    return leaf_hash(salt + _encode(record))
