"""Databases that are asked about one aircraft at a time: what they say of the watched.

They say who an aircraft is, not where it was, so their ledger rows stand under a target of their
own: no verdict may take their silence for an aircraft's. Each asking tells the database whom we
look for; whoever calls this has seen to it that the operator agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from adapters._contract import Adapter, Wanted
from schemas.records import IdentityStatement, LedgerRow, Outcome
from service.desk import Desk
from service.errors import Unreadable
from service.ingest.fetching.driving import Answer, drive
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.following.watched import WatchedAircraft, asks_for
from service.ingest.reading import read_page
from service.ingest.writing import Writing, write
from service.storage.asked import latest
from service.storage.database import Connection
from service.storage.leases import Lease
from service.storage.quarantine import Quarantined

RHYTHM: Final = timedelta(days=30)
AGAIN: Final = timedelta(days=1)
"""After an asking that came to nothing."""
_MOMENT: Final = timedelta(microseconds=1)


def lookups(desk: Desk) -> tuple[Adapter, ...]:
    """The databases that may be asked here."""
    anybody = Wanted(icao24=frozenset(("000001",)))
    return tuple(
        adapter
        for key, adapter in desk.adapters.items()
        if key not in desk.off and adapter.source.kind == "registry"
        if not asks_for(adapter, Wanted(), {})
        if asks_for(adapter, anybody, desk.secrets.get(key, {}))
    )


def is_due(conn: Connection, source: str, aircraft: WatchedAircraft, now: datetime) -> bool:
    """Whether that database is to be asked about the aircraft now."""
    last = latest(conn, source, target_of(aircraft))
    if last is None:
        return True
    return last.asked_at + (RHYTHM if last.outcome in {"data", "empty"} else AGAIN) <= now


def target_of(aircraft: WatchedAircraft) -> str:
    """How the ledger names the asking."""
    return f"lookup:{aircraft.subject}"


def look_up(
    desk: Desk, fetcher: Fetcher, adapter: Adapter, aircraft: WatchedAircraft, *, fence: Lease
) -> LedgerRow:
    """Ask about one aircraft, by its addresses and, where it has none, its registrations; keep
    what is said of it. Never raises for what the database does.

    Raises:
        LeaseLost: `fence` has passed on.
        StorageError: disk or database failed.
    """
    key = adapter.source.key
    names = () if aircraft.icao24 else aircraft.registrations
    wanted = Wanted(icao24=frozenset(aircraft.icao24), registrations=frozenset(names))
    answer = drive(adapter, wanted, fetcher, desk.secrets.get(key, {}))
    statements: list[IdentityStatement] = []
    quarantine: list[Quarantined] = []
    for page in answer.pages:
        try:
            statements += read_page(adapter, page).statements
        except Unreadable as error:
            sha256 = page.capture.sha256
            unread = Quarantined(source=key, sha256=sha256, why=str(error), at=answer.asked_at)
            quarantine.append(unread)
    row = LedgerRow(
        source=key,
        target=target_of(aircraft),
        t_from=answer.asked_at,
        t_to=answer.asked_at + _MOMENT,
        outcome=_outcome(answer, statements, quarantine),
        asked_at=answer.asked_at,
        capture=answer.replies[-1].sha256 if answer.replies else "",
        note="; ".join((*filter(None, [answer.note]), *(page.why for page in quarantine))),
    )
    what = Writing(statements=statements, quarantine=quarantine, ledger=[row])
    write(desk, what, fence=fence)
    return row


def _outcome(
    answer: Answer, statements: list[IdentityStatement], unread: list[Quarantined]
) -> Outcome:
    if statements:
        return "data"
    if unread:
        return "failed"
    statuses = set(_statuses(answer))
    # These know nobody by a 404, or by a page that says so.
    return "empty" if statuses and statuses <= {200, 404} else answer.uncovered


def _statuses(answer: Answer) -> Iterator[int | None]:
    return (reply.status for reply in answer.replies)
