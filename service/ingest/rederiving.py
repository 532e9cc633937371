"""Deriving again from the bytes as received: by better parsers, newer rules, newer airports.

Pages in quarantine are read again; then every unit that was derived by other rules or from other
reference data than today's is derived again. What cannot be read now stays as it was, and is
named. Nothing is asked of any source. It can be stopped at any time and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from adapters._contract import PAGE_CAP_BYTES
from service.desk import Desk
from service.domain.detection.detect import RULES_VERSION
from service.errors import TailcheckError
from service.ingest import flightlist
from service.ingest.files import rows_of
from service.ingest.keeping import Received, View, derive_and_write, keep
from service.ingest.reading import reception, stored_page
from service.ingest.writing import Writing
from service.storage.database import reading
from service.storage.outdated import Today, count_outdated, last_unit, outdated
from service.storage.prepared import UnitKey
from service.storage.quarantine import Quarantined, count_waiting, waiting

__all__ = ["Outstanding", "Redone", "outstanding", "rederive"]

BATCH = 200
"""Units per transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redone:
    """What came of one page or one unit."""

    kind: Literal["page", "unit"]
    name: str
    """``source sha256``, or ``source icao24 day``."""
    why: str = ""
    """A sentence when it could not be done; empty when it was."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What there is to do."""

    pages: int
    units: int


def outstanding(
    desk: Desk,
    *,
    source: str | None = None,
    since: date | None = None,
    everything: bool = False,
) -> Outstanding:
    """How many pages wait in quarantine and how many units are out of date."""
    with reading(desk.engine) as conn:
        return Outstanding(
            pages=count_waiting(conn, source, since=_midnight(since)),
            units=count_outdated(
                conn, _today(desk, source, since, everything), until=last_unit(conn)
            ),
        )


def rederive(
    desk: Desk,
    *,
    source: str | None = None,
    since: date | None = None,
    everything: bool = False,
) -> Iterator[Redone]:
    """Do it; one `Redone` for each page and each unit, when it is in the database.

    `since` = only pages that came on that UTC day or later, and only days from that one on.
    `everything` = units of today's versions too.

    Raises:
        StorageError: the database failed; whatever was said so far is kept.
    """
    with reading(desk.engine) as conn:
        until = last_unit(conn)
    yield from _pages(desk, source, _midnight(since))
    today = _today(desk, source, since, everything)
    after = 0
    while True:
        with reading(desk.engine) as conn:
            batch = outdated(conn, today, after=after, until=until, limit=BATCH)
        if not batch:
            return
        after = batch[-1][0]
        yield from _units(desk, [key for _, key in batch])


def _pages(desk: Desk, source: str | None, since: datetime | None) -> Iterator[Redone]:
    after = 0
    while True:
        with reading(desk.engine) as conn:
            batch = waiting(conn, source, since=since, after=after)
        if not batch:
            return
        after = batch[-1].id
        for page in batch:
            why = _read_again(desk, page)
            yield Redone(kind="page", name=f"{page.source} {page.sha256}", why=why)


def _read_again(desk: Desk, page: Quarantined) -> str:
    """Empty when the page is read and kept; else why it is not."""
    try:
        with reading(desk.engine) as conn:
            capture = reception(conn, page.sha256, page.source)
        if page.source == flightlist.KEY:  # never in memory as a whole
            return flightlist.read_again(desk, capture)
        if capture.size_bytes > PAGE_CAP_BYTES:
            return f"{capture.size_bytes:,} bytes are too many at once: import the file again."
        with reading(desk.engine) as conn:
            received = Received(capture, stored_page(conn, desk, page.sha256, page.source))
        ledger = list(rows_of(received, capture.received_at, "read after all"))
        keep(desk, [received], ledger)
    except TailcheckError as error:
        return str(error)
    return ""


def _units(desk: Desk, keys: Sequence[UnitKey]) -> Iterator[Redone]:
    """All of them at once; one by one where one of them cannot be done."""
    why = ""
    derived: frozenset[UnitKey] = frozenset()
    try:
        derived = _derive(desk, keys)
    except TailcheckError as error:
        if len(keys) > 1:
            for key in keys:
                yield from _units(desk, [key])
            return
        why = str(error)
    for key in keys:
        yield Redone(
            kind="unit",
            name=f"{key.source} {key.icao24} {key.day}",
            why="" if key in derived else why or "None of its captures is known here.",
        )


def _derive(desk: Desk, keys: Sequence[UnitKey]) -> frozenset[UnitKey]:
    """Returns the units that were derived from what is kept."""
    days: dict[tuple[str, str], set[date]] = {}
    for key in keys:
        days.setdefault((key.icao24, key.source), set()).add(key.day)
    views = [
        View(icao24, source, (), tuple(sorted(wanted)), whole=True)
        for (icao24, source), wanted in sorted(days.items())
    ]
    done = derive_and_write(desk, views, Writing())
    return frozenset(unit.key for units in done.units for unit in units)


def _today(desk: Desk, source: str | None, since: date | None, everything: bool) -> Today:
    return Today(
        rules_version=RULES_VERSION,
        reference_version=desk.airports.version,
        source=source,
        since=since,
        everything=everything,
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
