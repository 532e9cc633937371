"""Deliveries: how each alert fares on its way to each receiver. Marked done after it arrived; what
could not be sent stays as a dead letter until somebody sends it again. What goes next is in
`outbox`."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection

from schemas.watching import Delivery, DeliveryState
from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Statement

_COLUMNS: Final = (
    "d.id, d.alert_id, d.watch_id, d.receiver_id, d.owner, d.due_at_us, d.batch, d.state,"
    " d.attempts, d.first_tried_at_us, d.done_at_us, d.last_error"
)
SELECT: Final = f"SELECT {_COLUMNS} FROM delivery d"
"""Of rows that `delivery_from` reads."""
_DONE: Final = Statement(
    "UPDATE delivery SET state = 'done', done_at_us = :now_us, attempts = attempts + 1,"
    " first_tried_at_us = coalesce(first_tried_at_us, :now_us), last_error = ''"
    " WHERE id = :id AND state <> 'done'"
)
_RETRY: Final = Statement(
    "UPDATE delivery SET due_at_us = :due_us, attempts = attempts + 1, last_error = :why,"
    " first_tried_at_us = coalesce(first_tried_at_us, :now_us)"
    " WHERE id = :id AND state = 'waiting'"
)
_DEAD: Final = Statement(
    "UPDATE delivery SET state = 'dead', attempts = attempts + 1, last_error = :why,"
    " first_tried_at_us = coalesce(first_tried_at_us, :now_us)"
    " WHERE id = :id AND state = 'waiting'"
)
_RESEND: Final = (
    "UPDATE delivery SET state = 'waiting', due_at_us = :now_us, attempts = 0,"
    " first_tried_at_us = CASE WHEN first_tried_at_us IS NULL THEN NULL ELSE :now_us END"
    " WHERE owner = :owner AND state = 'dead' AND {which}"
    " AND EXISTS (SELECT 1 FROM receiver r WHERE r.id = receiver_id"
    "  AND r.removed_at_us IS NULL AND r.stopped_because = '')"
)
_RESEND_ONE: Final = Statement(_RESEND.format(which="id = :id"))
_RESEND_BATCH: Final = Statement(
    _RESEND.format(which="receiver_id = :receiver_id AND batch = :batch")
)
_OF: Final = Statement(f"{SELECT} WHERE d.id = :id")
_IN_STATE: Final = Statement(
    f"{SELECT} WHERE d.owner = :owner AND d.state = :state AND d.id > :after"
    " ORDER BY d.id LIMIT :limit"
)
_COUNTS: Final = Statement("SELECT state, count(*) FROM delivery GROUP BY state")


def mark_done(conn: Connection, ids: Iterable[int], *, now: datetime) -> None:
    """They arrived, whatever was thought of them meanwhile."""
    for delivery_id in ids:
        _DONE.run(conn, {"id": delivery_id, "now_us": to_us(now)})


def mark_retry(
    conn: Connection, ids: Iterable[int], *, due_at: datetime, why: str, now: datetime
) -> None:
    """They did not arrive, and are tried again."""
    for delivery_id in ids:
        params = {"id": delivery_id, "due_us": to_us(due_at), "why": clean(why)}
        _RETRY.run(conn, params | {"now_us": to_us(now)})


def mark_dead(conn: Connection, ids: Iterable[int], *, why: str, now: datetime) -> None:
    """They are not tried again unless somebody says so."""
    for delivery_id in ids:
        _DEAD.run(conn, {"id": delivery_id, "why": clean(why), "now_us": to_us(now)})


def resend(conn: Connection, delivery_id: int, *, owner: str, now: datetime) -> bool:
    """Send a dead letter after all, and with it all that was in the same message: the receiver
    knows it by its id. False when the owner has no such dead letter, or its receiver was removed or
    is stopped."""
    dead = delivery_of(conn, delivery_id, owner=owner)
    if dead is None or dead.state != "dead":
        return False
    is_settled = dead.batch and dead.first_tried_at is not None
    params = {
        "id": delivery_id,
        "owner": owner,
        "receiver_id": dead.receiver_id,
        "batch": dead.batch,
        "now_us": to_us(now),
    }
    return (_RESEND_BATCH if is_settled else _RESEND_ONE).run(conn, params) > 0


def delivery_of(conn: Connection, delivery_id: int, *, owner: str | None = None) -> Delivery | None:
    """The delivery of that id; with `owner`, only if it is theirs."""
    rows = _OF.rows(conn, {"id": delivery_id})
    return delivery_from(rows[0]) if rows and owner in (None, rows[0][4]) else None


def deliveries_in(
    conn: Connection, owner: str, state: DeliveryState, *, after: int = 0, limit: int = 100
) -> tuple[Delivery, ...]:
    """The owner's deliveries in that state, by id: a list, page by page."""
    params = {"owner": owner, "state": state, "after": after, "limit": limit}
    return tuple(delivery_from(row) for row in _IN_STATE.rows(conn, params))


def counts(conn: Connection) -> Mapping[str, int]:
    """How many there are of each state."""
    return {state: int(count) for state, count in _COUNTS.rows(conn, {})}


def delivery_from(row: Sequence[Any]) -> Delivery:
    """The delivery of a row of `SELECT`."""
    delivery = Delivery(
        id=row[0],
        alert_id=row[1],
        watch_id=row[2],
        receiver_id=row[3],
        owner=row[4],
        due_at=from_us(row[5]),
        batch=row[6],
        state=cast(DeliveryState, row[7]),
        attempts=row[8],
        last_error=row[11],
    )
    if row[9] is None and row[10] is None:
        return delivery
    return replace(
        delivery,
        first_tried_at=from_us(row[9]) if row[9] is not None else None,
        done_at=from_us(row[10]) if row[10] is not None else None,
    )
