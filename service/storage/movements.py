"""Lists of movements, page by page, in the order they happened."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.movements import Movement
from service.errors import BadInput
from service.storage.codec import to_us
from service.storage.sql import Row
from service.storage.unit_rows import MOVEMENT_COLUMNS, movement_from_row
from service.storage.visible import FAR_FUTURE_US, Reading

MOST: Final = 1_000
"""Movements on one page at most."""

_OF_AIRCRAFT: Final = Reading(
    "SELECT {columns}, m.id FROM movement m"
    " WHERE m.icao24 = :icao24 AND m.superseded IN ({states})"
    " AND m.t_best_us >= :from_us AND m.t_best_us < :to_us"
    " AND (m.t_best_us, m.id) > (:after_us, :after_id) AND {seen:m}"
    " ORDER BY m.t_best_us, m.id LIMIT :limit",
    columns=MOVEMENT_COLUMNS,
)
_AT_AIRPORT: Final = Reading(
    "SELECT {columns}, m.id FROM movement m"
    " WHERE m.airport = :airport AND m.superseded IN ({states})"
    " AND m.t_best_us >= :from_us AND m.t_best_us < :to_us"
    " AND (m.t_best_us, m.id) > (:after_us, :after_id) AND {seen:m}"
    " ORDER BY m.t_best_us, m.id LIMIT :limit",
    columns=MOVEMENT_COLUMNS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementPage:
    """One page of a list."""

    movements: tuple[Movement, ...]
    after: str | None
    """What to ask for the next page with; None = this was the last one."""


def movements_of(
    conn: Connection,
    icao24: str,
    *,
    t_from: datetime | None = None,
    t_to: datetime | None = None,
    as_of: datetime | None = None,
    after: str | None = None,
    limit: int = 100,
) -> MovementPage:
    """An aircraft's movements within the half-open time, from all sources, by their best time.

    Raises `BadInput` for an `after` that no page gave.
    """
    whose = {"icao24": icao24, "limit": limit} | _bounds(t_from, t_to)
    return _page(conn, _OF_AIRCRAFT, whose, as_of=as_of, after=after)


def movements_at(
    conn: Connection,
    airport: str,
    *,
    t_from: datetime | None = None,
    t_to: datetime | None = None,
    as_of: datetime | None = None,
    after: str | None = None,
    limit: int = 100,
) -> MovementPage:
    """Who came to and left the airport (our ident), as `movements_of`."""
    where = {"airport": airport, "limit": limit} | _bounds(t_from, t_to)
    return _page(conn, _AT_AIRPORT, where, as_of=as_of, after=after)


def _bounds(t_from: datetime | None, t_to: datetime | None) -> dict[str, Any]:
    return {
        "from_us": to_us(t_from) if t_from is not None else -FAR_FUTURE_US,
        "to_us": to_us(t_to) if t_to is not None else FAR_FUTURE_US,
    }


def _page(
    conn: Connection,
    reading: Reading,
    params: dict[str, Any],
    *,
    as_of: datetime | None,
    after: str | None,
) -> MovementPage:
    limit = min(max(params["limit"], 1), MOST)
    after_us, after_id = _read_cursor(after) if after is not None else (-FAR_FUTURE_US, 0)
    params |= {"after_us": after_us, "after_id": after_id, "limit": limit + 1}
    rows = reading.rows(conn, params, as_of)
    page = rows[:limit]
    return MovementPage(
        movements=tuple(movement_from_row(row) for row in page),
        after=_cursor(page[-1]) if len(rows) > limit else None,
    )


def _cursor(row: Row) -> str:
    return base64.urlsafe_b64encode(f"{row[7]}.{row[-1]}".encode()).decode().rstrip("=")


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
