"""The airport table as it was last made: reading it back is faster than making it anew.

It stands for nothing that cannot be made again. It is used only when it was made from the very
same files, packages and code, and is whole; else it is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import airportsdata
import msgspec

from adapters import ourairports
from schemas import places
from schemas.places import Airport
from service.domain.airports import names, table
from service.domain.airports.table import Airports
from service.ingest.reference import airports as making
from service.ingest.reference import combining, neighbours, own_fields, runways

FILE = "reference.table"
_DIGEST_BYTES = 32
_MADE_BY = (places, ourairports, table, names, making, combining, neighbours, own_fields, runways)
"""Whatever decides what the table says: once any of it changes, the table is made anew."""


class _Made(msgspec.Struct, frozen=True):
    made_of: tuple[str, ...]
    version: str
    named: int
    airports: tuple[Airport, ...]
    unplaced: dict[str, str]


def remember(home: Path, files: Sequence[str], airports: Airports) -> None:
    """Keep the table that was made of `files`. Where that cannot be written, it is not kept."""
    made = _Made(
        (*files, *_made_by()),
        airports.version,
        airports.named,
        airports.airports,
        dict(airports.unplaced),
    )
    content = msgspec.msgpack.encode(made)
    fresh = home / f"{FILE}.{os.getpid()}"
    with contextlib.suppress(OSError):
        fresh.write_bytes(hashlib.sha256(content).digest() + content)
        fresh.replace(home / FILE)


def recalled(home: Path, files: Sequence[str]) -> Airports | None:
    """The table made of `files`; None when there is none that can be trusted."""
    try:
        content = (home / FILE).read_bytes()
        if hashlib.sha256(content[_DIGEST_BYTES:]).digest() != content[:_DIGEST_BYTES]:
            return None
        made = msgspec.msgpack.decode(memoryview(content)[_DIGEST_BYTES:], type=_Made)
    except (OSError, msgspec.MsgspecError):
        return None
    if made.made_of != (*files, *_made_by()):
        return None
    return Airports.build(
        made.airports,
        made.version,
        city_groups=making.city_groups(),
        named=made.named,
        unplaced=made.unplaced,
    )


@cache
def _made_by() -> tuple[str, ...]:
    """The packages and the code by whose rules tables are made here."""
    code = hashlib.sha256()
    for module in _MADE_BY:
        code.update(Path(str(module.__file__)).read_bytes())
    return (f"airportsdata {airportsdata.__version__}", f"code {code.hexdigest()}")
