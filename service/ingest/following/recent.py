"""The fixes of the last two days that one live source sent, in memory.

A live page holds one fix of an aircraft. To work out what it did, thousands of them are needed at
once; read again from the captures every time, that would take minutes. They are held hour by hour:
every derivation looks at whole hours (a day and twelve hours on either side), so it names the same
captures as one that is made from the captures again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence, Set
from datetime import timedelta
from typing import Final

from schemas.records import Track
from service.desk import Desk
from service.domain.track import join, take
from service.errors import NotFound, StorageError, Unreadable
from service.ingest.following.rhythm import Last, heard
from service.ingest.reading import stored_tracks
from service.nameless import without_names
from service.storage.capture_index import CaptureSpan, captures_with
from service.storage.codec import HOUR_US, MICROSECOND, to_us
from service.storage.database import reading
from service.storage.received import last_span

HELD: Final = timedelta(hours=52)
"""Before an aircraft's last fix. A derivation is made of days up to 14 hours before that fix (12 of
them because a day looks so far beyond its end), and looks back from the start of such a day by 12
hours: 50 at most."""
AGAIN: Final = timedelta(hours=1)
"""When a page that could not be read is tried again."""

_log = logging.getLogger("tailcheck.live")


class RecentTracks:
    """Tracks by address, of one source."""

    def __init__(self, desk: Desk, source: str) -> None:
        self._desk = desk
        self._source = source
        self._hours: dict[str, dict[int, list[Track]]] = {}
        self._last: dict[str, Last] = {}
        self._whole_from_us: dict[str, int] = {}
        """By address, for those that were loaded: since when nothing that is stored is missing."""
        self._broken_until_us: dict[str, int] = {}

    def add(self, track: Track) -> None:
        """More fixes; those that are held already change nothing."""
        hours = self._hours.setdefault(track.icao24, {})
        numbers = track.t_us // HOUR_US
        for number in sorted(set(numbers.tolist())):
            part = track if len(track) == 1 else take(track, numbers == number)
            hours.setdefault(number, []).append(part)
        last = heard(track, self._last.get(track.icao24))
        if last is not None:
            self._last[track.icao24] = last

    def last(self, icao24: str) -> Last | None:
        """As it was last heard."""
        return self._last.get(icao24)

    def tracks(self, icao24: str) -> list[Track]:
        """All that is held of it, hour by hour."""
        hours = self._hours.get(icao24, {})
        for number, parts in hours.items():
            if len(parts) > 1:
                hours[number] = [join(parts)]
        return [hours[number][0] for number in sorted(hours)]

    def whole_from_us(self, icao24: str) -> int | None:
        """Since when everything that captures hold of it is here; None = it was not loaded, and
        nothing may be derived that would replace what rests on more."""
        return self._whole_from_us.get(icao24)

    def load(self, icao24s: Iterable[str], now_us: int) -> list[str]:
        """Read what captures hold of these, unless that was done before; returns those of whom it
        was done now. A page that can no longer be read leaves its aircraft out, for an hour."""
        new = sorted(
            icao24
            for icao24 in set(icao24s) - self._whole_from_us.keys()
            if self._broken_until_us.get(icao24, now_us) <= now_us
        )
        if not new:
            return []
        try:
            self._read(new)
        except (Unreadable, NotFound, StorageError):
            return [icao24 for icao24 in new if self._read_alone(icao24, now_us)]
        return new

    def _read_alone(self, icao24: str, now_us: int) -> bool:
        try:
            self._read([icao24])
        except (Unreadable, NotFound, StorageError) as error:
            _log.error("%s: an earlier page: %s", self._source, without_names(error))
            self._broken_until_us[icao24] = now_us + AGAIN // MICROSECOND
            return False
        self._broken_until_us.pop(icao24, None)
        return True

    def _read(self, icao24s: Sequence[str]) -> None:
        with reading(self._desk.engine) as conn:
            spans: list[CaptureSpan] = []
            since_us: dict[str, int] = {}
            for icao24 in icao24s:
                last = last_span(conn, icao24, self._source)
                if last is None:
                    since_us[icao24] = -(2**62)
                    continue
                since = last.t_last - HELD
                spans += captures_with(conn, icao24, self._source, since, last.t_last + HELD)
                since_us[icao24] = to_us(since)
            tracks = stored_tracks(conn, self._desk, spans)
        for track in tracks:
            self.add(track)
        self._whole_from_us |= since_us

    def forget(self, now_us: int, *, besides: Set[str]) -> None:
        """Let go of what lies more than `HELD` before an aircraft's last fix, and altogether of
        those that were not heard for so long, besides these."""
        held_us = HELD // MICROSECOND
        for icao24, last in list(self._last.items()):
            hours = self._hours[icao24]
            if last.t_us < now_us - held_us and icao24 not in besides:
                for known in (self._hours, self._last, self._whole_from_us):
                    known.pop(icao24, None)
                continue
            oldest_us = last.t_us - held_us
            for number in [number for number in hours if (number + 1) * HOUR_US <= oldest_us]:
                del hours[number]
            if icao24 in self._whole_from_us:
                self._whole_from_us[icao24] = max(oldest_us, self._whole_from_us[icao24])
