"""Aircraft stacked on one spot: a spoofer puts everybody it reaches at the same place.

One track cannot show that; many together do. Three aircraft that fly, each fast, within a hundred
metres and a minute of one another are not there: not on an approach, where they follow at miles,
and not in a holding, which they fly on different sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from schemas.records import Bool, Int64, Track

_CELL_DEG = 0.001
_MINUTE_US = 60_000_000
_FLYING_KT = 80.0
_AIRCRAFT = 3


def stacked(tracks: Sequence[Track]) -> Mapping[str, Bool]:
    """Which fixes of each aircraft, by icao24, lie on one spot with those of two others.

    One track an aircraft; the masks are in the order of its rows, and can be handed to `detect`.
    """
    hit = [np.zeros(len(track), np.bool_) for track in tracks]
    flying = [_is_flying(track) for track in tracks]
    who = np.repeat(np.arange(len(tracks)), [int(mask.sum()) for mask in flying])
    if not len(who):
        return {track.icao24: mask for track, mask in zip(tracks, hit, strict=True)}
    columns = [
        np.concatenate([getattr(t, name)[mask] for t, mask in zip(tracks, flying, strict=True)])
        for name in ("lat", "lon", "t_us")
    ]
    together = np.zeros(len(who), np.bool_)
    # A spot on the edge of a cell, or of a minute, lies in the middle of a shifted one.
    for shift in (0.0, 0.5):
        key = [
            np.floor(columns[0] / _CELL_DEG + shift),
            np.floor(columns[1] / _CELL_DEG + shift),
            np.floor(columns[2] / _MINUTE_US + shift),
        ]
        together |= _crowded(np.stack(key, axis=1).astype(np.int64), who)
    start = 0
    for mask, fixes in zip(hit, flying, strict=True):
        count = int(fixes.sum())
        mask[fixes] = together[start : start + count]
        start += count
    return {track.icao24: mask for track, mask in zip(tracks, hit, strict=True)}


def _is_flying(track: Track) -> Bool:
    placed = (np.abs(track.lat) <= 90.0) & (np.abs(track.lon) <= 180.0)
    return np.asarray(placed & ~track.on_ground & (track.gs_kt >= _FLYING_KT))


def _crowded(keys: Int64, who: Int64) -> Bool:
    """Rows whose key is shared by enough aircraft."""
    _, spot = np.unique(keys, axis=0, return_inverse=True)
    spot = spot.ravel()
    pairs = np.unique(np.stack((spot, who), axis=1), axis=0)
    aircraft = np.bincount(pairs[:, 0], minlength=int(spot.max()) + 1)
    return np.asarray(aircraft[spot] >= _AIRCRAFT)
