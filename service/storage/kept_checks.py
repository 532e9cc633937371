"""Kept checks: a question that stays, and every answer it was given since."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from service.sealing import Sealer
from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Statement

_COLUMNS: Final = "id, owner, sealed, created_at_us"
_ADD: Final = Statement(
    "INSERT INTO kept_check (id, owner, once_key, sealed, created_at_us)"
    " VALUES (:id, :owner, :once_key, :sealed, :now_us)"
    " ON CONFLICT (owner, once_key) WHERE once_key IS NOT NULL DO NOTHING"
    f" RETURNING {_COLUMNS}"
)
_ONCE: Final = Statement(
    f"SELECT {_COLUMNS} FROM kept_check WHERE owner = :owner AND once_key = :once_key"
)
_OF: Final = Statement(f"SELECT {_COLUMNS} FROM kept_check WHERE id = :id")
_IDS: Final = Statement("SELECT id FROM kept_check ORDER BY created_at_us, id")
_PAGE: Final = Statement(
    f"SELECT {_COLUMNS} FROM kept_check WHERE owner = :owner"
    " AND (created_at_us, id) < (:before_us, :before_id)"
    " ORDER BY created_at_us DESC, id DESC LIMIT :limit"
)
_REVISE: Final = Statement(
    "INSERT INTO check_revision (check_id, number, at_us, sealed)"
    " VALUES (:check_id, :number, :at_us, :sealed) ON CONFLICT DO NOTHING"
)
_REVISION: Final = "SELECT number, at_us, sealed FROM check_revision WHERE check_id = :check_id"
_REVISIONS: Final = Statement(f"{_REVISION} ORDER BY number")
_NEWEST: Final = Statement(f"{_REVISION} ORDER BY number DESC LIMIT 1")
_NUMBERED: Final = Statement(f"{_REVISION} AND number = :number")

_END: Final = (2**62, "")
_MOST: Final = 2**31 - 1
"""What the column of numbers holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question as somebody asked it."""

    aircraft: str
    airport: str
    date: str
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCheck:
    """What a row keeps to itself."""

    asked: Asked
    once: str = ""
    """The Idempotency-Key it came with; empty = none."""
    said: str = ""
    """What came with that key, to tell a repetition from another question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAnswer:
    """What a revision's row keeps to itself."""

    document: bytes
    """The answer as JSON, as `/v1/check` gives it."""
    because: str = ""
    """Why it differs from the one before; empty for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """A question that stays."""

    id: str
    owner: str
    asked: Asked
    said: str = ""
    """What its `once` came with."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One answer to it."""

    number: int
    """From 1."""
    at: datetime
    document: bytes
    because: str = ""


def new_check_id() -> str:
    """128 random bits: whoever has it may read the answers."""
    return secrets.token_hex(16)


def add_check(
    conn: Connection,
    sealer: Sealer,
    owner: str,
    asked: Asked,
    *,
    once: str = "",
    said: str = "",
    now: datetime,
) -> tuple[KeptCheck, bool]:
    """Keep the question; returns it, and whether it is new: with the same `once` of the same owner
    it is the one kept before, whatever `said` is now. `conn` is of `database.writing`."""
    params = {
        "id": new_check_id(),
        "owner": clean(owner),
        "once_key": _once_key(sealer, once) if once else None,
        "sealed": sealer.seal(SealedCheck(asked=asked, once=clean(once), said=said)),
        "now_us": to_us(now),
    }
    added = _ADD.rows(conn, params)
    return _check(sealer, (added or _ONCE.rows(conn, params))[0]), bool(added)


def check_of(conn: Connection, sealer: Sealer, check_id: str) -> KeptCheck | None:
    """The kept check of that id."""
    rows = _OF.rows(conn, {"id": clean(check_id)})
    return _check(sealer, rows[0]) if rows else None


def check_once(conn: Connection, sealer: Sealer, owner: str, once: str) -> KeptCheck | None:
    """The owner's kept check that came with that Idempotency-Key."""
    params = {"owner": clean(owner), "once_key": _once_key(sealer, once)}
    rows = _ONCE.rows(conn, params)
    return _check(sealer, rows[0]) if rows else None


def check_ids(conn: Connection) -> tuple[str, ...]:
    """Of everybody's, in the order in which they were kept. Nothing is opened."""
    return tuple(row[0] for row in _IDS.rows(conn, {}))


def checks(
    conn: Connection, sealer: Sealer, owner: str, *, after: KeptCheck | None = None, limit: int
) -> tuple[KeptCheck, ...]:
    """The owner's, newest first; those that come `after` that one in the list."""
    before_us, before_id = (to_us(after.created_at), after.id) if after is not None else _END
    params = {
        "owner": clean(owner),
        "before_us": before_us,
        "before_id": before_id,
        "limit": limit,
    }
    return tuple(_check(sealer, row) for row in _PAGE.rows(conn, params))


def add_revision(
    conn: Connection,
    sealer: Sealer,
    check_id: str,
    number: int,
    document: bytes,
    *,
    because: str = "",
    at: datetime,
) -> bool:
    """Add an answer; False when one of that number is there already."""
    params = {
        "check_id": check_id,
        "number": number,
        "at_us": to_us(at),
        "sealed": sealer.seal(SealedAnswer(document=document, because=clean(because))),
    }
    return _REVISE.run(conn, params) > 0


def revisions_of(conn: Connection, sealer: Sealer, check_id: str) -> tuple[Revision, ...]:
    """Every answer it was given, the first one first."""
    return tuple(
        _revision(sealer, row) for row in _REVISIONS.rows(conn, {"check_id": clean(check_id)})
    )


def newest_of(conn: Connection, sealer: Sealer, check_id: str) -> Revision | None:
    """The last answer it was given; None when there is no such check."""
    rows = _NEWEST.rows(conn, {"check_id": clean(check_id)})
    return _revision(sealer, rows[0]) if rows else None


def revision_of(conn: Connection, sealer: Sealer, check_id: str, number: int) -> Revision | None:
    """The answer of that number."""
    if not 0 < number <= _MOST:
        return None
    rows = _NUMBERED.rows(conn, {"check_id": clean(check_id), "number": number})
    return _revision(sealer, rows[0]) if rows else None


def _once_key(sealer: Sealer, once: str) -> bytes:
    return sealer.blind("once", clean(once))


def _check(sealer: Sealer, row: Sequence[Any]) -> KeptCheck:
    sealed = sealer.open(row[2], SealedCheck)
    return KeptCheck(
        id=row[0],
        owner=row[1],
        asked=sealed.asked,
        said=sealed.said,
        created_at=from_us(row[3]),
    )


def _revision(sealer: Sealer, row: Sequence[Any]) -> Revision:
    said = sealer.open(row[2], SealedAnswer)
    return Revision(number=row[0], at=from_us(row[1]), document=said.document, because=said.because)
