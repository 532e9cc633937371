"""Answers to the questions of a reading, put where they belong.

A question names its field (``aircraft[0].legs[0].departure.place``), and an answer names the same
one. What was answered is marked as such on the reading; it is judged like anything that was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Final

from schemas.claims import (
    AircraftRead,
    ClockTime,
    Leg,
    Mark,
    Read,
    Reading,
    ReadingQuestion,
    Stop,
)
from service.domain.airports.table import Airports
from service.domain.dates import zone_of
from service.domain.identity.registrations import readings
from service.errors import BadInput

ANSWERED: Final = "As answered."
SAME: Final = "same"
"""Answers the question whether two ends belong to one flight: they do."""

_FIELD: Final = re.compile(
    r"aircraft\[(\d{1,3})\]\.(?:(aircraft|type_code)"
    r"|legs\[(\d{1,3})\]\.(?:(on|minutes)|(departure|arrival|presence)(?:\.(place|on|at|zone))?))",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_TYPE: Final = re.compile(r"[A-Z0-9]{2,4}", re.ASCII)


def answered(reading: Reading, answers: Mapping[str, str], airports: Airports) -> Reading:
    """The reading with the answers in place of their questions; others stay open.

    Raises:
        BadInput: an answer to nothing that was asked or read, or one that cannot be.
    """
    found = reading
    # A zone goes into a time, which another answer may have to give first.
    for name in sorted(answers, key=lambda one: (one.endswith(".zone"), one)):
        asked = [question for question in reading.questions if question.field == name]
        found = _put(found, name, answers[name].strip(), asked[0] if asked else None, airports)
    left = tuple(question for question in found.questions if question.field not in answers)
    return replace(found, questions=left)


def _put(
    reading: Reading,
    name: str,
    value: str,
    asked: ReadingQuestion | None,
    airports: Airports,
) -> Reading:
    parts = _FIELD.fullmatch(name)
    index = int(parts[1]) if parts else 0
    if parts is None or index >= len(reading.aircraft):
        raise BadInput(f"Nothing was asked or read that is called {name[:80]!r}.{_asked(reading)}")
    mark = asked.mark if asked is not None and asked.mark is not None else _NOWHERE
    aircraft = reading.aircraft[index]
    if parts[2] is not None:
        changed = _of_aircraft(aircraft, parts[2], value, mark)
    else:
        number = int(parts[3])
        if number >= len(aircraft.legs):
            raise BadInput(f"No such flight was read: {name[:80]!r}.{_asked(reading)}")
        leg = _of_leg(aircraft.legs[number], parts, value, mark, airports)
        changed = replace(aircraft, legs=_with(aircraft.legs, number, leg))
    return replace(reading, aircraft=_with(reading.aircraft, index, changed))


def _of_aircraft(aircraft: AircraftRead, part: str, value: str, mark: Mark) -> AircraftRead:
    if part == "type_code":
        code = value.upper()
        if not _TYPE.fullmatch(code):
            raise BadInput(f"{value[:40]!r} is no ICAO type designator, such as T204.")
        return replace(aircraft, type_code=_read(code, mark))
    found = readings(value)
    options = [*found.registrations, *([found.icao24] if found.icao24 else [])]
    if len(options) != 1:
        raise BadInput(f"{value[:40]!r} is not one registration and not one 24-bit address.")
    name = _read(options[0], mark)
    return replace(aircraft, name=name, named_by="icao24" if found.icao24 else "registration")


def _of_leg(leg: Leg, parts: re.Match[str], value: str, mark: Mark, airports: Airports) -> Leg:
    whole, role, part = parts[4], parts[5], parts[6]
    if whole == "on":
        return replace(leg, on=_read(_date(value), mark))
    if whole == "minutes":
        is_number = value.isascii() and value.isdigit() and len(value) <= 4
        if not is_number or not 0 < int(value) <= _DAY_MIN:
            raise BadInput(f"{value[:40]!r} is no number of minutes from 1 to {_DAY_MIN}.")
        return replace(leg, duration_min=_read(int(value), mark))
    stop: Stop | None = getattr(leg, role)
    if part is None:
        if value.lower() != SAME:
            raise BadInput(
                f"Answer {parts[0]}={SAME} when both belong to one flight; otherwise say the two"
                " flights in fields."
            )
        return leg
    if stop is None:
        raise BadInput(f"The text says no {role} there: {parts[0][:80]!r} cannot be answered.")
    changes: dict[str, Any] = {role: _of_stop(stop, part, value, mark, airports)}
    return replace(leg, **changes)


def _of_stop(stop: Stop, part: str, value: str, mark: Mark, airports: Airports) -> Stop:
    if part == "place":
        return replace(stop, place=_read(airports.resolve(value).ident, mark))
    if part == "on":
        return replace(stop, on=_read(_date(value), mark))
    clock = stop.at.value if stop.at is not None else None
    where = stop.at.mark if stop.at is not None else mark
    if part == "at":
        at = _time(value)
        new = ClockTime(at=at) if clock is None else replace(clock, at=at)
        return replace(stop, at=_read(new, where))
    if clock is None:
        raise BadInput(f"Which time? Answer the field of its time as well, beside {part}.")
    return replace(stop, at=_read(replace(clock, zone=zone_of(value).key), where))


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except ValueError as error:
        raise BadInput(f"{value[:40]!r} is not a date; write it as 2020-08-18.") from error


def _time(value: str) -> time:
    found = _TIME.fullmatch(value)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadInput(f"{value[:40]!r} is not a time of day; write it as 16:00.")
    return time(int(found[1]), int(found[2]))


def _read(value: Any, mark: Mark) -> Read[Any]:
    return Read(value=value, mark=mark, note=ANSWERED)


def _with(items: tuple[Any, ...], index: int, item: Any) -> tuple[Any, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _asked(reading: Reading) -> str:
    names = list(dict.fromkeys(question.field for question in reading.questions))
    return f" Asked are: {', '.join(names)}." if names else " Nothing was asked."


_NOWHERE: Final = Mark(start=0, end=0, text="")
_DAY_MIN: Final = 24 * 60
