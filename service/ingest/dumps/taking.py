"""Some traces out of a dump: kept, read, derived and written, in one transaction as a rule.

What is stored already is passed over: the spans of a capture are written in one transaction with
the units derived from it, so where they are, all is. Whatever has none is read again, so that an
aircraft that cannot be read is told of each time, and never passes for one that was not heard.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from adapters._contract import Adapter, Page
from schemas.records import IMPORTED, Capture, Rejected, Track
from service.desk import Desk
from service.domain.track import to_us
from service.errors import NotFound, Unreadable
from service.ingest.derivation import day_bounds
from service.ingest.files import rows_of
from service.ingest.keeping import Received, keep
from service.ingest.reading import Contents, adapter_for, read_page
from service.ingest.writing import Writing, write
from service.storage.capture_index import capture_records, captures_with
from service.storage.database import Connection, reading
from service.storage.quarantine import Quarantined

FIXES: Final = 200_000
"""Per transaction, so that memory stays flat whatever the dump holds."""
LONGEST: Final = 400_000
"""Fixes of one aircraft: more than four a second, day and night, is no trace of a day."""
_REASONS: Final = 50
"""For rejecting rows that are told apart."""


@dataclass(frozen=True, slots=True)
class Found:
    """A trace as it stands in the dump."""

    icao24: str
    """By its name; ``~`` in front where it is no ICAO address."""
    url: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Traces that are taken together."""

    source: str
    day: date
    asked_at: datetime
    """When the import began: whatever it writes into the ledger is of one asking."""
    traces: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A trace that tells nothing of its aircraft's day. That is no silence either."""

    icao24: frozenset[str]
    """Of its name, and of its content where that names another one."""
    url: str
    why: str


@dataclass(slots=True)
class Taken:
    """What came of a batch, or of many."""

    traces: int = 0
    """Read; those that were known before among them."""
    known: int = 0
    of_day: int = 0
    """Those of them with a position on the day of the dump that can be believed."""
    off_day: int = 0
    """Those with positions of other days only."""
    fixes: int = 0
    movements: int = 0
    rejected: dict[str, Rejected] = field(default_factory=dict)
    """By reason."""
    unread: list[Unread] = field(default_factory=list)

    def add(self, other: Taken) -> None:
        """Count the other's in, except `unread`, which may be more than memory should hold."""
        self.traces += other.traces
        self.known += other.known
        self.of_day += other.of_day
        self.off_day += other.off_day
        self.fixes += other.fixes
        self.movements += other.movements
        self.reject(other.rejected.values())

    def reject(self, rows: Iterable[Rejected]) -> None:
        """Count rows that were not believed."""
        for row in rows:
            told_apart = row.why in self.rejected or len(self.rejected) < _REASONS
            why = row.why if told_apart else "for other reasons"
            before = self.rejected.get(why)
            self.rejected[why] = Rejected(
                why=why,
                count=row.count + (before.count if before else 0),
                sample=before.sample if before else row.sample,
            )


def take(desk: Desk, batch: Batch) -> Taken:
    """Keep the bytes of every trace, read them, derive what they show, and write it.

    Raises:
        StorageError: disk or database failed; what was written before is whole.
    """
    taken = Taken()
    adapter = adapter_for(desk, batch.source)
    fresh = _not_stored(desk, batch, taken)
    desk.captures.put_many(found.content for found, _ in fresh)
    held: list[Received] = []
    fixes = 0
    for found, capture in fresh:
        received = _read(desk, adapter, batch, found, capture, taken)
        if received is not None:
            held.append(received)
            fixes += received.contents.fixes
        if fixes >= FIXES:
            _keep(desk, batch, held, taken)
            held, fixes = [], 0
    _keep(desk, batch, held, taken)
    return taken


def _not_stored(desk: Desk, batch: Batch, taken: Taken) -> list[tuple[Found, Capture]]:
    """The traces that are not in the database as a whole, each with its reception: the former
    one where it was received before."""
    fresh: list[tuple[Found, Capture]] = []
    with reading(desk.engine) as conn:
        for found in batch.traces:
            sha256 = hashlib.sha256(found.content).hexdigest()
            if _is_stored(conn, batch, found.icao24, sha256) and desk.captures.exists(sha256):
                taken.traces += 1
                taken.known += 1
                taken.of_day += 1
                continue
            capture = Capture(
                sha256=sha256,
                source=batch.source,
                url=found.url,
                received_at=desk.clock(),
                size_bytes=len(found.content),
            )
            former = (
                known
                for known in capture_records(conn, sha256)
                if (known.source, known.url) == (batch.source, found.url)
            )
            fresh.append((found, next(former, capture)))
    return fresh


def _is_stored(conn: Connection, batch: Batch, icao24: str, sha256: str) -> bool:
    """Whether all that this capture shows is derived, a fix on the batch's day among it."""
    t_from, t_to = day_bounds(batch.day)
    return any(
        span.sha256 == sha256 and (t_from <= span.t_first < t_to or t_from <= span.t_last < t_to)
        for span in captures_with(conn, icao24, batch.source, t_from, t_to)
    )


def _read(
    desk: Desk, adapter: Adapter, batch: Batch, found: Found, capture: Capture, taken: Taken
) -> Received | None:
    """What the trace says; None where it cannot be read, and then it waits in quarantine."""
    page = Page(capture=capture, content=found.content)
    try:
        contents = _bearable(read_page(adapter, page))
    except Unreadable as error:
        _quarantine(desk, capture, str(error))
        named = addresses(found.icao24, *_speaks_of(adapter, page))
        taken.unread.append(Unread(named, found.url, str(error)))
        return None
    taken.traces += 1
    taken.reject(contents.rejected)
    if _is_of(batch.day, contents.tracks):
        taken.of_day += 1
    else:
        taken.off_day += bool(contents.tracks)
        what = f"It holds no position of {batch.day}"
        why = f"{what}, but of another day." if contents.tracks else f"{what} that can be believed."
        taken.unread.append(Unread(addresses(found.icao24), found.url, why))
    return Received(capture, contents)


def _bearable(contents: Contents) -> Contents:
    if contents.fixes > LONGEST:
        raise Unreadable(f"It holds {contents.fixes:,} positions, more than a day has.")
    return contents


def _keep(desk: Desk, batch: Batch, held: Sequence[Received], taken: Taken) -> None:
    """All of them at once; one by one where a neighbour of one of them cannot be read."""
    if not held:
        return
    ledger = [
        row
        for item in held
        for row in rows_of(item, batch.asked_at, IMPORTED)
        if not row.target.startswith("~")
    ]
    try:
        movements = keep(desk, held, ledger)
    except (Unreadable, NotFound) as error:
        if len(held) > 1:
            for item in held:
                _keep(desk, batch, [item], taken)
            return
        capture, tracks = held[0].capture, held[0].contents.tracks
        _quarantine(desk, capture, str(error))
        named = addresses(*(track.icao24 for track in tracks))
        taken.traces -= 1
        taken.of_day -= _is_of(batch.day, tracks)
        taken.unread.append(Unread(named, capture.url, str(error)))
        return
    taken.fixes += sum(item.contents.fixes for item in held)
    taken.movements += sum(movements.values())


def _quarantine(desk: Desk, capture: Capture, why: str) -> None:
    waits = Quarantined(
        source=capture.source, sha256=capture.sha256, why=why, at=capture.received_at
    )
    write(desk, Writing(captures=[capture], quarantine=[waits]))


def _speaks_of(adapter: Adapter, page: Page) -> Iterable[str]:
    """Whom the content is about, where only its name keeps it from being read."""
    nameless = replace(page, capture=replace(page.capture, url=""))
    try:
        return [track.icao24 for track in read_page(adapter, nameless).tracks]
    except Unreadable:
        return []


def addresses(*icao24: str) -> frozenset[str]:
    """Those that are an aircraft's own."""
    return frozenset(one for one in icao24 if not one.startswith("~"))


def _is_of(day: date, tracks: Iterable[Track]) -> bool:
    start_us, end_us = (to_us(moment) for moment in day_bounds(day))
    return any(((t.t_us >= start_us) & (t.t_us < end_us)).any() for t in tracks)
