"""Whether a stretch of a track is tied to a runway: the one place where a track proves itself.

A displaced stretch (spoofed positions, another aircraft's) does not roll along a runway, and does
not come down its centreline at the right height. Circling over an airport crosses centrelines, so
the line must be kept to for almost two miles. Where runways are unknown nothing is tied.
"""

from __future__ import annotations

import numpy as np

from schemas.records import Bool, Int64
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.geo import angle_diff_deg

_ROLLING_KT = 40.0
_LOOKS = 60
_ABEAM_NM = 0.12
_FINAL_NM = 4.0
_OFF_COURSE_DEG = 4.0
_OVER_FT = 1_600.0
_KEPT_NM = 1.8


def anchors(fixes: Fixes, rows: Int64, fields: Fields) -> Int64:
    """Those of the fixes that roll on a runway or fly its centreline low, for `_KEPT_NM`."""
    track = fixes.track
    moving = fixes.gs_kt[rows] >= _ROLLING_KT
    ceiling = fields.ceiling_ft[fixes.cell[rows]]
    low = track.on_ground[rows] | (track.alt_baro_ft[rows] < ceiling + _OVER_FT + 1_800.0)
    rows = rows[moving & low]
    if len(rows) > _LOOKS:
        rows = rows[np.linspace(0, len(rows) - 1, _LOOKS).astype(np.int64)]
    if len(rows) < 3:
        return rows[:0]
    number, airport, _ = fields.airports.near(track.lat[rows], track.lon[rows], 7.0)
    tied = np.zeros(len(rows), np.bool_)
    for index in np.unique(airport).tolist():
        ends = fields.airports.ends_of(index)
        near = np.unique(number[airport == index])
        if ends.start < ends.stop:
            tied[near] |= _on_a_line(fixes, rows[near], fields, ends)
    return rows[tied]


def _on_a_line(fixes: Fixes, rows: Int64, fields: Fields, ends: slice) -> Bool:
    track, sigma_ft = fixes.track, fixes.sigma_ft[rows]
    ground = track.on_ground[rows]
    number = np.arange(ends.start, ends.stop)[:, None]
    along, cross = fields.runway_frame(number, track.lat[rows], track.lon[rows])
    length = fields.end_length_nm[ends][:, None]
    height = fixes.msl_ft[rows] - fields.end_elevation_ft[ends][:, None]
    low = (height <= _OVER_FT + sigma_ft) & (height >= -300.0 - 3.0 * sigma_ft)
    off = np.abs(angle_diff_deg(track.track_deg[rows], fields.end_heading_deg[ends][:, None]))
    fits = (
        (np.abs(cross) <= _ABEAM_NM)
        & (off <= _OFF_COURSE_DEG)
        & (ground | low)
        & (along >= np.where(ground, -0.1, -_FINAL_NM))
        & (along <= length + np.where(ground, 0.1, 1.5))
    )
    farthest = np.where(fits, along, -np.inf).max(axis=1)
    nearest = np.where(fits, along, np.inf).min(axis=1)
    kept = (farthest - nearest >= _KEPT_NM) & (fits.sum(axis=1) >= 3)
    return np.asarray(fits[kept].any(axis=0))
