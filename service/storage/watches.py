"""Watches: who follows what, since when and until when. Whatever tells it is sealed."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.watching import LOCAL, USUAL_WISHES, Watch, WatchKind, Wishes
from service.domain.watching.triggers import asks_otherwise
from service.sealing import Sealer
from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Statement

__all__ = ["Watch", "WatchKind", "add", "change", "find", "remove", "watch_of", "watches"]

_COLUMNS: Final = "id, owner, sealed, added_at_us, expires_at_us, removed_at_us"
_SELECT: Final = f"SELECT {_COLUMNS} FROM watch"
_FOLLOWED: Final = "removed_at_us IS NULL AND (expires_at_us IS NULL OR expires_at_us > :now_us)"
_CURRENT: Final = "owner = :owner AND subject_key = :subject_key AND removed_at_us IS NULL"

_ADD: Final = Statement(
    "INSERT INTO watch (owner, subject_key, sealed, added_at_us, expires_at_us)"
    " VALUES (:owner, :subject_key, :sealed, :now_us, :expires_at_us)"
    " ON CONFLICT (owner, subject_key) WHERE removed_at_us IS NULL"
    " DO UPDATE SET sealed = excluded.sealed, expires_at_us = excluded.expires_at_us"
    f" RETURNING {_COLUMNS}"
)
_END_EXPIRED: Final = Statement(
    f"UPDATE watch SET removed_at_us = expires_at_us WHERE {_CURRENT} AND expires_at_us <= :now_us"
)
_CHANGE: Final = Statement(
    "UPDATE watch SET sealed = :sealed, expires_at_us = :expires_at_us"
    " WHERE id = :id AND removed_at_us IS NULL"
)
_REMOVE: Final = Statement(
    "UPDATE watch SET removed_at_us ="
    " CASE WHEN expires_at_us <= :now_us THEN expires_at_us ELSE :now_us END"
    " WHERE id = :id AND owner = :owner AND removed_at_us IS NULL"
)
_FIND: Final = Statement(f"{_SELECT} WHERE {_CURRENT}")
_OF: Final = Statement(f"{_SELECT} WHERE id = :id")
_NOW: Final = Statement(f"{_SELECT} WHERE {_FOLLOWED} ORDER BY id")
_NOW_OF: Final = Statement(f"{_SELECT} WHERE owner = :owner AND {_FOLLOWED} ORDER BY id")
_EVER: Final = Statement(f"{_SELECT} ORDER BY id")
_EVER_OF: Final = Statement(f"{_SELECT} WHERE owner = :owner ORDER BY id")
_COUNTS: Final = Statement(
    f"SELECT owner, count(*) FROM watch WHERE {_FOLLOWED} GROUP BY owner ORDER BY owner"
)
_CHANGED: Final = Statement("UPDATE roster SET version = version + 1 WHERE id = 1")
_VERSION: Final = Statement("SELECT version FROM roster WHERE id = 1")
_SET_FEED: Final = Statement(
    "UPDATE watch SET feed_hash = :feed_hash"
    " WHERE id = :id AND owner = :owner AND removed_at_us IS NULL"
)
_FEED: Final = Statement(f"SELECT {_COLUMNS}, feed_hash FROM watch WHERE id = :id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedWatch:
    """What a row keeps to itself."""

    kind: WatchKind
    subject: str
    radius_nm: float | None = None
    label: str = ""
    note: str = ""
    wishes: Wishes = USUAL_WISHES


def add(
    conn: Connection,
    sealer: Sealer,
    *,
    owner: str = LOCAL,
    kind: WatchKind,
    subject: str,
    radius_nm: float | None = None,
    label: str = "",
    note: str = "",
    wishes: Wishes = USUAL_WISHES,
    expires_at: datetime | None = None,
    now: datetime,
) -> Watch:
    """Follow it from now on. What the owner follows already stays since when it was, with all else
    changed. `conn` is of `database.writing`."""
    _END_EXPIRED.run(conn, _whose(sealer, owner, kind, subject) | {"now_us": to_us(now)})
    before = find(conn, sealer, kind, subject, owner=owner)
    if before is not None:
        wishes = _asked_since(before.wishes, wishes, now)
    said = SealedWatch(
        kind=kind,
        subject=clean(subject),
        radius_nm=radius_nm,
        label=clean(label),
        note=clean(note),
        wishes=wishes,
    )
    params = _whose(sealer, owner, kind, subject) | {
        "sealed": sealer.seal(said),
        "now_us": to_us(now),
        "expires_at_us": to_us(expires_at) if expires_at is not None else None,
    }
    watch = _watch(sealer, _ADD.rows(conn, params)[0])
    _CHANGED.run(conn, {})
    return watch


def change(conn: Connection, sealer: Sealer, watch: Watch, *, now: datetime) -> Watch | None:
    """Store the watch as it is given: all but its id, owner, kind, subject and beginning may differ
    from what is stored. Returns it as stored; None when it is no longer there."""
    before = watch_of(conn, sealer, watch.id)
    if before is None or before.removed_at is not None:
        return None
    watch = replace(watch, wishes=_asked_since(before.wishes, watch.wishes, now))
    params = {
        "id": watch.id,
        "sealed": sealer.seal(_said(watch)),
        "expires_at_us": to_us(watch.expires_at) if watch.expires_at is not None else None,
    }
    _CHANGE.run(conn, params)
    _CHANGED.run(conn, {})
    return watch


def remove(conn: Connection, watch_id: int, *, owner: str = LOCAL, now: datetime) -> bool:
    """Follow it no longer; False when the owner has no such watch. What was found stays. One that
    has expired ended then."""
    removed = _REMOVE.run(conn, {"id": watch_id, "owner": owner, "now_us": to_us(now)}) > 0
    _CHANGED.run(conn, {})
    return removed


def find(
    conn: Connection, sealer: Sealer, kind: WatchKind, subject: str, *, owner: str = LOCAL
) -> Watch | None:
    """The owner's watch on that subject, expired or not; None when it is not followed."""
    rows = _FIND.rows(conn, _whose(sealer, owner, kind, subject))
    return _watch(sealer, rows[0]) if rows else None


def watch_of(
    conn: Connection, sealer: Sealer, watch_id: int, *, owner: str | None = None
) -> Watch | None:
    """The watch of that id, removed or not; with `owner`, only if it is theirs."""
    rows = _OF.rows(conn, {"id": watch_id})
    if not rows or owner not in (None, rows[0][1]):
        return None
    return _watch(sealer, rows[0])


def watches(
    conn: Connection, sealer: Sealer, *, now: datetime, owner: str | None = None, ever: bool = False
) -> tuple[Watch, ...]:
    """What is followed, by `owner` or by all, in the order it was added; with `ever`, also what was
    removed or has expired."""
    params = {"owner": owner, "now_us": to_us(now)}
    of_all, of_one = (_EVER, _EVER_OF) if ever else (_NOW, _NOW_OF)
    rows = (of_all if owner is None else of_one).rows(conn, params)
    return tuple(_watch(sealer, row) for row in rows)


def counts(conn: Connection, *, now: datetime) -> Mapping[str, int]:
    """How many things each owner follows: all that anybody else may know."""
    return {owner: int(count) for owner, count in _COUNTS.rows(conn, {"now_us": to_us(now)})}


def roster_version(conn: Connection) -> int:
    """Counts up whenever a watch is added, changed or removed."""
    return int(_VERSION.rows(conn, {})[0][0])


def new_feed_token(conn: Connection, watch_id: int, *, owner: str = LOCAL) -> str | None:
    """A token to read the watch's feeds with, in place of the one before; it is stored nowhere.
    None when the owner has no such watch."""
    token = f"{watch_id}-{secrets.token_urlsafe(32)}"
    params = {"id": watch_id, "owner": owner, "feed_hash": _token_hash(token)}
    return token if _SET_FEED.run(conn, params) else None


def watch_of_feed(conn: Connection, sealer: Sealer, token: str, *, now: datetime) -> Watch | None:
    """The watch whose feeds this token opens; none of one that was removed or has expired."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    rows = _FEED.rows(conn, {"id": int(number)})
    stored = bytes(rows[0][-1] or b"") if rows else b""
    if not hmac.compare_digest(stored, _token_hash(token)):
        return None
    watch = _watch(sealer, rows[0])
    has_expired = watch.expires_at is not None and watch.expires_at <= now
    return watch if watch.removed_at is None and not has_expired else None


def _asked_since(before: Wishes, after: Wishes, now: datetime) -> Wishes:
    """The new wishes, dated: what was not asked for yesterday is not told of yesterday."""
    return replace(after, since=now if asks_otherwise(before, after) else before.since)


def _whose(sealer: Sealer, owner: str, kind: WatchKind, subject: str) -> dict[str, Any]:
    return {"owner": clean(owner), "subject_key": sealer.blind(kind, clean(subject))}


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _said(watch: Watch) -> SealedWatch:
    return SealedWatch(
        kind=watch.kind,
        subject=watch.subject,
        radius_nm=watch.radius_nm,
        label=clean(watch.label),
        note=clean(watch.note),
        wishes=watch.wishes,
    )


def _watch(sealer: Sealer, row: Sequence[Any]) -> Watch:
    said = sealer.open(row[2], SealedWatch)
    watch = Watch(
        id=row[0],
        owner=row[1],
        kind=said.kind,
        subject=said.subject,
        radius_nm=said.radius_nm,
        label=said.label,
        note=said.note,
        wishes=said.wishes,
        added_at=from_us(row[3]),
    )
    if row[4] is None and row[5] is None:
        return watch
    return replace(
        watch,
        expires_at=from_us(row[4]) if row[4] is not None else None,
        removed_at=from_us(row[5]) if row[5] is not None else None,
    )
