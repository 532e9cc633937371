"""What the tests of fetching and driving share: a clock, the sites, a fetcher on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.sources import Source
from service.ingest.fetching.fetcher import Fetcher
from service.storage.database import Engine, open_database
from tests.adapters.traces import packed, row, trace
from tests.ingest.fetcher import ADAPTERS, Hands, fetching
from tests.upstream import Upstream, World, upstream
from tests.upstream.conftest import FLOWN


@pytest.fixture
def clock() -> Hands:
    """It stands still until it is moved, or somebody sleeps by it."""
    return Hands()


@pytest.fixture
def up(clock: Hands) -> Iterator[Upstream]:
    """The hand-made sky a month after one flight from Vnukovo to Minsk, which every archive has."""
    world = World(approved=True, now=clock)
    world.add_flight(
        "14fc0b", FLOWN, FLOWN + timedelta(minutes=74), origin="UUWW", destination="UMMS"
    )
    rows = [row(60.0 * i, gs=140.5 + i) for i in range(74)]
    world.traces[FLOWN.date(), "14fc0b"] = packed(trace(rows, timestamp=FLOWN.timestamp()))
    with upstream(world) as running:
        yield running


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """A database of the test's own, where it does not matter which make it is."""
    path = tmp_path / "tailcheck.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def fetcher(sqlite: Engine, tmp_path: Path, clock: Hands) -> Iterator[Fetcher]:
    with fetching(sqlite, tmp_path / "captures", clock, timeout_s=0.5) as fetcher:
        yield fetcher


@pytest.fixture
def live(up: Upstream) -> Source:
    return up.moved(ADAPTERS["adsblol"]).source


@pytest.fixture
def table(up: Upstream) -> Source:
    return up.moved(ADAPTERS["tar1090db"]).source
