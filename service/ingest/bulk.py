"""Tables of any size into the database: in flat memory, some thousand rows a transaction.

Each transaction leaves room for the other writers. A kill between two of them loses nothing:
read again, what is there already stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, TypeVar

from adapters._contract import Record, UnreadablePage
from schemas.records import IdentityStatement, Rejected, Report
from service.desk import Desk
from service.domain.identity.registrations import normalise_registration
from service.errors import Unreadable
from service.storage.database import writing
from service.storage.identity import add_statements
from service.storage.leases import Lease, must_hold
from service.storage.reports import add_reports

BATCH: Final = 10_000
"""Rows per transaction."""

Said = TypeVar("Said", IdentityStatement, Report)


@dataclass(slots=True)
class Stored:
    """What became of a table's rows, exactly."""

    statements: int = 0
    """Read, new or not."""
    reports: int = 0
    new: int = 0
    """Of both, those that were not known before."""
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Rows that were read and not believed."""
        return sum(row.count for row in self.rejected)


def store_all(
    desk: Desk,
    records: Iterable[Record | Rejected],
    *,
    fence: Lease | None = None,
    told: Callable[[Stored], None] | None = None,
) -> Stored:
    """Store what a table says, as it is read. `told` hears how far it is after each batch.

    Raises:
        Unreadable: the table breaks off in a way that its reader cannot take; what was read
            before may be stored, as it stands in the bytes.
        LeaseLost: another worker has taken over.
    """
    stored = Stored()
    statements: list[IdentityStatement] = []
    reports: list[Report] = []
    try:
        for record in records:
            match record:
                case IdentityStatement():
                    statements.append(named(record))
                case Report():
                    reports.append(named(record))
                case Rejected():
                    stored.rejected.append(record)
                case _:
                    raise Unreadable(f"It holds a {type(record).__name__} among its rows.")
            if len(statements) + len(reports) >= BATCH:
                _flush(desk, stored, statements, reports, fence)
                if told is not None:
                    told(stored)
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    _flush(desk, stored, statements, reports, fence)
    return stored


def named(said: Said) -> Said:
    """With the registration as we write it, so that however it was spelt, it is found again."""
    written = _written(said.registration)
    return said if written == said.registration else replace(said, registration=written)


@lru_cache(maxsize=50_000)
def _written(registration: str) -> str:
    return normalise_registration(registration) or registration


def _flush(
    desk: Desk,
    stored: Stored,
    statements: list[IdentityStatement],
    reports: list[Report],
    fence: Lease | None,
) -> None:
    if not statements and not reports:
        return
    now = desk.clock()
    with writing(desk.engine) as conn:
        if fence is not None:
            must_hold(conn, fence)
        new = add_statements(conn, statements, now=now) + add_reports(conn, reports, now=now)
    stored.new += new
    stored.statements += len(statements)
    stored.reports += len(reports)
    statements.clear()
    reports.clear()
