"""Tracks as values: put in order, joined, cut. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import numpy as np

from schemas.records import TRACK_COLUMNS, Bool, Int64, Track

_COLUMNS = tuple(name for name, _ in TRACK_COLUMNS)
_LISTS = tuple(f.name for f in fields(Track) if f.name not in _COLUMNS)


def take(track: Track, rows: Bool | Int64 | slice) -> Track:
    """The track with only these rows: a mask, positions in any order, or a slice (no copy)."""
    columns: dict[str, Any] = {name: getattr(track, name) for name in _LISTS}
    for name in _COLUMNS:
        columns[name] = getattr(track, name)[rows]
    return Track(**columns)


def in_order(track: Track) -> Track:
    """The track sorted by time, rows that say the same again removed.

    Two rows are the same when time, place and the ground flag are. Rows of one moment that were
    not in order stand in the order of place, then of capture and row, whatever was read first.
    """
    step_us = track.t_us[1:] - track.t_us[:-1]
    if bool((step_us < 0).any()):
        return _without_repeats(_sorted(track))
    return track if bool((step_us > 0).all()) else _without_repeats(track)


def _sorted(track: Track) -> Track:
    keys = (track.row, track.capture, track.on_ground, track.lon, track.lat, track.t_us)
    return replace(
        take(track, np.lexsort(keys)),
        callsigns=tuple(sorted(set(track.callsigns))),
        squawks=tuple(sorted(set(track.squawks))),
    )


def _without_repeats(track: Track) -> Track:
    at_once = np.flatnonzero(track.t_us[1:] == track.t_us[:-1])
    again = at_once[
        (track.lat[at_once] == track.lat[at_once + 1])
        & (track.lon[at_once] == track.lon[at_once + 1])
        & (track.on_ground[at_once] == track.on_ground[at_once + 1])
    ]
    if not len(again):
        return track
    keep = np.ones(len(track), np.bool_)
    keep[again + 1] = False
    return take(track, keep)


def join(tracks: Sequence[Track]) -> Track:
    """One track of several of the same aircraft and source, in order.

    Raises:
        ValueError: there is none, or they are not of one aircraft and one source.
    """
    if not tracks:
        raise ValueError("There is no track to join.")
    first = tracks[0]
    if any(t.icao24 != first.icao24 or t.source != first.source for t in tracks):
        raise ValueError("Only tracks of one aircraft from one source can be joined.")
    if len(tracks) == 1:
        return in_order(first)
    captures = tuple(sorted({sha256 for track in tracks for sha256 in track.captures}))
    place = {sha256: index for index, sha256 in enumerate(captures)}
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(track, name) for track in tracks])
        for name in _COLUMNS
        if name != "capture"
    }
    columns["capture"] = np.concatenate(
        [
            np.array([place[sha256] for sha256 in track.captures], np.uint16)[track.capture]
            for track in tracks
        ]
    )
    together = Track(
        icao24=first.icao24,
        source=first.source,
        captures=captures,
        callsigns=tuple(said for track in tracks for said in track.callsigns),
        squawks=tuple(said for track in tracks for said in track.squawks),
        **columns,
    )
    return _without_repeats(_sorted(together))


def between(track: Track, t_from_us: int, t_to_us: int) -> Track:
    """The rows of a half-open window, microseconds since 1970 UTC, in the order they stand.

    Callsigns and squawks said before the window stay: the last of them still holds in it.
    """
    inside = (track.t_us >= t_from_us) & (track.t_us < t_to_us)
    return track if bool(inside.all()) else take(track, inside)


def callsign_at(track: Track, t_us: int) -> str:
    """The callsign in force at a moment; the first one said, when that was later."""
    said = ""
    for since_us, callsign in track.callsigns:
        if since_us > t_us and said:
            break
        said = callsign
    return said


def to_us(t: datetime) -> int:
    """An aware moment as microseconds since 1970 UTC, exactly."""
    since = t - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
