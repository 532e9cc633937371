"""Leases: which worker may do a piece of work, and proof that it still may.

A lease runs out unless it is renewed, so a worker that dies or hangs frees its work. One that
hangs and comes back does not know it yet; so every write checks, inside its own transaction, that
the lease is still the one it began with (`must_hold`). The epoch counts up whenever a lease
passes on: work that was begun under an older epoch is never written.

PostgreSQL: a writer holds the row ``FOR KEY SHARE`` until it commits, which renewing does not
wait for and taking away does not get past. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from service.errors import StorageError
from service.storage.codec import from_us, to_us
from service.storage.sql import Statement, is_postgres

_NEW: Final = Statement(
    "INSERT INTO lease (name, holder, epoch, expires_at_us) VALUES (:name, '', 0, 0)"
    " ON CONFLICT DO NOTHING"
)
_FOUND: Final = "SELECT holder, epoch, expires_at_us FROM lease WHERE name = :name"
_READ: Final = Statement(_FOUND)
_TAKE: Final = Statement(f"{_FOUND} FOR UPDATE SKIP LOCKED")
_HOLD: Final = Statement(f"{_FOUND} FOR KEY SHARE")
_GIVE: Final = Statement(
    "UPDATE lease SET holder = :holder, epoch = :epoch, expires_at_us = :until WHERE name = :name"
)
_END_ALL: Final = Statement("UPDATE lease SET expires_at_us = 0 WHERE expires_at_us > 0")
_EXTEND: Final = Statement(
    "UPDATE lease SET expires_at_us = :until"
    " WHERE name = :name AND holder = :holder AND epoch = :epoch"
)


class LeaseLost(StorageError):
    """Another worker has the work now; nothing of this write was kept."""

    code = "lease-lost"


@dataclass(frozen=True, slots=True)
class Lease:
    """`holder` may do the work called `name`; `epoch` is what a write is checked against."""

    name: str
    holder: str
    epoch: int
    expires_at: datetime


def take(conn: Connection, name: str, holder: str, *, now: datetime, for_s: float) -> Lease | None:
    """The lease, unless somebody else has it, or still writes under it; then None.

    A holder who has it already gets it again under the same epoch. `holder` names one run of one
    process. `conn` is of `database.writing`.
    """
    _NEW.run(conn, {"name": name})
    found = (_TAKE if is_postgres(conn) else _READ).rows(conn, {"name": name})
    if not found:
        return None
    held_by, epoch, expires_at_us = found[0]
    runs = expires_at_us > to_us(now)
    if runs and held_by != holder:
        return None
    lease = Lease(name, holder, epoch if runs else epoch + 1, now + timedelta(seconds=for_s))
    _GIVE.run(conn, _params(lease))
    return lease


def renew(conn: Connection, lease: Lease, *, now: datetime, for_s: float) -> Lease | None:
    """The lease with more time; None when it has passed on. Late is well, if nobody took it."""
    longer = Lease(lease.name, lease.holder, lease.epoch, now + timedelta(seconds=for_s))
    return longer if _EXTEND.run(conn, _params(longer)) else None


def release(conn: Connection, lease: Lease) -> None:
    """Give it back, so that another worker need not wait until it runs out."""
    _EXTEND.run(conn, _params(lease) | {"until": 0})


def end_all(conn: Connection) -> None:
    """Nobody has any lease now. For whoever knows that all holders are dead: what they left need
    not wait until it runs out. The next holder gets another epoch, as ever."""
    _END_ALL.run(conn, {})


def must_hold(conn: Connection, lease: Lease) -> None:
    """Returns when the lease still is what it was, and keeps it so until `conn` commits.

    Call it first in the transaction that it guards. Whether its time is up does not matter: as
    long as nobody has taken it over, nobody else has done the work.

    Raises:
        LeaseLost: it has passed on.
    """
    found = (_HOLD if is_postgres(conn) else _READ).rows(conn, {"name": lease.name})
    if not found or tuple(found[0][:2]) != (lease.holder, lease.epoch):
        raise LeaseLost("Another worker has taken this work over; this one leaves it alone.")


def lease_of(conn: Connection, name: str) -> Lease | None:
    """Who has, or last had, the lease; None when nobody ever did."""
    found = _READ.rows(conn, {"name": name})
    if not found:
        return None
    holder, epoch, expires_at_us = found[0]
    return Lease(name, holder, epoch, from_us(expires_at_us))


def _params(lease: Lease) -> dict[str, str | int]:
    return {
        "name": lease.name,
        "holder": lease.holder,
        "epoch": lease.epoch,
        "until": to_us(lease.expires_at),
    }
