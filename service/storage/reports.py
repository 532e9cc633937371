"""Reports: somebody's statement that a flight happened, without positions we hold.

A report said again says nothing new: it is kept once, with the capture it was first read from.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Connection

from schemas.records import Report, TimeKind
from schemas.tables import TIMELESS
from schemas.verdicts import Interval
from service.storage.codec import DAY_US, clean, day_us, digest, from_json, from_us, to_json, to_us
from service.storage.sql import InsertNew, Row, Statement
from service.storage.visible import recorded_before

AROUND_US: Final = 2 * DAY_US
"""A report counts when it speaks of a moment this near to the window: its times may be given
without a zone, or be those of the blocks."""

_LONGEST_US: Final = 2 * DAY_US
"""A report that speaks of a longer stretch is looked at whatever the window."""

_INSERT: Final = InsertNew(
    "report",
    {
        "source": "text",
        "registration": "text",
        "icao24": "text",
        "type_code": "text",
        "callsign": "text",
        "origin": "text",
        "destination": "text",
        "t_off_us": "bigint",
        "t_on_us": "bigint",
        "time_kind": "text",
        "publisher": "text",
        "url": "text",
        "published": "text",
        "rests_on": "text",
        "note": "text",
        "capture": "text",
        "row_no": "integer",
        "look_from_us": "bigint",
        "look_to_us": "bigint",
        "recorded_at_us": "bigint",
        "digest": "bigint",
    },
)
_COLUMNS: Final = (
    "id, source, registration, icao24, type_code, callsign, origin, destination, t_off_us, t_on_us,"
    " time_kind, publisher, url, published, rests_on, note, capture, row_no"
)
_NAMING: Final = Statement(
    " UNION ".join(
        f"SELECT {_COLUMNS} FROM report WHERE {who} AND {when} AND recorded_at_us <= :as_of_us"
        for who in ("registration = :registration", "icao24 = :icao24")
        for when in (
            f"look_from_us = {TIMELESS}",
            "look_from_us >= :earliest_us AND look_from_us < :to_us AND look_to_us >= :from_us",
        )
    )
    + " ORDER BY id"
)


def add_reports(conn: Connection, reports: Iterable[Report], *, now: datetime) -> int:
    """Keep the reports; returns how many were new."""
    now_us = to_us(now)
    return _INSERT.add(conn, (_row(report, now_us) for report in reports))


def reports_naming(
    conn: Connection,
    *,
    registration: str | None,
    icao24: str | None,
    window: Interval,
    as_of: datetime | None = None,
) -> dict[int, Report]:
    """Reports of this registration or address that speak about the window or two days around it,
    by row, in the order we learnt them. A report without times is looked up by its date of
    publication; one without either always counts."""
    params = {
        "registration": registration or None,
        "icao24": icao24 or None,
        "from_us": to_us(window.t_from) - AROUND_US,
        "to_us": to_us(window.t_to) + AROUND_US,
        "earliest_us": max(0, to_us(window.t_from) - AROUND_US - _LONGEST_US),
        "as_of_us": recorded_before(as_of),
    }
    return {row[0]: _report(row) for row in _NAMING.rows(conn, params)}


def _row(report: Report, now_us: int) -> Row:
    said = (
        clean(report.source),
        clean(report.registration),
        clean(report.icao24),
        clean(report.type_code),
        clean(report.callsign),
        clean(report.origin),
        clean(report.destination),
        to_us(report.t_off) if report.t_off is not None else None,
        to_us(report.t_on) if report.t_on is not None else None,
        report.time_kind,
        clean(report.publisher),
        clean(report.url),
        report.published.isoformat() if report.published is not None else None,
        to_json([clean(origin) for origin in report.rests_on]),
        clean(report.note),
    )
    look = _look_up_range(report)
    return (*said, report.capture, report.row, *look, now_us, digest(*said))


def _look_up_range(report: Report) -> tuple[int, int]:
    """First and last moment to look it up by."""
    moments = [to_us(t) for t in (report.t_off, report.t_on) if t is not None]
    if not moments and report.published is not None:
        start_us = day_us(report.published)
        moments = [start_us, start_us + DAY_US]
    if not moments or min(moments) < 0 or max(moments) - min(moments) > _LONGEST_US:
        return TIMELESS, TIMELESS
    return min(moments), max(moments)


def _report(row: Row) -> Report:
    return Report(
        source=row[1],
        registration=row[2],
        icao24=row[3],
        type_code=row[4],
        callsign=row[5],
        origin=row[6],
        destination=row[7],
        t_off=_moment(row[8]),
        t_on=_moment(row[9]),
        time_kind=cast(TimeKind, row[10]),
        publisher=row[11],
        url=row[12],
        published=date.fromisoformat(row[13]) if row[13] is not None else None,
        rests_on=from_json(row[14], tuple[str, ...]),
        note=row[15],
        capture=row[16],
        row=row[17],
    )


def _moment(us: Any) -> datetime | None:
    return from_us(us) if us is not None else None
