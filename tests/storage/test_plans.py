"""No statement searches a whole table: what is asked of a big database goes by its indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine

from service.errors import StorageError
from service.storage import (
    capture_index,
    evidence,
    history,
    identity,
    ledger,
    movements,
    reports,
    sightings,
)
from service.storage import units as units_module
from service.storage.database import connect, reading
from service.storage.sql import Statement
from service.storage.visible import Reading
from tests.storage.helpers import NOW, store, undone
from tests.storage.samples import KEY, flown

MODULES = (
    *(capture_index, evidence, history, identity, ledger, movements, reports, sightings),
    units_module,
)
PARAMETER = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")
SCAN = re.compile(r"Seq Scan on|SCAN (?!src|CONSTANT|\d)")
TEXTS = ("icao24", "source", "airport", "registration", "sha256", "besides", "target")


def _statements(module: ModuleType) -> Iterator[tuple[str, Statement]]:
    things = dict(vars(module))
    if module is evidence:
        things["_heard"] = evidence._heard(2)
    for name, thing in things.items():
        several = thing if isinstance(thing, tuple) else (thing,)
        for one in several:
            if isinstance(one, Statement):
                yield name, one
            elif isinstance(one, Reading):
                yield f"{name} now", one._now
                yield f"{name} then", one._then


EVERY = [
    pytest.param(statement, id=f"{module.__name__.rsplit('.', 1)[-1]}.{name}")
    for module in MODULES
    for name, statement in _statements(module)
    if not statement.sql.startswith("INSERT")
]


def test_all_statements_are_looked_at() -> None:
    assert len(EVERY) > 30


@pytest.mark.parametrize("statement", EVERY)
def test_no_table_is_scanned(database: Engine, statement: Statement) -> None:
    if "unnest" in statement.sql and database.dialect.name == "sqlite":
        with pytest.raises(StorageError, match="syntax error"), reading(database) as conn:
            statement.rows(conn, dict.fromkeys(PARAMETER.findall(statement.sql), 1))
        return
    assert not SCAN.search(plan := _plan(database, statement)), plan


def test_rare_long_ones_are_found_by_their_own_index(migrated_sqlite: Path) -> None:
    """Else an aircraft's whole history would be looked through for them, and nobody would see."""
    database = connect(f"sqlite:///{migrated_sqlite}")
    for statement, index in (
        (
            evidence._MOVEMENTS._now,
            "ix_movement_long (icao24=? AND superseded=? AND t_latest_us>?)",
        ),
        (ledger._ABOUT, "ix_ledger_long (look_up=? AND t_to_us>?)"),
    ):
        assert index in _plan(database, statement)
    database.dispose()


def test_a_scan_would_be_seen(database: Engine) -> None:
    no_index = Statement("SELECT id FROM movement WHERE lat = :t_us")
    assert not SCAN.search(_plan(database, Statement("SELECT 1 FROM unit WHERE id = :t_us")))
    assert SCAN.search(_plan(database, no_index))


def _plan(database: Engine, statement: Statement) -> str:
    several = "unnest" in statement.sql
    params = {
        name: [value] if several else value
        for name in PARAMETER.findall(statement.sql)
        for value in ("x" if name.startswith(TEXTS) else 1,)
    }
    with undone(database) as conn:
        store(conn, KEY, flown(), now=NOW)
        if database.dialect.name == "sqlite":
            explained = Statement("EXPLAIN QUERY PLAN " + statement.sql)
        else:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")  # few rows tempt it
            explained = Statement("EXPLAIN " + statement.sql)
        return "\n".join(str(row[-1]) for row in explained.rows(conn, params))
