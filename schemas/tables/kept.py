"""Checks that somebody keeps: a question, and every answer it was given since."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from schemas.tables.base import Table, blob, index_where, us


class KeptCheckTable(Table, table=True):
    """A question that is asked again whenever something new is known."""

    __tablename__ = "kept_check"
    __table_args__ = (
        index_where(
            "uq_kept_check_once",
            "owner",
            "once_key",
            where="once_key IS NOT NULL",
            unique=True,
        ),
        Index("ix_kept_check_owner", "owner", "created_at_us", "id"),
    )

    id: str = Field(primary_key=True)
    """Cannot be guessed: whoever has it may read the answers."""
    owner: str
    once_key: bytes | None = Field(default=None)
    """Keyed hash of the Idempotency-Key and the question it came with."""
    sealed: bytes = blob()
    """The question as it was asked."""
    created_at_us: int = us()


class CheckRevisionTable(Table, table=True):
    """An answer to a kept check. A later one is added beside it, never put in its place."""

    __tablename__ = "check_revision"

    check_id: str = Field(primary_key=True, foreign_key="kept_check.id")
    number: int = Field(primary_key=True)
    """From 1."""
    at_us: int = us()
    sealed: bytes = blob()
    """The answer as JSON, and why it differs from the one before."""
