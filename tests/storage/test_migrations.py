"""The migrations lead to the tables of `schemas.tables`, on both databases."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from schemas.tables import SCHEMA_REVISION, Table
from service.errors import StorageError
from service.storage import migrate
from service.storage.database import connect, open_database, reading, writing
from tests.postgres import Postgres

PROJECT = Path(__file__).resolve().parents[2]


def test_alembic_folder_is_no_package() -> None:
    """An ``alembic/__init__.py`` here would shadow the library of that name."""
    assert not (PROJECT / "alembic" / "__init__.py").exists()


def test_program_knows_the_newest_migration() -> None:
    assert migrate.head() == SCHEMA_REVISION


def test_migrated_tables_do_not_drift_from_the_declared_ones(database: Engine) -> None:
    with migrate.configured(database) as config:
        command.check(config)
    with reading(database) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_drift_would_be_seen(database: Engine) -> None:
    with writing(database) as conn:
        conn.exec_driver_sql("ALTER TABLE unit ADD COLUMN stray INTEGER")
        conn.exec_driver_sql("DROP INDEX ix_movement_airport")
    with reading(database) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert len(compare_metadata(context, Table.metadata)) == 2


def test_sqlite_tables_are_word_for_word_the_declared_ones(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """`command.check` sees neither WITHOUT ROWID nor the condition of an index."""
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    Table.metadata.create_all(declared)
    migrated = create_engine(f"sqlite:///{migrated_sqlite}")
    assert _sqlite_ddl(migrated) == _sqlite_ddl(declared)
    declared.dispose()
    migrated.dispose()


@pytest.mark.postgres
def test_postgres_indexes_are_the_declared_ones(postgres_server: Postgres) -> None:
    with (
        postgres_server.new_database() as migrated_url,
        postgres_server.new_database(migrated=False) as declared_url,
    ):
        migrated, declared = connect(migrated_url), connect(declared_url)
        Table.metadata.create_all(declared)
        assert _postgres_indexes(migrated) == _postgres_indexes(declared)
        migrated.dispose()
        declared.dispose()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = open_database(database_url)
    assert migrate.is_current(engine)
    engine.dispose()


def test_upgrading_at_once_makes_one_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'tailcheck.db'}"
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            migrate.upgrade(url)
        except BaseException as error:  # told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    open_database(url).dispose()


def test_going_back_is_refused_with_a_sentence(database: Engine) -> None:
    with (
        pytest.raises(StorageError, match="would delete the evidence"),
        migrate.configured(database) as config,
    ):
        command.downgrade(config, "base")
    with reading(database) as conn:
        assert "movement" in inspect(conn).get_table_names()


def test_database_from_the_future_is_refused(database: Engine, database_url: str) -> None:
    with writing(database) as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert not migrate.is_current(database)
    with pytest.raises(StorageError, match="newer Tailcheck: update the program"):
        migrate.upgrade(database_url)
    with pytest.raises(StorageError, match="version 9999, this program needs"):
        open_database(database_url)


def _sqlite_ddl(engine: Engine) -> set[str]:
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'"
        )
        return {" ".join(row[0].split()) for row in rows}


def _postgres_indexes(engine: Engine) -> set[str]:
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        return {row[0] for row in rows}
