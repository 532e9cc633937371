"""What was received from one source, by when: for whoever takes up its work again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from service.storage.capture_index import CaptureSpan
from service.storage.codec import from_us, to_us
from service.storage.sql import Statement

_NEWEST: Final = Statement(
    "SELECT received_at_us FROM capture WHERE source = :source ORDER BY received_at_us DESC LIMIT 1"
)
_SINCE: Final = Statement(
    "SELECT DISTINCT sha256 FROM capture WHERE source = :source AND received_at_us >= :since_us"
    " AND status = 200 AND headers NOT LIKE '%x-tailcheck-cut-short%' ORDER BY sha256"
)
_LAST_SPAN: Final = Statement(
    "SELECT sha256, t_first_us, t_last_us FROM capture_span"
    " WHERE icao24 = :icao24 AND source = :source ORDER BY t_last_us DESC LIMIT 1"
)


def newest_received(conn: Connection, source: str) -> datetime | None:
    """When the last page came; None = none ever did."""
    found = _NEWEST.rows(conn, {"source": source})
    return from_us(found[0][0]) if found else None


def received_since(conn: Connection, source: str, since: datetime) -> tuple[str, ...]:
    """sha256 of every page that came whole at that moment or later, each once."""
    rows = _SINCE.rows(conn, {"source": source, "since_us": to_us(since)})
    return tuple(row[0] for row in rows)


def last_span(conn: Connection, icao24: str, source: str) -> CaptureSpan | None:
    """The capture that holds the aircraft's last fix; None when none holds any."""
    found = _LAST_SPAN.rows(conn, {"icao24": icao24, "source": source})
    if not found:
        return None
    sha256, t_first_us, t_last_us = found[0]
    return CaptureSpan(
        icao24=icao24,
        source=source,
        sha256=sha256,
        t_first=from_us(t_first_us),
        t_last=from_us(t_last_us),
    )
