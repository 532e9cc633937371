"""One aircraft's movements of all sources, merged: a landing that three sources tell of, live and
again in history, is one happening. It depends on the set of movements only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.movements import Mark, Method, Move, Movement, MovementGrade
from service.domain.ordering import in_order
from service.domain.watching.kinship import families

_METHOD_RANK: Final[dict[Method, int]] = {
    "ground": 0,
    "runway": 1,
    "inferred_stop": 2,
    "lost_low": 3,
    "found_low": 3,
}
_ALWAYS_SHOWN: Final[tuple[Mark, ...]] = ("spoof_suspected", "crash_suspected", "simulated")
"""Marks that travel on, whoever of the sources set them."""
_OFF: Final = ""
"""A place that is no airport, as a source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A take-off or landing, and everybody who tells of it."""

    icao24: str
    move: Move
    airport: str | None
    """By the strongest evidence; None = off any airport, or nobody can say which."""
    rivals: tuple[str, ...]
    """Other airports that it may have been, sorted."""
    off_airport: bool
    disputed: bool
    """The strongest evidence names several places. The grade is never ``observed`` then."""
    at: datetime
    t_earliest: datetime
    t_latest: datetime
    grade: MovementGrade
    sources: tuple[str, ...]
    marks: tuple[Mark, ...]
    lat: float
    lon: float
    """The fix it is placed by. Times and place are those of the best telling."""
    captures: tuple[str, ...]
    tellings: tuple[Movement, ...]
    """The best first."""

    @property
    def best(self) -> Movement:
        """The telling that rests on most."""
        return self.tellings[0]


def happenings(movements: Iterable[Movement]) -> tuple[Happening, ...]:
    """The movements of one aircraft, each once, in time order."""
    ordered = tuple(dict.fromkeys(in_order(movements, _order)))
    found = [_happening([ordered[i] for i in family]) for family in families(ordered)]
    return in_order(found, lambda happening: _order(happening.best))


def _happening(family: Sequence[Movement]) -> Happening:
    tellings = in_order(family, _quality)
    best = tellings[0]
    said = _places(tellings)
    disputed = len(said) > 1
    airport = None if disputed else next((place for place in said if place != _OFF), None)
    others = {place for telling in tellings for place in _named(telling)} | set(said)
    others -= {_OFF, airport or _OFF}
    off = said == {_OFF}
    marks = {mark for telling in tellings for mark in telling.marks if mark in _ALWAYS_SHOWN}
    marks.update(best.marks)
    return Happening(
        icao24=best.icao24,
        move=best.move,
        airport=airport,
        rivals=() if best.grade == "observed" and not disputed else tuple(sorted(others)),
        off_airport=off,
        disputed=disputed,
        at=best.t_best,
        t_earliest=best.t_earliest,
        t_latest=best.t_latest,
        grade="inferred" if disputed else best.grade,
        sources=tuple(sorted({telling.source for telling in tellings})),
        marks=tuple(sorted(marks)),
        lat=best.lat,
        lon=best.lon,
        captures=tuple(sorted({telling.capture for telling in tellings} - {""})),
        tellings=tellings,
    )


def _places(tellings: Sequence[Movement]) -> set[str]:
    """Where the strongest of those place it who place it at all; empty when nobody does."""
    for rank in sorted({_rank(telling) for telling in tellings}):
        said = {
            _OFF if telling.airport is None else telling.airport
            for telling in tellings
            if _rank(telling) == rank
            if telling.airport is not None or "off_airport" in telling.marks
        }
        if said:
            return said
    return set()


def _named(telling: Movement) -> set[str]:
    """Every airport that a telling leaves room for."""
    return {rival.airport for rival in telling.rivals} | {telling.airport or _OFF}


def _rank(telling: Movement) -> tuple[bool, int]:
    return telling.grade != "observed", _METHOD_RANK[telling.method]


def _quality(movement: Movement) -> tuple[object, ...]:
    return (
        *_rank(movement),
        movement.airport is None,
        movement.t_latest - movement.t_earliest,
        _order(movement),
    )


def _order(movement: Movement) -> tuple[object, ...]:
    # At one instant a landing comes before the take-off that follows it.
    return (
        movement.t_best,
        movement.move,
        movement.source,
        movement.airport or "",
        movement.t_earliest,
        movement.t_latest,
    )
