"""Opening the database, and the two ways of using it: `reading` and `writing`.

SQLite: write-ahead log, every commit on the disk before it is acknowledged
(``synchronous=FULL``), writers take the write lock when they begin (``BEGIN IMMEDIATE``), so a
transaction never fails halfway because another one was quicker. PostgreSQL: psycopg 3; readers
see one snapshot (REPEATABLE READ), writers READ COMMITTED. Nothing is opened at import.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from schemas.tables import SCHEMA_REVISION
from service.errors import StorageError

__all__ = [
    "BUSY_TIMEOUT_S",
    "Connection",
    "Engine",
    "connect",
    "create_file",
    "in_part",
    "open_database",
    "reading",
    "revision",
    "shown",
    "sqlite_path",
    "writing",
]
"""`Connection` and `Engine` are named here so that no other room needs sqlalchemy."""

BUSY_TIMEOUT_S: Final = 30
"""How long a writer waits for another one."""
_LOOK_AGAIN_S: Final = 0.02

_MIGRATE: Final = "Run `tailcheck migrate`."
_BEGIN: Final = "tailcheck_begin"
"""Execution option: the word a SQLite transaction begins with."""

_POSTGRES_LIMITS: Final = {
    "connect_timeout": 10,
    "tcp_user_timeout": 30_000,
    "options": "-c statement_timeout=600000 -c idle_in_transaction_session_timeout=600000",
}
"""A database that hangs frees its asker: seconds, then milliseconds."""

_POSTGRES: Final = "postgresql+psycopg"
_DRIVER_ERRORS: Final = (SQLAlchemyError, sqlite3.Error, psycopg.Error)


def open_database(url: str) -> Engine:
    """The database at `url`, ready for `reading` and `writing`.

    Raises `StorageError` when it cannot be reached, is no database, or its tables are not the
    ones this program knows.
    """
    engine = connect(url)
    try:
        _must_be_ready(engine)
    except StorageError:
        engine.dispose()
        raise
    return engine


def connect(url: str) -> Engine:
    """An engine for `url`; whether there are tables, and whether it answers, is not looked at."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(_wrong_url()) from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername=_POSTGRES)
    if parsed.drivername == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername != _POSTGRES:
        raise StorageError(_wrong_url())
    try:
        return create_engine(parsed, pool_pre_ping=True, connect_args=_POSTGRES_LIMITS)
    except (NoSuchModuleError, ImportError) as error:
        raise StorageError(f"PostgreSQL cannot be used here: {error}") from error


def create_file(engine: Engine) -> None:
    """For SQLite, make the folder (0700) and the empty file (0600): nobody else reads it."""
    path = sqlite_path(engine.url)
    if path is None:
        return
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
    except OSError as error:
        raise StorageError(
            f"The database {path} cannot be made: {_reason(error)}. Set TAILCHECK_HOME to a"
            " folder that you may write to."
        ) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state, whatever is written meanwhile."""
    with _told(engine), engine.connect() as conn:
        if engine.dialect.name == "postgresql":
            conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield conn


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction: all of it is kept when the block ends, or none of it."""
    with _told(engine), engine.connect() as conn:
        conn.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        with conn.begin():
            yield conn


@contextmanager
def in_part(conn: Connection) -> Iterator[None]:
    """Part of a transaction of `writing`: when the block raises, this part is undone, and the rest
    can go on."""
    with conn.begin_nested():
        yield


def revision(engine: Engine) -> str | None:
    """The migration that the tables stand at; None = no tables of ours."""
    exists = (
        "SELECT count(*) FROM information_schema.tables"
        " WHERE table_schema = current_schema() AND table_name = 'alembic_version'"
        if engine.dialect.name == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    )
    with reading(engine) as conn:
        if not conn.exec_driver_sql(exists).scalar():
            return None
        found = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return found[0] if found else None


def sqlite_path(url: URL) -> Path | None:
    """The file behind a SQLite URL, None for PostgreSQL."""
    return Path(url.database or "") if url.drivername == "sqlite" else None


def shown(engine: Engine) -> str:
    """The database as a message may name it: without the password."""
    path = sqlite_path(engine.url)
    return str(path) if path is not None else engine.url.render_as_string(hide_password=True)


def _must_be_ready(engine: Engine) -> None:
    path = sqlite_path(engine.url)
    try:
        missing = path is not None and not path.exists()
    except OSError as error:
        raise StorageError(f"The database {path} cannot be opened: {_reason(error)}.") from error
    if missing:
        raise StorageError(f"There is no database at {path} yet. {_MIGRATE}")
    found = revision(engine)
    if found is None:
        raise StorageError(f"The database {shown(engine)} has no tables yet. {_MIGRATE}")
    if found != SCHEMA_REVISION:
        raise StorageError(
            f"The tables of {shown(engine)} are of version {found}, this program needs"
            f" {SCHEMA_REVISION}. {_MIGRATE} If that does not help, the database was written by a"
            " newer Tailcheck: update the program."
        )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StorageError("A SQLite database needs a file, e.g. sqlite:////home/me/tailcheck.db")
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(BUSY_TIMEOUT_S)})
    engine = create_engine(url, connect_args={"cached_statements": 256})

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "page_size=8192",  # of a new file: two segments fill half of a smaller page
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",  # 64 MiB
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _(conn: Connection) -> None:
        # On the driver's own connection: every question begins one, and this is half its price.
        driver: Any = conn.connection.driver_connection
        driver.execute(conn.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _write_ahead(connection: Any) -> None:
    """Only the first connection to a new file changes anything, and SQLite refuses at once, without
    its usual waiting, when another one is about to do the same."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN_S)
        else:
            return


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """What the driver says, as a sentence for people."""
    try:
        yield
    except _DRIVER_ERRORS as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise StorageError(_sentence(engine, cause)) from error


def _sentence(engine: Engine, cause: BaseException) -> str:
    name = shown(engine)
    said = " ".join(str(cause).split())[:300] or type(cause).__name__
    if isinstance(cause, psycopg.errors.UndefinedTable) or "no such table" in said:
        return f"The database {name} lacks a table ({said}). {_MIGRATE}"
    if isinstance(cause, psycopg.OperationalError):
        return f"PostgreSQL at {name} does not answer: {said}"
    if isinstance(cause, sqlite3.DatabaseError):
        for words, advice in _SQLITE_ADVICE:
            if words in said:
                return f"The database {name} {advice} ({said})."
    return f"The database {name} refused: {said}"


_SQLITE_ADVICE: Final = (
    ("not a database", "cannot be read: this file is something else, or damaged. Move it away"),
    ("malformed", "is damaged. Restore a backup, or derive it again from the captures"),
    ("locked", "is held by another writer. Try again, or stop the other Tailcheck"),
    ("readonly", "cannot be written to. Check who owns the file and its folder"),
    ("unable to open", "cannot be opened. Check that its folder exists and who owns it"),
    ("full", "cannot grow: the disk is full. Make room; nothing acknowledged is lost"),
    ("disk I/O error", "cannot be used: the disk reports an error"),
)


def _wrong_url() -> str:
    return (
        "TAILCHECK_DATABASE_URL is not a database we know. Use postgresql://user@host/name,"
        " or leave it empty for SQLite in the data folder."
    )


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
