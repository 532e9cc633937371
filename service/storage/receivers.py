"""Receivers: where alerts are sent, how that has gone, and until when it is not tried again."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection

from schemas.watching import LOCAL, Receiver, ReceiverKind
from service.sealing import Sealer
from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Statement

_COLUMNS: Final = (
    "id, owner, kind, sealed, added_at_us, removed_at_us, failures, closed_until_us,"
    " stopped_because"
)
_SELECT: Final = f"SELECT {_COLUMNS} FROM receiver"
_ADD: Final = Statement(
    "INSERT INTO receiver"
    " (owner, kind, url_key, sealed, added_at_us, failures, stopped_because)"
    " VALUES (:owner, :kind, :url_key, :sealed, :now_us, 0, '')"
    " ON CONFLICT (owner, url_key) WHERE removed_at_us IS NULL DO NOTHING"
    f" RETURNING {_COLUMNS}"
)
_FIND: Final = Statement(
    f"{_SELECT} WHERE owner = :owner AND url_key = :url_key AND removed_at_us IS NULL"
)
_OF: Final = Statement(f"{_SELECT} WHERE id = :id")
_ALL: Final = Statement(f"{_SELECT} WHERE removed_at_us IS NULL ORDER BY id")
_ALL_OF: Final = Statement(f"{_SELECT} WHERE owner = :owner AND removed_at_us IS NULL ORDER BY id")
_CHANGE: Final = Statement(
    "UPDATE receiver SET sealed = :sealed, url_key = :url_key"
    " WHERE id = :id AND removed_at_us IS NULL"
)
_REMOVE: Final = Statement(
    "UPDATE receiver SET removed_at_us = :now_us"
    " WHERE id = :id AND owner = :owner AND removed_at_us IS NULL"
)
_GIVE_UP: Final = Statement(
    "UPDATE delivery SET state = 'dead', last_error = :why"
    " WHERE receiver_id = :id AND state = 'waiting'"
)
_FAILURES: Final = Statement("SELECT failures FROM receiver WHERE id = :id")
_WENT_WELL: Final = Statement(
    "UPDATE receiver SET failures = 0,"
    " closed_until_us = CASE WHEN closed_until_us > :now_us THEN closed_until_us END"
    " WHERE id = :id AND (failures > 0 OR closed_until_us <= :now_us)"
)
_WENT_WRONG: Final = Statement(
    "UPDATE receiver SET failures = failures + 1, closed_until_us ="
    " CASE WHEN closed_until_us > :closed_until_us THEN closed_until_us ELSE :closed_until_us END"
    " WHERE id = :id"
)
_STOP: Final = Statement("UPDATE receiver SET stopped_because = :why WHERE id = :id")
_RESUME: Final = Statement(
    "UPDATE receiver SET stopped_because = '', failures = 0, closed_until_us = NULL"
    " WHERE id = :id AND owner = :owner AND removed_at_us IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedReceiver:
    """What a row keeps to itself."""

    url: str
    label: str = ""
    details: bool = False
    secrets: tuple[str, ...] = ()


def add(
    conn: Connection,
    sealer: Sealer,
    *,
    owner: str = LOCAL,
    kind: ReceiverKind,
    url: str,
    label: str = "",
    details: bool = False,
    secrets: tuple[str, ...] = (),
    now: datetime,
) -> tuple[Receiver, bool]:
    """The owner's receiver at that address, and whether it is a new one; one that was there already
    stays as it was. `conn` is of `database.writing`."""
    said = SealedReceiver(url=clean(url), label=clean(label), details=details, secrets=secrets)
    params = {
        "owner": clean(owner),
        "kind": kind,
        "url_key": _url_key(sealer, said.url),
        "sealed": sealer.seal(said),
        "now_us": to_us(now),
    }
    added = _ADD.rows(conn, params)
    rows = added or _FIND.rows(conn, params)
    return _receiver(sealer, rows[0]), bool(added)


def find(conn: Connection, sealer: Sealer, url: str, *, owner: str = LOCAL) -> Receiver | None:
    """The owner's receiver at that address."""
    params = {"owner": clean(owner), "url_key": _url_key(sealer, clean(url))}
    rows = _FIND.rows(conn, params)
    return _receiver(sealer, rows[0]) if rows else None


def receiver_of(
    conn: Connection, sealer: Sealer, receiver_id: int, *, owner: str | None = None
) -> Receiver | None:
    """The receiver of that id, removed or not; with `owner`, only if it is theirs."""
    rows = _OF.rows(conn, {"id": receiver_id})
    if not rows or owner not in (None, rows[0][1]):
        return None
    return _receiver(sealer, rows[0])


def receivers(
    conn: Connection, sealer: Sealer, *, owner: str | None = None
) -> tuple[Receiver, ...]:
    """Those in use or stopped, of `owner` or of all, oldest first."""
    rows = (_ALL if owner is None else _ALL_OF).rows(conn, {"owner": owner})
    return tuple(_receiver(sealer, row) for row in rows)


def change(conn: Connection, sealer: Sealer, receiver: Receiver) -> bool:
    """Store its label, details and secrets as they are now; False when it is no longer there."""
    said = SealedReceiver(
        url=receiver.url,
        label=clean(receiver.label),
        details=receiver.details,
        secrets=receiver.secrets,
    )
    params = {
        "id": receiver.id,
        "sealed": sealer.seal(said),
        "url_key": _url_key(sealer, said.url),
    }
    return _CHANGE.run(conn, params) > 0


def remove(conn: Connection, receiver_id: int, *, owner: str = LOCAL, now: datetime) -> bool:
    """Send nothing there any more; False when the owner has no such receiver. What still waited is
    among the dead letters."""
    params = {"id": receiver_id, "owner": owner, "now_us": to_us(now)}
    if not _REMOVE.run(conn, params):
        return False
    _GIVE_UP.run(conn, {"id": receiver_id, "why": REMOVED})
    return True


REMOVED: Final = "The receiver was removed before this was sent."
"""Why what waited for a removed receiver was not sent."""


def failures(conn: Connection, receiver_id: int) -> int:
    """How many times in a row something did not arrive there."""
    return int(_FAILURES.rows(conn, {"id": receiver_id})[0][0])


def went_well(conn: Connection, receiver_id: int, *, now: datetime) -> None:
    """Something arrived there: no failures in a row any more. Where it is closed it stays so, since
    what arrives then was on its way before."""
    _WENT_WELL.run(conn, {"id": receiver_id, "now_us": to_us(now)})


def went_wrong(conn: Connection, receiver_id: int, *, closed_until: datetime | None) -> None:
    """Once more something did not arrive; nothing is tried before `closed_until`, or before what
    was said earlier where that is later."""
    closed_us = to_us(closed_until) if closed_until is not None else 0
    _WENT_WRONG.run(conn, {"id": receiver_id, "closed_until_us": closed_us})


def stop(conn: Connection, receiver_id: int, why: str) -> None:
    """Send nothing there until the owner says so; what waits is among the dead letters."""
    _STOP.run(conn, {"id": receiver_id, "why": why})
    _GIVE_UP.run(conn, {"id": receiver_id, "why": why})


def resume(conn: Connection, receiver_id: int, *, owner: str = LOCAL) -> bool:
    """Send there again; False when the owner has no such receiver."""
    return _RESUME.run(conn, {"id": receiver_id, "owner": owner}) > 0


def _url_key(sealer: Sealer, url: str) -> bytes:
    return sealer.blind("receiver", url)


def _receiver(sealer: Sealer, row: Sequence[Any]) -> Receiver:
    said = sealer.open(row[3], SealedReceiver)
    receiver = Receiver(
        id=row[0],
        owner=row[1],
        kind=cast(ReceiverKind, row[2]),
        url=said.url,
        label=said.label,
        details=said.details,
        secrets=said.secrets,
        added_at=from_us(row[4]),
        failures=row[6],
        stopped_because=row[8],
    )
    if row[5] is None and row[7] is None:
        return receiver
    return replace(
        receiver,
        removed_at=from_us(row[5]) if row[5] is not None else None,
        closed_until=from_us(row[7]) if row[7] is not None else None,
    )
