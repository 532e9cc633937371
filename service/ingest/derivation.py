"""From tracks to units: what one aircraft did on one UTC day, as one source saw it.

The unit of derivation is (icao24, source, UTC day), with the neighbouring days' edges in view, so
that a leg across midnight is one leg and a night stop has both its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from schemas.movements import Derived
from schemas.records import Track
from service.domain.airports.table import Airports
from service.domain.detection.detect import clip, detect
from service.domain.track import between, in_order, join
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


def days_of(tracks: Iterable[Track]) -> tuple[date, ...]:
    """The UTC days on which the tracks have fixes, in order."""
    numbers: set[int] = set()
    for track in tracks:
        numbers.update(np.unique(track.t_us // DAY_US).tolist())
    return tuple(EPOCH + timedelta(days=number) for number in sorted(numbers))


def derive_days(
    tracks: Sequence[Track], days: Iterable[date], airports: Airports
) -> Iterator[Unit]:
    """The units of those days, from every track that may have a say in them.

    `tracks` are of one aircraft and one source; days without a fix give no unit.
    """
    whole = in_order(join(tracks) if len(tracks) > 1 else tracks[0])
    for day in days:
        t_from, t_to = day_bounds(day)
        view = _within(whole, t_from - EDGE, t_to + EDGE)
        if len(_within(view, t_from, t_to)):
            derived = clip(detect(view, airports), t_from, t_to)
            yield Unit(UnitKey(whole.icao24, whole.source, day), derived, view.captures)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open UTC interval of a UTC day."""
    t_from = datetime.combine(day, time(), UTC)
    return t_from, t_from + DAY


def _within(track: Track, t_from: datetime, t_to: datetime) -> Track:
    """`between`, without a copy when the whole track lies inside."""
    start, end = to_us(t_from), to_us(t_to)
    if len(track) and start <= int(track.t_us[0]) and int(track.t_us[-1]) < end:
        return track
    return between(track, start, end)
