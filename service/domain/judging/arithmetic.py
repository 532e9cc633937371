"""Could anything have done that? What is stated, held against the distance and nothing else.

Every choice errs towards "possible": distances are never overstated, airports are discs, times and
durations are taken with their rounding, and the speed is the type's bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.claims import Assertion
from schemas.places import Airport
from service.domain.geo import NEVER_OVERSTATES
from service.domain.judging.known import Flight, Known
from service.domain.judging.moments import days_of, moments, tolerance
from service.domain.verdict.paths import AIRPORT_RADIUS_NM, apart_nm
from service.domain.verdict.speeds import SpeedClass, speed_class


@dataclass(frozen=True, slots=True)
class Least:
    """The least time between two places, and what it rests on."""

    time: timedelta
    away_nm: float
    speed: SpeedClass
    origin: Airport
    destination: Airport


def least_time(flight: Flight, type_codes: Sequence[str], known: Known) -> Least | None:
    """Between the nearest two of all airports that the names may mean, at the bound of the slowest
    class that holds for all of `type_codes`. None when an end has no place."""
    ends = (flight.parts.get("departure"), flight.parts.get("arrival"))
    origins, destinations = (_places(end, known) for end in ends)
    pairs = [(a, b, apart_nm(a.lat, a.lon, b.lat, b.lon)) for a in origins for b in destinations]
    if not pairs:
        return None
    a, b, away_nm = min(pairs, key=lambda pair: pair[2])
    speed = speed_class(type_codes)
    run_nm = max(0.0, away_nm * NEVER_OVERSTATES - 2 * AIRPORT_RADIUS_NM)
    return Least(timedelta(hours=run_nm / speed.v_max_kt), away_nm, speed, a, b)


def rounding(minutes: int, *, rough: bool) -> timedelta:
    """How far off a stated duration may be: people round to five minutes, a long one more."""
    return timedelta(minutes=max(5.0, minutes * (0.25 if rough else 0.1)))


def stated_time(flight: Flight, known: Known) -> timedelta | None:
    """The longest time that the two stated times may leave between take-off and landing, whatever
    zones they are in and however they were rounded. None when one is unsaid, or when a zone in
    which they are tried puts the landing first: then it says nothing."""
    departure, arrival = flight.parts.get("departure"), flight.parts.get("arrival")
    if departure is None or arrival is None:
        return None
    off = _moments(departure, flight, known)
    on = _moments(arrival, flight, known)
    ways = [b - a for a in off for b in on]
    if not ways or min(ways) <= timedelta():
        return None
    return max(ways) + tolerance(departure) + tolerance(arrival)


def _moments(end: Assertion, flight: Flight, known: Known) -> list[datetime]:
    days = {
        day
        for place in _places(end, known)
        for day in days_of(end, flight, place, known.airports)[:1]
    }
    return [t for day in sorted(days) for _, t in moments(end, day)]


def _places(end: Assertion | None, known: Known) -> list[Airport]:
    codes: Iterable[str] = end.places if end is not None else ()
    return [known.airports[code] for code in codes if code in known.airports]
