"""What a perfect detection would hand over: made from the sound fixes and the truth alone.

With it the verdict is tried without the detection: evidence that is right in every part and lacks
only what was not received.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from schemas.movements import Derived, FixPoint, Gap, GroundSpan, Movement, PathPoint, Segment
from tests.simulator.day import SOURCE, Day
from tests.simulator.receiver import Fixes
from tests.simulator.scoring import visible_movements
from tests.simulator.truth import GroundTime

GAP_S = 300.0
"""A silence longer than this parts two segments."""
CLOSE_S = 30.0


def _at(t_s: float) -> datetime:
    return datetime.fromtimestamp(t_s, UTC)


def _fix(f: Fixes, i: int) -> FixPoint:
    altitude = f.alt_baro_ft[i]
    return FixPoint(
        t=_at(float(f.t_s[i])),
        lat=float(f.lat[i]),
        lon=float(f.lon[i]),
        alt_ft=None if np.isnan(altitude) else float(altitude),
        on_ground=bool(f.on_ground[i]),
        gs_kt=float(f.gs_kt[i]),
        row=i,
    )


def ideal(day: Day) -> Derived:
    """Segments, gaps, ground spans and visible movements of a day's sound fixes."""
    f = day.fixes.take(np.flatnonzero(day.fixes.sound))
    f = f.take(np.argsort(f.t_s, kind="stable"))
    if not len(f):
        return Derived()
    breaks = np.flatnonzero(np.diff(f.t_s) > GAP_S) + 1
    parts = np.split(np.arange(len(f)), breaks)
    segments = tuple(_segment(day, f, part) for part in parts)
    gaps = tuple(
        Gap(before=a.last, after=b.first, seconds=(b.first.t - a.last.t).total_seconds())
        for a, b in pairwise(segments)
    )
    spans = [_span(day, f, g) for g in day.truth.grounds]
    return Derived(
        segments=segments,
        gaps=gaps,
        movements=_movements(day),
        ground_spans=tuple(s for s in spans if s is not None),
    )


def _segment(day: Day, f: Fixes, part: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Segment:
    first, last = int(part[0]), int(part[-1])
    lon = f.lon[part]
    wraps = bool((np.abs(np.diff(lon)) > 180.0).any())
    path = tuple(
        PathPoint(
            t=_at(float(f.t_s[i])),
            lat=float(f.lat[i]),
            lon=float(f.lon[i]),
            alt_ft=None if np.isnan(f.alt_baro_ft[i]) else float(f.alt_baro_ft[i]),
            on_ground=bool(f.on_ground[i]),
        )
        for i in part
    )
    return Segment(
        icao24=day.icao24,
        source=SOURCE,
        first=_fix(f, first),
        last=_fix(f, last),
        fixes=len(part),
        max_step_s=float(np.diff(f.t_s[part]).max(initial=0.0)),
        path=path,
        path_error_nm=0.1,
        lat_min=float(f.lat[part].min()),
        lat_max=float(f.lat[part].max()),
        lon_min=float(lon[lon > 0.0].min() if wraps else lon.min()),
        lon_max=float(lon[lon <= 0.0].max() if wraps else lon.max()),
        max_gs_kt=float(f.gs_kt[part].max()),
    )


def _span(day: Day, f: Fixes, ground: GroundTime) -> GroundSpan | None:
    """The flagged fixes of one time on the ground."""
    inside = (f.t_s >= ground.t_from_s) & (f.t_s < ground.t_to_s) & f.on_ground
    index = np.flatnonzero(inside)
    if not len(index):
        return None
    first, last = int(index[0]), int(index[-1])
    before = first > 0 and f.t_s[first] - f.t_s[first - 1] <= CLOSE_S and not f.on_ground[first - 1]
    after = (
        last + 1 < len(f) and f.t_s[last + 1] - f.t_s[last] <= CLOSE_S and not f.on_ground[last + 1]
    )
    return GroundSpan(
        icao24=day.icao24,
        source=SOURCE,
        airport=ground.airport,
        basis="surface",
        first=_fix(f, first),
        last=_fix(f, last),
        fixes=len(index),
        max_step_s=float(np.diff(f.t_s[index]).max(initial=0.0)),
        air_change_in=bool(before),
        air_change_out=bool(after),
        tied=bool(before or after),
        times=tuple(_at(float(t)) for t in f.t_s[index[:: max(1, len(index) // 200)]]),
    )


def _movements(day: Day) -> tuple[Movement, ...]:
    return tuple(
        Movement(
            icao24=day.icao24,
            source=SOURCE,
            move=m.move,
            airport=m.airport,
            runway=None,
            t_earliest=_at(m.t_s - 15.0),
            t_best=_at(m.t_s),
            t_latest=_at(m.t_s + 15.0),
            method="ground",
            grade="observed",
            lat=m.lat,
            lon=m.lon,
        )
        for m in visible_movements(day)
    )
