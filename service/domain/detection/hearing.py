"""Who was heard low or on the ground, where and when: coverage evidence for other aircraft."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from schemas.movements import Heard
from schemas.records import Via
from service.domain.detection import rules
from service.domain.detection.flights import Flights
from service.domain.detection.lowland import fields_near
from service.domain.detection.window import ALWAYS, Window

_HOUR_S = 3_600


def heard_of(flights: Flights, window: Window) -> list[Heard]:
    """Sound ADS-B fixes of one body at airports, by UTC hour; hours outside of the window may be
    missing."""
    fixes, fields = flights.fixes, flights.fields
    via = fixes.track.via
    counts: dict[tuple[int, int], list[int]] = {}
    low = (flights.over_ft < np.float32(rules.HEARD_FT)) & flights.grounds.flying
    rows = np.flatnonzero(low & (fixes.doubt == 0) & (via == np.uint8(Via.ADSB)))
    if window is not ALWAYS:
        t_s = fixes.t_s[rows]
        rows = rows[(t_s >= window.start_s - _HOUR_S) & (t_s < window.end_s + _HOUR_S)]
    if len(rows):
        airports = fields_near(fixes, fields, rows, rules.HEARD_NM)
        height = fixes.msl_ft[rows] - fields.elevation_ft[airports][:, None]
        away = fields.away_nm(airports[:, None], fixes.track.lat[rows], fixes.track.lon[rows])
        here = (away <= rules.HEARD_NM) & (height <= rules.HEARD_FT)
        hours = (fixes.t_s[rows] / _HOUR_S).astype(np.int64)
        for k in np.flatnonzero(here.any(axis=1)).tolist():
            _count(counts, airports.item(k), hours[here[k]], 0)
    for contact in flights.contacts:
        if contact.clear and len(contact.sound):
            ground = contact.sound[via[contact.sound] == Via.ADSB]
            airport = contact.place.airport
            assert airport is not None
            _count(counts, airport, (fixes.t_s[ground] / _HOUR_S).astype(np.int64), 1)
    return [
        Heard(
            icao24=fixes.track.icao24,
            source=fixes.track.source,
            airport=fields.idents[airport],
            hour=datetime.fromtimestamp(hour * _HOUR_S, UTC),
            low_fixes=low_count,
            ground_fixes=ground_count,
        )
        for (hour, airport), (low_count, ground_count) in sorted(counts.items())
    ]


def _count(
    counts: dict[tuple[int, int], list[int]],
    airport: int,
    hours: np.ndarray[tuple[int], np.dtype[np.int64]],
    kind: int,
) -> None:
    """Adds up fixes by hour; `hours` ascends."""
    if not len(hours):
        return
    first = hours.item(0)
    if first == hours.item(-1):
        counts.setdefault((first, airport), [0, 0])[kind] += len(hours)
        return
    for later, number in enumerate(np.bincount(hours - first).tolist()):
        if number:
            counts.setdefault((first + later, airport), [0, 0])[kind] += number
