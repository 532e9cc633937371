"""Positions against dead reckoning: a track that is drawn away bit by bit.

A spoofer that pulls positions off slowly makes no jump on the way out, only on the way back. The
aircraft's own speed and course do not follow: integrated from the jump backwards (or forwards),
they part from the positions by the very length of the jump.
"""

from __future__ import annotations

import numpy as np

from schemas.records import Bool, Float64, Int64
from service.domain.detection import rules
from service.domain.detection.fixes import Fixes
from service.domain.geo import NM_PER_DEGREE

_JUMPS = 40
_LEAST_FIXES = 8
_SILENCE_S = 600.0
_START_NM = 1.5
_AHEAD = 8


def drifted_rows(fixes: Fixes, jumps: Int64) -> Bool:
    """Rows that were drifting away before an impossible step, or back after one.

    `jumps`: the rows before impossible steps.
    """
    drifted = np.zeros(len(fixes), np.bool_)
    if not len(jumps):
        return drifted
    east, north = _moves_nm(fixes)
    moved = np.stack((east, north), axis=1)
    parting = moved - _reckoned_nm(fixes)
    off_nm = np.where(np.isnan(parting[jumps]), moved[jumps], parting[jumps])
    length_nm = np.hypot(off_nm[:, 0], off_nm[:, 1])
    for k in np.flatnonzero(length_nm >= rules.DRIFT_NM)[:_JUMPS].tolist():
        jump, off = int(jumps[k]), off_nm[k]
        # Nothing is reckoned across a jump of its own size.
        others = np.flatnonzero(length_nm >= 0.5 * length_nm[k])
        at = int(np.searchsorted(others, k))
        first = int(jumps[others[at - 1]]) if at else -1
        last = int(jumps[others[at + 1]]) if at + 1 < len(others) else len(fixes) - 1
        rows = _drift(fixes, np.arange(jump - 1, first, -1), parting, off)
        drifted[rows + 1] = True
        rows = _drift(fixes, np.arange(jump + 1, last), parting, off)
        drifted[rows] = True
    return drifted


def _drift(fixes: Fixes, steps: Int64, parting: Float64, jump_nm: Float64) -> Int64:
    """Those of the steps, counted away from the jump, over which the drift took place."""
    none = steps[:0]
    silent = np.flatnonzero(fixes.step_s[steps] > _SILENCE_S)
    steps = steps[: silent[0]] if len(silent) else steps
    unknown = np.flatnonzero(np.isnan(parting[steps]).any(axis=1))
    steps = steps[: unknown[0]] if len(unknown) else steps
    if len(steps) < _LEAST_FIXES:
        return none
    summed = np.cumsum(parting[steps], axis=0)
    # The drift ends where the parting has reached the jump's whole length and grows no more.
    short_nm = np.hypot(*(summed + jump_nm).T)
    flown_nm = np.cumsum(fixes.step_nm[steps])
    closest_nm = float(short_nm.min())
    reached = int(np.argmax(short_nm <= max(_START_NM, closest_nm + 0.5)))
    if closest_nm > _START_NM + rules.DRIFT_SHARE * flown_nm[reached]:
        return none
    if float(np.hypot(*summed[reached])) < rules.DRIFT_NM + rules.DRIFT_SHARE * flown_nm[reached]:
        return none
    return steps[: _grows_no_more(summed, jump_nm, reached) + 1]


def _grows_no_more(summed: Float64, jump_nm: Float64, reached: int) -> int:
    """The first step from `reached` on after which the parting no longer grows along the jump at
    half the pace it had: speeds and courses are off a little, so that it may have reached the
    jump's length some miles before the drift began."""
    grown_nm = -(summed @ jump_nm) / float(np.hypot(*jump_nm))
    pace_nm = grown_nm[reached] / (reached + 1)
    ahead = grown_nm[reached + _AHEAD :] - grown_nm[reached : len(grown_nm) - _AHEAD]
    over = np.flatnonzero(ahead <= 0.5 * _AHEAD * pace_nm)
    return reached + (int(over[0]) if len(over) else len(ahead))


def _moves_nm(fixes: Fixes) -> tuple[Float64, Float64]:
    lat, lon = fixes.track.lat, fixes.track.lon
    east = np.diff(lon)
    east -= 360.0 * np.rint(east / 360.0)
    mid = np.radians((lat[1:] + lat[:-1]) / 2.0)
    return east * np.cos(mid) * NM_PER_DEGREE, np.diff(lat) * NM_PER_DEGREE


def _reckoned_nm(fixes: Fixes) -> Float64:
    """Each step by reported speed and course, the mean of both its ends; NaN when unsaid."""
    course = np.radians(fixes.track.track_deg.astype(np.float64))
    speed = fixes.track.gs_kt.astype(np.float64) / 3600.0
    velocity = np.stack((speed * np.sin(course), speed * np.cos(course)), axis=1)
    return np.asarray((velocity[1:] + velocity[:-1]) / 2.0 * fixes.step_s[:, None])
