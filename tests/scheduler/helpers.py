"""Workers as real processes, and what is expected of them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters._contract import discover
from schemas.records import LedgerRow
from schemas.verdicts import Interval
from service.ingest.derivation import day_bounds
from service.ingest.following.slots import askable_days
from service.sealing import PLAIN
from service.storage.database import Engine, reading, writing
from service.storage.history import units_of
from service.storage.ledger import ledger_about
from service.storage.watches import add
from tests.adapters.traces import packed, row, trace
from tests.upstream import Upstream, World

PROJECT = Path(__file__).resolve().parents[2]
ARCHIVE = "adsblol_history"
PATIENCE_S = 120.0


def world_of(aircraft: list[str], days: list[date]) -> World:
    """Each aircraft flew a little on each day but its own one, by number, of the week."""
    world = World()
    for number, icao24 in enumerate(aircraft):
        for day in days:
            if day.weekday() != number % 7:
                began = day_bounds(day)[0] + timedelta(hours=7, minutes=number)
                rows = [row(60.0 * i, gs=140.5 + i) for i in range(40)]
                world.traces[day, icao24] = packed(
                    trace(rows, icao=icao24, timestamp=began.timestamp())
                )
    return world


def watch(engine: Engine, aircraft: list[str], since: datetime) -> None:
    with writing(engine) as conn:
        for icao24 in aircraft:
            add(conn, PLAIN, kind="aircraft", subject=icao24, now=since)


@dataclass
class Slots:
    """What is to be asked for, and whether it was."""

    engine: Engine
    aircraft: list[str]
    since: datetime
    done: Counter[tuple[str, date]] = field(default_factory=Counter)

    def days(self) -> list[date]:
        source, now = discover()[ARCHIVE].source, datetime.now(UTC)
        return askable_days(source, self.since.date() - timedelta(days=1), now)

    def rows(self) -> list[LedgerRow]:
        now = datetime.now(UTC)
        window = Interval(t_from=now - timedelta(days=99), t_to=now)
        with reading(self.engine) as conn:
            return list(ledger_about(conn, self.aircraft, window))

    def asked(self) -> Counter[tuple[str, date]]:
        return Counter((row.target, row.t_from.date()) for row in self.rows())

    def all_asked(self) -> bool:
        return len(self.asked()) >= len(self.aircraft) * len(self.days())

    def must_be_one_each(self, up: Upstream) -> None:
        """One row for each slot, of the right outcome; one current unit for each that has data."""
        days = self.days()
        expected = {(icao24, day): 1 for icao24 in self.aircraft for day in days}
        assert self.asked() == expected
        for ledger_row in self.rows():
            flew = (ledger_row.t_from.date(), ledger_row.target) in up.world.traces
            assert ledger_row.outcome == ("data" if flew else "failed")
            t_from, t_to = day_bounds(ledger_row.t_from.date())
            assert (ledger_row.t_from, ledger_row.t_to) == (t_from, t_to)
        with reading(self.engine) as conn:
            for icao24 in self.aircraft:
                units = [unit.key.day for unit in units_of(conn, icao24)]
                assert sorted(units) == [day for day in days if (day, icao24) in up.world.traces]


class Process:
    """One worker."""

    def __init__(self, url: str, folder: Path, up: Upstream, *keys: str) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler.working", url, str(folder), up.url, *keys],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._popen.kill()
        self._popen.communicate()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def ready(self) -> None:
        """Wait until it works."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        assert line == "ready\n", self._popen.communicate()[1]

    def signal(self, number: int) -> None:
        self._popen.send_signal(number)

    def ended(self) -> tuple[int, str]:
        """Its exit code and what it said on stderr."""
        _, said = self._popen.communicate(timeout=PATIENCE_S)
        return self._popen.returncode, said


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it does; a test that waits in vain fails."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
