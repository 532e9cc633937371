"""The OpenSky flight list, a month of some three million rows: kept, checked, then read in one go.

The bytes go to the capture store as they are and are read from there, mapped, row by row. A list
that is damaged or cut short is kept, named, and nothing is read from it: a flipped bit inside
could put another registration into a row.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adapters._bytes import expanded_chunks
from adapters._contract import Page, Record, UnreadablePage, Wanted
from adapters.opensky_flightlist import CAP_BYTES, OpenSkyFlightList
from schemas.records import Capture, LedgerRow, Rejected
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.verdict.coverage import answered_throughout
from service.errors import SourceFailed, Unreadable
from service.ingest.asking import Asked
from service.ingest.bulk import Stored, store_all
from service.ingest.fetching.driving import drive
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.handed_over import keep_file
from service.ingest.listed import NAMELESS, Seen, days_named
from service.ingest.naming import Names, all_names, watched_names
from service.ingest.reading import adapter_for
from service.storage.database import reading, writing
from service.storage.file_versions import file_was_read
from service.storage.leases import Lease, must_hold
from service.storage.ledger import add_ledger_rows
from service.storage.quarantine import Quarantined, add_quarantined, release

KEY: Final = "opensky_flightlist"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutcome:
    """What came of one list."""

    name: str
    error: str = ""
    """A sentence when it could not be read; empty when it was."""
    sha256: str = ""
    reports: int = 0
    new: int = 0
    """Reports that were not known before."""
    rejected: tuple[Rejected, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    """What it answers for; nothing where its name does not say which days it is of."""
    remark: str = ""
    """What is odd about it, as a sentence."""


def import_list(
    desk: Desk,
    path: Path,
    watched: Sequence[Names] | None,
    *,
    told: Callable[[Stored], None] | None = None,
) -> ListOutcome:
    """Import one file: flights of the watched aircraft, or with None, of all of them.

    Raises:
        StorageError: disk or database failed; what was stored before stays, import it again.
    """
    adapter = _adapter(desk)
    try:
        capture = keep_file(desk, path, KEY)
    except Unreadable as error:
        return ListOutcome(name=path.name, error=f"{path}: {error}")
    with desk.captures.mapped(capture.sha256) as content:
        outcome = read_list(desk, adapter, Page(capture, content), watched, told=told)
    said = f"{path}: {outcome.error}" if outcome.error else ""
    return replace(outcome, error=said)


def read_again(desk: Desk, capture: Capture) -> str:
    """Read a list that waits in quarantine, for the aircraft that are watched now; empty when it
    was read, else why not, as a sentence."""
    with reading(desk.engine) as conn:
        watched = watched_names(conn, desk.roster)
    if not watched:
        return "No aircraft is watched, so nothing would be read of it: import the file with --all."
    with desk.captures.mapped(capture.sha256) as content:
        return read_list(desk, _adapter(desk), Page(capture, content), watched).error


def read_list(
    desk: Desk,
    adapter: OpenSkyFlightList,
    page: Page,
    watched: Sequence[Names] | None,
    *,
    fence: Lease | None = None,
    told: Callable[[Stored], None] | None = None,
) -> ListOutcome:
    """Read a list that is in the capture store, and note in the ledger what it answers for.

    An unreadable one is quarantined, and answers for nothing.

    Raises:
        StorageError: the database failed; the list can be read again.
    """
    name = page.capture.url.rsplit("/", 1)[-1]
    seen = Seen(watched)

    def tell(so_far: Stored) -> None:
        _let_go(page.content)
        if told is not None:
            told(so_far)

    try:
        _must_be_whole(page)
        stored = store_all(
            desk, seen.noting(_records(adapter, page, watched)), fence=fence, told=tell
        )
    except Unreadable as error:
        _quarantine(desk, page.capture, str(error), fence)
        return ListOutcome(name=name, error=str(error), sha256=page.capture.sha256)
    days = days_named(page.capture.url)
    remark = seen.contradicts(days) if days is not None else NAMELESS
    rows = () if days is None or remark else tuple(seen.rows(page.capture, days, desk.clock()))
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        add_ledger_rows(conn, rows, now=desk.clock())
        file_was_read(
            conn, page.capture.source, page.capture.url, page.capture.sha256, now=desk.clock()
        )
        release(conn, page.capture.source, page.capture.sha256, now=desk.clock())
    return ListOutcome(
        name=name,
        sha256=page.capture.sha256,
        reports=stored.reports,
        new=stored.new,
        rejected=tuple(stored.rejected),
        ledger=rows,
        remark=remark,
    )


def ask_list(
    desk: Desk,
    fetcher: Fetcher,
    adapter: OpenSkyFlightList,
    wanted: Wanted,
    watched: Sequence[Names],
    *,
    window: Interval,
    fence: Lease | None = None,
) -> Asked:
    """As `ask_source`, for lists: each month that `wanted` touches is asked for whole, so that
    nobody learns whom it is asked for, and read for the watched aircraft, in flat memory.

    Raises:
        LeaseLost: `fence` has passed on.
        StorageError: disk or database failed; what was received is kept.
    """
    key = adapter.source.key
    answer = drive(adapter, wanted, fetcher, {})
    read = [read_list(desk, adapter, page, watched, fence=fence) for page in answer.pages]
    rows = [row for outcome in read for row in outcome.ledger]
    wrong = [said for outcome in read for said in (outcome.error, outcome.remark) if said]
    note = " ".join(said for said in (answer.note, *wrong) if said)
    left = [
        LedgerRow(
            source=key,
            target=target,
            t_from=window.t_from,
            t_to=window.t_to,
            outcome="failed" if wrong else answer.uncovered,
            asked_at=answer.asked_at,
            capture=answer.replies[-1].sha256 if answer.replies else "",
            note=note,
        )
        for target in all_names(watched).targets
        if not answered_throughout(window, [r for r in rows if r.target == target], key)
    ]
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        add_ledger_rows(conn, left, now=desk.clock())
    return Asked(
        ledger=(*rows, *left),
        movements=0,
        rejected=sum(row.count for outcome in read for row in outcome.rejected),
        note=note,
        retry_at=answer.retry_at,
    )


def _adapter(desk: Desk) -> OpenSkyFlightList:
    adapter = adapter_for(desk, KEY)
    if not isinstance(adapter, OpenSkyFlightList):
        raise SourceFailed(f"{KEY} is played by another adapter, which cannot pick rows.")
    return adapter


def _records(
    adapter: OpenSkyFlightList, page: Page, watched: Sequence[Names] | None
) -> Iterator[Record | Rejected]:
    if watched is None:
        return adapter.parse_only(page)
    names = all_names(watched)
    return adapter.parse_only(
        page,
        icao24=names.icao24 | {icao24.upper() for icao24 in names.icao24},
        registrations=names.registrations,
    )


def _must_be_whole(page: Page) -> None:
    """Read the bytes to their end, which is where gzip's checksum stands."""
    try:
        for _ in expanded_chunks(page.content, CAP_BYTES):
            pass
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    finally:
        _let_go(page.content)


def _let_go(content: bytes | memoryview) -> None:
    """Of what was read of a mapped file: it stands on the disk, and need not in memory too."""
    mapping = content.obj if isinstance(content, memoryview) else None
    if isinstance(mapping, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapping.madvise(mmap.MADV_DONTNEED)


def _quarantine(desk: Desk, capture: Capture, why: str, fence: Lease | None) -> None:
    now = desk.clock()
    page = Quarantined(source=capture.source, sha256=capture.sha256, why=why, at=now)
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        add_quarantined(conn, [page])
