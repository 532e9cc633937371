"""Take-offs and landings that are told, and under which triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from schemas.watching import Occasion, Trigger, Wishes
from service.domain.airports.table import Airports
from service.domain.watching import words
from service.domain.watching.happenings import Happening, happenings
from service.domain.watching.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A happening, and what a rule may ask besides."""

    happening: Happening
    visited: frozenset[str]
    """Airports where it is known to have been before."""
    home: str | None

    @property
    def landing(self) -> bool:
        return self.happening.move == "landing"


def _first_visit(seen: _Seen) -> bool:
    airport = seen.happening.airport
    return seen.landing and airport is not None and airport not in seen.visited


def _away(seen: _Seen) -> bool:
    """Wherever it was, home is not among the places that it may have been."""
    happening = seen.happening
    places = {happening.airport, *happening.rivals}
    return seen.landing and seen.home is not None and seen.home not in places


RULES: Final[tuple[tuple[Trigger, Callable[[_Seen], bool]], ...]] = (
    ("off_airport", lambda seen: seen.landing and seen.happening.off_airport),
    ("first_visit", _first_visit),
    ("away_from_home", _away),
    ("landing", lambda seen: seen.landing),
    ("takeoff", lambda seen: not seen.landing),
)
"""Triggers and when they are fulfilled, the most telling first. One happening is told once, under
the first of them that is asked for; the others are told with it."""


def move_occasions(known: Known, wishes: Wishes, airports: Airports) -> Iterator[Occasion]:
    """Every take-off and landing, under what is asked for; under its plain trigger where nothing
    is that it fulfils."""
    visited = known.visited_before
    for happening in happenings(known.movements):
        seen = _Seen(happening=happening, visited=visited, home=wishes.home)
        if happening.airport is not None:
            visited |= {happening.airport}
        fulfilled = [trigger for trigger, rule in RULES if rule(seen)]
        told = [trigger for trigger in fulfilled if trigger in wishes.triggers] or fulfilled[-1:]
        yield Occasion(
            trigger=told[0],
            also=tuple(told[1:]),
            icao24=known.icao24,
            registration=known.registration,
            at=happening.at,
            t_earliest=happening.t_earliest,
            t_latest=happening.t_latest,
            airport=happening.airport,
            rivals=happening.rivals,
            move=happening.move,
            grade=happening.grade,
            sources=happening.sources,
            marks=happening.marks,
            lat=happening.lat,
            lon=happening.lon,
            captures=happening.captures,
            words=words.moved(happening, known, airports, told, wishes.home),
        )
