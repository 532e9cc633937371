"""The ledger: what each source was asked, for which window, and what came of it."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection

from schemas.records import AREA, LedgerRow, Outcome
from schemas.tables import LONG_LEDGER
from schemas.verdicts import Interval
from service.storage.codec import DAY_US, clean, digest, from_us, to_us
from service.storage.sql import InsertNew, Row, Statement
from service.storage.visible import recorded_before

_LONG_US: Final = 2 * DAY_US
"""The bound in `LONG_LEDGER`."""

_INSERT: Final = InsertNew(
    "ledger",
    {
        "source": "text",
        "target": "text",
        "look_up": "text",
        "t_from_us": "bigint",
        "t_to_us": "bigint",
        "outcome": "text",
        "asked_at_us": "bigint",
        "capture": "text",
        "note": "text",
        "recorded_at_us": "bigint",
        "digest": "bigint",
    },
)
COLUMNS: Final = "id, source, target, t_from_us, t_to_us, outcome, asked_at_us, capture, note"
_TOUCHES: Final = "t_from_us < :to_us AND t_to_us > :from_us AND recorded_at_us <= :as_of_us"
_AT_ONCE: Final = 4
"""Targets per statement: everything, every area, an address and a registration."""

_TARGETS: Final = tuple(f"target_{number}" for number in range(_AT_ONCE))
_ANY_TARGET: Final = f"look_up IN ({', '.join(f':{name}' for name in _TARGETS)})"
_ABOUT: Final = Statement(
    f"SELECT {COLUMNS} FROM ledger WHERE {_ANY_TARGET} AND t_from_us >= :earliest_us"
    f" AND {_TOUCHES}"
    f" UNION SELECT {COLUMNS} FROM ledger WHERE {_ANY_TARGET} AND {LONG_LEDGER}"
    f" AND +{_TOUCHES} ORDER BY t_from_us, id"  # the plus: the index of the long ones, no other
)


def add_ledger_rows(conn: Connection, rows: Iterable[LedgerRow], *, now: datetime) -> int:
    """Keep the rows; returns how many were new. The same asking told twice is one row."""
    now_us = to_us(now)
    return _INSERT.add(conn, (_row(row, now_us) for row in rows))


def ledger_about(
    conn: Connection,
    targets: Sequence[str],
    window: Interval,
    *,
    as_of: datetime | None = None,
) -> tuple[LedgerRow, ...]:
    """Rows whose window touches `window`, for the targets (an icao24, a registration, ``*``;
    ``area:`` = every area), each row once."""
    params = {
        "from_us": to_us(window.t_from),
        "to_us": to_us(window.t_to),
        "earliest_us": to_us(window.t_from) - _LONG_US,
        "as_of_us": recorded_before(as_of),
    }
    wanted = list(dict.fromkeys(targets))
    found: list[LedgerRow] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        some += some[-1:] * (_AT_ONCE - len(some))
        named = dict(zip(_TARGETS, some, strict=True))
        found += (ledger_row(row) for row in _ABOUT.rows(conn, params | named))
    return tuple(found)


def _row(row: LedgerRow, now_us: int) -> Row:
    target = clean(row.target)
    said = (
        clean(row.source),
        target,
        AREA if target.startswith(AREA) else target,
        to_us(row.t_from),
        to_us(row.t_to),
        row.outcome,
        to_us(row.asked_at),
        row.capture,
        clean(row.note),
    )
    return (*said, now_us, digest(*said))


def ledger_row(row: Row) -> LedgerRow:
    """From `COLUMNS`."""
    return LedgerRow(
        source=row[1],
        target=row[2],
        t_from=from_us(row[3]),
        t_to=from_us(row[4]),
        outcome=cast(Outcome, row[5]),
        asked_at=from_us(row[6]),
        capture=row[7],
        note=row[8],
    )
