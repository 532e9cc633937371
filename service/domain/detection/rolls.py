"""Which runway a roll, or the last mile before it, keeps to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.geo import NM_PER_DEGREE

_SAMPLES = 5
_MOVED_NM = 0.05
_LINE_NM = 0.1
_COURSE_DEG = 15.0
_BEYOND_NM = 1.5


def runway_end(fixes: Fixes, fields: Fields, airport: int, rows: Sequence[int]) -> int | None:
    """The end whose runway's line some rows, in time order, keep to in its direction; None where
    they keep to none, or no runway is known."""
    if not rows or not fields.has_runways(airport):
        return None
    rows = sampled(rows, _SAMPLES)
    course = course_along(fixes, rows)
    best: tuple[float, int] | None = None
    ends = fields.ends_of(airport)
    for end in range(ends.start, ends.stop):
        off = 0.0
        if course is not None:
            off = abs((course - fields.end_heading_deg.item(end) + 180.0) % 360.0 - 180.0)
            if off > _COURSE_DEG:
                continue
        places = [in_frame(fixes, fields, end, row) for row in rows]
        beside = median([abs(cross) for _, cross in places])
        middle = median([along for along, _ in places])
        if (
            beside <= _LINE_NM
            and -_BEYOND_NM <= middle <= fields.end_length_nm.item(end) + _BEYOND_NM
            and (len(places) < 2 or places[-1][0] > places[0][0])
        ):
            fit = (beside + off / 300.0, end)
            best = fit if best is None or fit < best else best
    return None if best is None else best[1]


def in_frame(fixes: Fixes, fields: Fields, end: int, row: int) -> tuple[float, float]:
    """Along and cross of one fix in the frame of a runway end, NM (`Fields.runway_frame`)."""
    north = (fixes.track.lat.item(row) - fields.end_lat.item(end)) * NM_PER_DEGREE
    east = fixes.track.lon.item(row) - fields.end_lon.item(end)
    east = ((east + 180.0) % 360.0 - 180.0) * fields.end_cos_lat.item(end) * NM_PER_DEGREE
    sin, cos = fields.end_sin.item(end), fields.end_cos.item(end)
    return east * sin + north * cos, east * cos - north * sin


def course_along(fixes: Fixes, rows: Sequence[int]) -> float | None:
    """The course over the ground along some rows: by the way they move, for on the ground what is
    reported may be a stuck heading; as reported where they hardly move; None when unsaid."""
    track = fixes.track
    a, b = rows[0], rows[-1]
    north = track.lat.item(b) - track.lat.item(a)
    east = (track.lon.item(b) - track.lon.item(a) + 180.0) % 360.0 - 180.0
    east *= fixes.cos_lat.item(a)
    if math.hypot(north, east) * NM_PER_DEGREE >= _MOVED_NM:
        return math.degrees(math.atan2(east, north))
    reported = track.track_deg.item(rows[len(rows) // 2])
    return None if math.isnan(reported) else reported


def sampled(rows: Sequence[int], count: int) -> list[int]:
    """Some of the rows, spread evenly, the first and the last among them."""
    if len(rows) <= count:
        return list(rows)
    step = (len(rows) - 1) / (count - 1)
    return [rows[round(k * step)] for k in range(count)]
