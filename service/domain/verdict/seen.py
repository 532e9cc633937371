"""What "seen there" asks of fixes on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.movements import GroundSpan
from schemas.verdicts import Interval
from service.domain.verdict.marks import is_doubted
from service.domain.verdict.once import once

SEEN_OVER = timedelta(minutes=1)
"""Seen on the ground: three fixes or more over a minute or more (DESIGN §6)."""


@dataclass(frozen=True)
class SpanHere:
    """On the ground at the airport, as far as it lies within the interval."""

    span: GroundSpan
    interval: Interval

    @once
    def inside(self) -> tuple[datetime, ...]:
        """Those of its fix times that are known and lie within the interval."""
        t_from, t_to = self.interval.t_from, self.interval.t_to
        known = (self.span.first.t, *self.span.times, self.span.last.t)
        if known[0] >= t_from and known[-1] < t_to:
            return known
        return tuple(t for t in known if t_from <= t < t_to)

    @once
    def first(self) -> datetime:
        """The earliest of them."""
        return min(self.inside)

    @once
    def last(self) -> datetime:
        """The latest of them."""
        return max(self.inside)

    @once
    def is_seen(self) -> bool:
        """Whether it satisfies the rule of "seen there" (DESIGN §6)."""
        span = self.span
        if not self.inside or not span.tied or span.rivals or is_doubted(span.marks):
            return False
        first, last = self.first, self.last
        enough = last - first >= SEEN_OVER and any(first < t < last for t in self.inside)
        touched_down = span.air_change_in and first == span.first.t
        lifted_off = span.air_change_out and last == span.last.t
        return enough or touched_down or lifted_off
