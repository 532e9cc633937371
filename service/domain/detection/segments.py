"""Segments, their simplified paths, and the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from schemas.movements import Gap, Mark, PathPoint, Segment
from schemas.records import Bool, Float64, Int64, Via
from service.domain.detection import rules
from service.domain.detection.fixes import Doubt, Fixes, known, marks_of, moments
from service.domain.detection.window import Window
from service.domain.geo import NM_PER_DEGREE

PATH_ERROR_NM = 0.5
"""No fix lies farther than this from the path at its own time."""
_COARSE = 32
"""A path begins with every so-maniest fix and gets points where they are needed."""
_LOW = np.uint8(Doubt.LOW_INTEGRITY)
_PLACELESS = np.uint8(Doubt.CONTESTED)
_TWO = np.uint8(Doubt.TWO)
_STALE, _SHOWN = int(Doubt.STALE), int(Doubt.CONTESTED)
_FASTEST_KT = 2_000.0
"""Speeds above it are decoding errors, not speeds."""


def segments_of(fixes: Fixes, window: Window) -> list[Segment]:
    """The segments of one body of fixes, in time order; only those in the window have a path.

    A silence over `GAP_S` ends a segment. A stretch of `LOW_RUN_FIXES` or more of low integrity,
    or beside a jump that nobody can settle, is a segment of its own that is not usable; fewer
    such fixes are in no segment. A segment all of whose fixes are stale, or of one fix, is not
    usable: nothing around it bears it out.
    """
    doubt = fixes.doubt
    off = _unusable(doubt)
    if not off.any():
        return _built(fixes, window, usable=True)
    low: list[Segment] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], off.view(np.int8), [0]))))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        lasted_s = fixes.t_s[end - 1] - fixes.t_s[start]
        if end - start >= rules.LOW_RUN_FIXES and lasted_s >= rules.LOW_RUN_S:
            low.extend(_built(fixes.take(slice(start, end)), window, usable=False))
    found = _built(fixes.take(~off), window, usable=True) + low
    return sorted(found, key=lambda segment: segment.first.t)


def shown_segments(fixes: Fixes, marks: tuple[Mark, ...], window: Window) -> list[Segment]:
    """Segments that are shown and not leaned on; only those in the window have a path."""
    return _built(fixes, window, usable=False, marks=marks)


def gaps_between(segments: Iterable[Segment]) -> tuple[Gap, ...]:
    """The silences between usable segments, with the marks of what was heard meanwhile."""
    found: list[Gap] = []
    before: Segment | None = None
    shown: list[Segment] = []
    for segment in segments:
        if not segment.usable:
            shown.append(segment)
            continue
        if before is not None and segment.first.t > before.last.t:
            marks = dict.fromkeys(
                mark
                for other in shown
                if other.last.t >= before.last.t and other.first.t <= segment.first.t
                for mark in other.marks
            )
            found.append(
                Gap(
                    before=before.last,
                    after=segment.first,
                    seconds=(segment.first.t - before.last.t).total_seconds(),
                    marks=tuple(marks),
                )
            )
        if before is None or segment.last.t > before.last.t:
            before = segment
    return tuple(found)


def _unusable(doubt: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Bool:
    """Fixes that do not place the aircraft. Of two aircraft on one address both are placed: that
    is a conflict, and the verdict says so."""
    off: Bool = (doubt & _PLACELESS) != 0
    off &= (doubt & _TWO) == 0
    off |= (doubt & _LOW) != 0
    return off


def _built(
    fixes: Fixes, window: Window, *, usable: bool, marks: tuple[Mark, ...] = ()
) -> list[Segment]:
    n = len(fixes)
    if n == 0:
        return []
    track = fixes.track
    cut = np.flatnonzero(fixes.step_s > rules.GAP_S) + 1
    first = np.concatenate(([0], cut))
    last = np.concatenate((cut - 1, [n - 1]))
    lon = np.unwrap(track.lon, period=360.0) if _crosses(track.lon) else track.lon
    paths, error_nm = _paths(fixes, lon, first, last, window)
    starts, stops = first.tolist(), last.tolist()
    ends = fixes.points(starts + stops)
    lat_min = np.minimum.reduceat(track.lat, first).tolist()
    lat_max = np.maximum.reduceat(track.lat, first).tolist()
    lon_min = np.minimum.reduceat(lon, first).tolist()
    lon_max = np.maximum.reduceat(lon, first).tolist()
    max_gs = np.fmax.reduceat(track.gs_kt, first).tolist()
    if any(gs > _FASTEST_KT for gs in max_gs):
        speed = np.where(track.gs_kt < _FASTEST_KT, track.gs_kt, np.float32(np.nan))
        max_gs = np.fmax.reduceat(speed, first).tolist()
    adsb = np.add.reduceat(track.via == Via.ADSB, first, dtype=np.int64).tolist()
    doubt_or = np.bitwise_or.reduceat(fixes.doubt, first).tolist()
    doubt_and = np.bitwise_and.reduceat(fixes.doubt, first).tolist()
    step_s = np.zeros(n)
    step_s[:-1] = fixes.step_s
    step_s[last] = 0.0
    max_step = np.maximum.reduceat(step_s, first).tolist()
    t_us = track.t_us
    found: list[Segment] = []
    for k in range(len(starts)):
        count = stops[k] - starts[k] + 1
        stale = bool(doubt_and[k] & _STALE)
        bits = doubt_and[k] | (doubt_or[k] & _SHOWN) if usable else doubt_or[k]
        found.append(
            Segment(
                icao24=track.icao24,
                source=track.source,
                first=ends[k],
                last=ends[k + len(starts)],
                fixes=count,
                max_step_s=max_step[k],
                path=paths[k],
                path_error_nm=error_nm[k],
                lat_min=lat_min[k],
                lat_max=lat_max[k],
                lon_min=_turned(lon_min[k]),
                lon_max=_turned(lon_max[k]),
                max_gs_kt=known(max_gs[k]),
                callsigns=_callsigns(track.callsigns, t_us.item(starts[k]), t_us.item(stops[k])),
                via_share_adsb=adsb[k] / count,
                usable=usable and count > 1 and not stale,
                marks=marks or marks_of(bits),
            )
        )
    return found


def _crosses(lon: Float64) -> bool:
    return bool(lon.max() - lon.min() > 180.0)


def _turned(lon: float) -> float:
    return lon if -180.0 <= lon <= 180.0 else (lon + 180.0) % 360.0 - 180.0


def _callsigns(said: Sequence[tuple[int, str]], t_from_us: int, t_to_us: int) -> tuple[str, ...]:
    """Callsigns in force within a stretch of time, each once."""
    inside: dict[str, None] = {}
    for number, (since, callsign) in enumerate(said):
        over = number + 1 < len(said) and said[number + 1][0] <= t_from_us
        if since <= t_to_us and not over and callsign:
            inside[callsign] = None
    return tuple(inside)


def _paths(
    fixes: Fixes, lon: Float64, first: Int64, last: Int64, window: Window
) -> tuple[list[tuple[PathPoint, ...]], list[float]]:
    """The path of each segment, and its largest error, NM; outside of the window there is none."""
    t_s = fixes.t_s
    shown = np.flatnonzero((t_s[first] < window.end_s) & (t_s[last] >= window.start_s))
    paths: list[tuple[PathPoint, ...]] = [()] * len(first)
    error_nm = [0.0] * len(first)
    if not len(shown):
        return paths, error_nm
    a, b = shown.item(0), shown.item(-1) + 1  # they stand next to one another
    knots, error_nm[a:b] = _knots(fixes, lon, first[a:b], last[a:b])
    points = _path_points(fixes, knots)
    starts = np.searchsorted(knots, first[a:b]).tolist()
    for k, start, stop in zip(range(a, b), starts, [*starts[1:], len(points)], strict=True):
        paths[k] = tuple(points[start:stop])
    return paths, error_nm


def _knots(fixes: Fixes, lon: Float64, first: Int64, last: Int64) -> tuple[Int64, list[float]]:
    """Rows of the simplified path of adjoining segments, and its largest error in each, NM.

    Starts from every `_COARSE`-th row. Wherever a fix lies too far from the straight line between
    two points at its own time, the farthest fix becomes a point; only there is looked again.
    """
    start, stop = first.item(0), last.item(-1) + 1
    part = slice(start, stop)
    t_s, lat, lon, cos_lat = fixes.t_s[part], fixes.track.lat[part], lon[part], fixes.cos_lat[part]
    first, last = first - start, last - start
    n = stop - start
    is_knot = np.zeros(n, np.bool_)
    is_knot[-start % _COARSE :: _COARSE] = is_knot[first] = is_knot[last] = True
    limit = ((PATH_ERROR_NM - 0.01) / NM_PER_DEGREE) ** 2
    off2 = np.zeros(n)
    rows: Int64 | slice = slice(0, n)
    while True:
        knots = np.flatnonzero(is_knot)
        when, t_knots = t_s[rows], t_s[knots]
        north = np.interp(when, t_knots, lat[knots]) - lat[rows]
        east = (np.interp(when, t_knots, lon[knots]) - lon[rows]) * cos_lat[rows]
        off2[rows] = north * north + east * east
        far = np.flatnonzero(np.maximum.reduceat(off2, knots) > limit)
        if not len(far):
            break
        starts = knots[far].tolist()
        stops = np.append(knots, n)[far + 1].tolist()
        more = [a + int(off2[a:b].argmax()) for a, b in zip(starts, stops, strict=True)]
        if is_knot[more].all():
            break  # two fixes of one moment, far apart: no line goes through both
        is_knot[more] = True
        rows = np.concatenate([np.arange(a, b) for a, b in zip(starts, stops, strict=True)])
    error = np.sqrt(np.maximum.reduceat(off2, first)) * NM_PER_DEGREE
    return knots + start, error.tolist()


def _path_points(fixes: Fixes, rows: Int64) -> list[PathPoint]:
    track = fixes.track
    columns = (track.lat, track.lon, fixes.msl_ft, track.on_ground)
    return [
        PathPoint(
            t=t,
            lat=lat,
            lon=lon,
            alt_ft=None if ground else known(alt_ft),
            on_ground=ground,
        )
        for t, lat, lon, alt_ft, ground in zip(
            moments(track.t_us[rows]), *(column[rows].tolist() for column in columns), strict=True
        )
    ]
