"""How soon each source may be asked again: one row a source, for all processes.

`held` locks the row until the transaction ends, so whoever reads a state may write the next one.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service.storage.codec import EPOCH, clean, day_us, from_day_us, from_us, to_us
from service.storage.database import Connection
from service.storage.sql import Row, Statement

_FIRST_DAY: Final = EPOCH.date()
_COLUMNS: Final = (
    "next_at_us, credits_day_us, credits_spent, credits_left, failures, closed_until_us,"
    " why_closed, answered_at_us"
)

# One statement makes the row, locks it and reads it, on both databases: of two processes that
# come first at the same moment, neither fails.
_HELD: Final = Statement(
    "INSERT INTO pace (source, next_at_us, credits_day_us, credits_spent, failures, why_closed)"
    " VALUES (:source, 0, 0, 0, 0, '')"
    " ON CONFLICT (source) DO UPDATE SET source = excluded.source"
    f" RETURNING {_COLUMNS}"
)
_ONE: Final = Statement(f"SELECT {_COLUMNS} FROM pace WHERE source = :source")
_ALL: Final = Statement(f"SELECT {_COLUMNS}, source FROM pace ORDER BY source")
_SAVE: Final = Statement(
    "UPDATE pace SET next_at_us = :next_at_us, credits_day_us = :credits_day_us,"
    " credits_spent = :credits_spent, credits_left = :credits_left, failures = :failures,"
    " closed_until_us = :closed_until_us, why_closed = :why_closed,"
    " answered_at_us = :answered_at_us WHERE source = :source"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceState:
    """What is known of one source's patience. The default is a source never asked."""

    next_at: datetime = EPOCH
    """When the next request would be due if none had ever come early (GCRA)."""
    credits_day: date = _FIRST_DAY
    """The UTC day that `credits_spent` and `credits_left` speak of."""
    credits_spent: int = 0
    credits_left: int | None = None
    """As the source last said; None = it has not said, or not on that day."""
    failures: int = 0
    """Refusals and failures in a row."""
    closed_until: datetime | None = None
    """Not to be asked before; None = open."""
    why_closed: str = ""
    answered_at: datetime | None = None
    """The last reply that was neither a refusal nor an error."""


NEVER_ASKED: Final = PaceState()


def held(conn: Connection, source: str) -> PaceState:
    """The state of this source, ours alone until the (writing) transaction ends."""
    (row,) = _HELD.rows(conn, {"source": source})
    return _state(row)


def save(conn: Connection, source: str, state: PaceState) -> None:
    """Write the next state of a source that is `held`."""
    _SAVE.run(
        conn,
        {
            "source": source,
            "next_at_us": to_us(state.next_at),
            "credits_day_us": day_us(state.credits_day),
            "credits_spent": state.credits_spent,
            "credits_left": state.credits_left,
            "failures": state.failures,
            "closed_until_us": None if state.closed_until is None else to_us(state.closed_until),
            "why_closed": clean(state.why_closed),
            "answered_at_us": None if state.answered_at is None else to_us(state.answered_at),
        },
    )


def state_of(conn: Connection, source: str) -> PaceState:
    """The state of this source, to look at."""
    found = _ONE.rows(conn, {"source": source})
    return _state(found[0]) if found else NEVER_ASKED


def states(conn: Connection) -> dict[str, PaceState]:
    """The state of every source that was ever asked, by key."""
    return {row[-1]: _state(row) for row in _ALL.rows(conn, {})}


def _state(row: Row) -> PaceState:
    return PaceState(
        next_at=from_us(row[0]),
        credits_day=from_day_us(row[1]),
        credits_spent=row[2],
        credits_left=row[3],
        failures=row[4],
        closed_until=None if row[5] is None else from_us(row[5]),
        why_closed=row[6],
        answered_at=None if row[7] is None else from_us(row[7]),
    )
