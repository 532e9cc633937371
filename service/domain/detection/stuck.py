"""Speeds that are said again and again, to the last bit, while the positions go nowhere so far.

Some archives and decoders repeat an aircraft's last velocity for minutes after it was last heard,
beside positions that are still fresh: 135 kt and a descent, all the way to the stand. A velocity
that changes in no digit and that the way flown contradicts counts as unsaid; how fast such a row
moves is told by the positions around it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from schemas.records import Float32, Float64, Int64, Track
from service.domain.detection import rules
from service.domain.geo import distance_nm

_NAN = np.float32(np.nan)
_FEW = 3
"""Half of `STUCK_FIXES`."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Rows whose velocity is not believed, and their speed by position, kt."""

    rows: Int64
    gs_kt: Float32

    def out_of(self, track: Track) -> Track:
        """The track with these velocities unsaid."""
        columns = {name: getattr(track, name).copy() for name in ("gs_kt", "track_deg", "rate_fpm")}
        for column in columns.values():
            column[self.rows] = _NAN
        return replace(track, **columns)

    def into(self, gs_kt: Float32) -> Float32:
        """Speeds of all rows, these ones by position."""
        mended = gs_kt.copy()
        mended[self.rows] = self.gs_kt
        return mended


def stuck_speeds(track: Track, t_s: Float64, step_nm: Float64) -> Stuck | None:
    """The rows of a track in time order that only say an old velocity again; None when there are
    none. The way along the positions, not the straight line, is held against the speed: a jump
    among them makes it longer, and leaves the speed believed."""
    gs, course, rate = track.gs_kt, track.track_deg, track.rate_fpm
    if not _may_be_stuck(track, t_s, step_nm):
        return None
    again = (gs[1:] == gs[:-1]) & (gs[1:] > np.float32(rules.MOVING_KT))
    again &= course[1:] == course[:-1]
    again &= (rate[1:] == rate[:-1]) | (np.isnan(rate[1:]) & np.isnan(rate[:-1]))
    again &= t_s[1:] - t_s[:-1] <= rules.TIED_STEP_S
    edges = np.flatnonzero(np.diff(np.concatenate(([0], again.view(np.int8), [0]))))
    starts, lasts = edges[::2], edges[1::2]
    lasted_s = t_s[lasts] - t_s[starts]
    long = (lasted_s >= rules.STUCK_S) & (lasts - starts >= rules.STUCK_FIXES)
    if not long.any():
        return None
    starts, lasts, lasted_s = starts[long], lasts[long], lasted_s[long]
    way_nm = np.concatenate(([0.0], np.cumsum(step_nm)))
    said_nm = gs[starts] * lasted_s / 3600.0
    short = way_nm[lasts] - way_nm[starts] < rules.STUCK_SHARE * said_nm
    if not short.any():
        return None
    runs = list(zip(starts[short].tolist(), lasts[short].tolist(), strict=True))
    return Stuck(
        np.concatenate([np.arange(first, last + 1) for first, last in runs]),
        np.concatenate([_by_position_kt(track, t_s, first, last) for first, last in runs]),
    )


def _may_be_stuck(track: Track, t_s: Float64, step_nm: Float64) -> bool:
    """Whether there is a stretch of a few steps that goes nowhere so far as the same velocity at
    both ends of it says; most tracks hold none. A run long enough has two such rows at least."""
    gs, course = track.gs_kt[::_FEW], track.track_deg[::_FEW]
    at = np.flatnonzero((gs[1:] == gs[:-1]) & (course[1:] == course[:-1])) * _FEW
    if not len(at):
        return False
    said_nm = track.gs_kt[at] * (t_s[at + _FEW] - t_s[at]) / 3600.0
    way_nm = step_nm[at] + step_nm[at + 1] + step_nm[at + 2]
    return bool((way_nm < rules.STUCK_SHARE * said_nm).any())


def _by_position_kt(track: Track, t_s: Float64, first: int, last: int) -> Float32:
    """Speed of the rows of a run, by where the aircraft is some seconds before and after."""
    run_s = t_s[first : last + 1]
    a = first + np.searchsorted(run_s, run_s - rules.STUCK_LOOK_S)
    b = first + np.searchsorted(run_s, run_s + rules.STUCK_LOOK_S, side="right") - 1
    way_nm = distance_nm(track.lat[a], track.lon[a], track.lat[b], track.lon[b])
    return np.asarray(way_nm / np.maximum(t_s[b] - t_s[a], 1.0) * 3600.0, np.float32)
