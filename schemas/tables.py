"""What is stored, as SQLModel tables: the schema, and nothing but the schema.

Hot paths in `service.storage` use prebuilt statements; these classes are what migrations are
checked against. Four habits hold throughout:

- Times are integer microseconds since 1970 UTC in columns named ``…_us``.
- What a source said (`capture`, `identity_statement`, `report`, `ledger`) is append-only:
  `recorded_at_us` is when we learnt it, `digest` keeps the same fact from being stored twice.
- What we derive belongs to a `unit` (aircraft, source, UTC day). A unit is replaced whole; the
  former one gets `superseded_at_us`, its rows get `superseded`, and all of them stay, so that
  any answer can be given as of a past moment. `superseded` leads every index behind the key, so
  that history costs present reads nothing.
- Indexes end in what a reader filters by, so that only rows it wants are fetched.
- `body` is the whole value as it was derived (`service.storage.codec`); the columns beside it
  are there to find it by.

``WITHOUT ROWID`` stands where the key is most of the row: it halves `heard` and `capture_span`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, text
from sqlmodel import Field, SQLModel

SCHEMA_REVISION = "0001"
"""The migration that leads to these tables; a test holds it to the newest in ``alembic/``."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

LONG_MOVEMENT = "t_latest_us - t_earliest_us > 86400000000"
"""A movement that may have happened on more than one day: rare, and found by its own index."""

LONG_LEDGER = "t_to_us - t_from_us > 172800000000"
"""An asking that covers more than two days."""

TIMELESS = -1
"""`look_from_us` of a report that says no time, or times too far apart to look it up by."""


def _id() -> Any:
    return Field(
        default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite")
    )


def _us(*, primary_key: bool = False) -> Any:
    return Field(sa_type=BigInteger, primary_key=primary_key)


def _us_or_none() -> Any:
    return Field(default=None, sa_type=BigInteger)


def _unit() -> Any:
    return Field(foreign_key="unit.id", sa_type=BigInteger)


def _blob() -> Any:
    return Field(sa_type=LargeBinary)


def _where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that fulfil `where`."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Table(SQLModel):
    """Root of our tables, with a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class CaptureTable(Table, table=True):
    """A reception of bytes. The same bytes received twice are two rows."""

    __tablename__ = "capture"
    __table_args__ = ({"sqlite_with_rowid": False},)

    sha256: str = Field(primary_key=True)
    digest: int = _us(primary_key=True)
    source: str
    url: str
    received_at_us: int = _us()
    size_bytes: int = Field(sa_type=BigInteger)
    status: int | None = None
    requested_at_us: int | None = _us_or_none()
    headers: str
    """JSON object."""


class CaptureSpanTable(Table, table=True):
    """Which captures hold fixes of an aircraft, and from when to when."""

    __tablename__ = "capture_span"
    __table_args__ = ({"sqlite_with_rowid": False},)

    icao24: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    t_last_us: int = _us(primary_key=True)
    sha256: str = Field(primary_key=True)
    t_first_us: int = _us(primary_key=True)


class IdentityStatementTable(Table, table=True):
    """A source says registration ↔ icao24 ↔ type ↔ serial ↔ operator."""

    __tablename__ = "identity_statement"
    __table_args__ = (
        Index("uq_identity_statement", "icao24", "registration", "digest", unique=True),
        Index("ix_identity_statement_registration", "registration"),
    )

    id: int | None = _id()
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
    recorded_at_us: int = _us()
    digest: int = _us()


class ReportTable(Table, table=True):
    """Somebody's statement that a flight happened."""

    __tablename__ = "report"
    __table_args__ = (
        Index("uq_report", "icao24", "look_from_us", "registration", "digest", unique=True),
        Index("ix_report_registration", "registration", "look_from_us"),
    )

    id: int | None = _id()
    source: str
    registration: str
    icao24: str
    type_code: str
    callsign: str
    origin: str
    destination: str
    t_off_us: int | None = _us_or_none()
    t_on_us: int | None = _us_or_none()
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
    look_from_us: int = _us()
    """First moment it speaks about, or `TIMELESS`."""
    look_to_us: int = _us()
    recorded_at_us: int = _us()
    digest: int = _us()


class LedgerTable(Table, table=True):
    """A source was asked about a target for a window, and this is what came of it."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index("uq_ledger", "look_up", "t_from_us", "digest", unique=True),
        _where("ix_ledger_long", "look_up", "t_to_us", where=LONG_LEDGER),
    )

    id: int | None = _id()
    source: str
    target: str
    look_up: str
    """The target, or ``area:`` for every area: a reader cannot name all areas."""
    t_from_us: int = _us()
    t_to_us: int = _us()
    outcome: str
    asked_at_us: int = _us()
    capture: str
    note: str
    recorded_at_us: int = _us()
    digest: int = _us()


class UnitTable(Table, table=True):
    """One derivation of one aircraft-day of one source. At most one is current."""

    __tablename__ = "unit"
    __table_args__ = (
        _where(
            "uq_unit_current",
            "icao24",
            "source",
            "day_us",
            where="superseded_at_us IS NULL",
            unique=True,
        ),
        _where(
            "ix_unit_superseded",
            "icao24",
            "source",
            "day_us",
            where="superseded_at_us IS NOT NULL",
        ),
    )

    id: int | None = _id()
    icao24: str
    source: str
    day_us: int = _us()
    """Start of the UTC day."""
    captures: str
    """JSON list of sha256, sorted: what it was derived from."""
    airports: str
    """JSON list: every airport it was heard at."""
    rejected: str | None = None
    """JSON list of what was read and not believed; NULL = nothing."""
    rules_version: str
    reference_version: str
    content_hash: bytes = _blob()
    derived_at_us: int = _us()
    superseded_at_us: int | None = _us_or_none()


class SegmentTable(Table, table=True):
    """A stretch of a track without a gap, cut at the unit's midnights."""

    __tablename__ = "segment"
    __table_args__ = (
        Index("ix_segment", "icao24", "superseded", "source", "usable", "t_first_us", "t_last_us"),
    )

    id: int | None = _id()
    unit_id: int = _unit()
    icao24: str
    source: str
    superseded: bool
    usable: bool
    t_first_us: int = _us()
    t_last_us: int = _us()
    body: bytes = _blob()


class MovementTable(Table, table=True):
    """A take-off or a landing."""

    __tablename__ = "movement"
    __table_args__ = (
        Index(
            "ix_movement_aircraft",
            "icao24",
            "superseded",
            "t_best_us",
            "source",
            "t_earliest_us",
            "t_latest_us",
        ),
        Index("ix_movement_airport", "airport", "superseded", "t_best_us"),
        _where("ix_movement_long", "icao24", "superseded", "t_latest_us", where=LONG_MOVEMENT),
    )

    id: int | None = _id()
    unit_id: int = _unit()
    icao24: str
    source: str
    superseded: bool
    move: str
    airport: str | None = None
    runway: str | None = None
    t_earliest_us: int = _us()
    t_best_us: int = _us()
    t_latest_us: int = _us()
    method: str
    grade: str
    lat: float
    lon: float
    height_ft: float | None = None
    distance_nm: float | None = None
    callsign: str
    rivals: str | None = None
    """JSON list; NULL = none."""
    marks: str | None = None
    capture: str
    row_from: int
    row_to: int


class PassTable(Table, table=True):
    """Flew near an airport and did not stop."""

    __tablename__ = "pass"
    __table_args__ = (Index("ix_pass_aircraft", "icao24", "superseded", "t_best_us"),)

    id: int | None = _id()
    unit_id: int = _unit()
    icao24: str
    source: str
    superseded: bool
    form: str
    airport: str
    t_best_us: int = _us()
    body: bytes = _blob()


class GroundSpanTable(Table, table=True):
    """Fixes on the ground at one airport, cut at the unit's midnights."""

    __tablename__ = "ground_span"
    __table_args__ = (
        Index("ix_ground_span_aircraft", "icao24", "superseded", "t_first_us", "t_last_us"),
    )

    id: int | None = _id()
    unit_id: int = _unit()
    icao24: str
    source: str
    superseded: bool
    airport: str | None = None
    t_first_us: int = _us()
    t_last_us: int = _us()
    body: bytes = _blob()


class HeardTable(Table, table=True):
    """An aircraft was heard low or on the ground at an airport in one hour."""

    __tablename__ = "heard"
    __table_args__ = ({"sqlite_with_rowid": False},)

    airport: str = Field(primary_key=True)
    superseded: bool = Field(primary_key=True)
    hour_us: int = _us(primary_key=True)
    source: str = Field(primary_key=True)
    icao24: str = Field(primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", sa_type=BigInteger, primary_key=True)
    low_fixes: int
    ground_fixes: int
