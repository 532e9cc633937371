"""A reader with all airports, and a short spelling of what it read."""

from __future__ import annotations

from datetime import date
from functools import cache

from schemas.claims import AircraftRead, Leg, Reading, Stop
from service.domain.airports.table import Airports
from service.domain.claims.reader import Reader
from service.ingest.reference.airports import load_airports

PUBLISHED = date(2020, 8, 19)
"""A Wednesday."""


@cache
def everywhere() -> Airports:
    return load_airports()


@cache
def reader() -> Reader:
    return Reader(everywhere())


def read(text: str, published: date = PUBLISHED) -> Reading:
    return reader().read(text, published)


def spelled(reading: Reading) -> str:
    """One line an aircraft: ``RA-64523/T204: UUWW 16:00 Europe/Moscow > UMMS, 08-18, 77 min``.

    A presence is ``= UMMS``; ``?`` a place that is not known; a date of an end that differs from
    the leg's stands in brackets; ``~`` is a hedge.
    """
    return " | ".join(_aircraft(one) for one in reading.aircraft if one.legs)


def _aircraft(one: AircraftRead) -> str:
    name = one.name.value if one.name else "?"
    kind = f"/{one.type_code.value}" if one.type_code else ""
    return f"{name}{kind}: " + "; ".join(_leg(leg) for leg in one.legs)


def _leg(leg: Leg) -> str:
    ends = []
    if leg.presence:
        ends.append("= " + _stop(leg.presence, leg))
    if leg.departure:
        ends.append(_stop(leg.departure, leg) + " >")
    if leg.arrival:
        ends.append((" " if leg.departure else "> ") + _stop(leg.arrival, leg))
    on = f", {leg.on.value:%m-%d}" if leg.on else ", ?"
    minutes = f", {leg.duration_min.value} min" if leg.duration_min else ""
    return "".join(ends) + on + minutes


def _stop(stop: Stop, leg: Leg) -> str:
    said = "?" if stop.place is None else stop.place.value
    if stop.hedge:
        said = "~" + said
    if stop.at:
        said += f" {stop.at.value.at:%H:%M} {stop.at.value.zone or ''}".rstrip()
    if stop.on and (leg.on is None or stop.on.value != leg.on.value):
        said += f" ({stop.on.value:%m-%d})"
    return said
