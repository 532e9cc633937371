"""Meetings: two followed aircraft whose stays at one airport overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final

from schemas.watching import Occasion
from service.domain.airports.table import Airports
from service.domain.watching import words
from service.domain.watching.happenings import Happening, happenings
from service.domain.watching.known import Known

_OPEN: Final = timedelta(days=3)
"""An aircraft that nobody saw leaving is taken to be where it landed for so long, and no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """One aircraft at one airport, as far as its take-offs and landings tell."""

    airport: str
    known_by: Happening
    """The landing that began it; the take-off that ended it, where nobody saw the landing."""
    ended_by: Happening | None
    """The take-off from there; None = nobody saw it leave, so it may have left at any time."""
    t_from: datetime
    t_to: datetime


def meetings(known: Known, airports: Airports) -> Iterator[Occasion]:
    """Every overlap of this aircraft's stays with the others', told of the moment it began."""
    mine = _visits(happenings(known.movements))
    for other in sorted(known.others, key=lambda other: other.icao24):
        if other.icao24 == known.icao24:
            continue
        theirs = _visits(happenings(other.movements))
        for visit, guest in _overlaps(mine, theirs):
            first, second = (visit, guest) if visit.t_from <= guest.t_from else (guest, visit)
            early, late = first.known_by, second.known_by
            shown_by = (early, late, first.ended_by)
            sure = all(each is not None and each.grade == "observed" for each in shown_by)
            yield Occasion(
                trigger="meeting",
                icao24=known.icao24,
                registration=known.registration,
                at=late.at,
                t_earliest=late.t_earliest,
                t_latest=late.t_latest,
                airport=visit.airport,
                grade="observed" if sure else "inferred",
                sources=tuple(sorted({*early.sources, *late.sources})),
                marks=tuple(sorted({*early.marks, *late.marks})),
                lat=late.lat,
                lon=late.lon,
                captures=tuple(sorted({*early.captures, *late.captures})),
                words=words.met(known, other, airports, early, late),
                other=other.icao24,
            )


def _visits(moves: Sequence[Happening]) -> list[_Visit]:
    """Stays at named airports. A stay ends with the next take-off; where that was not seen, the
    aircraft was there when it landed, and nothing more is known. The same the other way round."""
    found: list[_Visit] = []
    for move, after in zip_longest(moves, moves[1:]):
        if move.airport is None:
            continue
        if move.move == "landing":
            left = after if after is not None and _leaves(after, move.airport) else None
            until = move.at + _OPEN if after is None else move.at if left is None else left.at
            found.append(_visit(move, left, until))
        elif not _arrived(found, move):
            found.append(_visit(move, move, move.at))
    return found


def _visit(move: Happening, left: Happening | None, t_to: datetime) -> _Visit:
    assert move.airport is not None
    return _Visit(airport=move.airport, known_by=move, ended_by=left, t_from=move.at, t_to=t_to)


def _leaves(move: Happening, airport: str) -> bool:
    """Whether this is how it left the airport. Off from who knows where is off from there."""
    return move.move == "takeoff" and (
        move.airport == airport or (move.airport is None and not move.off_airport)
    )


def _arrived(found: Sequence[_Visit], takeoff: Happening) -> bool:
    """Whether the stay that this take-off ends began with a landing."""
    return bool(found) and found[-1].ended_by is takeoff


def _overlaps(mine: Iterable[_Visit], theirs: Sequence[_Visit]) -> Iterator[tuple[_Visit, _Visit]]:
    for visit in mine:
        for guest in theirs:
            if visit.airport == guest.airport and (
                max(visit.t_from, guest.t_from) <= min(visit.t_to, guest.t_to)
            ):
                yield visit, guest
