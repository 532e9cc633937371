"""The roster: who is followed, held in memory, and which aircraft that means today.

It is asked at every polling round and in every transaction that writes movements, so what is read
and resolved once is kept. It is current all the same: the watches are read anew when their version
counted up; an aircraft is resolved anew when a newer identity statement names it; and all of them
are with every UTC date and every hour, whatever the statements' numbers say (on PostgreSQL a lower
number may become visible later than a higher one).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters._contract import Area
from schemas.watching import Trigger, Watch
from service.clock import Clock
from service.domain.airports.table import Airports
from service.ingest.telling.meanings import Meaning, meanings
from service.sealing import Sealer
from service.storage.database import Connection
from service.storage.identity import last_statement, names_said_after
from service.storage.watches import roster_version, watches

ANEW: Final = timedelta(hours=1)
MOST_NEW: Final = 5_000
"""More new statements than this (a register was read) are not looked at one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """All that is followed at a moment, by what an aircraft may be found by."""

    watches: Mapping[int, Watch] = field(default_factory=dict)
    """By id."""
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    """By the subject of watches on an aircraft; one that cannot be read any more is missing."""
    by_address: Mapping[str, tuple[Watch, ...]] = field(default_factory=dict)
    by_airport: Mapping[str, tuple[Watch, ...]] = field(default_factory=dict)
    """By our ident."""
    areas: tuple[tuple[Area, Watch], ...] = ()
    by_type: Mapping[str, tuple[Watch, ...]] = field(default_factory=dict)
    by_operator: Mapping[str, tuple[Watch, ...]] = field(default_factory=dict)
    """Both as `folded`."""
    since: datetime | None = None
    """When the first of them was added; None when nothing is followed."""
    meeting_owners: frozenset[str] = frozenset()
    """Who wants to be told when two of theirs meet."""
    looks_back: bool = False
    """What happened before a watch was added matters to one of them (`LOOKING_BACK`)."""


LOOKING_BACK: Final = frozenset[Trigger](("first_visit", "reappeared"))
"""Whether these are fulfilled hangs on all that went before."""
NOBODY: Final = Followed()


@dataclass(slots=True)
class _Held:
    """What was read, and until when it holds."""

    version: int
    watches: tuple[Watch, ...]
    meanings: dict[str, Meaning]
    last_statement: int
    on: date
    anew_at: datetime
    followed: Followed

    def expires_at(self) -> datetime | None:
        """When the first of the watches does."""
        return min((w.expires_at for w in self.watches if w.expires_at is not None), default=None)


class Roster:
    """Who is followed. Safe for several threads."""

    def __init__(self, sealer: Sealer, airports: Airports, clock: Clock) -> None:
        self._sealer = sealer
        self._airports = airports
        self._clock = clock
        self._held: _Held | None = None
        self._lock = threading.Lock()
        self._behind: set[str] = set()

    def now(self, conn: Connection) -> Followed:
        """As `conn` sees it: in a transaction that writes, with what it wrote itself. If that is
        rolled back, call `forget`.

        Raises:
            StorageError: the database failed, or a watch is sealed with a key that is not here.
        """
        with self._lock:
            now = self._clock().astimezone(UTC)
            held = self._held
            if held is None or held.on != now.date() or now >= held.anew_at:
                held = self._held = self._read(conn, now, {}, last_statement(conn))
                return held.followed
            version = roster_version(conn)
            last = last_statement(conn)
            ends = held.expires_at()
            changed = version != held.version or (ends is not None and ends <= now)
            known = held.meanings
            if last > held.last_statement:
                known = self._without_renamed(conn, held, last)
            if not changed and known is held.meanings:
                held.last_statement = max(last, held.last_statement)
                return held.followed
            again = self._read(conn, now, known, max(last, held.last_statement))
            again.anew_at = held.anew_at
            self._held = again
            return again.followed

    def forget(self) -> None:
        """Read everything anew next time: what was seen of it may never have been written."""
        with self._lock:
            self._held = None

    def fell_behind(self, icao24s: Iterable[str]) -> None:
        """Something about these aircraft could not be told; it is to be tried again."""
        with self._lock:
            self._behind.update(icao24s)

    def take_behind(self) -> frozenset[str]:
        """Those aircraft, each handed out once."""
        with self._lock:
            behind, self._behind = frozenset(self._behind), set()
            return behind

    def _without_renamed(self, conn: Connection, held: _Held, last: int) -> dict[str, Meaning]:
        """The meanings that no newer statement touches; all of them, the same, when none does."""
        if last - held.last_statement > MOST_NEW:
            return {}
        names = names_said_after(conn, held.last_statement)
        kept = {
            subject: meaning
            for subject, meaning in held.meanings.items()
            if names.isdisjoint(meaning.names)
        }
        return held.meanings if len(kept) == len(held.meanings) else kept

    def _read(
        self, conn: Connection, now: datetime, known: Mapping[str, Meaning], last: int
    ) -> _Held:
        version = roster_version(conn)
        current = watches(conn, self._sealer, now=now)
        subjects = {watch.subject for watch in current if watch.kind == "aircraft"}
        found = {subject: known[subject] for subject in subjects & known.keys()}
        found |= meanings(conn, sorted(subjects - known.keys()), now.date())
        return _Held(
            version=version,
            watches=current,
            meanings=found,
            last_statement=last,
            on=now.date(),
            anew_at=now + ANEW,
            followed=self._followed(current, found),
        )

    def _followed(self, current: Sequence[Watch], found: Mapping[str, Meaning]) -> Followed:
        if not current:
            return NOBODY
        aircraft = [watch for watch in current if watch.kind == "aircraft"]
        by_address = (
            (icao24, watch)
            for watch in aircraft
            if watch.subject in found
            for icao24 in found[watch.subject].icao24
        )
        at = ((self._airports.get(w.subject), w) for w in current if w.kind == "airport")
        circles = ((area_of(w.subject), w) for w in current if w.kind == "area")
        return Followed(
            watches={watch.id: watch for watch in current},
            meanings=found,
            by_address=_grouped(by_address),
            by_airport=_grouped((place.ident, w) for place, w in at if place is not None),
            areas=tuple((area, w) for area, w in circles if area is not None),
            by_type=_grouped((folded(w.subject), w) for w in current if w.kind == "type"),
            by_operator=_grouped((folded(w.subject), w) for w in current if w.kind == "operator"),
            since=min(watch.added_at for watch in current),
            meeting_owners=frozenset(
                watch.owner for watch in aircraft if "meeting" in watch.wishes.triggers
            ),
            looks_back=any(watch.wishes.triggers & LOOKING_BACK for watch in current),
        )


def area_of(subject: str) -> Area | None:
    """The circle that a watch's subject describes (``lat,lon,radius_nm``); None when it is none."""
    try:
        lat, lon, radius_nm = map(float, subject.split(","))
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 < radius_nm <= 250):
        return None
    return Area(lat=lat, lon=lon, radius_nm=radius_nm)


def folded(text: str) -> str:
    """A type or an operator without what sources spell differently: case and spaces."""
    return " ".join(text.casefold().split())


def _grouped(pairs: Iterable[tuple[str, Watch]]) -> Mapping[str, tuple[Watch, ...]]:
    found: dict[str, list[Watch]] = {}
    for key, watch in pairs:
        found.setdefault(key, []).append(watch)
    return {key: tuple(each) for key, each in found.items()}
