"""What one source was asked about one target: for deciding whether to ask, never for a verdict.

Two targets are one here only where they are written alike; see `service.ingest.outcomes` for
which target a row stands under.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.records import AREA, LedgerRow
from schemas.tables import LONG_LEDGER
from service.storage.codec import DAY_US, clean, to_us
from service.storage.ledger import COLUMNS, ledger_row
from service.storage.sql import Statement

_LONG_US: Final = 2 * DAY_US
"""The bound in `LONG_LEDGER`."""

_OURS: Final = "look_up = :look_up AND target = :target AND source || '' = :source"
"""By the index of the target: joined to nothing, the source has none."""
_TOUCHES: Final = "t_from_us < :to_us AND t_to_us > :from_us"
_ROWS: Final = Statement(
    f"SELECT {COLUMNS} FROM ledger WHERE {_OURS} AND t_from_us >= :earliest_us AND {_TOUCHES}"
    f" UNION SELECT {COLUMNS} FROM ledger WHERE {_OURS} AND {LONG_LEDGER} AND +{_TOUCHES}"
    " ORDER BY asked_at_us, id"
)
_LATEST: Final = Statement(
    f"SELECT {COLUMNS} FROM ledger WHERE {_OURS} ORDER BY asked_at_us DESC, id DESC LIMIT 1"
)


def rows_for(
    conn: Connection, source: str, target: str, t_from: datetime, t_to: datetime
) -> tuple[LedgerRow, ...]:
    """Rows of that source and that very target whose window touches [t_from, t_to), in the order
    in which they were asked."""
    params = {
        **_named(source, target),
        "from_us": to_us(t_from),
        "to_us": to_us(t_to),
        "earliest_us": to_us(t_from) - _LONG_US,
    }
    return tuple(map(ledger_row, _ROWS.rows(conn, params)))


def latest(conn: Connection, source: str, target: str) -> LedgerRow | None:
    """The last asking of that source about that very target; None when there was none."""
    found = _LATEST.rows(conn, _named(source, target))
    return ledger_row(found[0]) if found else None


def _named(source: str, target: str) -> dict[str, Any]:
    target = clean(target)
    return {
        "source": clean(source),
        "target": target,
        "look_up": AREA if target.startswith(AREA) else target,
    }
