"""Where one aircraft was on one UTC day: its fixes, read again from the bytes as received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.records import Track
from service.desk import Desk
from service.domain.track import between, in_order, join
from service.ingest.reading import stored_tracks
from service.storage.capture_index import captures_with
from service.storage.codec import to_us
from service.storage.database import reading


def tracks_of(
    desk: Desk, icao24: str, t_from: datetime, t_to: datetime, source: str | None = None
) -> tuple[Track, ...]:
    """One track for each source that holds fixes of the aircraft in [t_from, t_to), by key.

    Raises:
        Unreadable, StorageError: a stored capture is missing, changed or no longer readable.
    """
    found: list[Track] = []
    with reading(desk.engine) as conn:
        for key in sorted(desk.sources) if source is None else [source]:
            spans = captures_with(conn, icao24, key, t_from, t_to)
            tracks = stored_tracks(conn, desk, spans)
            if tracks:
                found.append(_one(tracks, t_from, t_to))
    return tuple(found)


def _one(tracks: Sequence[Track], t_from: datetime, t_to: datetime) -> Track:
    return between(in_order(join(tracks)), to_us(t_from), to_us(t_to))
