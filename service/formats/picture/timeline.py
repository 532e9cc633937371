"""The hours of the day asked about, as an axis with the clock of its zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from schemas.verdicts import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HOUR: Final = timedelta(hours=1)
_EVERY_H: Final = 3


@dataclass(frozen=True, slots=True)
class Timeline:
    """Hours since the interval began: 23, 24 or 25 of them, or what else the zone makes of it."""

    interval: Interval
    zone: str

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.interval.t_to - self.interval.t_from) / _HOUR

    def at(self, t: datetime) -> float:
        """Where a moment stands; outside of the interval, outside of the axis."""
        return (t - self.interval.t_from) / _HOUR

    def within(self, t_from: datetime, t_to: datetime) -> tuple[float, float] | None:
        """The part of a span that lies on the axis: start and length; None = no part of it."""
        start, end = max(self.at(t_from), 0.0), min(self.at(t_to), self.hours)
        return (start, end - start) if end >= start else None

    def put_on(self, axes: Axes, *, labelled: bool) -> None:
        """Make it the horizontal axis."""
        ticks = list(self._ticks())
        axes.set_xlim(0.0, self.hours)
        axes.set_xticks([x for x, _ in ticks], [text if labelled else "" for _, text in ticks])
        axes.tick_params(axis="x", labelsize=6, length=2, pad=1)

    def _ticks(self) -> Iterator[tuple[float, str]]:
        zone, t = ZoneInfo(self.zone), self.interval.t_from
        while t <= self.interval.t_to:
            yield self.at(t), f"{t.astimezone(zone):%H:%M}"
            t += _EVERY_H * _HOUR
