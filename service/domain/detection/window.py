"""The stretch of time that is asked about: what lies outside of it need not be worked out.

A unit of derivation looks twelve hours into the days beside its own, and shows nothing of them.
What a track *is* (its bodies, its contacts, how fast it flies) is judged over all of it; what is
only *shown* of it is made where the window, or something in it, needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.track import to_us

NEAR_S = 10_800.0
"""What happened so long before or after may still have a say: a movement that nobody saw is placed
an hour and a half from the fix that tells of it at most, and no pass lies beside a movement."""


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds since 1970 UTC, half-open."""

    start_s: float = float("-inf")
    end_s: float = float("inf")

    def touches(self, first_s: float, last_s: float) -> bool:
        """Whether anything of a stretch of time, its ends included, lies within."""
        return first_s < self.end_s and last_s >= self.start_s

    def is_near(self, first_s: float, last_s: float) -> bool:
        """The same, with `NEAR_S` to spare on both sides."""
        return first_s < self.end_s + NEAR_S and last_s >= self.start_s - NEAR_S


ALWAYS = Window()


def window_of(t_from: datetime, t_to: datetime) -> Window:
    """The window between two aware moments, not a microsecond narrower."""
    # Seconds are exact to a quarter of a microsecond.
    return Window(to_us(t_from) * 1e-6 - 1e-6, to_us(t_to) * 1e-6 + 1e-6)
