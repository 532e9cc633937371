"""The worker's job that keeps the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.desk import Desk
from service.domain.airports.table import Airports
from service.evidence.log_key import KEY_NAME
from service.evidence.logbook import Logging
from service.scheduler.holding import Holding
from service.scheduler.logbook import EVERY_S, LEASE, STAMPS_EVERY, Logbook
from service.scheduler.stopping import Stopping
from service.storage.captures import CaptureStore
from service.storage.database import Engine, reading
from service.storage.leases import LeaseLost
from service.storage.log import is_anybody_waiting, log_size
from service.storage.log_heads import heads_after
from tests.storage.helpers import NOW
from tests.storage.logged import receive

DAY = timedelta(days=1)


class At:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> At:
    return At()


Make = Callable[..., Logbook]


@pytest.fixture
def make(database: Engine, clock: At, tmp_path: Path) -> Make:
    desk = Desk(
        engine=database,
        captures=CaptureStore(tmp_path / "captures"),
        airports=Airports.build([], ""),
        adapters={},
        clock=clock,
    )

    def job(
        holding: Holding | None = None, stopping: Stopping | None = None, **chosen: object
    ) -> Logbook:
        how = replace(Logging(secrets=tmp_path / "secrets"), **chosen)  # type: ignore[arg-type]
        return Logbook(desk, holding or Holding(database, clock), stopping or Stopping(), how)

    return job


def _sizes(engine: Engine) -> list[int]:
    with reading(engine) as conn:
        return [head.size for head in heads_after(conn)]


def test_it_gives_places_at_once_and_makes_a_head_a_day(
    database: Engine, make: Make, clock: At, tmp_path: Path
) -> None:
    job = make()
    assert job.run() == EVERY_S
    assert _sizes(database) == []
    for hours, size in ((0, 3), (3, 5), (26, 9), (27, 12), (80, 12), (81, 13)):
        clock.now = NOW + timedelta(hours=hours)
        receive(database, range(size))
        job.run()
        with reading(database) as conn:
            assert not is_anybody_waiting(conn)
            assert log_size(conn) == size
    assert _sizes(database) == [3, 9, 12]
    assert (tmp_path / "secrets" / KEY_NAME).exists()


def test_while_another_worker_does_it_it_waits(database: Engine, make: Make, clock: At) -> None:
    other = Holding(database, clock)
    assert other.take(LEASE) is not None
    receive(database, range(3))
    assert make().run() == other.for_s / 3
    with reading(database) as conn:
        assert is_anybody_waiting(conn)
    other.release()
    job = make()
    job.run()
    assert _sizes(database) == [3]


def test_one_that_lost_its_lease_writes_nothing(database: Engine, make: Make, clock: At) -> None:
    holding = Holding(database, clock)
    job = make(holding)
    job.run()
    lease = holding.take(LEASE)
    assert lease is not None
    other = Holding(database, lambda: clock() + DAY)
    assert other.take(LEASE) is not None
    receive(database, range(3))
    with pytest.raises(LeaseLost):
        job.run()
    assert _sizes(database) == []
    assert job.run() == holding.for_s / 3


def test_one_that_is_stopped_leaves_the_rest_to_the_next(database: Engine, make: Make) -> None:
    receive(database, range(3))
    stopping = Stopping()
    stopping.tell()
    make(stopping=stopping).run()
    with reading(database) as conn:
        assert log_size(conn) == 0
        assert is_anybody_waiting(conn)


def test_why_a_head_is_not_signed_is_told(
    database: Engine, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    receive(database, range(3))
    with caplog.at_level(logging.WARNING, "tailcheck.worker"):
        make(secrets=None).run()
    assert caplog.messages == ["log: head 1 is not signed. There is no folder for secrets."]


def test_an_authority_that_does_not_stamp_is_asked_again_after_an_hour_and_changes_nothing(
    database: Engine, make: Make, clock: At, caplog: pytest.LogCaptureFixture
) -> None:
    receive(database, range(3))
    job = make(authorities=("http://127.0.0.1:9/tsr",))
    told = []
    with caplog.at_level(logging.WARNING, "tailcheck.worker"):
        for minutes in (0, 1, 59, 60, 61):
            clock.now = NOW + timedelta(minutes=minutes)
            caplog.clear()
            assert job.run() == EVERY_S
            told.append(len(caplog.messages))
    assert timedelta(hours=1) == STAMPS_EVERY
    assert told == [1, 0, 0, 1, 0]
    assert _sizes(database) == [3]
