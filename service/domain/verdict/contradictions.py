"""Two usable stretches of track that one aircraft cannot have flown both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from schemas.movements import Segment
from schemas.records import Float64
from schemas.verdicts import Interval
from service.domain.geo import NEVER_OVERSTATES, NM_PER_DEGREE, distance_nm
from service.domain.verdict.paths import Path, apart_nm
from service.domain.verdict.reachability import CLOCK_SLACK

JUMP_TOLERANCE_NM = 5.0
"""Two fixes closer than this never contradict each other."""
DISAGREEMENT_NM = 10.0
"""Two sources that place one aircraft farther apart than this, at one time, disagree; a minute
between their clocks is 8 NM at 480 kt."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two segments, and where they part."""

    a: Segment
    b: Segment
    t: datetime
    apart_nm: float


@dataclass(frozen=True, slots=True)
class Jump:
    """`b` begins where nothing that ended as `a` did can have got to in time."""

    a: Segment
    b: Segment
    apart_nm: float

    def within(self, interval: Interval) -> Contradiction | None:
        """The contradiction, when the silence between them touches the interval."""
        if self.b.first.t <= interval.t_from or self.a.last.t >= interval.t_to:
            return None
        return Contradiction(self.a, self.b, self.b.first.t, self.apart_nm)


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """`a` and `b` place it apart at one time. Distances are at the points of both paths; between
    them nothing is farther apart."""

    a: Segment
    b: Segment
    t: Float64
    """Seconds since 1970 UTC, rising."""
    apart_nm: Float64
    allowed_nm: float

    def within(self, interval: Interval) -> Contradiction | None:
        """The contradiction, when they are too far apart within the interval."""
        start = max(float(self.t[0]), interval.t_from.timestamp())
        end = min(float(self.t[-1]), interval.t_to.timestamp())
        if start > end:
            return None
        t = np.clip(self.t, start, end)
        apart = np.interp(t, self.t, self.apart_nm)
        worst = int(np.argmax(apart))
        if apart[worst] <= self.allowed_nm:
            return None
        when = datetime.fromtimestamp(float(t[worst]), UTC)
        return Contradiction(self.a, self.b, when, float(apart[worst]))


def clashes(paths: Sequence[Path], v_max_kt: float) -> tuple[Jump | Disagreement, ...]:
    """All that contradict each other, whatever the interval. `paths` are sorted by first fix."""
    found: list[Jump | Disagreement] = []
    for index, a in enumerate(paths):
        for b in paths[index + 1 :]:
            if b.segment.first.t > a.segment.last.t:
                jump = _jump(a.segment, b.segment, v_max_kt)
                if jump is not None:
                    found.append(jump)
                break
            disagreement = _disagreement(a, b, v_max_kt)
            if disagreement is not None:
                found.append(disagreement)
    return tuple(found)


def _jump(a: Segment, b: Segment, v_max_kt: float) -> Jump | None:
    hours = (b.first.t - a.last.t + CLOCK_SLACK).total_seconds() / 3_600.0
    farthest_nm = v_max_kt * hours + JUMP_TOLERANCE_NM
    end, start = a.last, b.first
    # Going by latitude, then by longitude is never shorter: most silences need no more than that.
    if NM_PER_DEGREE * (abs(start.lat - end.lat) + abs(start.lon - end.lon)) <= farthest_nm:
        return None
    apart = apart_nm(end.lat, end.lon, start.lat, start.lon)
    return Jump(a, b, apart) if apart * NEVER_OVERSTATES > farthest_nm else None


def _disagreement(a: Path, b: Path, v_max_kt: float) -> Disagreement | None:
    start, end = max(a.start, b.start), min(a.end, b.end)
    t = np.unique(np.clip(np.concatenate((a.t, b.t)), start, end))
    apart = distance_nm(*a.at(t), *b.at(t))
    allowed_nm = DISAGREEMENT_NM + a.uncertain_nm(v_max_kt) + b.uncertain_nm(v_max_kt)
    allowed_nm /= NEVER_OVERSTATES
    if float(np.max(apart)) <= allowed_nm:
        return None
    return Disagreement(a.segment, b.segment, t, apart, allowed_nm)
