"""What is stored of one aircraft: its units, and all that they show."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.movements import Derived, Heard
from schemas.records import Rejected
from schemas.verdicts import Interval
from service.storage.codec import DAY_US, day_us, from_day_us, from_json, from_us, to_us
from service.storage.prepared import UnitKey
from service.storage.sql import Row, Statement
from service.storage.unit_rows import (
    MOVEMENT_COLUMNS,
    emergency_from_body,
    ground_span_from_body,
    movement_from_row,
    pass_from_body,
    segment_from_body,
)
from service.storage.visible import Reading, recorded_before

_UNIT: Final = (
    "SELECT id, icao24, source, day_us, captures, airports, rejected, rules_version,"
    " reference_version, derived_at_us, superseded_at_us FROM unit"
    " WHERE icao24 = :icao24 AND day_us >= :from_us AND day_us < :to_us"
    " AND derived_at_us <= :as_of_us"
)
_UNITS: Final = Statement(
    f"{_UNIT} AND superseded_at_us IS NULL"
    f" UNION ALL {_UNIT} AND superseded_at_us IS NOT NULL AND superseded_at_us > :as_of_us"
    " ORDER BY day_us, source, id"
)

_SIDES: Final = "superseded IN (FALSE, TRUE) AND unit_id = :unit_id"
_SEGMENTS: Final = Statement(
    f"SELECT body FROM segment WHERE icao24 = :icao24 AND {_SIDES} AND source = :source"
    " AND usable IN (FALSE, TRUE) AND t_first_us >= :day_us AND t_first_us <= :end_us ORDER BY id"
)
_MOVEMENTS: Final = Statement(
    f"SELECT {MOVEMENT_COLUMNS} FROM movement m"
    f" WHERE m.icao24 = :icao24 AND {_SIDES}"
    " AND m.t_best_us >= :day_us AND m.t_best_us < :end_us ORDER BY m.id"
)
_PASSES: Final = Statement(
    f"SELECT body FROM pass WHERE icao24 = :icao24 AND {_SIDES}"
    " AND t_best_us >= :day_us AND t_best_us < :end_us ORDER BY id"
)
_GROUND_SPANS: Final = Statement(
    f"SELECT body FROM ground_span WHERE icao24 = :icao24 AND {_SIDES}"
    " AND t_first_us >= :day_us AND t_first_us <= :end_us ORDER BY id"
)
_EMERGENCIES: Final = Statement(
    f"SELECT body FROM emergency WHERE icao24 = :icao24 AND {_SIDES}"
    " AND t_first_us >= :day_us AND t_first_us < :end_us ORDER BY id"
)
_HEARD: Final = Statement(
    "SELECT airport, hour_us, low_fixes, ground_fixes FROM heard"
    f" WHERE airport = :airport AND {_SIDES} AND hour_us >= :day_us AND hour_us < :end_us"
    " AND source = :source AND icao24 = :icao24"
)

_SEGMENTS_BETWEEN: Final = Reading(
    "SELECT x.body FROM segment x WHERE x.icao24 = :icao24 AND x.superseded IN ({states})"
    " AND x.source IN"
    " (SELECT source FROM unit WHERE icao24 = :icao24 AND superseded_at_us IS NULL)"
    " AND x.usable IN (FALSE, TRUE) AND x.t_first_us >= :day_before_us AND x.t_first_us < :to_us"
    " AND x.t_last_us >= :from_us AND {seen:x} ORDER BY x.t_first_us, x.id"
)
_GROUND_SPANS_BETWEEN: Final = Reading(
    "SELECT x.body FROM ground_span x WHERE x.icao24 = :icao24 AND x.superseded IN ({states})"
    " AND x.t_first_us >= :day_before_us AND x.t_first_us < :to_us"
    " AND x.t_last_us >= :from_us AND {seen:x} ORDER BY x.t_first_us, x.id"
)
_PASSES_BETWEEN: Final = Reading(
    "SELECT x.body FROM pass x WHERE x.icao24 = :icao24 AND x.superseded IN ({states})"
    " AND x.t_best_us >= :from_us AND x.t_best_us < :to_us AND {seen:x} ORDER BY x.t_best_us, x.id"
)
_MOVEMENTS_BETWEEN: Final = Reading(
    "SELECT {columns} FROM movement m"
    " WHERE m.icao24 = :icao24 AND m.superseded IN ({states})"
    " AND m.t_best_us >= :from_us AND m.t_best_us < :to_us AND {seen:m}"
    " ORDER BY m.t_best_us, m.id",
    columns=MOVEMENT_COLUMNS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One derivation of an aircraft-day, current or superseded."""

    unit_id: int
    key: UnitKey
    captures: tuple[str, ...]
    airports: tuple[str, ...]
    """Where it was heard low or on the ground."""
    rejected: tuple[Rejected, ...]
    rules_version: str
    reference_version: str
    derived_at: datetime
    superseded_at: datetime | None


def units_of(
    conn: Connection,
    icao24: str,
    *,
    window: Interval | None = None,
    as_of: datetime | None = None,
) -> tuple[Unit, ...]:
    """The aircraft's units that count at `as_of` (None = now), by day and source.

    `window` keeps those whose day touches it.
    """
    params = {
        "icao24": icao24,
        "from_us": to_us(window.t_from) - DAY_US + 1 if window is not None else -(2**62),
        "to_us": to_us(window.t_to) if window is not None else 2**62,
        "as_of_us": recorded_before(as_of),
    }
    return tuple(_unit(row) for row in _UNITS.rows(conn, params))


def read_unit(conn: Connection, unit: Unit) -> Derived:
    """All that the unit shows, as it was derived, gaps apart."""
    start_us = day_us(unit.key.day)
    params: dict[str, Any] = {
        "icao24": unit.key.icao24,
        "source": unit.key.source,
        "unit_id": unit.unit_id,
        "day_us": start_us,
        "end_us": start_us + DAY_US,
    }
    heard = [
        Heard(
            icao24=unit.key.icao24,
            source=unit.key.source,
            airport=row[0],
            hour=from_us(row[1]),
            low_fixes=row[2],
            ground_fixes=row[3],
        )
        for airport in unit.airports
        for row in _HEARD.rows(conn, params | {"airport": airport})
    ]
    return Derived(
        segments=tuple(segment_from_body(row[0]) for row in _SEGMENTS.rows(conn, params)),
        movements=tuple(movement_from_row(row) for row in _MOVEMENTS.rows(conn, params)),
        passes=tuple(pass_from_body(row[0]) for row in _PASSES.rows(conn, params)),
        ground_spans=tuple(
            ground_span_from_body(row[0]) for row in _GROUND_SPANS.rows(conn, params)
        ),
        heard=tuple(sorted(heard, key=lambda h: (h.hour, h.airport))),
        emergencies=tuple(emergency_from_body(row[0]) for row in _EMERGENCIES.rows(conn, params)),
        rejected=unit.rejected,
    )


def shown_between(
    conn: Connection, icao24: str, window: Interval, *, as_of: datetime | None = None
) -> Derived:
    """What all sources together show of the aircraft in the half-open window, in time order:
    segments and ground spans that touch it, movements and passes best placed within it."""
    params = {
        "icao24": icao24,
        "from_us": to_us(window.t_from),
        "to_us": to_us(window.t_to),
        "day_before_us": to_us(window.t_from) - DAY_US,
    }
    return Derived(
        segments=tuple(
            segment_from_body(row[0]) for row in _SEGMENTS_BETWEEN.rows(conn, params, as_of)
        ),
        movements=tuple(
            movement_from_row(row) for row in _MOVEMENTS_BETWEEN.rows(conn, params, as_of)
        ),
        passes=tuple(pass_from_body(row[0]) for row in _PASSES_BETWEEN.rows(conn, params, as_of)),
        ground_spans=tuple(
            ground_span_from_body(row[0]) for row in _GROUND_SPANS_BETWEEN.rows(conn, params, as_of)
        ),
    )


def _unit(row: Row) -> Unit:
    return Unit(
        unit_id=row[0],
        key=UnitKey(icao24=row[1], source=row[2], day=from_day_us(row[3])),
        captures=from_json(row[4], tuple[str, ...]),
        airports=from_json(row[5], tuple[str, ...]),
        rejected=from_json(row[6], tuple[Rejected, ...]) if row[6] is not None else (),
        rules_version=row[7],
        reference_version=row[8],
        derived_at=from_us(row[9]),
        superseded_at=from_us(row[10]) if row[10] is not None else None,
    )
