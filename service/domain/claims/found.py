"""Everything that was recognised in a text, before anybody asks what it has to do with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from service.domain.claims.aircraft import AircraftName, aircraft_in
from service.domain.claims.capitals import COUNTRY, DESCRIBED
from service.domain.claims.clocks import DurationName, TimeName, durations_in, times_in
from service.domain.claims.dates import DateName, dates_in
from service.domain.claims.places import PlaceName, Places
from service.domain.claims.subjects import Subject, subjects_in
from service.domain.claims.text import Piece, sentences
from service.domain.claims.types import types_in
from service.domain.claims.verbs import Verb, verbs_in

_Some = TypeVar("_Some", bound=Piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a text holds, each kind in order; no two of different kinds overlap."""

    text: str
    sentences: tuple[Piece, ...]
    aircraft: tuple[AircraftName, ...]
    types: tuple[Piece, ...]
    type_codes: tuple[tuple[str, ...], ...]
    dates: tuple[DateName, ...]
    times: tuple[TimeName, ...]
    durations: tuple[DurationName, ...]
    places: tuple[PlaceName, ...]
    verbs: tuple[Verb, ...]
    subjects: tuple[Subject, ...]
    asides: tuple[Piece, ...]
    """Countries and capitals by description, wherever they stand."""
    items: tuple[Piece, ...]
    """Values that something can be said with, in order: dates, times, durations, places."""


def within(pieces: Iterable[_Some], frame: Piece) -> tuple[_Some, ...]:
    """Those that lie inside the frame."""
    return tuple(one for one in pieces if frame.holds(one))


def find(text: str, published: date, places: Places) -> Found:
    """All of it. What overlaps goes to the kind that is surer: names before dates before places."""
    typed = types_in(text)
    types = tuple(piece for piece, _ in typed)
    aircraft = aircraft_in(text, types)
    taken: list[Piece] = [*types, *aircraft]
    times = _free(times_in(text), taken)
    durations = _free(durations_in(text), taken)
    dates = _free(dates_in(text, published), taken)
    verbs = _free(verbs_in(text), taken)
    where = _free(places.named_in(text), taken, keep=verbs)
    return Found(
        text=text,
        sentences=sentences(text),
        aircraft=aircraft,
        types=types,
        type_codes=tuple(codes for _, codes in typed),
        dates=dates,
        times=times,
        durations=durations,
        places=where,
        verbs=verbs,
        subjects=subjects_in(text, aircraft, types),
        items=tuple(sorted((*dates, *times, *durations, *where), key=lambda one: one.start)),
        asides=tuple(
            Piece(start=match.start(), end=match.end())
            for pattern in (DESCRIBED, COUNTRY)
            for match in pattern.finditer(text)
        ),
    )


def _free(
    pieces: Sequence[_Some], taken: list[Piece], keep: Sequence[Piece] = ()
) -> tuple[_Some, ...]:
    kept = {id(piece) for piece in keep}
    against = [piece for piece in taken if id(piece) not in kept]
    free = tuple(p for p in pieces if not any(p.meets(t) for t in against))
    taken.extend(free)
    return free
