"""Asking kept checks again: each change once, told once, whatever breaks or is killed meanwhile."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.verdicts import VerdictWord
from service.ask.check import check as ask
from service.ask.kept import Told, keep, revise, verdict_of
from service.domain.verdict.changes import because
from service.errors import StorageError
from service.notify.policy import Policy
from service.scheduler.holding import Holding
from service.scheduler.rejudging import EVERY_S, LEASE, PAUSE_S, Rejudging
from service.scheduler.stopping import Stopping
from service.storage.database import reading, writing
from service.storage.kept_checks import KeptCheck
from service.storage.leases import LeaseLost, end_all
from tests.ask.keeping import RealTime, World, question, registration, world_on
from tests.domain.cases import DAY
from tests.scheduler.helpers import PROJECT

WORDS: list[VerdictWord] = [
    *("observed", "elsewhere", "near", "consistent", "conflicting", "no_data"),
]
HOOK = "https://desk.example.org/hook"
KILLS = 60
SHORTEST_S, LONGEST_S = 0.02, 0.4


@pytest.fixture
def world(database: Engine, tmp_path: Path) -> World:
    return world_on(database, tmp_path)


def kept(world: World, number: int, word: VerdictWord = "no_data") -> KeptCheck:
    world.becomes(number, word)
    return keep(
        world.desk, question(number), told=Told(policy=Policy(), to=[HOOK], details=True)
    ).check


def job_of(world: World, stopping: Stopping | None = None, *, together: int = 50) -> Rejudging:
    holding = Holding(world.desk.engine, world.desk.clock)
    return Rejudging(world.desk, holding, stopping or Stopping(), together=together)


def words(world: World, check: KeptCheck) -> list[str]:
    return [verdict_of(revision).verdict for revision in world.history(check.id)]


def test_a_round_asks_all_in_steps(world: World) -> None:
    checks = [kept(world, number) for number in range(5)]
    world.clock.passes(hours=1)
    for number in range(5):
        world.becomes(number, "near")
    job = job_of(world, together=2)

    assert [job.run() for _ in range(3)] == [PAUSE_S, PAUSE_S, EVERY_S]
    assert [words(world, check) for check in checks] == [["no_data", "near"]] * 5
    assert [job.run() for _ in range(3)] == [PAUSE_S, PAUSE_S, EVERY_S]
    assert len(world.alerts()) == 5


def test_nothing_is_kept(world: World) -> None:
    assert job_of(world).run() == EVERY_S


def test_one_that_breaks_stops_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    checks = [kept(world, number) for number in range(4)]
    with world.desk.engine.begin() as conn:
        for table, column, check in (
            ("kept_check", "id", checks[0]),
            ("check_revision", "check_id", checks[2]),
        ):
            value = "'\\x0155'::bytea" if conn.dialect.name == "postgresql" else "x'0155'"
            conn.exec_driver_sql(
                f"UPDATE {table} SET sealed = {value} WHERE {column} = '{check.id}'"
            )
    world.clock.passes(hours=1)
    for number in range(4):
        world.becomes(number, "near")

    with caplog.at_level(logging.ERROR, "tailcheck.worker"):
        assert job_of(world).run() == EVERY_S
    assert words(world, checks[1]) == words(world, checks[3]) == ["no_data", "near"]
    (line,) = caplog.messages
    assert line.startswith(f"{LEASE}: 2 could not be asked again, the first one for StorageError")
    assert not any(check.id in line or registration(n) in line for n, check in enumerate(checks))


def test_a_database_that_fails_is_the_workers_to_hear_of(world: World) -> None:
    for number in range(3):
        kept(world, number)
    job = job_of(world, together=1)
    assert job.run() == PAUSE_S
    with world.desk.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE kept_check RENAME TO gone")
    with pytest.raises(StorageError):
        job.run()


def test_one_worker_at_a_time_and_none_that_lost_the_lease(world: World) -> None:
    check = kept(world, 1)
    first, second = job_of(world), job_of(world)
    assert first.run() == EVERY_S
    assert second.run() < EVERY_S
    world.clock.passes(hours=1)
    world.becomes(1, "near")
    with writing(world.desk.engine) as conn:
        end_all(conn)
    assert second.run() == EVERY_S
    world.clock.passes(seconds=1)
    world.becomes(1, "observed")
    first._holding._held[LEASE] = replace(
        first._holding._held[LEASE], expires_at=world.clock.now.replace(year=2099)
    )

    with pytest.raises(LeaseLost):
        first.run()
    assert words(world, check) == ["no_data", "near"]
    assert second.run() == EVERY_S
    assert words(world, check) == ["no_data", "near", "observed"]


def test_a_worker_that_stops_leaves_the_rest_to_the_next(world: World) -> None:
    checks = [kept(world, number) for number in range(3)]
    world.clock.passes(hours=1)
    for number in range(3):
        world.becomes(number, "near")
    stopping = Stopping()
    stopping.tell()
    job = job_of(world, stopping)
    job.run()
    assert [len(words(world, check)) for check in checks] == [1, 1, 1]
    job._holding.release()

    job_of(world).run()
    assert [len(words(world, check)) for check in checks] == [2, 2, 2]


def test_killed_in_the_middle_again_and_again(
    database_url: str, database: Engine, tmp_path: Path
) -> None:
    """What is known changes all the while, two workers ask at once, and both are killed: no answer
    and no alert is lost or there twice."""
    _killed(database_url, database, tmp_path, KILLS)


@pytest.mark.soak
def test_killed_a_thousand_times(database_url: str, database: Engine, tmp_path: Path) -> None:
    _killed(database_url, database, tmp_path, 1_000)


def _killed(url: str, database: Engine, folder: Path, kills: int) -> None:
    world = world_on(database, folder, clock=RealTime())
    checks = [kept(world, number) for number in range(8)]
    dice = random.Random(1)
    with _mill(url, folder) as mill, _changing(world, len(checks)):
        assert mill.stdin is not None
        assert mill.stdout is not None
        for _ in range(kills):
            mill.stdin.write(f"{dice.uniform(SHORTEST_S, LONGEST_S)}\n")
            mill.stdin.flush()
            assert mill.stdout.readline() == "killed\n"
    for check in checks:
        revise(world.desk, check)

    _must_be_sound(world, checks)


def _must_be_sound(world: World, checks: list[KeptCheck]) -> None:
    alerts = world.alerts()
    assert len(alerts) > 2 * len(checks)
    with reading(world.desk.engine) as conn:
        sent = conn.exec_driver_sql("SELECT alert_id FROM delivery ORDER BY alert_id").scalars()
        assert list(sent) == sorted(alert.id for alert in alerts)
    for number, check in enumerate(checks):
        history = world.history(check.id)
        assert [revision.number for revision in history] == list(range(1, len(history) + 1))
        assert revise(world.desk, check) is None
        for before, after in pairwise(history):
            assert before.at < after.at
            assert because(verdict_of(before), verdict_of(after))
        told = [alert.occasion.at for alert in alerts if alert.occasion.other == check.id]
        assert told == [revision.at for revision in history[1:]]
        now = ask(world.desk, aircraft=registration(number), airport="UMMS", on=DAY)
        assert because(verdict_of(history[-1]), now) == ""


@contextmanager
def _mill(url: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (
        (folder / "complaints").open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler.rejudging_mill", url, str(folder)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        yield process
    assert (folder / "complaints").read_text() == ""


@contextmanager
def _changing(world: World, aircraft: int) -> Iterator[None]:
    """What is known of one or the other changes as long as the block lasts."""
    dice, over = random.Random(2), threading.Event()

    def change() -> None:
        while not over.wait(0.02):
            world.becomes(dice.randrange(aircraft), dice.choice(WORDS))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
