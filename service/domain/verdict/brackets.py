"""Stays that were seen at both ends and not in between.

Only observations bracket (DESIGN §6): a landing or take-off that was seen to the ground, or
positions on the ground, without a doubt mark and without a rival airport.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.movements import GroundSpan, Movement
from service.domain.verdict.marks import is_belied, is_doubted

Sighting = Movement | GroundSpan


@dataclass(frozen=True, slots=True)
class Bracket:
    """At the airport before a silence and after it, and nowhere else that anybody saw."""

    before: Sighting
    after: Sighting
    arrived: datetime
    left: datetime


def brackets(
    airport: str,
    movements: Sequence[Movement],
    spans: Sequence[GroundSpan],
    seen_away: Callable[[datetime, datetime], bool],
) -> tuple[Bracket, ...]:
    """Stays at `airport`, in time order.

    `movements` and `spans` are all that is known of the aircraft, in time order; `seen_away` says
    whether its track leaves the airport between two moments. A movement in between, at another
    airport or away from this one, ends a stay as well, and so does standing elsewhere.
    """
    observed = [m for m in movements if m.airport == airport and _is_observed(m)]
    on_ground = [s for s in spans if s.airport == airport and _is_sound(s)]
    arrivals: list[tuple[datetime, Sighting]] = [
        *((m.t_best, m) for m in observed if m.move == "landing"),
        *((s.last.t, s) for s in on_ground),
    ]
    departures: list[tuple[datetime, Sighting]] = [
        *((m.t_best, m) for m in observed if m.move == "takeoff"),
        *((s.first.t, s) for s in on_ground),
    ]
    if not arrivals:
        return ()
    ends = [
        m.t_best
        for m in movements
        if (m.airport != airport or m.move == "takeoff") and not is_belied(m.marks)
    ]
    ends += [s.first.t for s in spans if s.airport != airport and not is_belied(s.marks)]
    found: list[Bracket] = []
    for left, after in sorted(departures, key=_time):
        earlier = [arrival for arrival in arrivals if arrival[0] < left]
        if not earlier:
            continue
        arrived, before = max(earlier, key=_time)
        if any(arrived <= t < left for t in ends) or seen_away(arrived, left):
            continue
        found.append(Bracket(before, after, arrived, left))
    return tuple(found)


def _is_observed(movement: Movement) -> bool:
    return movement.grade == "observed" and not movement.rivals and not is_doubted(movement.marks)


def _is_sound(span: GroundSpan) -> bool:
    return not span.rivals and not is_doubted(span.marks)


def _time(end: tuple[datetime, Sighting]) -> datetime:
    return end[0]
