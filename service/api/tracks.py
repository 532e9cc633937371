"""A page of fixes: the earliest ones of a window, cut at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from schemas.records import Track
from service.api.windows import BoundWindow
from service.ask.positions import positions
from service.ask.track import tracks_of
from service.desk import Desk
from service.domain.track import between

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixesPage:
    """Whole moments, so that the next page simply begins at `goes_on_at`."""

    fixes: list[dict[str, Any]]
    left_out: int
    goes_on_at: datetime | None


def page_of(
    desk: Desk, icao24: str, window: BoundWindow, *, source: str | None, limit: int
) -> FixesPage:
    """About `limit` fixes from the window's start, all sources together.

    Raises `Unreadable` or `StorageError` when the bytes are not what they were.
    """
    tracks = tracks_of(desk, icao24, window.t_from, window.t_to, source)
    held = sum(len(track) for track in tracks)
    cut_us = _cut(tracks, limit) if held > limit else None
    if cut_us is not None:
        tracks = tuple(between(track, _BEFORE_ALL_US, cut_us) for track in tracks)
    fixes = list(positions(tracks))
    return FixesPage(
        fixes=fixes,
        left_out=held - len(fixes),
        goes_on_at=None if cut_us is None else _EPOCH + timedelta(microseconds=cut_us),
    )


_BEFORE_ALL_US = -(2**62)


def _cut(tracks: tuple[Track, ...], limit: int) -> int | None:
    """The moment before which lie at most `limit` fixes; more only where one single moment has
    more. None = that moment is the last one."""
    times = np.sort(np.concatenate([track.t_us for track in tracks]))
    cut = int(times[limit])
    if cut > int(times[0]):
        return cut
    later = times[times > cut]
    return int(later[0]) if len(later) else None
