"""What every table is made of: the root with its catalogue of names, and the kinds of column."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, text
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def row_id() -> Any:
    return Field(
        default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite")
    )


def us(*, primary_key: bool = False) -> Any:
    return Field(sa_type=BigInteger, primary_key=primary_key)


def us_or_none() -> Any:
    return Field(default=None, sa_type=BigInteger)


def of_unit() -> Any:
    return Field(foreign_key="unit.id", sa_type=BigInteger)


def blob() -> Any:
    return Field(sa_type=LargeBinary)


def index_where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that fulfil `where`."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Table(SQLModel):
    """Root of our tables, with a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
