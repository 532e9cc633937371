"""Prebuilt statements, run on the driver's own connection.

A `select` built per call costs 270 µs, a prebuilt one through SQLAlchemy 25 to 40, through the
driver 12: a verdict needs seven of them, so the reads that it waits for go through here. The SQL
is written once, for both databases, with ``:name`` parameters. Errors of the driver become
`StorageError` in `database.reading` and `database.writing`.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import Connection

Row = tuple[Any, ...]
Params = Mapping[str, Any]

COPY_FROM: Final = 64
"""Rows from which PostgreSQL's COPY is quicker than INSERT."""

_NAMED: Final = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")


class Statement:
    """One SQL statement with ``:name`` parameters, ready for either database."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._pyformat = _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))

    def rows(self, conn: Connection, params: Params) -> list[Row]:
        """Run it and fetch all rows."""
        driver: Any = conn.connection.driver_connection
        if is_postgres(conn):
            with driver.cursor(binary=True) as cursor:
                return list(cursor.execute(self._pyformat, params).fetchall())
        return list(driver.execute(self.sql, params).fetchall())

    def run(self, conn: Connection, params: Params) -> int:
        """Run it for its effect; returns the number of rows touched."""
        driver: Any = conn.connection.driver_connection
        if is_postgres(conn):
            with driver.cursor() as cursor:
                return int(cursor.execute(self._pyformat, params).rowcount)
        return int(driver.execute(self.sql, params).rowcount)


class Insert:
    """Adds rows to one table in bulk."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        names = ", ".join(columns)
        self.columns = tuple(columns)
        self._sqlite = f"INSERT INTO {table} ({names}) VALUES ({_marks(columns, '?')})"
        self._postgres = f"INSERT INTO {table} ({names}) VALUES ({_marks(columns, '%s')})"
        self._copy = f"COPY {table} ({names}) FROM STDIN"

    def add(self, conn: Connection, rows: Iterable[Row]) -> None:
        """Add the rows, which stand in the order of `columns`."""
        driver: Any = conn.connection.driver_connection
        if not is_postgres(conn):
            driver.executemany(self._sqlite, rows)
            return
        rows = iter(rows)
        few = list(islice(rows, COPY_FROM))
        with driver.cursor() as cursor:
            if len(few) < COPY_FROM:
                if few:
                    cursor.executemany(self._postgres, few)
                return
            with cursor.copy(self._copy) as copy:
                for row in chain(few, rows):
                    copy.write_row(row)


class InsertNew:
    """Adds facts to an append-only table; a fact that is there already stays as it was."""

    _BATCH: Final = 2_000

    def __init__(self, table: str, columns: Mapping[str, str]) -> None:
        """`columns` gives every column's PostgreSQL type."""
        names = ", ".join(columns)
        values = _marks(columns, "?")
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        self._sqlite = f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"
        self._postgres = (
            f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"
        )

    def add(self, conn: Connection, rows: Iterable[Row]) -> int:
        """Add the rows, which stand in the order of `columns`; returns how many were new."""
        driver: Any = conn.connection.driver_connection
        if not is_postgres(conn):
            return max(0, int(driver.executemany(self._sqlite, rows).rowcount))
        new = 0
        with driver.cursor() as cursor:
            remaining = iter(rows)
            while batch := list(islice(remaining, self._BATCH)):
                columns = [list(column) for column in zip(*batch, strict=True)]
                new += int(cursor.execute(self._postgres, columns).rowcount)
        return new


def is_postgres(conn: Connection) -> bool:
    """Whether this is PostgreSQL; else it is SQLite."""
    return conn.dialect.name == "postgresql"


def _marks(columns: Iterable[str], mark: str) -> str:
    return ", ".join(mark for _ in columns)
