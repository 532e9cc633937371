"""How close a track comes to an airport within an interval, and whether it may have been there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from schemas.movements import Segment
from schemas.records import Bool
from schemas.verdicts import Interval
from service.domain.geo import NEVER_OVERSTATES, distance_nm
from service.domain.ordering import in_order
from service.domain.verdict.paths import AIRPORT_RADIUS_NM, Nearby, NearLegs, Path


@dataclass(frozen=True, slots=True, eq=False)
class Approach:
    """How close a segment comes to an airport within the interval."""

    segment: Segment
    t: datetime
    """The moment it was closest."""
    alt_ft: float | None
    """Above mean sea level then; None on the ground or unknown."""
    distance_nm: float
    """To the reference point then."""
    touches: tuple[tuple[float, float], ...]
    """When it may have been at the airport (seconds since 1970 UTC): its own fixes are there, or
    between two of them there is time enough for it."""

    def could_touch_between(self, t_from: datetime, t_to: datetime) -> bool:
        """Whether it may have been at the airport at some moment of a stretch of time."""
        start, end = t_from.timestamp(), t_to.timestamp()
        return any(a <= end and b >= start for a, b in self.touches)


def approaches(
    legs: Iterable[NearLegs], usable: Sequence[Path], interval: Interval, v_max_kt: float
) -> tuple[Approach, ...]:
    """One for each of the paths that has legs near the airport within the interval, closest first.

    `usable` are all paths of the aircraft: where a path leaves time for the airport only between
    two of its fixes, another source that heard it elsewhere just then takes that time away.
    """
    t_from, t_to = interval.t_from.timestamp(), interval.t_to.timestamp()
    found: list[Approach] = []
    for near in legs:
        if near.path.start >= t_to:
            continue
        nearby = near.between(t_from, t_to)
        if nearby is None:
            continue
        closest = int(nearby.away_nm.argmin())
        found.append(
            Approach(
                segment=near.path.segment,
                t=datetime.fromtimestamp(float(nearby.t[closest]), UTC),
                alt_ft=nearby.alt_ft(closest),
                distance_nm=float(nearby.away_nm[closest]),
                touches=_touches(nearby, _may_touch(nearby, usable, v_max_kt)),
            )
        )
    return in_order(found, lambda a: (a.distance_nm, a.t, a.segment.source))


def _may_touch(nearby: Nearby, usable: Iterable[Path], v_max_kt: float) -> Bool:
    """Sample by sample, whether it may have been at the airport then."""
    legs = nearby.legs
    away_nm = nearby.away_nm * NEVER_OVERSTATES
    is_there: Bool = away_nm <= legs.there_nm
    between: Bool = (away_nm <= legs.reach_nm) & ~is_there
    for other in usable:
        if other is legs.path or not other.overlaps(legs.path):
            continue
        heard = between & (nearby.t >= other.start) & (nearby.t <= other.end)
        lat, lon = other.at(nearby.t[heard])
        far_nm = distance_nm(lat, lon, legs.airport.lat, legs.airport.lon) * NEVER_OVERSTATES
        between[heard] = far_nm <= AIRPORT_RADIUS_NM + other.uncertain_nm(v_max_kt)
    touch: Bool = is_there | between
    return touch


def _touches(nearby: Nearby, may_touch: Bool) -> tuple[tuple[float, float], ...]:
    """From one sample to the next it may have been there if it may at either. Legs that do not
    follow each other both end out of reach."""
    samples = zip(nearby.t.tolist(), may_touch.tolist(), strict=True)
    return tuple((t1, t2) for (t1, touch1), (t2, touch2) in pairwise(samples) if touch1 or touch2)
