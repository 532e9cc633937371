"""Single fixes off the straight way between their neighbours, though speed would allow the detour.

In cruise a step of a minute leaves room for an error of ten miles: with the reported speed and its
margin both sides of it could have been flown. Not on an unchanged course: where the two neighbours
and the fix itself say the same course, an honest fix lies between them, off by what clocks and
multilateration make it and no more.
"""

from __future__ import annotations

import numpy as np

from schemas.records import Bool, Float64, Int64
from service.domain.detection import rules
from service.domain.detection.fixes import Fixes
from service.domain.geo import NM_PER_DEGREE, angle_diff_deg, distance_nm

_BRISK = 1.15
_MOVING_KT = 60.0
"""Slower than this a course says little."""


def strays(fixes: Fixes) -> Int64:
    """Rows of such fixes, in order, never two in a row."""
    step_s, step_nm, gs = fixes.step_s, fixes.step_nm, fixes.gs_kt
    said_nm = np.maximum(gs[1:], gs[:-1]) * np.float32(_BRISK / 3600.0) * step_s
    long = np.flatnonzero(step_nm > rules.STRAY_NM + said_nm)
    if not len(long):
        return long
    rows = np.unique(np.concatenate((long, long + 1)))
    rows = rows[(rows > 0) & (rows < len(fixes) - 1)]
    rows = rows[np.maximum(step_s[rows - 1], step_s[rows]) <= rules.NODE_GAP_S]
    rows = rows[_keeps_course(fixes, rows)]
    rows = rows[_goes_on_without(fixes, rows)]
    off = _off_nm(fixes, rows)
    far = off > rules.STRAY_NM + gs[rows] * (rules.STRAY_CLOCK_S / 3600.0)
    rows, off = rows[far], off[far]
    # A neighbour of a stray looks like one too, and less so.
    alone = np.ones(len(rows), np.bool_)
    close = np.flatnonzero(np.diff(rows) == 1)
    alone[close] &= off[close] > off[close + 1]
    alone[close + 1] &= off[close + 1] > off[close]
    return rows[alone]


def _keeps_course(fixes: Fixes, rows: Int64) -> Bool:
    course, gs = fixes.track.track_deg, fixes.gs_kt
    keeps = np.ones(len(rows), np.bool_)
    for beside in (rows - 1, rows + 1):
        keeps &= np.abs(angle_diff_deg(course[beside], course[rows])) <= rules.STRAY_TURN_DEG
        keeps &= (gs[beside] >= _MOVING_KT) & (gs[rows] >= _MOVING_KT)
    return keeps


def _goes_on_without(fixes: Fixes, rows: Int64) -> Bool:
    """Whether the neighbours are as far apart as their speeds make it: at a jump they are not."""
    track, t_s, gs = fixes.track, fixes.t_s, fixes.gs_kt
    a, b = rows - 1, rows + 1
    apart = distance_nm(track.lat[a], track.lon[a], track.lat[b], track.lon[b])
    said_nm = np.maximum(gs[a], gs[b]) * (t_s[b] - t_s[a]) * (_BRISK / 3600.0)
    return np.asarray(apart <= rules.STRAY_NM + said_nm)


def _off_nm(fixes: Fixes, rows: Int64) -> Float64:
    """How far fixes lie from where their neighbours put them at that time, on the flat."""
    track, t_s = fixes.track, fixes.t_s
    a, b = rows - 1, rows + 1
    share = (t_s[rows] - t_s[a]) / np.maximum(t_s[b] - t_s[a], 1e-3)
    north = track.lat[a] + (track.lat[b] - track.lat[a]) * share - track.lat[rows]
    over = angle_diff_deg(track.lon[b], track.lon[a]) * share
    east = (over - angle_diff_deg(track.lon[rows], track.lon[a])) * fixes.cos_lat[rows]
    return np.asarray(np.hypot(north, east) * NM_PER_DEGREE)
