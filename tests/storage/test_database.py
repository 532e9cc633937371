"""Opening the database, and what people read when that fails."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.errors import StorageError
from service.storage import migrate
from service.storage.database import connect, open_database, reading, writing
from service.storage.identity import add_statements, statements_about
from tests.postgres import Postgres
from tests.storage.helpers import NOW
from tests.storage.test_facts import RA_64523


@contextmanager
def _nobody() -> Iterator[None]:
    """Run as a user whom permissions bind; root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_writing_is_all_or_nothing(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(database) as conn:
        print(add_statements(conn, [RA_64523], now=NOW) / 0)
    with reading(database) as conn:
        assert statements_about(conn, icao24="14fc0b") == ()


def test_a_reader_sees_one_state(database: Engine) -> None:
    with reading(database) as conn:
        assert statements_about(conn, icao24="14fc0b") == ()
        with writing(database) as other:
            add_statements(other, [RA_64523], now=NOW)
        assert statements_about(conn, icao24="14fc0b") == ()
    with reading(database) as conn:
        assert statements_about(conn, icao24="14fc0b") == (RA_64523,)


def test_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrate.upgrade(url)
    engine = open_database(url)
    with reading(engine) as conn:
        pragmas = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    path = tmp_path / "home" / "deep" / "tailcheck.db"
    migrate.upgrade(f"sqlite:///{path}")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_database_yet(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"no database at .* yet\. Run `tailcheck migrate`"):
        open_database(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_no_tables_yet(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StorageError, match=r"no tables yet\. Run `tailcheck migrate`"):
        open_database(f"sqlite:///{tmp_path / 'empty.db'}")


@pytest.mark.postgres
def test_no_tables_yet_in_postgres(postgres_server: Postgres) -> None:
    with (
        postgres_server.new_database(migrated=False) as url,
        pytest.raises(StorageError, match=r"no tables yet\. Run `tailcheck migrate`"),
    ):
        open_database(url)


@pytest.mark.parametrize(
    "content", [b"<html>not found</html>" * 500, b"SQLite format 3\0" + b"x" * 9000]
)
def test_something_else_than_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.db"
    path.write_bytes(content)
    for use in (open_database, migrate.upgrade):
        with pytest.raises(StorageError, match=r"page\.db .*(cannot be read|is damaged|refused)"):
            use(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_cut_short_database(migrated_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.db"
    path.write_bytes(migrated_sqlite.read_bytes()[:20_000])
    with pytest.raises(StorageError, match=r"cut\.db"):
        open_database(f"sqlite:///{path}")


def test_folder_that_nobody_may_write_to() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with _nobody(), pytest.raises(StorageError, match="cannot be made: Permission denied"):
            migrate.upgrade(f"sqlite:///{folder / 'home' / 'tailcheck.db'}")
        folder.chmod(0o755)


def test_database_that_nobody_may_write_to(migrated_sqlite: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "tailcheck.db"
        path.write_bytes(migrated_sqlite.read_bytes())
        path.chmod(0o444)
        path.parent.chmod(0o555)
        engine = connect(f"sqlite:///{path}")
        with (
            _nobody(),
            pytest.raises(StorageError, match=r"Check .*who owns"),
            writing(engine) as conn,
        ):
            add_statements(conn, [RA_64523], now=NOW)
        engine.dispose()
        path.parent.chmod(0o755)


def test_folder_that_nobody_may_look_into(migrated_sqlite: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tailcheck.db").write_bytes(migrated_sqlite.read_bytes())
        folder.chmod(0o000)
        for use in (open_database, migrate.upgrade):
            with _nobody(), pytest.raises(StorageError, match="Permission denied"):
                use(f"sqlite:///{folder / 'tailcheck.db'}")
        folder.chmod(0o755)


def test_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot be made: .*TAILCHECK_HOME"):
        migrate.upgrade(f"sqlite:///{tmp_path / 'file' / 'tailcheck.db'}")


def test_another_writer_holds_it(migrated_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine, hasty = open_database(f"sqlite:///{path}"), connect(f"sqlite:///{path}?timeout=0.05")
    with (
        writing(engine),
        pytest.raises(StorageError, match="held by another writer"),
        writing(hasty),
    ):
        pass
    engine.dispose()
    hasty.dispose()


@pytest.mark.parametrize(
    "url", ["", "tailcheck.db", "mysql://localhost/x", "postgresql+nonsense://x", "http://x"]
)
def test_url_of_no_database(url: str) -> None:
    with pytest.raises(StorageError, match="TAILCHECK_DATABASE_URL"):
        open_database(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_needs_a_file(url: str) -> None:
    with pytest.raises(StorageError, match="needs a file"):
        open_database(url)


def test_postgres_that_does_not_answer_and_its_password() -> None:
    with pytest.raises(StorageError, match="does not answer") as caught:
        open_database("postgresql://me:s3cret@127.0.0.1:1/tailcheck?connect_timeout=2")
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
