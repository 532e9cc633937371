"""When a message is tried again, and when a receiver is left alone for a while. Pure.

A message is tried for three days, after pauses that grow to an hour; then it is a dead letter. A
receiver that fails again and again is closed for a while, so that a thousand waiting messages do
not knock at a door where nobody opens: after that time one message asks how things are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_HOUR_S: Final = 3_600.0

PAUSES_S: Final = (5.0, 30.0, 120.0, 600.0, 1_800.0, _HOUR_S)
"""After the first failure, the second …; the last one again and again. None is longer: whoever
comes back after two days is not to wait for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we go on. Times in seconds."""

    pauses_s: tuple[float, ...] = PAUSES_S
    jitter: float = 0.2
    """A pause is up to this much shorter or longer, by chance: whoever failed together need not
    come back together."""
    for_s: float = 72 * _HOUR_S
    """From the first try; a message that fails later than that is dead."""
    longest_asked_s: float = 24 * _HOUR_S
    """Of a ``Retry-After``, whatever it says."""
    closed_after: int = 5
    """Failures in a row until a receiver is closed."""
    closed_s: float = 30.0
    """The first time; twice as long with each failure more."""
    closed_longest_s: float = _HOUR_S

    def next_try(
        self,
        attempts: int,
        first_tried_at: datetime,
        now: datetime,
        *,
        asked_s: float | None,
        chance: float,
    ) -> datetime | None:
        """When a message that has just failed is tried again; None = no more.

        `attempts` counts the one that failed. `asked_s` is how long the receiver asks to be left
        alone: it is never disturbed before that, within reason. `chance` in [0, 1) is drawn by the
        caller.
        """
        if now - first_tried_at >= timedelta(seconds=self.for_s):
            return None
        pause_s = self.pauses_s[min(max(attempts, 1), len(self.pauses_s)) - 1]
        return now + timedelta(seconds=self._spread(pause_s, asked_s, chance))

    def closed_until(
        self, failures: int, now: datetime, *, asked_s: float | None, chance: float
    ) -> datetime | None:
        """Until when a receiver that has just failed is left alone; None = it stays open.

        `failures` in a row, this one counted. A receiver that asked for a pause is closed for as
        long as it asked, however seldom it failed.
        """
        pause_s = 0.0
        if self.was_closed(failures):
            doublings = min(failures - self.closed_after, 32)
            pause_s = min(self.closed_s * 2.0**doublings, self.closed_longest_s)
        until = now + timedelta(seconds=self._spread(pause_s, asked_s, chance))
        return until if until > now else None

    def was_closed(self, failures: int) -> bool:
        """Whether so many failures in a row have closed a receiver."""
        return failures >= self.closed_after

    def _spread(self, pause_s: float, asked_s: float | None, chance: float) -> float:
        spread_s = pause_s * (1.0 + self.jitter * (2.0 * chance - 1.0))
        asked_s = asked_s if asked_s is not None and asked_s > 0 else 0.0  # NaN is not
        asked_s = min(asked_s, self.longest_asked_s)
        return max(spread_s, asked_s * (1.0 + self.jitter * chance / 2.0))


USUAL_PATIENCE: Final = Patience()
