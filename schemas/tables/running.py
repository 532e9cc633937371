"""What keeps the evidence coming: which worker may ask, how soon, and what went wrong.

None of it is evidence. A lost row here costs an asking too many, never a fact.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from schemas.tables.base import Table, index_where, row_id, us, us_or_none


class LeaseTable(Table, table=True):
    """Which worker may do a piece of work. A write checks the epoch it was taken with."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    epoch: int = Field(sa_type=BigInteger)
    expires_at_us: int = us()


class PaceTable(Table, table=True):
    """How soon a source may be asked again; shared by every process, and outlives them."""

    __tablename__ = "pace"

    source: str = Field(primary_key=True)
    next_at_us: int = us()
    """When the next request would be due if none had ever come early (GCRA)."""
    credits_day_us: int = us()
    """The UTC day that the credits are counted for."""
    credits_spent: int = Field(sa_type=BigInteger)
    credits_left: int | None = Field(default=None, sa_type=BigInteger)
    """As the source last said."""
    failures: int
    """Refusals and failures in a row."""
    closed_until_us: int | None = us_or_none()
    why_closed: str
    answered_at_us: int | None = us_or_none()
    """The last reply that was neither a refusal nor an error."""


class FileVersionTable(Table, table=True):
    """Which version of a file we hold, so that an unchanged one is not sent again."""

    __tablename__ = "file_version"

    source: str = Field(primary_key=True)
    url: str = Field(primary_key=True)
    etag: str
    last_modified: str
    sha256: str
    received_at_us: int = us()
    read_at_us: int | None = us_or_none()
    """When all that it says was stored; NULL = it came, and was not read yet."""


class QuarantineTable(Table, table=True):
    """A page that could not be read: its bytes are kept, and may be read by a better parser."""

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("uq_quarantine", "source", "sha256", unique=True),
        index_where("ix_quarantine_open", "source", "at_us", where="released_at_us IS NULL"),
    )

    id: int | None = row_id()
    source: str
    sha256: str
    why: str
    at_us: int = us()
    released_at_us: int | None = us_or_none()
    """When it was read after all."""
