"""Watches: which aircraft and airports somebody follows, since when, and until when."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import Connection

from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Row, Statement

WatchKind = Literal["aircraft", "airport"]

_COLUMNS: Final = "id, kind, subject, radius_nm, note, added_at_us, removed_at_us"
_CURRENT: Final = "kind = :kind AND subject = :subject AND removed_at_us IS NULL"
_ADD: Final = Statement(
    "INSERT INTO watch (kind, subject, radius_nm, note, added_at_us)"
    " VALUES (:kind, :subject, :radius_nm, :note, :now_us)"
    " ON CONFLICT (kind, subject) WHERE removed_at_us IS NULL"
    " DO UPDATE SET radius_nm = excluded.radius_nm, note = excluded.note"
    f" RETURNING {_COLUMNS}"
)
_REMOVE: Final = Statement(f"UPDATE watch SET removed_at_us = :now_us WHERE {_CURRENT}")
_NOW: Final = Statement(
    f"SELECT {_COLUMNS} FROM watch WHERE removed_at_us IS NULL ORDER BY kind, subject"
)
_EVER: Final = Statement(f"SELECT {_COLUMNS} FROM watch ORDER BY added_at_us, id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Somebody follows an aircraft, or whoever comes to an airport."""

    id: int
    kind: WatchKind
    subject: str
    """A registration or an icao24 as we write it, or an airport's ident."""
    radius_nm: float | None = None
    """Of the circle round an airport; None for an aircraft."""
    note: str = ""
    added_at: datetime
    removed_at: datetime | None = None


def add(
    conn: Connection,
    kind: WatchKind,
    subject: str,
    *,
    radius_nm: float | None = None,
    note: str = "",
    now: datetime,
) -> Watch:
    """Follow it from now on. What is followed already stays since when it was, with the radius
    and the note changed. `conn` is of `database.writing`."""
    params = {
        "kind": kind,
        "subject": clean(subject),
        "radius_nm": radius_nm,
        "note": clean(note),
        "now_us": to_us(now),
    }
    return _watch(_ADD.rows(conn, params)[0])


def remove(conn: Connection, kind: WatchKind, subject: str, *, now: datetime) -> bool:
    """Follow it no longer; False when it was not followed. What was found stays."""
    params = {"kind": kind, "subject": clean(subject), "now_us": to_us(now)}
    return _REMOVE.run(conn, params) > 0


def watches(conn: Connection, *, ever: bool = False) -> tuple[Watch, ...]:
    """What is followed now; with `ever`, also what once was, in the order it was added."""
    return tuple(_watch(row) for row in (_EVER if ever else _NOW).rows(conn, {}))


def _watch(row: Row) -> Watch:
    return Watch(
        id=row[0],
        kind=cast(WatchKind, row[1]),
        subject=row[2],
        radius_nm=row[3],
        note=row[4],
        added_at=from_us(row[5]),
        removed_at=from_us(row[6]) if row[6] is not None else None,
    )
