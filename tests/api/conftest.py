"""One filled world for a module's questions; asking changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.app import create_app
from service.desk import Desk
from service.storage.database import open_database
from tests.api.served import Client, serving
from tests.api.world import desk_over, fill


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Desk]:
    """A desk over the filled world, in SQLite."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(migrated_sqlite, folder / "tailcheck.db")
    engine = open_database(f"sqlite:///{folder / 'tailcheck.db'}")
    made = desk_over(engine, folder)
    fill(made)
    yield made
    engine.dispose()


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[Client]:
    """Asks the app over that desk."""
    with serving(create_app(desk, hosts=["tailcheck.example.org"])) as asked:
        yield asked
