"""What we derive: units and the rows that belong to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from schemas.tables.base import Table, blob, index_where, of_unit, row_id, us, us_or_none

LONG_MOVEMENT = "t_latest_us - t_earliest_us > 86400000000"
"""A movement that may have happened on more than one day: rare, and found by its own index."""


class UnitTable(Table, table=True):
    """One derivation of one aircraft-day of one source. At most one is current."""

    __tablename__ = "unit"
    __table_args__ = (
        index_where(
            "uq_unit_current",
            "icao24",
            "source",
            "day_us",
            where="superseded_at_us IS NULL",
            unique=True,
        ),
        index_where(
            "ix_unit_superseded",
            "icao24",
            "source",
            "day_us",
            where="superseded_at_us IS NOT NULL",
        ),
    )

    id: int | None = row_id()
    icao24: str
    source: str
    day_us: int = us()
    """Start of the UTC day."""
    captures: str
    """JSON list of sha256, sorted: what it was derived from."""
    airports: str
    """JSON list: every airport it was heard at."""
    rejected: str | None = None
    """JSON list of what was read and not believed; NULL = nothing."""
    rules_version: str
    reference_version: str
    content_hash: bytes = blob()
    derived_at_us: int = us()
    superseded_at_us: int | None = us_or_none()


class SegmentTable(Table, table=True):
    """A stretch of a track without a gap, cut at the unit's midnights."""

    __tablename__ = "segment"
    __table_args__ = (
        Index("ix_segment", "icao24", "superseded", "source", "usable", "t_first_us", "t_last_us"),
    )

    id: int | None = row_id()
    unit_id: int = of_unit()
    icao24: str
    source: str
    superseded: bool
    usable: bool
    t_first_us: int = us()
    t_last_us: int = us()
    body: bytes = blob()


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
        index_where("ix_movement_long", "icao24", "superseded", "t_latest_us", where=LONG_MOVEMENT),
    )

    id: int | None = row_id()
    unit_id: int = of_unit()
    icao24: str
    source: str
    superseded: bool
    move: str
    airport: str | None = None
    runway: str | None = None
    t_earliest_us: int = us()
    t_best_us: int = us()
    t_latest_us: int = us()
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

    id: int | None = row_id()
    unit_id: int = of_unit()
    icao24: str
    source: str
    superseded: bool
    form: str
    airport: str
    t_best_us: int = us()
    body: bytes = blob()


class GroundSpanTable(Table, table=True):
    """Fixes on the ground at one airport, cut at the unit's midnights."""

    __tablename__ = "ground_span"
    __table_args__ = (
        Index("ix_ground_span_aircraft", "icao24", "superseded", "t_first_us", "t_last_us"),
    )

    id: int | None = row_id()
    unit_id: int = of_unit()
    icao24: str
    source: str
    superseded: bool
    airport: str | None = None
    t_first_us: int = us()
    t_last_us: int = us()
    body: bytes = blob()


class HeardTable(Table, table=True):
    """An aircraft was heard low or on the ground at an airport in one hour."""

    __tablename__ = "heard"
    __table_args__ = ({"sqlite_with_rowid": False},)

    airport: str = Field(primary_key=True)
    superseded: bool = Field(primary_key=True)
    hour_us: int = us(primary_key=True)
    source: str = Field(primary_key=True)
    icao24: str = Field(primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", sa_type=BigInteger, primary_key=True)
    low_fixes: int
    ground_fixes: int


class EmergencyTable(Table, table=True):
    """An aircraft squawked an emergency code."""

    __tablename__ = "emergency"
    __table_args__ = (Index("ix_emergency_aircraft", "icao24", "superseded", "t_first_us"),)

    id: int | None = row_id()
    unit_id: int = of_unit()
    icao24: str
    source: str
    superseded: bool
    squawk: str
    t_first_us: int = us()
    body: bytes = blob()
