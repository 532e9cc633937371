"""From tracks to units: what one aircraft did on one UTC day, as one source saw it.

The unit of derivation is (icao24, source, UTC day), with the neighbouring days' edges in view, so
that a leg across midnight is one leg and a night stop has both its ends. A unit depends on the
captures with a fix in its view and on nothing else, so that whatever came first, and whatever was
loaded beside it, it is the same unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from schemas.movements import Derived
from schemas.records import Track
from service.domain.airports.table import Airports
from service.domain.detection.detect import detect
from service.domain.track import between, join
from service.storage.codec import to_us
from service.storage.prepared import UnitKey

EDGE = timedelta(hours=12)
"""How far into the neighbouring days a unit looks."""
DAY = timedelta(days=1)
DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, derived, with the captures it was derived from."""

    key: UnitKey
    derived: Derived
    captures: tuple[str, ...]
    """Those that have a fix in its view, repeated ones left out."""


def days_of(tracks: Iterable[Track]) -> tuple[date, ...]:
    """The UTC days on which the tracks have fixes, in order."""
    numbers: set[int] = set()
    for track in tracks:
        numbers.update(np.unique(track.t_us // DAY_US).tolist())
    return tuple(EPOCH + timedelta(days=number) for number in sorted(numbers))


def days_in_view(tracks: Iterable[Track]) -> tuple[date, ...]:
    """The UTC days whose units these tracks have a say in: their own, and those beside an edge."""
    edge_us = EDGE // timedelta(microseconds=1)
    numbers: set[int] = set()
    for track in tracks:
        for shift_us in (-edge_us, edge_us):
            numbers.update(np.unique((track.t_us + shift_us) // DAY_US).tolist())
    return tuple(EPOCH + timedelta(days=number) for number in sorted(numbers))


def derive_days(
    tracks: Sequence[Track], days: Iterable[date], airports: Airports
) -> Iterator[Unit]:
    """The units of those days, from every track that may have a say in them.

    `tracks` are of one aircraft and one source, best one for each capture; days without a fix give
    no unit.
    """
    reaching = [(int(t.t_us.min()), int(t.t_us.max()), t) for t in tracks if len(t)]
    for day in days:
        t_from, t_to = day_bounds(day)
        start_us, end_us = to_us(t_from - EDGE), to_us(t_to + EDGE)
        parts = [
            part
            for first_us, last_us, track in reaching
            if first_us < end_us and last_us >= start_us
            if len(part := _within(track, start_us, end_us))
        ]
        if not parts:
            continue
        view = join(parts)
        if len(_within(view, to_us(t_from), to_us(t_to))):
            derived = detect(view, airports, within=(t_from, t_to))
            captures = tuple(view.captures[i] for i in np.unique(view.capture).tolist())
            yield Unit(UnitKey(view.icao24, view.source, day), derived, captures)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open UTC interval of a UTC day."""
    t_from = datetime.combine(day, time(), UTC)
    return t_from, t_from + DAY


def _within(track: Track, start_us: int, end_us: int) -> Track:
    """`between`, without a copy when the whole track lies inside."""
    if start_us <= int(track.t_us.min()) and int(track.t_us.max()) < end_us:
        return track
    return between(track, start_us, end_us)
