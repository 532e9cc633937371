"""Which moments a stated time of day may be, and which days a stated date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from schemas.claims import Assertion
from schemas.places import Airport
from service.domain.dates import zone_of
from service.domain.judging.known import Flight
from service.errors import BadInput

EXACT = timedelta(minutes=10)
"""A stated time may be off by so much: people round."""
ABOUT = timedelta(minutes=30)
"""One that is stated as a rough one."""
BLOCK = timedelta(minutes=45)
"""From leaving the stand to taking off, and from landing to reaching it, at the most."""
ONE_DAY = timedelta(days=1)


def tolerance(assertion: Assertion) -> timedelta:
    """How far off a stated time may be."""
    return ABOUT if assertion.about or assertion.hedged else EXACT


def moments(assertion: Assertion, on: date) -> tuple[tuple[str, datetime], ...]:
    """Each zone with the moment that the stated time is in it; two where clocks go back."""
    if assertion.at is None:
        return ()
    found: list[tuple[str, datetime]] = []
    for zone in assertion.zones:
        try:
            local = datetime.combine(on, assertion.at, tzinfo=zone_of(zone))
            found += [(zone, local.replace(fold=fold).astimezone(UTC)) for fold in (0, 1)]
        except (BadInput, OverflowError):  # a zone that nobody knows, the end of the calendar
            continue
    return tuple(dict.fromkeys(found))


def days_of(
    assertion: Assertion, flight: Flight, place: Airport, airports: Mapping[str, Airport]
) -> tuple[date, ...]:
    """The local dates that an end of a flight may mean, the likeliest first.

    A text says one date for both ends of a flight as a rule, so a landing may be on the day after
    it, and a take-off on the day before, unless the times say which. Nothing is refuted that is
    not refuted for each of them.
    """
    on = assertion.on
    if on is None:
        return ()
    other = flight.other_end(assertion) if assertion.kind != "presence" else None
    if other is None or other.on != on:
        return (on,)
    later = assertion.kind == "arrival"
    try:
        both = (on, on + ONE_DAY if later else on - ONE_DAY)
    except OverflowError:
        return (on,)
    fitting = [day for day in both if _goes_with(assertion, day, other, flight, place, airports)]
    return tuple(fitting) if on in fitting else (*fitting, *(d for d in both if d not in fitting))


def _goes_with(
    assertion: Assertion,
    day: date,
    other: Assertion,
    flight: Flight,
    place: Airport,
    airports: Mapping[str, Airport],
) -> bool:
    """Whether this end on that day goes with the other end on the date that is stated for both:
    by the two times, or by one of them and the duration. What is not stated rules nothing out."""
    assert other.on is not None
    later = assertion.kind == "arrival"
    mine, others = moments(assertion, day), moments(other, other.on)
    if mine and others:
        ways = [(b - a) if later else (a - b) for _, a in others for _, b in mine]
        return any(timedelta() < way < ONE_DAY for way in ways)
    duration = flight.parts.get("duration")
    if duration is None or duration.minutes is None:
        return True
    run = timedelta(minutes=duration.minutes) * (1 if later else -1)
    if others:
        return day in {_date_at(place, t + run) for _, t in others}
    there = [airports[code] for code in other.places if code in airports]
    if mine and there:
        return other.on in {_date_at(airport, t - run) for airport in there for _, t in mine}
    return True


def _date_at(place: Airport, t: datetime) -> date:
    return t.astimezone(zone_of(place.zone)).date()
