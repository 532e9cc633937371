"""Which moments a stated time of day may be, and which days a stated date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
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
    departure, arrival = flight.parts.get("departure"), flight.parts.get("arrival")
    if departure is None or arrival is None or assertion not in (departure, arrival):
        return (on,)
    later = assertion.kind == "arrival"
    origins, destinations = (
        [airports[code] for code in end.places if code in airports] for end in (departure, arrival)
    )
    ends = (origins, [place]) if later else ([place], destinations)
    found = [pair[later] for pair in day_pairs(flight, *ends)]
    return tuple(dict.fromkeys((*found, on)))


def day_pairs(
    flight: Flight, origins: Iterable[Airport], destinations: Iterable[Airport]
) -> list[tuple[date, date]]:
    """The dates of take-off and landing that may be meant together, the likeliest first; none when
    an end has no date. They are chosen as pairs: dated apart, each against the other as stated,
    both ends of one night flight would be moved, away from each other."""
    departure, arrival = flight.parts.get("departure"), flight.parts.get("arrival")
    if departure is None or arrival is None or departure.on is None or arrival.on is None:
        return []
    on = departure.on
    if arrival.on != on:
        return [(on, arrival.on)]
    pairs = [(on, on)]
    for before, after in ((0, 1), (-1, 0)):
        with suppress(OverflowError):  # the ends of the calendar
            pairs.append((on + before * ONE_DAY, on + after * ONE_DAY))
    places = (tuple(origins), tuple(destinations))
    return [pair for pair in pairs if _go_together(flight, *pair, *places)] or pairs


def _go_together(
    flight: Flight,
    off_on: date,
    landed_on: date,
    origins: Sequence[Airport],
    destinations: Sequence[Airport],
) -> bool:
    """Whether take-off and landing on these dates go together: by the two times, or by one of them
    and the duration. What is not stated rules nothing out."""
    off = moments(flight.parts["departure"], off_on)
    landed = moments(flight.parts["arrival"], landed_on)
    if off and landed:
        return any(timedelta() < b - a < ONE_DAY for _, a in off for _, b in landed)
    duration = flight.parts.get("duration")
    if duration is None or duration.minutes is None:
        return True
    run = timedelta(minutes=duration.minutes)
    if off and destinations:
        return landed_on in _dates_at(destinations, [t + run for _, t in off])
    if landed and origins:
        return off_on in _dates_at(origins, [t - run for _, t in landed])
    return True


def _dates_at(places: Iterable[Airport], times: Iterable[datetime]) -> set[date]:
    """The local dates at about these times: people round, and may count from stand to stand."""
    about = [t + way * BLOCK for t in times for way in (-1, 1)]
    return {t.astimezone(zone_of(place.zone)).date() for place in places for t in about}
