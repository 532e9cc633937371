"""One aircraft's three days as trace files, some legs across midnight, and what they derive to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np

from adapters._contract import Page
from schemas.records import Capture
from service.desk import Desk
from service.domain.track import between, take, to_us
from service.ingest.keeping import Received
from service.ingest.reading import adapter_for, read_page
from service.storage.database import Engine, reading
from service.storage.sql import Statement
from tests.adapters.traces import trace_of
from tests.simulator.day import simulate, to_track
from tests.simulator.recipe import Recipe

SOURCE = "trace_file"
_HALF_DAY_US = 43_200_000_000

_UNITS = Statement(
    "SELECT icao24, source, day_us, captures, content_hash FROM unit"
    " WHERE superseded_at_us IS NULL ORDER BY icao24, source, day_us"
)
_ROWS: Mapping[str, Statement] = {
    "spans": Statement("SELECT icao24, t_first_us, t_last_us, sha256 FROM capture_span"),
    "movements": Statement("SELECT icao24, move, airport, t_best_us, capture FROM movement"),
    "ledger": Statement("SELECT source, target, t_from_us, t_to_us, outcome FROM ledger"),
    "statements": Statement("SELECT source, registration, icao24 FROM identity_statement"),
    "reports": Statement("SELECT source, registration, icao24 FROM report"),
    "captures": Statement("SELECT sha256, source FROM capture"),
    "quarantine": Statement("SELECT source, sha256, why, released_at_us FROM quarantine"),
}


@cache
def files() -> Mapping[str, bytes]:
    """By name: the three days as an archive writes them, and one that was cut at noon."""
    day = simulate(5, Recipe(home="UUWW", legs=9, start_h=19.0, outages=1))
    track = to_track(day)
    start = to_us(day.start)
    parts = {
        "day0": (start, start + 2 * _HALF_DAY_US),
        "noon": (start + _HALF_DAY_US, start + 3 * _HALF_DAY_US),
        "day1": (start + 2 * _HALF_DAY_US, start + 4 * _HALF_DAY_US),
        "day2": (start + 4 * _HALF_DAY_US, start + 6 * _HALF_DAY_US),
    }
    return {name: trace_of(between(track, *window)) for name, window in parts.items()}


@cache
def pieces(count: int) -> tuple[bytes, ...]:
    """The second of the days in so many files, none of which says what another one says."""
    day = simulate(5, Recipe(home="UUWW", legs=9, start_h=19.0, outages=1))
    start = to_us(day.start) + 2 * _HALF_DAY_US
    track = between(to_track(day), start, start + 2 * _HALF_DAY_US)
    return tuple(
        trace_of(take(track, rows)) for rows in np.array_split(np.arange(len(track)), count)
    )


def begin() -> datetime:
    """Midnight of the first day."""
    return simulate(5, Recipe(home="UUWW", legs=9, start_h=19.0, outages=1)).start


def received(desk: Desk, content: bytes, name: str = "") -> Received:
    """The bytes in the capture store, and read."""
    capture = Capture(
        sha256=desk.captures.put(content),
        source=SOURCE,
        url=name,
        received_at=desk.clock(),
        size_bytes=len(content),
    )
    page = Page(capture=capture, content=content)
    return Received(capture, read_page(adapter_for(desk, SOURCE), page))


def units(engine: Engine) -> list[tuple[Any, ...]]:
    """The current units and what they are derived from."""
    with reading(engine) as conn:
        return [(*row[:4], bytes(row[4])) for row in _UNITS.rows(conn, {})]


def rows(engine: Engine, table: str) -> list[tuple[Any, ...]]:
    """All rows of one kind, told apart by what they say, in order."""
    with reading(engine) as conn:
        return sorted(_ROWS[table].rows(conn, {}), key=repr)
