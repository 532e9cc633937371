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

    silence: Silence
    interval: Interval
    t_arrive: datetime
    """Earliest moment it could be at the airport, not before the interval."""
    t_leave: datetime
    """Latest moment it could still be there, not after the interval."""

    @property
    def before(self) -> FixPoint | None:
        """As in the silence."""
        return self.silence.before

    @property
    def after(self) -> FixPoint | None:
        """As in the silence."""
        return self.silence.after

    @property
    def needed_s(self) -> float | None:
        """Least time for the visit: both ways, or one way where one end is open; None = both
        are."""
        silence = self.silence
        if silence.before is None and silence.after is None:
            return None
        return (silence.there + silence.back).total_seconds()

    @property
    def available_s(self) -> float:
        """The silence; from or to the interval's end where an end of it is open."""
        return (self._ends - self._starts).total_seconds()

    @property
    def within_s(self) -> float:
        """So much of it lies within the interval."""
        starts = max(self._starts, self.interval.t_from)
        return (min(self._ends, self.interval.t_to) - starts).total_seconds()

    @property
    def _starts(self) -> datetime:
        before = self.silence.before
        return self.interval.t_from if before is None else before.t

    @property
    def _ends(self) -> datetime:
        after = self.silence.after
        return self.interval.t_to if after is None else after.t

    @property
    def possible(self) -> bool:
        """Whether a visit fits."""
        return self.t_arrive <= self.t_leave

    @property
    def too_long(self) -> bool:
        """Whether the visit takes longer than the silence; if not, it would miss the interval."""
        needed_s = self.needed_s
        return needed_s is not None and needed_s > self.available_s


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
    t_arrive, t_leave = interval.t_from, interval.t_to
    if silence.before is not None:
        t_arrive = max(t_arrive, silence.before.t + silence.there - CLOCK_SLACK)
    if silence.after is not None:
        t_leave = min(t_leave, silence.after.t - silence.back + CLOCK_SLACK)
    return Window(silence, interval, t_arrive, t_leave)
