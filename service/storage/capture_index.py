"""Which bytes were received when, and which of them speak about an aircraft.

The bytes themselves lie in the capture store, by sha256; this is its index in the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.records import Capture
from service.storage.codec import clean, digest, from_json, from_us, to_json, to_us
from service.storage.log import add_entries
from service.storage.sql import InsertNew, Row, Statement, is_postgres

_INSERT: Final = InsertNew(
    "capture",
    {
        "sha256": "text",
        "digest": "bigint",
        "source": "text",
        "url": "text",
        "received_at_us": "bigint",
        "size_bytes": "bigint",
        "status": "integer",
        "requested_at_us": "bigint",
        "headers": "text",
    },
)
_BY_SHA256: Final = Statement(
    "SELECT sha256, source, url, received_at_us, size_bytes, status, requested_at_us, headers"
    " FROM capture WHERE sha256 = :sha256 ORDER BY received_at_us, source, url"
)

_INSERT_SPANS: Final = InsertNew(
    "capture_span",
    {
        "icao24": "text",
        "source": "text",
        "t_last_us": "bigint",
        "sha256": "text",
        "t_first_us": "bigint",
    },
)
_WITH: Final = Statement(
    "SELECT sha256, t_first_us, t_last_us FROM capture_span"
    " WHERE icao24 = :icao24 AND source = :source"
    " AND t_last_us >= :from_us AND t_first_us < :to_us"
    " ORDER BY t_first_us, t_last_us, sha256"
)


_LOCKS: Final = 64
"""Aircraft share so many locks: a whole sky at once must not fill the server's lock table."""

_LOCK: Final = Statement(
    "SELECT pg_advisory_xact_lock(64523, bucket)"
    " FROM (SELECT bucket FROM unnest(:buckets::int[]) AS b(bucket) ORDER BY bucket) AS sorted"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSpan:
    """This capture holds fixes of this aircraft, from the first to the last of them."""

    icao24: str
    source: str
    sha256: str
    t_first: datetime
    t_last: datetime


def record_capture(conn: Connection, capture: Capture) -> bool:
    """Note a reception; False when this very reception was noted before."""
    return record_captures(conn, (capture,)) == 1


def record_captures(conn: Connection, captures: Iterable[Capture]) -> int:
    """Note receptions, and enter them in the log; returns how many were new."""
    rows = [_row(capture) for capture in captures]
    new = _INSERT.add(conn, rows)
    if new:
        add_entries(conn, rows)
    return new


def capture_record(conn: Connection, sha256: str) -> Capture | None:
    """The first reception of these bytes, None when they never came."""
    found = capture_records(conn, sha256)
    return found[0] if found else None


def capture_records(conn: Connection, sha256: str) -> tuple[Capture, ...]:
    """Every reception of these bytes, first to last."""
    return tuple(_capture(row) for row in _BY_SHA256.rows(conn, {"sha256": sha256}))


def add_spans(conn: Connection, spans: Iterable[CaptureSpan]) -> int:
    """Note which captures hold fixes of whom; returns how many were new."""
    return _INSERT_SPANS.add(
        conn,
        (
            (span.icao24, span.source, to_us(span.t_last), span.sha256, to_us(span.t_first))
            for span in spans
        ),
    )


def captures_with(
    conn: Connection, icao24: str, source: str, t_from: datetime, t_to: datetime
) -> tuple[CaptureSpan, ...]:
    """Captures that hold fixes of the aircraft within the half-open window, by their first fix."""
    params = {"icao24": icao24, "source": source, "from_us": to_us(t_from), "to_us": to_us(t_to)}
    return tuple(
        CaptureSpan(
            icao24=icao24,
            source=source,
            sha256=row[0],
            t_first=from_us(row[1]),
            t_last=from_us(row[2]),
        )
        for row in _WITH.rows(conn, params)
    )


def hold_aircraft(conn: Connection, aircraft: Iterable[tuple[str, str]]) -> None:
    """Nobody else derives these (icao24, source) until `conn`, of `database.writing`, commits.

    SQLite has one writer at a time anyway.
    """
    if is_postgres(conn):
        buckets = sorted({digest(*one) % _LOCKS for one in aircraft})
        if buckets:
            _LOCK.rows(conn, {"buckets": buckets})


def _row(capture: Capture) -> Row:
    received = (
        clean(capture.source),
        clean(capture.url),
        to_us(capture.received_at),
        capture.size_bytes,
        capture.status,
        to_us(capture.requested_at) if capture.requested_at is not None else None,
        to_json({clean(k): clean(v) for k, v in sorted(capture.headers.items())}),
    )
    return (capture.sha256, digest(*received), *received)


def _capture(row: Row) -> Capture:
    headers: dict[str, str] = from_json(row[7], dict[str, str])
    requested: Any = row[6]
    return Capture(
        sha256=row[0],
        source=row[1],
        url=row[2],
        received_at=from_us(row[3]),
        size_bytes=row[4],
        status=row[5],
        requested_at=from_us(requested) if requested is not None else None,
        headers=headers,
    )
