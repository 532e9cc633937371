"""Could anything have done that? What is stated, held against the distance and nothing else.

Every choice errs towards "possible": distances are never overstated, airports are discs, times and
durations are taken with their rounding, and the speed is the type's bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from schemas.claims import Assertion
from schemas.places import Airport
from service.domain.geo import NEVER_OVERSTATES
from service.domain.judging.known import Flight, Known
from service.domain.judging.moments import day_pairs, moments, tolerance
from service.domain.verdict.paths import AIRPORT_RADIUS_NM, apart_nm
from service.domain.verdict.phrases import place as named
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
    ways = [
        landed - off
        for off_on, landed_on in day_pairs(
            flight, _places(departure, known), _places(arrival, known)
        )
        for _, off in moments(departure, off_on)
        for _, landed in moments(arrival, landed_on)
    ]
    if not ways or min(ways) <= timedelta():
        return None
    return max(ways) + tolerance(departure) + tolerance(arrival)


def too_far(least: Least, stated: timedelta) -> str:
    """The arithmetic in words."""
    return (
        f"{named(least.origin)} and {named(least.destination)} are {least.away_nm:.0f} NM apart;"
        f" at most {least.speed.v_max_kt:.0f} kt over the ground ({least.speed.name}) that takes"
        f" at least {least.time.total_seconds() / 60:.0f} minutes, and"
        f" {stated.total_seconds() / 60:.0f} are stated."
    )


def against_own(apart: timedelta, stated: timedelta, slack: timedelta) -> str:
    """That the two times stated leave less than the duration; "" when they do not."""
    if stated - slack <= apart:
        return ""
    return " The stated times leave less than that between them."


def _places(end: Assertion | None, known: Known) -> list[Airport]:
    codes: Iterable[str] = end.places if end is not None else ()
    return [known.airports[code] for code in codes if code in known.airports]
