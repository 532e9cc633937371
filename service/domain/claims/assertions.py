"""From a reading, or from fields, to the assertions that are judged, each apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from schemas.claims import (
    AircraftRead,
    Assertion,
    ClockTime,
    Leg,
    Mark,
    Read,
    Reading,
    Role,
    StatedLeg,
    StatedStop,
    Stop,
)
from service.domain.airports.table import Airports
from service.domain.claims.places import Places
from service.domain.dates import zone_of
from service.domain.identity.registrations import readings
from service.errors import BadInput, UnknownAircraft

_MAX_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """One end of a flight, from whichever source, ready to be asserted."""

    role: Role
    places: tuple[str, ...]
    on: date | None
    clock: ClockTime | None
    hedged: bool = False
    marks: tuple[Mark, ...] = ()
    note: str = ""


def from_reading(reading: Reading, airports: Airports) -> tuple[Assertion, ...]:
    """What a reading asserts. An aircraft or a leg that a question is open about asserts nothing;
    an aircraft without a name neither."""
    made: list[Assertion] = []
    number = 0
    for index, aircraft in enumerate(reading.aircraft):
        if aircraft.name is None or _asked(reading, f"aircraft[{index}].aircraft"):
            continue
        settled = [
            leg
            for position, leg in enumerate(aircraft.legs)
            if not _asked(reading, f"aircraft[{index}].legs[{position}].")
        ]
        if not settled:
            continue
        made += _of_aircraft(aircraft, aircraft.name)
        for leg in settled:
            number += 1
            made += _of_leg(aircraft.name.value, number, leg, airports)
    return tuple(made)


def from_fields(stated: Iterable[StatedLeg], airports: Airports) -> tuple[Assertion, ...]:
    """The same from fields, without a text.

    Raises:
        BadInput: a leg says nothing that can be judged, a time stands without a date, or a value
            cannot be; `UnknownAircraft`, `UnknownAirport`, `AmbiguousAirport` as in a question.
    """
    made: list[Assertion] = []
    said: set[str] = set()
    for number, leg in enumerate(stated, 1):
        name = _name(leg.aircraft)
        if name not in said:
            made.append(Assertion(kind="aircraft", aircraft=name))
            said.add(name)
        type_code = leg.type_code.strip().upper()
        if type_code:
            if not (2 <= len(type_code) <= 4 and type_code.isascii() and type_code.isalnum()):
                raise BadInput(f"{leg.type_code[:20]!r} is no ICAO type designator, such as T204.")
            one = Assertion(kind="type", aircraft=name, type_codes=(type_code,))
            if one not in made:
                made.append(one)
        made += _of_stated(name, number, leg, airports)
    return tuple(made)


# --- from a reading -----------------------------------------------------------------------------


def _asked(reading: Reading, path: str) -> bool:
    return any(question.field.startswith(path) for question in reading.questions)


def _of_aircraft(aircraft: AircraftRead, name: Read[str]) -> Iterator[Assertion]:
    yield Assertion(kind="aircraft", aircraft=name.value, marks=(name.mark,), note=name.note)
    said = aircraft.type_code
    if said is not None:
        codes = (said.value, *(other.value for other in said.alternatives))
        yield Assertion(
            kind="type", aircraft=name.value, type_codes=codes, marks=(said.mark,), note=said.note
        )


def _of_leg(name: str, number: int, leg: Leg, airports: Airports) -> Iterator[Assertion]:
    ends = [
        _end(stop, leg, airports)
        for stop in (leg.departure, leg.arrival, leg.presence)
        if stop is not None
    ]
    minutes = None if leg.duration_min is None else leg.duration_min.value
    yield from _asserted(name, number, _dated(ends, leg, minutes, airports), airports)
    if leg.duration_min is not None:
        yield Assertion(
            kind="duration", aircraft=name, leg=number, minutes=minutes,
            marks=(leg.duration_min.mark,), note=leg.duration_min.note,
        )  # fmt: skip


def _end(stop: Stop, leg: Leg, airports: Airports) -> _End:
    values = (
        []
        if stop.place is None
        else [stop.place.value, *(a.value for a in stop.place.alternatives)]
    )
    on = stop.on or leg.on
    marks = [stop.said]
    marks += [read.mark for read in (stop.place, on, stop.at) if read is not None]
    notes = dict.fromkeys(
        read.note for read in (stop.place, on, stop.at) if read is not None and read.note
    )
    return _End(
        role=stop.role,
        places=_of_one_city(values, airports),
        on=None if on is None else on.value,
        clock=None if stop.at is None else stop.at.value,
        hedged=stop.hedge is not None,
        marks=tuple(marks),
        note=" ".join(notes),
    )


def _of_one_city(idents: list[str], airports: Airports) -> tuple[str, ...]:
    """Those of the same city as the first: namesakes elsewhere do not fit the claim."""
    known = [airport for ident in idents if (airport := airports.get(ident)) is not None]
    return tuple(airport.ident for airport in known if Places.are_one_city(known[0], airport))


def _dated(ends: list[_End], leg: Leg, minutes: int | None, airports: Airports) -> list[_End]:
    """A date said of one end is that of the other unless the flight passed midnight between."""
    by_role = {end.role: end for end in ends}
    departure, arrival = by_role.get("departure"), by_role.get("arrival")
    if departure is None or arrival is None or departure.on is None or minutes is None:
        return ends
    own_departure = leg.departure is not None and leg.departure.on is not None
    own_arrival = leg.arrival is not None and leg.arrival.on is not None
    if departure.clock is None or departure.clock.zone is None or not departure.places:
        return ends
    if own_departure and own_arrival:
        return ends
    there = airports.get(arrival.places[0]) if arrival.places else None
    if there is None:
        return ends
    for shift in (0, -1):
        on = departure.on + timedelta(days=shift)
        left = datetime.combine(on, departure.clock.at, tzinfo=zone_of(departure.clock.zone))
        came = (left.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone_of(there.zone))
        if not own_arrival:
            return [_with_date(e, came.date() if e is arrival else e.on) for e in ends]
        if came.date() == arrival.on:
            return [_with_date(e, on if e is departure else e.on) for e in ends]
    return ends


def _with_date(end: _End, on: date | None) -> _End:
    if on == end.on:
        return end
    note = (
        f"{end.note} Past midnight, by the time of take-off and the length of the flight.".strip()
    )
    return _End(
        role=end.role,
        places=end.places,
        on=on,
        clock=end.clock,
        hedged=end.hedged,
        marks=end.marks,
        note=note,
    )


def _asserted(name: str, number: int, ends: list[_End], airports: Airports) -> Iterator[Assertion]:
    every = [ident for end in ends for ident in end.places[:1]]
    for end in ends:
        zones: tuple[str, ...] = ()
        if end.clock is not None:
            zones = (end.clock.zone,) if end.clock.zone else _tried(end, every, airports)
        yield Assertion(
            kind=end.role,
            aircraft=name,
            leg=number,
            places=end.places,
            on=end.on,
            at=None if end.clock is None else end.clock.at,
            about=end.clock is not None and end.clock.about,
            zones=zones,
            hedged=end.hedged,
            marks=end.marks,
            note=end.note,
        )


def _tried(end: _End, idents: list[str], airports: Airports) -> tuple[str, ...]:
    """A time without a zone: that of the place, those of the flight's other end, and UTC."""
    order = [*end.places[:1], *idents]
    zones = [airport.zone for ident in order if (airport := airports.get(ident)) is not None]
    return tuple(dict.fromkeys([*zones, "UTC"]))


# --- from fields --------------------------------------------------------------------------------


def _name(typed: str) -> str:
    found = readings(typed)
    options = [*found.registrations, *([found.icao24] if found.icao24 else [])]
    shown = typed[:40]
    if not options:
        raise UnknownAircraft(f"{shown!r} is neither a registration nor a 24-bit address.")
    if len(options) > 1:
        raise UnknownAircraft(
            f"{shown!r} can be {' or '.join(options)}: say which, as reg: or icao:."
        )
    return options[0]


def _of_stated(name: str, number: int, leg: StatedLeg, airports: Airports) -> Iterator[Assertion]:
    if leg.minutes is not None and not 0 < leg.minutes <= _MAX_MINUTES:
        raise BadInput(f"A flight of {leg.minutes} minutes cannot be; say 1 to {_MAX_MINUTES}.")
    stops: tuple[tuple[Role, StatedStop | None], ...] = (
        ("departure", leg.departure), ("arrival", leg.arrival), ("presence", leg.presence),
    )  # fmt: skip
    ends = [_stated(role, stop, leg, airports) for role, stop in stops if stop is not None]
    if not ends and leg.minutes is None:
        raise BadInput("A claim needs a departure, an arrival, a presence or a duration.")
    yield from _asserted(name, number, ends, airports)
    if leg.minutes is not None:
        yield Assertion(kind="duration", aircraft=name, leg=number, minutes=leg.minutes)


def _stated(role: Role, stop: StatedStop, leg: StatedLeg, airports: Airports) -> _End:
    on = stop.on or leg.on
    if on is None:
        raise BadInput(f"On which date was the {role}? Say it as YYYY-MM-DD.")
    at: time | None = stop.at
    if at is not None and at.tzinfo is not None:
        raise BadInput("A time is said without an offset; its zone goes into the field zone.")
    if stop.zone is not None:
        zone_of(stop.zone)
    places = (airports.resolve(stop.place, on=on).ident,) if stop.place.strip() else ()
    if not places and at is None:
        raise BadInput(f"Where or at what time was the {role}?")
    clock = None if at is None else ClockTime(at=at, zone=stop.zone)
    return _End(role=role, places=places, on=on, clock=clock)
