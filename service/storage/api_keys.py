"""Access keys: who may ask, by what the key is called; never the key itself."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.access import ApiKey, Scope
from service.storage.codec import clean, from_json, from_us, to_json, to_us
from service.storage.sql import Insert, Statement

_COLUMNS: Final = (
    "id",
    "secret_hash",
    "owner",
    "label",
    "scopes",
    "created_at_us",
    "expires_at_us",
    "revoked_at_us",
)
_ADD: Final = Insert("api_key", _COLUMNS)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM api_key"
_OF: Final = Statement(f"{_SELECT} WHERE id = :id")
_ALL: Final = Statement(f"{_SELECT} ORDER BY created_at_us, id")
_REVOKE: Final = Statement(
    "UPDATE api_key SET revoked_at_us = :now_us WHERE id = :id AND revoked_at_us IS NULL"
)
_ANY: Final = Statement(
    "SELECT 1 FROM api_key WHERE revoked_at_us IS NULL"
    " AND (expires_at_us IS NULL OR expires_at_us > :now_us) LIMIT 1"
)


def add_key(conn: Connection, key: ApiKey) -> None:
    """Let it in from now on. `conn` is of `database.writing`."""
    row = (
        key.id,
        key.secret_hash,
        clean(key.owner),
        clean(key.label),
        to_json(sorted(key.scopes)),
        to_us(key.created_at),
        _us(key.expires_at),
        _us(key.revoked_at),
    )
    _ADD.add(conn, [row])


def key_of(conn: Connection, key_id: str) -> ApiKey | None:
    """The key that is called so, valid or not."""
    rows = _OF.rows(conn, {"id": clean(key_id)})
    return _key(rows[0]) if rows else None


def keys(conn: Connection) -> tuple[ApiKey, ...]:
    """Every key there ever was, oldest first."""
    return tuple(_key(row) for row in _ALL.rows(conn, {}))


def revoke(conn: Connection, key_id: str, *, now: datetime) -> bool:
    """Let it in no longer; False when there is none of that name, or it was revoked already."""
    return _REVOKE.run(conn, {"id": clean(key_id), "now_us": to_us(now)}) > 0


def any_key(conn: Connection, *, now: datetime) -> bool:
    """Whether any key is valid: then nobody is let in without one."""
    return bool(_ANY.rows(conn, {"now_us": to_us(now)}))


def _us(moment: datetime | None) -> int | None:
    return to_us(moment) if moment is not None else None


def _key(row: Sequence[Any]) -> ApiKey:
    return ApiKey(
        id=row[0],
        secret_hash=bytes(row[1]),
        owner=row[2],
        label=row[3],
        scopes=frozenset(from_json(row[4], tuple[Scope, ...])),
        created_at=from_us(row[5]),
        expires_at=from_us(row[6]) if row[6] is not None else None,
        revoked_at=from_us(row[7]) if row[7] is not None else None,
    )
