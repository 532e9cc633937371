"""What sources said, append-only: captures, identity statements, reports, the ledger."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from schemas.tables.base import Table, index_where, row_id, us, us_or_none

LONG_LEDGER = "t_to_us - t_from_us > 172800000000"
"""An asking that covers more than two days."""

TIMELESS = -1
"""`look_from_us` of a report that says no time, or times too far apart to look it up by."""


class CaptureTable(Table, table=True):
    """A reception of bytes. The same bytes received twice are two rows."""

    __tablename__ = "capture"
    __table_args__ = (
        Index("ix_capture_source", "source", "received_at_us", "sha256"),
        {"sqlite_with_rowid": False},
    )

    sha256: str = Field(primary_key=True)
    digest: int = us(primary_key=True)
    source: str
    url: str
    received_at_us: int = us()
    size_bytes: int = Field(sa_type=BigInteger)
    status: int | None = None
    requested_at_us: int | None = us_or_none()
    headers: str
    """JSON object."""


class CaptureSpanTable(Table, table=True):
    """Which captures hold fixes of an aircraft, and from when to when."""

    __tablename__ = "capture_span"
    __table_args__ = ({"sqlite_with_rowid": False},)

    icao24: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    t_last_us: int = us(primary_key=True)
    sha256: str = Field(primary_key=True)
    t_first_us: int = us(primary_key=True)


class IdentityStatementTable(Table, table=True):
    """A source says registration ↔ icao24 ↔ type ↔ serial ↔ operator."""

    __tablename__ = "identity_statement"
    __table_args__ = (
        Index("uq_identity_statement", "icao24", "registration", "digest", unique=True),
        Index("ix_identity_statement_registration", "registration"),
    )

    id: int | None = row_id()
    source: str
    registration: str
    icao24: str
    type_code: str
    serial: str
    operator: str
    valid_from: str | None = None
    """ISO date."""
    valid_to: str | None = None
    basis: str
    capture: str
    row_no: int | None = None
    recorded_at_us: int = us()
    digest: int = us()


class ReportTable(Table, table=True):
    """Somebody's statement that a flight happened."""

    __tablename__ = "report"
    __table_args__ = (
        Index("uq_report", "icao24", "look_from_us", "registration", "digest", unique=True),
        Index("ix_report_registration", "registration", "look_from_us"),
    )

    id: int | None = row_id()
    source: str
    registration: str
    icao24: str
    type_code: str
    callsign: str
    origin: str
    destination: str
    t_off_us: int | None = us_or_none()
    t_on_us: int | None = us_or_none()
    time_kind: str
    publisher: str
    url: str
    published: str | None = None
    """ISO date."""
    rests_on: str
    """JSON list."""
    note: str
    capture: str
    row_no: int | None = None
    look_from_us: int = us()
    """First moment it speaks about, or `TIMELESS`."""
    look_to_us: int = us()
    recorded_at_us: int = us()
    digest: int = us()


class LedgerTable(Table, table=True):
    """A source was asked about a target for a window, and this is what came of it."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index("uq_ledger", "look_up", "t_from_us", "digest", unique=True),
        index_where("ix_ledger_long", "look_up", "t_to_us", where=LONG_LEDGER),
        Index("ix_ledger_source", "source", "asked_at_us", "id"),
    )

    id: int | None = row_id()
    source: str
    target: str
    look_up: str
    """The target, or ``area:`` for every area: a reader cannot name all areas."""
    t_from_us: int = us()
    t_to_us: int = us()
    outcome: str
    asked_at_us: int = us()
    capture: str
    note: str
    recorded_at_us: int = us()
    digest: int = us()
