"""Could it have been there? Where an aircraft can get to while nobody hears it.

A refutation rests on this file, so every choice errs towards "possible": distances are never
overstated, the airport is a disc, and clocks get a slack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.movements import FixPoint, Segment
from schemas.places import Airport
from schemas.verdicts import Interval
from service.domain.geo import NEVER_OVERSTATES
from service.domain.verdict.once import once
from service.domain.verdict.paths import AIRPORT_RADIUS_NM, apart_nm

CLOCK_SLACK = timedelta(seconds=60)
"""Two receivers' clocks are never farther apart than this in sound data."""


@dataclass(frozen=True)
class Silence:
    """A stretch of time in which no usable segment places the aircraft."""

    before: FixPoint | None
    """None = nothing known before."""
    after: FixPoint | None
    airport: Airport
    v_max_kt: float

    @once
    def there(self) -> timedelta:
        """Least time from `before` to the airport."""
        return self._least_time(self.before)

    @once
    def back(self) -> timedelta:
        """Least time from the airport to `after`."""
        return self._least_time(self.after)

    def _least_time(self, fix: FixPoint | None) -> timedelta:
        if fix is None:
            return timedelta()
        away_nm = apart_nm(fix.lat, fix.lon, self.airport.lat, self.airport.lon)
        away_nm = max(0.0, away_nm * NEVER_OVERSTATES - AIRPORT_RADIUS_NM)
        return timedelta(hours=away_nm / self.v_max_kt)

    def touches(self, interval: Interval) -> bool:
        """Whether any of it lies within the interval."""
        return (self.before is None or self.before.t < interval.t_to) and (
            self.after is None or self.after.t > interval.t_from
        )


@dataclass(frozen=True, slots=True)
class Window:
    """One silence, asked: could a visit to the airport within the interval fit into it?"""

    before: FixPoint | None
    after: FixPoint | None
    t_arrive: datetime
    """Earliest moment it could be at the airport, not before the interval."""
    t_leave: datetime
    """Latest moment it could still be there, not after the interval."""
    needed_s: float | None
    """Least time for the visit: both ways, or one way where one end is open; None = both are."""
    available_s: float
    """The silence; from or to the interval's end where an end of it is open."""
    within_s: float
    """So much of it lies within the interval."""

    @property
    def possible(self) -> bool:
        """Whether a visit fits."""
        return self.t_arrive <= self.t_leave

    @property
    def too_long(self) -> bool:
        """Whether the visit takes longer than the silence; if not, it would miss the interval."""
        return self.needed_s is not None and self.needed_s > self.available_s


def silences(usable: Iterable[Segment], airport: Airport, v_max_kt: float) -> tuple[Silence, ...]:
    """All silences in time order, the open ends among them. `usable` is sorted by `first.t`."""
    found: list[Silence] = []
    last: FixPoint | None = None
    for segment in usable:
        if last is None or segment.first.t > last.t:
            found.append(Silence(last, segment.first, airport, v_max_kt))
        if last is None or segment.last.t > last.t:
            last = segment.last
    return (*found, Silence(last, None, airport, v_max_kt))


def visit_window(silence: Silence, interval: Interval) -> Window:
    """The earliest and latest moment of a visit that the silence could hide.

    Bracketed by p1 and p2 that is ``(d(p1,Y) + d(Y,p2)) / v_max <= gap`` (DESIGN §6), narrowed to
    the part of the gap that lies within the interval; at an open end only one distance counts.
    """
    before, after = silence.before, silence.after
    t_arrive, starts = interval.t_from, interval.t_from
    t_leave, ends = interval.t_to, interval.t_to
    if before is not None:
        starts = before.t
        t_arrive = max(t_arrive, starts + silence.there - CLOCK_SLACK)
    if after is not None:
        ends = after.t
        t_leave = min(t_leave, ends - silence.back + CLOCK_SLACK)
    bounded = before is not None or after is not None
    needed_s = (silence.there + silence.back).total_seconds() if bounded else None
    within = min(ends, interval.t_to) - max(starts, interval.t_from)
    return Window(
        before=before,
        after=after,
        t_arrive=t_arrive,
        t_leave=t_leave,
        needed_s=needed_s,
        available_s=(ends - starts).total_seconds(),
        within_s=within.total_seconds(),
    )
