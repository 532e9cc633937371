"""How each source has been doing, and its part of the ledger, page by page, the latest first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast, get_args

from schemas.records import LedgerRow, Outcome
from schemas.sources import SourceHealth
from service.errors import BadInput
from service.storage import pace, quarantine
from service.storage.codec import from_us, to_us
from service.storage.database import Connection
from service.storage.sql import Row, Statement
from service.storage.visible import FAR_FUTURE_US

MOST: Final = 1_000
"""Ledger rows on one page at most."""
RECENT: Final = timedelta(days=7)
"""Whose outcomes are counted."""

_OUTCOMES: Final = Statement(
    "SELECT outcome, count(*) FROM ledger WHERE source = :source AND asked_at_us >= :since_us"
    " AND asked_at_us <= :now_us GROUP BY outcome"
)
_LAST_TOLD: Final = Statement(
    "SELECT asked_at_us FROM ledger WHERE source = :source AND outcome IN ('data', 'empty')"
    " ORDER BY asked_at_us DESC, id DESC LIMIT 1"
)
_PAGE: Final = (
    "SELECT id, asked_at_us, target, t_from_us, t_to_us, outcome, capture, note"
    " FROM ledger WHERE source = :source"
    " AND (asked_at_us, id) < (:before_us, :before_id){more}"
    " ORDER BY asked_at_us DESC, id DESC LIMIT :limit"
)
_OF_SOURCE: Final = Statement(_PAGE.format(more=""))
_OF_OUTCOME: Final = Statement(_PAGE.format(more=" AND outcome = :outcome"))


def health_of(
    conn: Connection, sources: Iterable[str], *, now: datetime
) -> dict[str, SourceHealth]:
    """How each of these sources has been doing, by key; one never asked has nothing to tell."""
    paces = pace.states(conn)
    unread = quarantine.counts(conn)
    return {
        source: _health(
            conn, source, paces.get(source, pace.NEVER_ASKED), unread.get(source, 0), now
        )
        for source in sources
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """One page of what a source was asked."""

    rows: tuple[LedgerRow, ...]
    after: str | None
    """What to ask for the next page with; None = this was the last one."""


def ledger_of(
    conn: Connection,
    source: str,
    *,
    outcome: Outcome | None = None,
    after: str | None = None,
    limit: int = 100,
) -> LedgerPage:
    """What the source was asked and what came of it, the latest asking first.

    Raises `BadInput` for an `after` that no page gave.
    """
    before_us, before_id = (FAR_FUTURE_US, 0) if after is None else _read_cursor(after)
    limit = min(max(limit, 1), MOST)
    params: dict[str, Any] = {
        "source": source,
        "before_us": before_us,
        "before_id": before_id,
        "limit": limit + 1,
    }
    if outcome is None:
        rows = _OF_SOURCE.rows(conn, params)
    else:
        rows = _OF_OUTCOME.rows(conn, params | {"outcome": outcome})
    page = rows[:limit]
    return LedgerPage(
        rows=tuple(_ledger_row(source, row) for row in page),
        after=_cursor(page[-1]) if len(rows) > limit else None,
    )


def _health(
    conn: Connection,
    source: str,
    state: pace.PaceState,
    unread: int,
    now: datetime,
) -> SourceHealth:
    recent = {"source": source, "since_us": to_us(now - RECENT), "now_us": to_us(now)}
    counted = {row[0]: int(row[1]) for row in _OUTCOMES.rows(conn, recent)}
    told = _LAST_TOLD.rows(conn, {"source": source})
    closed = state.closed_until is not None and state.closed_until > now
    today = state.credits_day == now.date()
    return SourceHealth(
        last_success=from_us(told[0][0]) if told else None,
        last_answer=state.answered_at,
        closed_until=state.closed_until if closed else None,
        why_closed=state.why_closed if closed else "",
        failures=state.failures,
        credits_spent=state.credits_spent if today else 0,
        credits_left=state.credits_left if today else None,
        outcomes={
            cast(Outcome, word): counted[word] for word in get_args(Outcome) if word in counted
        },
        unread=unread,
    )


def _ledger_row(source: str, row: Row) -> LedgerRow:
    return LedgerRow(
        source=source,
        target=row[2],
        t_from=from_us(row[3]),
        t_to=from_us(row[4]),
        outcome=cast(Outcome, row[5]),
        asked_at=from_us(row[1]),
        capture=row[6],
        note=row[7],
    )


def _cursor(row: Row) -> str:
    return base64.urlsafe_b64encode(f"{row[1]}.{row[0]}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[int, int]:
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        at_us, _, row = plain.decode("ascii").partition(".")
        place = int(at_us), int(row)
    except (binascii.Error, ValueError) as error:
        raise BadInput(f"No page of ours gave the cursor {text[:80]!r}: start anew.") from error
    if not all(-FAR_FUTURE_US <= part <= FAR_FUTURE_US for part in place):
        raise BadInput(f"No page of ours gave the cursor {text[:80]!r}: start anew.")
    return place
