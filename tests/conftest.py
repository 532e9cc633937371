"""Fixtures that every room may use: databases, migrated and empty, one for each test."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from service.storage import migrate
from service.storage.database import open_database
from tests import postgres

_RUN = "TAILCHECK_TEST_RUN"
"""Names this test run to all its workers."""

_BEGAN_RUN = pytest.StashKey[bool]()

settings.register_profile("tailcheck", deadline=None)
settings.load_profile("tailcheck")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak", action="store_true", help="run the long versions of tests marked `soak`"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_BEGAN_RUN] = _RUN not in os.environ  # a worker finds it there
    os.environ.setdefault(_RUN, uuid.uuid4().hex[:12])


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_BEGAN_RUN, False):
        postgres.remove(postgres.folder_of(os.environ.pop(_RUN)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="long: give --soak"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A real PostgreSQL, started for this run."""
    with postgres.running(postgres.folder_of(os.environ[_RUN])) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "tailcheck.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of the test's own; each test runs on SQLite and PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "tailcheck.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server: postgres.Postgres = request.getfixturevalue("postgres_server")
        with server.new_database() as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """That database, opened."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()
