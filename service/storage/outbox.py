"""The outbox as its sender sees it: which receivers are open and have something due, and what goes
next to each.

Per receiver and watch, what was told later waits until what was told earlier is done or dead. What
was tried once had nothing before it then, so it never waits again: a dead letter that is sent once
more holds up nobody, and nobody holds it up. A digest is settled when it is first tried: it gets a
name of its own, and whatever comes under the old name goes with the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.watching import Delivery
from service.storage.codec import to_us
from service.storage.deliveries import SELECT, delivery_from
from service.storage.receivers import REMOVED
from service.storage.sql import Statement

_EARLIER: Final = (
    "SELECT 1 FROM delivery e WHERE e.state = 'waiting' AND e.receiver_id = d.receiver_id"
    " AND e.watch_id = d.watch_id AND e.id < d.id"
)
_OPEN: Final = Statement(
    "SELECT r.id, r.failures FROM receiver r WHERE r.removed_at_us IS NULL"
    " AND r.stopped_because = ''"
    " AND (r.closed_until_us IS NULL OR r.closed_until_us <= :now_us)"
    " AND EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'waiting' AND d.receiver_id = r.id"
    "  AND d.due_at_us <= :now_us)"
    " ORDER BY r.id"
)
_HEADS: Final = Statement(
    f"{SELECT} WHERE d.state = 'waiting' AND d.receiver_id = :receiver_id"
    " AND d.due_at_us <= :now_us"
    f" AND (d.first_tried_at_us IS NOT NULL OR NOT EXISTS ({_EARLIER}))"
    " ORDER BY d.due_at_us, d.id LIMIT :limit"
)
_SETTLED: Final = Statement(
    f"{SELECT} WHERE d.state = 'waiting' AND d.receiver_id = :receiver_id AND d.batch = :batch"
    " ORDER BY d.id"
)
_MEMBERS: Final = Statement(
    f"{SELECT} WHERE d.state = 'waiting' AND d.receiver_id = :receiver_id AND d.batch = :batch"
    " AND d.first_tried_at_us IS NULL AND d.due_at_us <= :now_us"
    f" AND NOT EXISTS ({_EARLIER} AND (e.batch <> d.batch OR e.due_at_us > :now_us))"
    " ORDER BY d.id LIMIT :most"
)
_SETTLE: Final = Statement(
    "UPDATE delivery SET batch = :batch, first_tried_at_us = :now_us WHERE id = :id"
)
_HURRY: Final = Statement(
    "UPDATE delivery SET due_at_us = :now_us WHERE receiver_id = :receiver_id"
    " AND state = 'waiting' AND attempts > 0 AND due_at_us > :now_us"
)
_BURY: Final = Statement(
    "UPDATE delivery SET state = 'dead', last_error = (SELECT CASE WHEN r.stopped_because = ''"
    " THEN :removed ELSE r.stopped_because END FROM receiver r WHERE r.id = receiver_id)"
    " WHERE state = 'waiting' AND receiver_id IN (SELECT r.id FROM receiver r"
    "  WHERE r.removed_at_us IS NOT NULL OR r.stopped_because <> '')"
)


@dataclass(frozen=True, slots=True)
class OpenReceiver:
    """One that may be sent to, and for which something is due."""

    id: int
    failures: int
    """In a row."""


def open_receivers(conn: Connection, now: datetime) -> tuple[OpenReceiver, ...]:
    """All of them: neither removed nor stopped nor closed for a while."""
    return tuple(OpenReceiver(*row) for row in _OPEN.rows(conn, {"now_us": to_us(now)}))


def heads(conn: Connection, receiver_id: int, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
    """What may be sent there now, the longest due first: what was tried before, and whatever has
    nothing before it that waits."""
    params = {"receiver_id": receiver_id, "now_us": to_us(now), "limit": limit}
    return tuple(delivery_from(row) for row in _HEADS.rows(conn, params))


def settled(conn: Connection, delivery: Delivery) -> tuple[Delivery, ...]:
    """All that goes in one message with a delivery of a digest that was tried before."""
    params = {"receiver_id": delivery.receiver_id, "batch": delivery.batch}
    return tuple(delivery_from(row) for row in _SETTLED.rows(conn, params))


def settle(
    conn: Connection, delivery: Delivery, *, now: datetime, most: int
) -> tuple[Delivery, ...]:
    """Settle what goes in one message with a delivery of a digest that was not tried yet: at most
    so many of those that are due (one watch's part may be sent early, when its owner gives the
    digest up, while another's keeps its quiet hours), in the order they were told, under a name of
    their own. Empty when it was settled meanwhile. `conn` is of `database.writing`, and holds the
    lease."""
    params = {
        "receiver_id": delivery.receiver_id,
        "batch": delivery.batch,
        "now_us": to_us(now),
        "most": most,
    }
    members = [delivery_from(row) for row in _MEMBERS.rows(conn, params)]
    if not members:
        return ()
    name = f"{delivery.batch}-{members[0].id}"
    for member in members:
        _SETTLE.run(conn, {"id": member.id, "batch": name, "now_us": to_us(now)})
    return tuple(replace(member, batch=name, first_tried_at=now) for member in members)


def hurry(conn: Connection, receiver_id: int, *, now: datetime) -> None:
    """The receiver is back: what it did not take meanwhile is due now."""
    _HURRY.run(conn, {"receiver_id": receiver_id, "now_us": to_us(now)})


def bury(conn: Connection) -> int:
    """Make dead letters of what waits for receivers that were removed or stopped in the very moment
    in which it was told; returns how many there were."""
    return _BURY.run(conn, {"removed": REMOVED})
