"""The same captures lead to the same state, however they come: in any order, twice, revised late.

Three days of one aircraft are told by five files: one for each UTC day, as an archive writes them,
the first of them again with rows that came late, and one that a receiver cut at noon. Some legs
cross midnight, so each file has a say in its neighbours' units.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adapters._contract import discover
from schemas.records import Track
from service.clock import Clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.domain.track import between
from service.ingest.files import import_files
from service.storage.captures import CaptureStore
from service.storage.codec import to_us
from service.storage.database import Engine, open_database, reading
from tests.adapters.traces import trace_of
from tests.simulator.campaign import airports
from tests.simulator.day import simulate, to_track
from tests.simulator.recipe import Recipe

SEED = 5
DERIVED = ("segment", "movement", "pass", "ground_span", "heard")


def test_order_repeats_and_late_revisions_make_no_difference(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    files = _files(tmp_path / "files")
    fresh = _desks(tmp_path, migrated_sqlite)
    first = fresh()
    assert all(not outcome.error for outcome in import_files(first, files, "trace_file"))
    expected = _state(first.engine)
    assert len({row[2] for row in expected["unit"]}) >= 3, "several days"
    assert len(expected["movement"]) >= 4

    class Arrivals(RuleBasedStateMachine):
        """Files come, some of them again, some together; at the end the missing ones come too."""

        @initialize()
        def begin(self) -> None:
            self.desk = fresh()
            self.came: set[Path] = set()

        @rule(batch=st.lists(st.sampled_from(files), min_size=1, max_size=3))
        def arrive(self, batch: list[Path]) -> None:
            outcomes = list(import_files(self.desk, batch, "trace_file"))
            assert [outcome.error for outcome in outcomes] == [""] * len(batch)
            self.came.update(batch)

        def teardown(self) -> None:
            if not hasattr(self, "desk"):
                return
            missing = [path for path in reversed(files) if path not in self.came]
            list(import_files(self.desk, missing, "trace_file"))
            found = _state(self.desk.engine)
            self.desk.engine.dispose()
            for table, rows in expected.items():
                assert found[table] == rows, table

    run_state_machine_as_test(
        Arrivals, settings=settings(max_examples=25, stateful_step_count=5, deadline=None)
    )


def _files(folder: Path) -> list[Path]:
    """The five files, in the order of their content."""
    day = simulate(SEED, Recipe(home="UUWW", legs=9, start_h=19.0, outages=1))
    track = to_track(day)
    midnight = to_us(day.start)
    whole = [between(track, *_days(midnight, n, n + 1)) for n in range(3)]
    thin = _thinned(whole[0])
    noon = between(track, midnight + 43_200_000_000, midnight + 86_400_000_000 + 43_200_000_000)
    folder.mkdir()
    told = {"day0-early": thin, "day0": whole[0], "noon": noon, "day1": whole[1], "day2": whole[2]}
    paths = []
    for name, part in told.items():
        assert len(part), name
        paths.append(folder / f"{name}.json")
        paths[-1].write_bytes(trace_of(part))
    return paths


def _days(midnight_us: int, first: int, end: int) -> tuple[int, int]:
    return midnight_us + first * 86_400_000_000, midnight_us + end * 86_400_000_000


def _thinned(track: Track) -> Track:
    """Without every third minute: rows that came late are not in it."""
    minute = track.t_us // 60_000_000
    gone = [int(m) for m in np.unique(minute) if m % 3 == 0]
    parts = track
    kept = ~np.isin(minute, gone)
    columns = {
        name: getattr(parts, name)[kept]
        for name in parts.__dataclass_fields__
        if isinstance(getattr(parts, name), np.ndarray)
    }
    return Track(
        icao24=track.icao24,
        source=track.source,
        captures=track.captures,
        callsigns=track.callsigns,
        squawks=track.squawks,
        **columns,
    )


def _desks(tmp_path: Path, migrated_sqlite: Path) -> Callable[[], Desk]:
    """Makes a desk with nothing in it, and a clock that goes on by a second at each look."""
    number = 0
    table: Airports = airports()

    def fresh() -> Desk:
        nonlocal number
        number += 1
        home = tmp_path / f"home{number}"
        home.mkdir()
        shutil.copy(migrated_sqlite, home / "tailcheck.db")
        return Desk(
            engine=open_database(f"sqlite:///{home / 'tailcheck.db'}"),
            captures=CaptureStore(home / "captures"),
            airports=table,
            adapters=discover(),
            clock=_ticking(),
        )

    return fresh


def _ticking() -> Clock:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal now
        now += timedelta(seconds=1)
        return now

    return clock


def _state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All that is current, without row numbers and without when it was learnt."""
    with reading(engine) as conn:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return sorted((tuple(row) for row in conn.exec_driver_sql(sql)), key=repr)

        found = {
            "unit": rows(
                "SELECT icao24, source, day_us, captures, airports, rejected, rules_version,"
                " content_hash FROM unit WHERE superseded_at_us IS NULL"
            ),
            "capture": rows("SELECT DISTINCT sha256, source, url, size_bytes FROM capture"),
            "capture_span": rows("SELECT * FROM capture_span"),
            "statement": rows(
                "SELECT source, registration, icao24, type_code, capture FROM identity_statement"
            ),
            "ledger": rows(
                "SELECT DISTINCT source, target, t_from_us, t_to_us, outcome, capture FROM ledger"
            ),
        }
        for table in DERIVED:
            (columns,) = conn.exec_driver_sql(
                f"SELECT group_concat(name, ', ') FROM pragma_table_info('{table}')"
                " WHERE name NOT IN ('id', 'unit_id', 'superseded')"
            ).fetchone() or ("",)
            found[table] = rows(f"SELECT {columns} FROM {table} WHERE NOT superseded")
    return found
