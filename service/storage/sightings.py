"""What is known now of an aircraft from a moment on: what watches are told by."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.movements import Emergency, Movement, Rival, Segment
from schemas.tables import LONG_MOVEMENT
from service.domain.watching.known import is_sign_of_life
from service.storage.codec import DAY_US, from_json, from_us, to_json, to_us
from service.storage.prepared import PreparedUnit
from service.storage.sql import Statement, is_postgres
from service.storage.unit_rows import (
    MOVEMENT_COLUMNS,
    emergency_from_body,
    lean_segment_from_body,
    movement_from_row,
)

_TOGETHER: Final = 8
"""Ends of segments looked at together, where the last one that shows something is looked for."""

_MINE: Final = "icao24 = :icao24 AND superseded = FALSE"
_M: Final = "m.icao24 = :icao24 AND m.superseded = FALSE"
_MOVEMENTS: Final = Statement(
    f"SELECT {MOVEMENT_COLUMNS}, m.id FROM movement m WHERE {_M}"
    " AND m.t_best_us >= :day_before_us AND m.t_latest_us >= :since_us"
    f" UNION SELECT {MOVEMENT_COLUMNS}, m.id FROM movement m WHERE {_M}"
    f" AND {LONG_MOVEMENT} AND m.t_latest_us >= :since_us ORDER BY 8, 22"
)
_VISITED: Final = Statement(
    f"SELECT DISTINCT airport FROM movement WHERE {_MINE} AND t_latest_us < :since_us"
    " AND airport IS NOT NULL"
)
_SEGMENTS: Final = Statement(
    f"SELECT body FROM segment WHERE {_MINE}"
    " AND source IN (SELECT source FROM unit WHERE icao24 = :icao24 AND superseded_at_us IS NULL)"
    " AND usable IN (FALSE, TRUE) AND t_first_us >= :day_before_us AND t_last_us >= :since_us"
    " ORDER BY t_first_us, id"
)
_LAST_SEGMENT: Final = Statement(
    f"SELECT body FROM segment WHERE {_MINE}"
    " AND source IN (SELECT source FROM unit WHERE icao24 = :icao24 AND superseded_at_us IS NULL)"
    " AND usable IN (FALSE, TRUE) AND t_first_us >= :day_before_us AND t_last_us >= :since_us"
    " ORDER BY t_last_us DESC, id DESC LIMIT 1"
)
_ENDS: Final = (
    f"{_MINE}"
    " AND source IN (SELECT source FROM unit WHERE icao24 = :icao24 AND superseded_at_us IS NULL)"
    " AND usable IN (FALSE, TRUE)"
)
_HEARD_BEFORE: Final = Statement(
    f"SELECT t_last_us, body FROM segment WHERE {_ENDS} AND t_last_us IN"
    f" (SELECT DISTINCT t_last_us FROM segment WHERE {_ENDS} AND t_last_us < :before_us"
    f"  ORDER BY t_last_us DESC LIMIT {_TOGETHER}) ORDER BY t_last_us DESC"
)
_EMERGENCIES: Final = Statement(
    f"SELECT body FROM emergency WHERE {_MINE} AND t_first_us >= :since_us ORDER BY t_first_us, id"
)
_AT: Final = {
    True: Statement(
        "SELECT DISTINCT icao24 FROM movement WHERE airport = ANY(:airports::text[])"
        " AND superseded = FALSE AND t_best_us >= :since_us"
    ),
    False: Statement(
        "SELECT DISTINCT icao24 FROM movement WHERE airport IN"
        " (SELECT value FROM json_each(:airports)) AND superseded = FALSE"
        " AND t_best_us >= :since_us"
    ),
}
"""By whether it is PostgreSQL."""
_PLACES: Final = Statement(
    "SELECT airport, rivals, lat, lon FROM movement WHERE icao24 = :icao24"
    " AND superseded IN (FALSE, TRUE) AND t_best_us >= :since_us"
)
_UNIT_FROM: Final = Statement(
    "SELECT id, derived_at_us FROM unit WHERE id >= :id ORDER BY id LIMIT 1"
)
_LAST_UNIT: Final = Statement("SELECT coalesce(max(id), 0) FROM unit")
_DERIVED_FROM: Final = Statement(
    "SELECT icao24 FROM unit WHERE id >= :id AND superseded_at_us IS NULL ORDER BY id"
)


def movements_from(conn: Connection, icao24: str, since: datetime) -> tuple[Movement, ...]:
    """All current movements, of all sources, that end at that moment or later (`t_latest`)."""
    params = _since(icao24, since)
    return tuple(movement_from_row(row) for row in _MOVEMENTS.rows(conn, params))


def visited_before(conn: Connection, icao24: str, since: datetime) -> frozenset[str]:
    """Airports of all current movements that end before that moment."""
    return frozenset(row[0] for row in _VISITED.rows(conn, _since(icao24, since)))


def segments_from(conn: Connection, icao24: str, since: datetime) -> tuple[Segment, ...]:
    """Current segments, of all sources, that end at that moment or later."""
    rows = _SEGMENTS.rows(conn, _since(icao24, since))
    return tuple(lean_segment_from_body(row[0]) for row in rows)


def last_segment(conn: Connection, icao24: str, since: datetime) -> Segment | None:
    """The current segment that ends last, at that moment or later."""
    rows = _LAST_SEGMENT.rows(conn, _since(icao24, since))
    return lean_segment_from_body(rows[0][0]) if rows else None


def heard_before(conn: Connection, icao24: str, since: datetime) -> datetime | None:
    """The end of the last current segment that ends before that moment and is a sign of life; None
    = there is none."""
    before_us = to_us(since)
    while rows := _HEARD_BEFORE.rows(conn, {"icao24": icao24, "before_us": before_us}):
        for t_last_us, body in rows:
            if is_sign_of_life(lean_segment_from_body(body)):
                return from_us(t_last_us)
        before_us = rows[-1][0]
    return None


def emergencies_from(conn: Connection, icao24: str, since: datetime) -> tuple[Emergency, ...]:
    """Current ones that began at that moment or later."""
    rows = _EMERGENCIES.rows(conn, _since(icao24, since))
    return tuple(emergency_from_body(row[0]) for row in rows)


def aircraft_at(conn: Connection, airports: Iterable[str], since: datetime) -> frozenset[str]:
    """Who moved at one of the airports (our idents) at that moment or later."""
    postgres, idents = is_postgres(conn), sorted(set(airports))
    params = {
        "airports": idents if postgres else to_json(idents),
        "since_us": to_us(since),
    }
    return frozenset(row[0] for row in _AT[postgres].rows(conn, params)) if idents else frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an aircraft took off or landed."""

    airports: tuple[str, ...]
    """Our idents; several where nobody can say which of them it was."""
    lat: float
    lon: float


def places_of(conn: Connection, icao24: str, since: datetime) -> frozenset[Place]:
    """Of every movement at that moment or later, also of those that are believed no more."""
    rows = _PLACES.rows(conn, _since(icao24, since))
    return frozenset(_place(*row) for row in rows)


def places_in(unit: PreparedUnit) -> frozenset[Place]:
    """Of the movements in a unit."""
    return frozenset(_place(row[4], row[16], row[11], row[12]) for row in unit.movements)


def _place(airport: str | None, rivals: str | None, lat: float, lon: float) -> Place:
    if airport is not None:
        return Place((airport,), lat, lon)
    found = from_json(rivals, tuple[Rival, ...]) if rivals is not None else ()
    return Place(tuple(rival.airport for rival in found), lat, lon)


def derived_since(conn: Connection, since: datetime) -> frozenset[str]:
    """The aircraft of which units were derived at that moment or later and still count. Found by
    the units' numbers, which count up with time: there is no index for it."""
    start = _first_unit(conn, to_us(since))
    return frozenset(row[0] for row in _DERIVED_FROM.rows(conn, {"id": start}))


def _first_unit(conn: Connection, since_us: int) -> int:
    """The lowest number from which on units were derived at that moment or later."""
    low, high = 0, int(_LAST_UNIT.rows(conn, {})[0][0]) + 1
    while low < high:
        middle = (low + high) // 2
        found = _UNIT_FROM.rows(conn, {"id": middle})
        if found and found[0][1] < since_us:
            low = found[0][0] + 1
        else:
            high = middle
    return low


def _since(icao24: str, since: datetime) -> dict[str, Any]:
    since_us = to_us(since)
    return {"icao24": icao24, "since_us": since_us, "day_before_us": since_us - DAY_US}
