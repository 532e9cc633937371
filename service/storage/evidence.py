"""Everything that is stored about one question, in half a dozen prebuilt statements.

How each kind is found, for one address:

- Segments and ground spans are cut at midnight, so one that touches the window began at most a
  day before it. Movements span more than a day so rarely that those have an index of their own.
- The nearest one before and after the window is looked up source by source. A source that ever
  had a unit of the aircraft has a current one, so the sources come from there at any `as_of`.
- Other aircraft at the airport are added up by hour and source in the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from schemas.movements import Heard, Movement, Segment
from schemas.places import Airport
from schemas.records import AREA, EVERYTHING, Report
from schemas.sources import Source
from schemas.tables import LONG_MOVEMENT
from schemas.verdicts import Evidence, Identity, Interval
from service.storage.codec import DAY_US, HOUR_US, from_us, to_us
from service.storage.ledger import ledger_about
from service.storage.reports import reports_naming
from service.storage.unit_rows import (
    MOVEMENT_COLUMNS,
    ground_span_from_body,
    lean_segment_from_body,
    movement_from_row,
    pass_from_body,
)
from service.storage.visible import Reading

_SOURCES: Final = (
    "WITH RECURSIVE src(source) AS ("
    "SELECT min(source) FROM unit WHERE icao24 = :icao24 AND superseded_at_us IS NULL"
    " UNION ALL SELECT (SELECT min(n.source) FROM unit n WHERE n.icao24 = :icao24"
    " AND n.superseded_at_us IS NULL AND n.source > src.source)"
    " FROM src WHERE src.source IS NOT NULL)"
)
"""The sources of an aircraft: one step in the index for each, however long its history. The last
row is NULL; looked up by it, a whole history would be searched in vain."""

_BODIES: Final = Reading(
    "{sources} SELECT 0, s.body FROM segment s WHERE s.id IN ("
    "SELECT x.id FROM segment x WHERE x.icao24 = :icao24 AND x.superseded IN ({states})"
    " AND x.source IN (SELECT source FROM src) AND x.usable IN (FALSE, TRUE)"
    " AND x.t_first_us >= :day_before_us AND x.t_first_us < :to_us AND x.t_last_us >= :from_us"
    " AND {seen:x}"
    " UNION ALL SELECT (SELECT x.id FROM segment x WHERE x.icao24 = :icao24"
    " AND x.superseded IN ({states}) AND x.source = src.source AND x.usable = TRUE"
    " AND x.t_first_us < :from_us AND x.t_last_us < :from_us AND {seen:x}"
    " ORDER BY x.t_first_us DESC LIMIT 1) FROM src WHERE src.source IS NOT NULL"
    " UNION ALL SELECT (SELECT x.id FROM segment x WHERE x.icao24 = :icao24"
    " AND x.superseded IN ({states}) AND x.source = src.source AND x.usable = TRUE"
    " AND x.t_first_us >= :to_us AND {seen:x}"
    " ORDER BY x.t_first_us LIMIT 1) FROM src WHERE src.source IS NOT NULL)"
    " UNION ALL SELECT 1, p.body FROM pass p WHERE p.icao24 = :icao24"
    " AND p.superseded IN ({states}) AND p.t_best_us >= :from_us AND p.t_best_us < :to_us"
    " AND {seen:p}"
    " UNION ALL SELECT 2, g.body FROM ground_span g WHERE g.icao24 = :icao24"
    " AND g.superseded IN ({states}) AND g.t_first_us >= :day_before_us"
    " AND g.t_first_us < :to_us AND g.t_last_us >= :from_us AND {seen:g}",
    sources=_SOURCES,
)
_SEGMENT: Final = 0
_READERS: Final = (lean_segment_from_body, pass_from_body, ground_span_from_body)

_MOVEMENTS: Final = Reading(
    "{sources} SELECT {columns} FROM movement m WHERE m.id IN ("
    "SELECT x.id FROM movement x WHERE x.icao24 = :icao24 AND x.superseded IN ({states})"
    " AND x.t_best_us >= :day_before_us AND x.t_best_us < :day_after_us"
    " AND x.t_latest_us >= :from_us AND x.t_earliest_us < :to_us AND {seen:x}"
    " UNION ALL SELECT x.id FROM movement x WHERE x.icao24 = :icao24"
    " AND x.superseded IN ({states}) AND {long}"
    " AND x.t_latest_us >= :from_us AND x.t_earliest_us < :to_us AND {seen:x}"
    " UNION ALL SELECT (SELECT x.id FROM movement x WHERE x.icao24 = :icao24"
    " AND x.superseded IN ({states}) AND x.source = src.source"
    " AND x.t_best_us < :from_us AND x.t_latest_us < :from_us AND {seen:x}"
    " ORDER BY x.t_best_us DESC LIMIT 1) FROM src WHERE src.source IS NOT NULL"
    " UNION ALL SELECT (SELECT x.id FROM movement x WHERE x.icao24 = :icao24"
    " AND x.superseded IN ({states}) AND x.source = src.source"
    " AND x.t_best_us >= :to_us AND x.t_earliest_us >= :to_us AND {seen:x}"
    " ORDER BY x.t_best_us LIMIT 1) FROM src WHERE src.source IS NOT NULL)",
    sources=_SOURCES,
    columns=MOVEMENT_COLUMNS,
    long=LONG_MOVEMENT,
)

Names = list[tuple[str, str]]
"""Pairs of an address and a registration; what is not known of a pair is empty."""


def load_evidence(
    conn: Connection,
    *,
    identity: Identity,
    airport: Airport,
    window: Interval,
    sources: Mapping[str, Source],
    as_of: datetime | None = None,
    heard_within: Interval | None = None,
) -> Evidence:
    """What `schemas.verdicts.Evidence` says it holds, for every address the identity may mean.

    Reports count within two days of the window, those without any time always. `heard` has one
    row per source and hour for all other aircraft together, in the hours that touch
    `heard_within` (the window unless given): at a busy airport it is the largest part of the
    work. `as_of` None is the present, and the quicker way to ask for it. `conn` is of
    `database.reading`.
    """
    names = _names(identity)
    icao24s = tuple(dict.fromkeys([icao24 for icao24, _ in names if icao24]))
    bodies: tuple[list[Any], ...] = ([], [], [])
    movements: list[Movement] = []
    for icao24 in icao24s:
        params = _around(icao24, window)
        for kind, body in _BODIES.rows(conn, params, as_of):
            bodies[kind].append(_READERS[kind](body))
        movements += map(movement_from_row, _MOVEMENTS.rows(conn, params, as_of))
    segments, passes, ground_spans = bodies
    return Evidence(
        identity=identity,
        segments=tuple(segments),
        movements=tuple(movements),
        passes=tuple(passes),
        ground_spans=tuple(ground_spans),
        reports=_reports(conn, names, window, as_of),
        ledger=ledger_about(conn, _targets(names), window, as_of=as_of),
        heard=others_heard(
            conn, airport.ident, heard_within or window, besides=icao24s, as_of=as_of
        ),
        sources=sources,
    )


def segments_around(
    conn: Connection, icao24s: Sequence[str], window: Interval, as_of: datetime | None
) -> tuple[Segment, ...]:
    """The segments of `load_evidence` alone, for each of these addresses."""
    return tuple(
        lean_segment_from_body(body)
        for icao24 in dict.fromkeys(icao24 for icao24 in icao24s if icao24)
        for kind, body in _BODIES.rows(conn, _around(icao24, window), as_of)
        if kind == _SEGMENT
    )


def others_heard(
    conn: Connection,
    airport: str,
    window: Interval,
    *,
    besides: Sequence[str] = (),
    as_of: datetime | None = None,
) -> tuple[Heard, ...]:
    """How many aircraft were heard low or on the ground at the airport, by source and hour, in the
    hours that touch the window, without those of `besides`. Their fixes are not added up: that
    would take twice the time, and nothing rests on it."""
    start_us = to_us(window.t_from)
    params = {
        "airport": airport,
        "from_us": start_us - start_us % HOUR_US,
        "to_us": to_us(window.t_to),
    } | {f"besides_{number}": icao24 for number, icao24 in enumerate(besides)}
    return tuple(
        Heard(
            icao24="",
            source=source,
            airport=airport,
            hour=from_us(hour_us),
            low_fixes=0,
            ground_fixes=0,
            aircraft=aircraft,
        )
        for hour_us, source, aircraft in _heard(len(besides)).rows(conn, params, as_of)
    )


@cache
def _heard(besides: int) -> Reading:
    return Reading(
        "SELECT h.hour_us, h.source, count(*) FROM heard h"
        " WHERE h.airport = :airport AND h.superseded IN ({states})"
        " AND h.hour_us >= :from_us AND h.hour_us < :to_us{others} AND {seen:h}"
        " GROUP BY h.hour_us, h.source ORDER BY h.hour_us, h.source",
        others="".join(f" AND h.icao24 <> :besides_{number}" for number in range(besides)),
    )


def _around(icao24: str, window: Interval) -> dict[str, Any]:
    start_us, end_us = to_us(window.t_from), to_us(window.t_to)
    return {
        "icao24": icao24,
        "from_us": start_us,
        "to_us": end_us,
        "day_before_us": start_us - DAY_US,
        "day_after_us": end_us + DAY_US,
    }


def _names(identity: Identity) -> Names:
    """Of everything the question may mean, each name at least once."""
    names = [(candidate.icao24, candidate.registration) for candidate in identity.candidates]
    if all(registration != identity.registration for _, registration in names):
        names.append(("", identity.registration))
    return names


def _reports(
    conn: Connection, names: Names, window: Interval, as_of: datetime | None
) -> tuple[Report, ...]:
    found: dict[int, Report] = {}
    for icao24, registration in names:
        found |= reports_naming(
            conn, registration=registration, icao24=icao24, window=window, as_of=as_of
        )
    return tuple(found[number] for number in sorted(found))


def _targets(names: Names) -> list[str]:
    return [EVERYTHING, AREA, *(name for pair in names for name in pair if name)]
