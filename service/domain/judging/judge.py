"""A claim, assertion by assertion; the whole is its weakest part.

    aircraft, type              `aircraft`: what sources say for the date
    departure, arrival, …       `places`: the verdict, read as an answer
    …_time                      `times`: movements, then reports
    duration, continuity        `hops`, and `arithmetic`, which needs no data

Pure: the order of evidence and of assertions never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from schemas.claims import Assertion
from schemas.judging import RESULT_SAYS, Judged, JudgedKind, Result
from service.domain.judging.aircraft import judge_aircraft, judge_type
from service.domain.judging.arithmetic import least_time
from service.domain.judging.hops import (
    Ends,
    judge_continuity,
    judge_duration,
    judge_stated_times,
)
from service.domain.judging.known import Flight, Known, flights_of, weakest
from service.domain.judging.places import Placed, judge_place
from service.domain.judging.times import Timed, judge_time

RULES_VERSION: Final = "claims 1"
DOES_NOT_SHOW: Final = (
    "Who or what was aboard, or who ordered or used the flight.",
    "That a part which nobody could check is true, or false.",
)
KINDS: Final[tuple[JudgedKind, ...]] = JudgedKind.__args__  # type: ignore[attr-defined]
"""In the order in which they are told."""

_QUOTED: Final[tuple[JudgedKind, ...]] = (
    *("arrival", "departure", "presence", "duration", "continuity"),
    *("arrival_time", "departure_time", "type", "aircraft"),
)
"""Whose sentence stands for the whole, where several are equally weak."""
_LEAD: Final[Mapping[Result, str]] = {
    "holds": "Each part of the claim that was judged holds",
    "fits": "What is held fits the claim, though not each part of it was seen",
    "cannot_tell": "Not each part of the claim can be told from what is held",
    "does_not_fit": "A part of the claim does not fit what was seen",
    "refuted": "A part of the claim is refuted",
    "impossible": "A part of the claim is impossible as stated",
}


class Whole(NamedTuple):
    """All parts together."""

    result: Result | None
    says: str
    grade: str
    sentence: str


def judge_claim(assertions: Iterable[Assertion], known: Mapping[str, Known]) -> tuple[Judged, ...]:
    """Each assertion, judged apart; `known` by the aircraft as an assertion names it."""
    by_aircraft: dict[str, list[Assertion]] = {}
    for assertion in dict.fromkeys(assertions):
        by_aircraft.setdefault(assertion.aircraft, []).append(assertion)
    found = [
        judged
        for aircraft, parts in by_aircraft.items()
        for judged in _judge_one(parts, known[aircraft])
    ]
    return tuple(sorted(found, key=_told_order))


def whole(judged: Sequence[Judged]) -> Whole:
    """The weakest part speaks for all of them."""
    if not judged:
        return Whole(None, "Nothing was judged", "", "Nothing in the claim could be judged.")
    result = weakest(one.result for one in judged)
    parts = [one for one in judged if one.result == result]
    told = ", ".join(dict.fromkeys(one.kind.replace("_", " ") for one in parts))
    first = min(parts, key=lambda one: _QUOTED.index(one.kind))
    sentence = f"{_LEAD[result]} ({told}): {first.sentence}"
    return Whole(result, RESULT_SAYS[result], first.grade, sentence)


def _judge_one(parts: Sequence[Assertion], known: Known) -> Iterable[Judged]:
    types: set[str] = set()
    for assertion in parts:
        if assertion.kind == "aircraft":
            yield judge_aircraft(assertion, known)
        elif assertion.kind == "type":
            types.update(assertion.type_codes)
            yield judge_type(assertion, known)
    codes = tuple(sorted(types)) or _listed_types(known)
    for flight in flights_of(sorted(parts, key=repr)):
        yield from _judge_flight(flight, codes, known)


def _judge_flight(flight: Flight, type_codes: Sequence[str], known: Known) -> Iterable[Judged]:
    departure, arrival = flight.parts.get("departure"), flight.parts.get("arrival")
    presence, duration = flight.parts.get("presence"), flight.parts.get("duration")
    if presence is not None:
        yield judge_place(presence, flight, known).judged
    placed: list[Placed | None] = []
    timed: list[Timed | None] = []
    for end in (departure, arrival):
        one = judge_place(end, flight, known) if end is not None else None
        time = (
            judge_time(end, one, known)
            if end is not None and one is not None and end.at is not None
            else None
        )
        if one is not None and end is not None and (end.places or time is None):
            yield one.judged
        if time is not None:
            yield time.judged
        placed.append(one)
        timed.append(time)
    ends = Ends(placed[0], placed[1], timed[0], timed[1])
    least = least_time(flight, type_codes, known)
    if departure is not None and arrival is not None and departure.places and arrival.places:
        impossible = judge_stated_times(departure, arrival, flight, least, known)
        yield impossible or judge_continuity(departure, arrival, ends, known)
    if duration is not None and duration.minutes is not None:
        yield judge_duration(duration, flight, ends, least, known)


def _listed_types(known: Known) -> tuple[str, ...]:
    """What sources say, where the claim says no type."""
    one = known.identity.established
    if one is None or one.by_rule or not known.is_dated:
        return ()
    return tuple(sorted({s.type_code for s in one.statements if s.type_code}))


def _told_order(one: Judged) -> tuple[int, str, int, str]:
    return one.leg, one.aircraft, KINDS.index(one.kind), repr(one.marks)
