"""Workers as real processes: killed, stopped, several at once; each slot is done once."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.storage.database import open_database
from tests.postgres import Postgres
from tests.scheduler.helpers import ARCHIVE, Process, Slots, wait_for, watch, world_of
from tests.upstream import Upstream, upstream

AIRCRAFT = [f"14fc{number:02x}" for number in range(24)]
SINCE = datetime.now(UTC) - timedelta(days=4)


@pytest.fixture
def slots(database_url: str) -> Iterator[Slots]:
    """The aircraft are watched; nothing was asked yet."""
    engine = open_database(database_url)
    watch(engine, AIRCRAFT, SINCE)
    yield Slots(engine, AIRCRAFT, SINCE)
    engine.dispose()


@pytest.fixture
def up(slots: Slots) -> Iterator[Upstream]:
    with upstream(world_of(AIRCRAFT, slots.days())) as running:
        yield running


def test_killed_and_started_again_it_catches_up_and_repeats_nothing(
    database_url: str, slots: Slots, up: Upstream, tmp_path: Path
) -> None:
    with Process(database_url, tmp_path, up, ARCHIVE) as first:
        first.ready()
        wait_for(lambda: bool(slots.asked()))
        first.signal(signal.SIGKILL)
        first.ended()
    done = set(slots.asked())
    before = len(up.asked())
    with Process(database_url, tmp_path, up, ARCHIVE) as second:
        second.ready()
        wait_for(slots.all_asked)
        slots.must_be_one_each(up)
        asked = {asked.path for asked in up.asked(ARCHIVE)[before:]}
        for icao24, day in done:
            assert not any(f"/{day:%Y/%m/%d}/" in path and icao24 in path for path in asked), (
                "asked again for what was answered"
            )
        second.signal(signal.SIGTERM)
        code, said = second.ended()
    assert (code, said) == (0, "")


def test_a_second_worker_on_sqlite_refuses_and_says_who_works(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    database = tmp_path / "tailcheck.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{database}"
    with upstream() as up, Process(url, tmp_path, up) as first:
        first.ready()
        with Process(url, tmp_path, up) as second:
            code, said = second.ended()
        assert code == 5
        assert f"process {first.pid};" in said
        assert "--role api" in said
        first.signal(signal.SIGKILL)
        first.ended()
        with Process(url, tmp_path, up) as third:
            third.ready()
            third.signal(signal.SIGTERM)
            assert third.ended() == (0, "")


@pytest.mark.postgres
def test_three_workers_stopped_and_killed_do_each_slot_once(
    postgres_server: Postgres, tmp_path: Path
) -> None:
    _three_workers(postgres_server, tmp_path, blows=5, seed=3)


@pytest.mark.postgres
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_three_workers_for_longer(postgres_server: Postgres, tmp_path: Path, seed: int) -> None:
    _three_workers(postgres_server, tmp_path, blows=40, seed=seed)


def _three_workers(server: Postgres, folder: Path, *, blows: int, seed: int) -> None:
    """SIGSTOP leaves a worker in the middle of an asking for longer than its lease; when it goes on
    it does not know yet that another one has done the work."""
    dice = random.Random(seed)
    aircraft = [f"{0x14FC00 + number:06x}" for number in range(12 * blows)]
    with server.new_database() as url, ExitStack() as stack:
        engine = open_database(url)
        stack.callback(engine.dispose)
        watch(engine, aircraft, SINCE)
        slots = Slots(engine, aircraft, SINCE)
        up = stack.enter_context(upstream(world_of(aircraft, slots.days())))

        def worker() -> Process:
            return stack.enter_context(Process(url, folder, up, ARCHIVE))

        workers = [worker() for _ in range(3)]
        for one in workers:
            one.ready()
        stopped: list[Process] = []
        for _ in range(blows):
            time.sleep(dice.uniform(0.2, 1.2))
            number = dice.randrange(3)
            if dice.random() < 0.4:
                workers[number].signal(signal.SIGKILL)
                workers[number] = worker()
            else:
                workers[number].signal(signal.SIGSTOP)
                stopped.append(workers[number])
            if len(stopped) > 1:
                stopped.pop(0).signal(signal.SIGCONT)
        for one in stopped:
            one.signal(signal.SIGCONT)
        wait_for(slots.all_asked)
        for one in workers:
            one.signal(signal.SIGTERM)
        for one in workers:
            one.ended()
        slots.must_be_one_each(up)
