"""Registries and reference tables: who is which aircraft, where runways are; renewed on a rhythm.

What they say is only ever added: a statement stays known as of the day it was learnt, even when
a later file no longer makes it. A file is read to its end before any of it is stored, so nothing
comes from one that turns out to be damaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from adapters import ourairports
from adapters._contract import Adapter, Page, UnreadablePage, Wanted
from schemas.records import Capture, IdentityStatement, LedgerRow, Outcome, Rejected
from schemas.sources import Source
from service.desk import Desk
from service.errors import BadInput, Unreadable
from service.ingest.bulk import Stored, store_all
from service.ingest.fetching.driving import Answer, drive
from service.ingest.fetching.fetcher import Fetcher, is_unchanged
from service.ingest.following.watched import asks_for
from service.ingest.handed_over import keep_file
from service.ingest.reading import adapter_for
from service.ingest.reference.in_force import is_in_force, put_in_force
from service.storage.asked import latest
from service.storage.codec import EPOCH
from service.storage.database import Connection, reading, writing
from service.storage.file_versions import file_version, file_was_read
from service.storage.leases import Lease, must_hold
from service.storage.ledger import add_ledger_rows
from service.storage.quarantine import Quarantined, add_quarantined, release

TARGET: Final = "registry"
"""What the ledger names a refresh by: it speaks of no aircraft's whereabouts."""
RHYTHM: Final = {"registry": timedelta(days=7), "reference": timedelta(days=30)}
"""How often a table is asked for, by kind of source."""
AGAIN: Final[dict[Outcome, timedelta]] = {"refused": timedelta(days=1)}
"""When a refresh that failed is tried again; other failures after `SOON`."""
SOON: Final = timedelta(hours=6)

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What came of one table."""

    key: str
    outcome: Outcome
    """``data`` when the table is stored, now or before."""
    sentence: str
    """All of it for people, with exact counts."""
    changed: bool = False
    """Whether there was anything that had not been read before."""
    statements: int = 0
    """Or airports and runways."""
    rejected: tuple[Rejected, ...] = ()
    retry_at: datetime | None = None


def refreshable(desk: Desk) -> tuple[Source, ...]:
    """The tables that may be asked for here: registries and reference data given as whole files.

    Look-ups of single aircraft are none: whoever is not asked for anybody says nothing.
    """
    return tuple(
        adapter.source
        for key, adapter in desk.adapters.items()
        if key not in desk.off
        if adapter.source.kind in RHYTHM and asks_for(adapter, Wanted(), {})
    )


def due_refreshes(conn: Connection, sources: Iterable[Source], now: datetime) -> tuple[str, ...]:
    """Keys of those tables (of `refreshable`) that are to be asked for now."""
    return tuple(
        source.key for source in sources if source.kind in RHYTHM and _next(conn, source) <= now
    )


def _next(conn: Connection, source: Source) -> datetime:
    last = latest(conn, source.key, TARGET)
    if last is None:
        return EPOCH
    if last.outcome == "data":
        return last.asked_at + RHYTHM[source.kind]
    return last.asked_at + AGAIN.get(last.outcome, SOON)


def refresh(
    desk: Desk, fetcher: Fetcher, key: str, *, home: Path, fence: Lease | None = None
) -> Refreshed:
    """Ask for a table, store what is new in it, and write the ledger row.

    `home` is the data folder: which reference tables are in force is remembered there. Never
    raises for what the source does.

    Raises:
        BadInput: the source is off here, or gives no table.
        LeaseLost: `fence` has passed on.
        StorageError: disk or database failed; asked again, it goes on from there.
    """
    adapter = adapter_for(desk, key)
    if key in desk.off:
        raise BadInput(desk.off[key])
    if adapter.source.kind not in RHYTHM:
        raise BadInput(f"{key} is no table: {adapter.source.title} is asked about aircraft.")
    answer = drive(adapter, Wanted(), fetcher, desk.secrets.get(key, {}))
    if not answer.pages:
        return _failed(desk, answer, fence)
    done = [_read(desk, adapter, page, home, fence) for page in answer.pages]
    _last_word(desk, answer, done, fence)
    if adapter.source.kind == "reference" and len(done) < len(ourairports.FILES):
        done.append(_failed(desk, answer, fence))
    return replace(_together(done), retry_at=answer.retry_at)


def _last_word(desk: Desk, answer: Answer, done: Sequence[Refreshed], fence: Lease | None) -> None:
    """Where a file could not be read and a later one could, say so last: the last row tells when
    the source is asked again."""
    bad = next(
        (page for page, one in zip(answer.pages, done, strict=True) if one.outcome != "data"), None
    )
    if bad is not None and done[-1].outcome == "data":
        row = replace(
            _row(bad.capture, "failed", "a file of it cannot be read"), asked_at=desk.clock()
        )
        _note(desk, row, None, fence)


def _together(done: Sequence[Refreshed]) -> Refreshed:
    """Several files of one source as one refresh: as good as the worst of them."""
    worst = next((one for one in done if one.outcome != "data"), done[-1])
    return replace(
        worst,
        sentence=" ".join(one.sentence for one in done),
        changed=any(one.changed for one in done),
        statements=sum(one.statements for one in done),
        rejected=tuple(row for one in done for row in one.rejected),
    )


def import_registry(desk: Desk, path: Path, key: str, *, home: Path) -> Refreshed:
    """Store a registry that was handed over as a file; it counts as a refresh.

    Raises:
        BadInput: `key` is no registry.
        StorageError: disk or database failed; import it again.
    """
    adapter = desk.adapters.get(key)
    if adapter is None or adapter.source.kind != "registry":
        known = (k for k, each in desk.adapters.items() if each.source.kind == "registry")
        raise BadInput(f"No registry is called {key!r}; there are: {', '.join(sorted(known))}.")
    try:
        capture = keep_file(desk, path, key)
    except Unreadable as error:
        return Refreshed(key=key, outcome="failed", sentence=f"{path}: {error}")
    with desk.captures.mapped(capture.sha256) as content:
        done = _read(desk, adapter, Page(capture, content), home, None)
    return replace(done, sentence=f"{path}: {done.sentence}")


def _read(desk: Desk, adapter: Adapter, page: Page, home: Path, fence: Lease | None) -> Refreshed:
    """Store all that the page says, unless that was done before."""
    source = adapter.source
    is_table = source.kind == "reference"
    if _was_read(desk, page.capture) and (not is_table or is_in_force(home, page.capture.sha256)):
        since = "the source says so" if is_unchanged(page) else "the same bytes as before"
        sentence = f"{source.title}: unchanged ({since})."
        _note(desk, _row(page.capture, "data", "unchanged"), page.capture, fence)
        return Refreshed(key=source.key, outcome="data", sentence=sentence)
    try:
        if is_table:
            told = put_in_force(home, desk.captures, page, desk.clock)
            done = Refreshed(
                key=source.key,
                outcome="data",
                sentence=told.sentence,
                changed=True,
                statements=told.rows,
                rejected=told.rejected,
            )
        else:
            done = _registry(desk, adapter, page, fence)
    except Unreadable as error:
        return _unreadable(desk, source, page.capture, str(error), fence)
    _note(desk, _row(page.capture, "data", ""), page.capture, fence)
    return done


def _registry(desk: Desk, adapter: Adapter, page: Page, fence: Lease | None) -> Refreshed:
    _must_be_readable(adapter, page)
    stored = store_all(desk, adapter.parse(page), fence=fence)
    return Refreshed(
        key=adapter.source.key,
        outcome="data",
        sentence=f"{adapter.source.title}: {_counted(stored)}.",
        changed=True,
        statements=stored.statements,
        rejected=tuple(stored.rejected),
    )


def _counted(stored: Stored) -> str:
    return (
        f"{stored.statements:,} aircraft read, {stored.new:,} statements new, "
        f"{stored.lost:,} rows rejected"
    )


def _must_be_readable(adapter: Adapter, page: Page) -> None:
    """Read it to its end and store nothing."""
    kinds: Counter[type] = Counter()
    try:
        for record in adapter.parse(page):
            kinds[type(record)] += 1
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    if not kinds[IdentityStatement]:
        raise Unreadable("It can be read and names no aircraft at all; nothing was taken from it.")


def _was_read(desk: Desk, capture: Capture) -> bool:
    with reading(desk.engine) as conn:
        version = file_version(conn, capture.source, capture.url)
    return version is not None and version.sha256 == capture.sha256 and version.read_at is not None


def _failed(desk: Desk, answer: Answer, fence: Lease | None) -> Refreshed:
    key, why = answer.source.key, answer.note or "it gave no table"
    # After the files that did come: the last row tells when the source is asked again.
    asked_at = desk.clock() if answer.pages else answer.asked_at
    row = LedgerRow(
        source=key,
        target=TARGET,
        t_from=asked_at,
        t_to=asked_at + _MOMENT,
        outcome=answer.outcome,
        asked_at=asked_at,
        capture=answer.replies[-1].sha256 if answer.replies else "",
        note=why,
    )
    _note(desk, row, None, fence)
    return Refreshed(
        key=key,
        outcome=answer.outcome,
        sentence=f"{answer.source.title}: not renewed, {why}. What was read before stays.",
        retry_at=answer.retry_at,
    )


def _unreadable(
    desk: Desk, source: Source, capture: Capture, why: str, fence: Lease | None
) -> Refreshed:
    page = Quarantined(source=source.key, sha256=capture.sha256, why=why, at=capture.received_at)
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        add_quarantined(conn, [page])
        add_ledger_rows(conn, [_row(capture, "failed", why)], now=desk.clock())
    return Refreshed(
        key=source.key, outcome="failed", sentence=f"{source.title}: cannot be read: {why}"
    )


def _row(capture: Capture, outcome: Outcome, note: str) -> LedgerRow:
    at = capture.requested_at or capture.received_at
    return LedgerRow(
        source=capture.source,
        target=TARGET,
        t_from=at,
        t_to=at + _MOMENT,
        outcome=outcome,
        asked_at=at,
        capture=capture.sha256,
        note=note,
    )


def _note(desk: Desk, row: LedgerRow, capture: Capture | None, fence: Lease | None) -> None:
    """The ledger row, and, of a `capture` that was read, that it was."""
    now = desk.clock()
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        add_ledger_rows(conn, [row], now=now)
        if capture is not None:
            file_was_read(conn, capture.source, capture.url, capture.sha256, now=now)
            release(conn, capture.source, capture.sha256, now=now)
