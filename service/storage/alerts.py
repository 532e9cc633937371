"""Alerts: what watches were told, append-only, and the outbox that goes with it.

An alert and its deliveries are written in the transaction of what they are about. Numbers count up
in the order in which they become visible, so that a stream can be taken up after any of them: on
PostgreSQL whoever tells holds one lock from before reading what was told until the end of its
transaction; on SQLite there is one writer anyway.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection

from schemas.watching import Alert, AlertForm, Occasion, Watch
from service.domain.watching.reconcile import Telling
from service.sealing import Sealer
from service.storage.codec import from_us, to_us
from service.storage.sql import Statement, is_postgres

MOST: Final = 1_000
"""Alerts on one page at most."""

_LOCK_KEY: Final = 0x616C6572
_LOCK: Final = Statement(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")

_COLUMNS: Final = "id, watch_id, owner, form, refers_to, sealed, created_at_us"
_SELECT: Final = f"SELECT {_COLUMNS} FROM alert"
_ADD: Final = Statement(
    "INSERT INTO alert"
    " (watch_id, owner, form, refers_to, told_key, about_key, sealed, created_at_us)"
    " VALUES (:watch_id, :owner, :form, :refers_to, :told_key, :about_key, :sealed, :now_us)"
    f" ON CONFLICT (watch_id, told_key) DO NOTHING RETURNING {_COLUMNS}"
)
_SEND: Final = Statement(
    "INSERT INTO delivery"
    " (alert_id, watch_id, receiver_id, owner, due_at_us, batch, state, attempts, last_error)"
    " SELECT CAST(:alert_id AS BIGINT), CAST(:watch_id AS BIGINT), r.id, r.owner,"
    " CAST(:due_us AS BIGINT), CAST(:batch AS TEXT),"
    " CASE WHEN r.stopped_because = '' THEN 'waiting' ELSE 'dead' END, 0, r.stopped_because"
    " FROM receiver r WHERE r.id = :receiver_id AND r.owner = :owner AND r.removed_at_us IS NULL"
    " ON CONFLICT (alert_id, receiver_id) DO NOTHING"
)
_HURRY: Final = Statement(
    "UPDATE delivery SET due_at_us = :due_us WHERE receiver_id = :receiver_id"
    " AND watch_id = :watch_id AND state = 'waiting' AND attempts = 0 AND due_at_us > :due_us"
)
"""What was told earlier goes first: it must not wait for a digest that the owner has given up."""
_TOLD: Final = Statement(
    f"{_SELECT} WHERE watch_id = :watch_id AND about_key = :about_key ORDER BY id"
)
_TOLD_WATCHES: Final = Statement(
    "SELECT DISTINCT watch_id FROM alert WHERE about_key = :about_key ORDER BY watch_id"
)
_AFTER: Final = Statement(
    f"{_SELECT} WHERE owner = :owner AND id > :after ORDER BY id LIMIT :limit"
)
_BEFORE: Final = Statement(
    f"{_SELECT} WHERE owner = :owner AND id < :before ORDER BY id DESC LIMIT :limit"
)
_OF_WATCH: Final = Statement(
    f"{_SELECT} WHERE watch_id = :watch_id AND owner = :owner AND id < :before"
    " ORDER BY id DESC LIMIT :limit"
)
_OF: Final = Statement(f"{_SELECT} WHERE id = :id")
_NEWEST: Final = Statement("SELECT coalesce(max(id), 0) FROM alert")

_NEWEST_OF: Final = Statement("SELECT coalesce(max(id), 0) FROM alert WHERE owner = :owner")

_END: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAlert:
    """What a row keeps to itself."""

    occasion: Occasion
    because: str = ""
    key: str
    """What `told_key` is made of."""


def hold_telling(conn: Connection) -> None:
    """Nobody else tells anything until `conn` commits. To be taken last, after what is told about
    was written and before what was told is read."""
    if is_postgres(conn):
        _LOCK.rows(conn, {})


def told(conn: Connection, sealer: Sealer, watch_id: int, about: str) -> tuple[Alert, ...]:
    """What the watch was told about an aircraft (icao24) or a kept check (id), oldest first."""
    params = {"watch_id": watch_id, "about_key": _about_key(sealer, about)}
    return tuple(_alert(sealer, row) for row in _TOLD.rows(conn, params))


def watches_told(conn: Connection, sealer: Sealer, about: str) -> tuple[int, ...]:
    """Ids of the watches that were ever told something about it."""
    rows = _TOLD_WATCHES.rows(conn, {"about_key": _about_key(sealer, about)})
    return tuple(row[0] for row in rows)


def add_alerts(
    conn: Connection,
    sealer: Sealer,
    watch: Watch,
    tellings: Iterable[Telling],
    *,
    due_at: datetime,
    batch: str = "",
    now: datetime,
) -> list[Alert]:
    """Tell the watch, and put it in the outbox for each of its receivers. What was told already is
    not told again. Returns the new alerts."""
    new: list[Alert] = []
    for telling in tellings:
        occasion = telling.occasion
        params = {
            "watch_id": watch.id,
            "owner": watch.owner,
            "form": telling.form,
            "refers_to": telling.refers_to,
            "told_key": sealer.blind("told", telling.key),
            "about_key": _about_key(sealer, about(occasion)),
            "sealed": sealer.seal(
                SealedAlert(occasion=occasion, because=telling.because, key=telling.key)
            ),
            "now_us": to_us(now),
        }
        for row in _ADD.rows(conn, params):
            alert = _alert(sealer, row)
            new.append(alert)
            for receiver_id in watch.wishes.to:
                send = {
                    "alert_id": alert.id,
                    "watch_id": watch.id,
                    "receiver_id": receiver_id,
                    "owner": watch.owner,
                    "due_us": to_us(due_at),
                    "batch": batch,
                }
                _SEND.run(conn, send)
                _HURRY.run(conn, send)
    return new


def about(occasion: Occasion) -> str:
    """What `told` finds it by: the aircraft, else the kept check."""
    return occasion.icao24 or occasion.other


def alerts_after(
    conn: Connection, sealer: Sealer, owner: str, after: int, *, limit: int = 100
) -> tuple[Alert, ...]:
    """What the owner was told after that number, oldest first: a stream."""
    params = {"owner": owner, "after": after, "limit": min(limit, MOST)}
    return tuple(_alert(sealer, row) for row in _AFTER.rows(conn, params))


def alerts_before(
    conn: Connection,
    sealer: Sealer,
    owner: str,
    before: int | None = None,
    *,
    watch_id: int | None = None,
    limit: int = 100,
) -> tuple[Alert, ...]:
    """What the owner was told before that number (None = up to now), newest first: a list."""
    params = {
        "owner": owner,
        "watch_id": watch_id,
        "before": _END if before is None else before,
        "limit": min(limit, MOST),
    }
    rows = (_BEFORE if watch_id is None else _OF_WATCH).rows(conn, params)
    return tuple(_alert(sealer, row) for row in rows)


def alert_of(
    conn: Connection, sealer: Sealer, alert_id: int, *, owner: str | None = None
) -> Alert | None:
    """The alert of that number; with `owner`, only if it is theirs."""
    rows = _OF.rows(conn, {"id": alert_id})
    if not rows or owner not in (None, rows[0][2]):
        return None
    return _alert(sealer, rows[0])


def newest(conn: Connection) -> int:
    """The number of the last alert anybody was told, 0 before the first: cheap to look at. Not to
    be shown: it tells when others are told something."""
    return int(_NEWEST.rows(conn, {})[0][0])


def newest_of(conn: Connection, owner: str) -> int:
    """The number of the last alert the owner was told, 0 before the first."""
    return int(_NEWEST_OF.rows(conn, {"owner": owner})[0][0])


def _about_key(sealer: Sealer, about: str) -> bytes:
    return sealer.blind("about", about)


def _alert(sealer: Sealer, row: Sequence[Any]) -> Alert:
    said = sealer.open(row[5], SealedAlert)
    return Alert(
        id=row[0],
        watch_id=row[1],
        owner=row[2],
        form=cast(AlertForm, row[3]),
        refers_to=row[4],
        occasion=said.occasion,
        because=said.because,
        created_at=from_us(row[6]),
    )
