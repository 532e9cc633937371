"""One server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.traces import packed, row, trace
from tests.upstream import Upstream, World, upstream
from tests.upstream.sky import NOON

FLOWN = datetime(2025, 12, 1, 13, 2, tzinfo=UTC)
"""When the flight of `world` began: on a first of a month, so that every archive has it."""


@pytest.fixture
def world() -> World:
    """The hand-made sky a month later, and one flight from Vnukovo to Minsk in every archive."""
    world = World(approved=True, now=lambda: NOON)
    landed = FLOWN + timedelta(minutes=74)
    world.add_flight("14fc0b", FLOWN, landed, origin="UUWW", destination="UMMS")
    rows = [row(60.0 * i, gs=140.5 + i) for i in range(74)]
    world.traces[FLOWN.date(), "14fc0b"] = packed(trace(rows, timestamp=FLOWN.timestamp()))
    return world


@pytest.fixture
def up(world: World) -> Iterator[Upstream]:
    """The server that plays it."""
    with upstream(world) as running:
        yield running
