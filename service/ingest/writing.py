"""Writing what was received and derived: all of it in one transaction, or none, with the alerts of
those who follow what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from schemas.records import Capture, IdentityStatement, LedgerRow, Report
from service.desk import Desk
from service.domain.identity.resolve import normalise_registration
from service.ingest.telling.telling import tell
from service.storage.capture_index import (
    CaptureSpan,
    add_spans,
    hold_aircraft,
    record_captures,
)
from service.storage.database import Connection, writing
from service.storage.file_versions import file_was_read
from service.storage.identity import add_statements
from service.storage.leases import Lease, must_hold
from service.storage.ledger import add_ledger_rows
from service.storage.prepared import PreparedUnit
from service.storage.quarantine import Quarantined, add_quarantined, release
from service.storage.reports import add_reports
from service.storage.units import replace_units

Said = TypeVar("Said", IdentityStatement, Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is to be written at once."""

    captures: Sequence[Capture] = ()
    statements: Sequence[IdentityStatement] = ()
    reports: Sequence[Report] = ()
    ledger: Sequence[LedgerRow] = ()
    spans: Sequence[CaptureSpan] = ()
    units: Sequence[PreparedUnit] = ()
    quarantine: Sequence[Quarantined] = ()
    released: Sequence[tuple[str, str]] = ()
    """(source, sha256) of pages that were read after all."""
    file_versions_read: Sequence[tuple[str, str, str]] = ()
    """(source, url, sha256) of files all of which is stored by then."""


NOTHING: Final = Writing()


def write(desk: Desk, what: Writing, *, fence: Lease | None = None) -> None:
    """Write all of it in one transaction, or none.

    Raises:
        LeaseLost: `fence` has passed on; nothing was written.
        StorageError: disk or database failed; nothing was written.
    """
    with transaction(desk) as conn:
        hold(conn, fence, aircraft_of(what))
        write_all(conn, desk, what)


@contextmanager
def transaction(desk: Desk) -> Iterator[Connection]:
    """A transaction in which watches may be told. When it fails, what the roster saw of it never
    was."""
    try:
        with writing(desk.engine) as conn:
            yield conn
    except BaseException:
        desk.roster.forget()
        raise


def hold(conn: Connection, fence: Lease | None, aircraft: set[tuple[str, str]]) -> None:
    """Ours alone until the end of the transaction: the work, then the aircraft."""
    if fence is not None:
        must_hold(conn, fence)
    hold_aircraft(conn, aircraft)


def aircraft_of(what: Writing) -> set[tuple[str, str]]:
    """(icao24, source) of all that it is about."""
    return {(span.icao24, span.source) for span in what.spans} | {
        (unit.key.icao24, unit.key.source) for unit in what.units
    }


def write_all(conn: Connection, desk: Desk, what: Writing) -> int:
    """Write it, and tell whom it concerns; returns how many units differ from what was stored.
    `conn` is of `transaction`, and `hold` was called."""
    now = desk.clock()
    record_captures(conn, what.captures)
    add_statements(conn, map(_named, what.statements), now=now)
    add_reports(conn, map(_named, what.reports), now=now)
    add_ledger_rows(conn, what.ledger, now=now)
    add_spans(conn, what.spans)
    changed = replace_units(conn, what.units, now=now)
    add_quarantined(conn, what.quarantine)
    for source, sha256 in what.released:
        release(conn, source, sha256, now=now)
    for source, url, sha256 in what.file_versions_read:
        file_was_read(conn, source, url, sha256, now=now)
    tell(conn, desk, what.units, changed, now)
    return sum(changed)


def _named(said: Said) -> Said:
    """With the registration as we write it, so that however it was spelt, it is found again."""
    return replace(
        said, registration=normalise_registration(said.registration) or said.registration
    )
