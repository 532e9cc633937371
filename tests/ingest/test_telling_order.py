"""Late and repeated data, in any order: what stands of the alerts is the same in the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from schemas.records import IdentityStatement
from schemas.watching import TRIGGERS, Wishes
from service.desk import Desk
from service.ingest.telling.lost import CatchingUp
from service.storage.prepared import PreparedUnit
from tests.ingest.desks import fresh_desk
from tests.ingest.fetcher import Hands
from tests.ingest.telling import (
    DAY,
    MORNING,
    OTHER,
    US,
    alerts,
    follow,
    happens,
    heard,
    landing,
    squawk,
    standing,
    takeoff,
    unit,
)

HOUR = timedelta(hours=1)
NIGHT = MORNING + 17 * HOUR + timedelta(minutes=58)
"""Two minutes before midnight."""
NEXT = DAY + timedelta(days=1)
ANY = Wishes(triggers=frozenset(TRIGGERS) - {"signal_lost", "verdict_changed"}, home="UUWW")
SAYS = IdentityStatement(source="x", registration="RA-64523", icao24=US, type_code="T204")
OTHER_SOURCE = "adsbfi"
LATE = timedelta(seconds=90)

FINAL: tuple[PreparedUnit, ...] = (
    unit(
        heard(MORNING - HOUR, MORNING + 2 * HOUR),
        takeoff(MORNING),
        landing(MORNING + HOUR),
        squawk(MORNING + HOUR / 2, "7700"),
    ),
    unit(
        takeoff(MORNING + LATE, source=OTHER_SOURCE),
        landing(MORNING + HOUR - LATE, source=OTHER_SOURCE),
        landing(NIGHT, "UUWW", source=OTHER_SOURCE),
        source=OTHER_SOURCE,
    ),
    unit(landing(NIGHT + 2 * LATE, "UUWW"), day=NEXT),
    unit(landing(MORNING + HOUR / 2, icao24=OTHER), icao24=OTHER),
    unit(landing(MORNING - timedelta(days=40), "UUWW"), day=DAY - timedelta(days=40)),
)
EARLY: tuple[PreparedUnit, ...] = (
    unit(takeoff(MORNING)),
    unit(takeoff(MORNING), landing(MORNING + HOUR, "UUWW", inferred=True)),
    unit(landing(MORNING + HOUR, None), squawk(MORNING + 5 * HOUR, "7600")),
    unit(landing(NIGHT, "UMMS", source=OTHER_SOURCE), source=OTHER_SOURCE),
    unit(day=NEXT),
    unit(landing(MORNING + HOUR / 2, "UUWW", icao24=OTHER), icao24=OTHER),
    unit(source=OTHER_SOURCE),
)
"""The same days as they were known for a while."""


def test_what_stands_in_the_end_is_the_same(tmp_path: Path, migrated_sqlite: Path) -> None:
    fresh = _desks(tmp_path, migrated_sqlite)
    with fresh() as desk:
        _follow_all(desk)
        happens(desk, *FINAL, says=[SAYS])
        expected = standing([*alerts(desk), *alerts(desk, "ann")])
        assert len(expected) >= 10
        told = {row[1] for row in expected}
        assert {"first_visit", "emergency", "meeting", "landing", "takeoff"} <= told | {
            trigger
            for row in expected
            for trigger in row[2]  # type: ignore[attr-defined]  # a tuple
        }

    class Arrivals(RuleBasedStateMachine):
        """Days become known, are known otherwise, are told again; workers start; in the end all is
        as it is."""

        @initialize(named=st.booleans())
        def begin(self, named: bool) -> None:
            self.open = fresh()
            self.desk = self.open.__enter__()
            _follow_all(self.desk)
            happens(self.desk, says=[SAYS] if named else [])

        @rule(batch=st.lists(st.sampled_from([*EARLY, *FINAL]), min_size=1, max_size=3))
        def arrive(self, batch: list[PreparedUnit]) -> None:
            happens(self.desk, *batch)

        @rule()
        def restart(self) -> None:
            self.desk = replace(self.desk)
            CatchingUp(self.desk).step()

        def teardown(self) -> None:
            if not hasattr(self, "desk"):
                return
            happens(self.desk, says=[SAYS])
            for one in reversed(FINAL):
                happens(self.desk, one)
            CatchingUp(replace(self.desk)).step()
            found = standing([*alerts(self.desk), *alerts(self.desk, "ann")])
            self.open.__exit__(None, None, None)
            assert found == expected

    run_state_machine_as_test(
        Arrivals, settings=settings(max_examples=60, stateful_step_count=8, deadline=None)
    )


def _follow_all(desk: Desk) -> None:
    follow(desk, wishes=ANY)
    follow(desk, OTHER, wishes=ANY)
    follow(desk, "UMMS", kind="airport", owner="ann")
    follow(desk, "54.5,31.0,20", kind="area", owner="ann")
    follow(desk, "T204", kind="type", owner="ann", wishes=Wishes(min_grade="observed"))


def _desks(tmp_path: Path, migrated: Path) -> Callable[[], AbstractContextManager[Desk]]:
    """Makes a desk with nothing in it."""
    number = 0

    def fresh() -> AbstractContextManager[Desk]:
        nonlocal number
        number += 1
        return fresh_desk(migrated, tmp_path / f"home{number}", Hands(MORNING + 30 * HOUR))

    return fresh
