"""Cutting what a track shows to a window of time, such as one UTC day."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from schemas.movements import Derived, FixPoint, GroundSpan, PathPoint, Segment


def clip(derived: Derived, t_from: datetime, t_to: datetime) -> Derived:
    """The part of a half-open window.

    Movements and passes belong to the window of their best time, hours heard and
    emergencies to that of their beginning. Segments and ground spans that reach over an edge are
    cut there; a gap belongs to every window that it touches, with both its brackets. Rejections
    are of the whole track.
    """
    return Derived(
        segments=tuple(
            piece
            for segment in derived.segments
            if (piece := _segment(segment, t_from, t_to)) is not None
        ),
        gaps=tuple(g for g in derived.gaps if g.before.t < t_to and g.after.t >= t_from),
        movements=tuple(m for m in derived.movements if t_from <= m.t_best < t_to),
        passes=tuple(p for p in derived.passes if t_from <= p.t_best < t_to),
        ground_spans=tuple(
            part for span in derived.ground_spans if (part := _span(span, t_from, t_to)) is not None
        ),
        heard=tuple(h for h in derived.heard if t_from <= h.hour < t_to),
        emergencies=tuple(e for e in derived.emergencies if t_from <= e.t_first < t_to),
        rejected=derived.rejected,
    )


def _segment(segment: Segment, t_from: datetime, t_to: datetime) -> Segment | None:
    """A segment cut at the edges: its ends become points of its path, interpolated at the edge.

    The count of fixes is shared out by time; an edge is a place on the path, not a fix received,
    and its `row` says so (-1).
    """
    if segment.first.t >= t_to or segment.last.t < t_from:
        return None
    if segment.first.t >= t_from and segment.last.t < t_to:
        return segment
    start, end = max(segment.first.t, t_from), min(segment.last.t, t_to)
    path = [point for point in segment.path if start <= point.t <= end]
    if not path or path[0].t > start:
        path.insert(0, _at(segment.path, start))
    if path[-1].t < end:
        path.append(_at(segment.path, end))
    whole = (segment.last.t - segment.first.t).total_seconds()
    share = (end - start).total_seconds() / whole if whole else 1.0
    lat_min, lat_max, lon_min, lon_max = _box(path, segment.path_error_nm)
    return replace(
        segment,
        first=segment.first if start == segment.first.t else _edge(path[0]),
        last=segment.last if end == segment.last.t else _edge(path[-1]),
        fixes=max(1, round(segment.fixes * share)),
        path=tuple(path),
        lat_min=lat_min,
        lat_max=lat_max,
        lon_min=lon_min,
        lon_max=lon_max,
    )


def _at(path: Sequence[PathPoint], t: datetime) -> PathPoint:
    """The place on a path at a moment, on the straight line between its points."""
    moments = [point.t for point in path]
    after = min(max(bisect_left(moments, t), 1), len(path) - 1)
    a, b = path[after - 1], path[after]
    whole = (b.t - a.t).total_seconds()
    share = (t - a.t).total_seconds() / whole if whole else 0.0
    east = (b.lon - a.lon + 180.0) % 360.0 - 180.0
    alt_ft = None
    if a.alt_ft is not None and b.alt_ft is not None:
        alt_ft = a.alt_ft + (b.alt_ft - a.alt_ft) * share
    return PathPoint(
        t=t,
        lat=a.lat + (b.lat - a.lat) * share,
        lon=(a.lon + east * share + 180.0) % 360.0 - 180.0,
        alt_ft=alt_ft,
        on_ground=a.on_ground and b.on_ground,
    )


def _edge(point: PathPoint) -> FixPoint:
    return FixPoint(
        t=point.t, lat=point.lat, lon=point.lon, alt_ft=point.alt_ft, on_ground=point.on_ground
    )


def _box(path: Sequence[PathPoint], error_nm: float) -> tuple[float, float, float, float]:
    """The box of a path (south, north, west, east), wide enough for every fix near it; west is
    more than east over the antimeridian."""
    lat_min, lat_max = min(p.lat for p in path), max(p.lat for p in path)
    north = error_nm / 60.0
    narrow = math.cos(math.radians(min(89.0, max(abs(lat_min), abs(lat_max)))))
    east = north / narrow
    lon = path[0].lon
    west_most = east_most = lon
    for before, after in pairwise(path):
        lon += (after.lon - before.lon + 180.0) % 360.0 - 180.0
        west_most, east_most = min(west_most, lon), max(east_most, lon)
    if east_most - west_most + 2.0 * east >= 360.0:
        lon_min, lon_max = -180.0, 180.0
    else:
        lon_min, lon_max = (
            (x + 180.0) % 360.0 - 180.0 for x in (west_most - east, east_most + east)
        )
    return max(-90.0, lat_min - north), min(90.0, lat_max + north), lon_min, lon_max


def _span(span: GroundSpan, t_from: datetime, t_to: datetime) -> GroundSpan | None:
    """A ground span cut at the edges; None when no fix of it that we kept lies inside."""
    if span.first.t >= t_from and span.last.t < t_to:
        return span
    times = span.times[bisect_left(span.times, t_from) : bisect_left(span.times, t_to)]
    if not times:
        return None
    whole = max(1, len(span.times))
    cut_in, cut_out = span.first.t < t_from, span.last.t >= t_to
    return replace(
        span,
        first=replace(span.first, t=times[0], row=-1) if cut_in else span.first,
        last=replace(span.last, t=times[-1], row=-1) if cut_out else span.last,
        fixes=max(len(times), round(span.fixes * len(times) / whole)),
        air_change_in=span.air_change_in and not cut_in,
        air_change_out=span.air_change_out and not cut_out,
        times=times,
    )
