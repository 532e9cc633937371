"""Leaving nothing behind of what rows were before they were sealed."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg

from service.storage.database import Engine

_SEALED = ("watch", "receiver", "alert", "kept_check", "check_revision")


def scrub(engine: Engine) -> bool:
    """Write the database anew without what is no longer in it; False when others hold it.

    SQLite keeps former contents in unused parts of its pages and in the write-ahead log, so the
    whole file is written anew: that takes about as long as copying it. PostgreSQL writes only the
    tables that hold something sealed. Backups are nobody's but the operator's.
    """
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        if engine.dialect.name == "postgresql":
            _scrub_postgres(driver)
            return True
        return _scrub_sqlite(driver)
    except (sqlite3.Error, psycopg.Error):
        return False
    finally:
        pooled.invalidate()  # what was set for this one must not go on
        pooled.close()


def _scrub_sqlite(driver: Any) -> bool:
    driver.execute("PRAGMA temp_store=FILE")  # a copy of the database does not fit into memory
    driver.execute("VACUUM")
    busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _scrub_postgres(driver: Any) -> None:
    driver.autocommit = True
    for table in _SEALED:
        driver.execute(f"VACUUM (FULL) {table}")
