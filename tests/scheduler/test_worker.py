"""The worker in this process, with jobs made for the purpose: no error ends one, and it stops."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.errors import StorageError
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.scheduler import worker as workers
from service.scheduler.lock import only_worker
from service.scheduler.stopping import Stopped, Stopping
from service.scheduler.tools import Job, Tools
from service.scheduler.worker import Worker
from service.settings import Settings
from service.storage.captures import CaptureStore
from service.storage.database import open_database, reading, writing
from service.storage.leases import LeaseLost, lease_of, take

WHO = "RA-64523"


class Fake:
    """A job that does what it is told, run by run."""

    def __init__(self, *runs: Callable[[], float], ends: Callable[[], None] = lambda: None) -> None:
        self._runs = list(runs)
        self._ends = ends
        self.count = 0
        self.ended = 0
        self.enough = threading.Event()

    @property
    def name(self) -> str:
        return "fake"

    def run(self) -> float:
        self.count += 1
        if not self._runs:
            self.enough.set()
            return 3_600.0
        return self._runs.pop(0)()

    def end(self) -> None:
        self.ended += 1
        self._ends()


class Hall:
    """Starts workers over one database."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.stopping = Stopping()
        self.desk = Desk(
            engine=open_database(f"sqlite:///{folder / 'tailcheck.db'}"),
            captures=CaptureStore(folder / "captures"),
            airports=Airports.build([], ""),
            adapters={},
            clock=system_clock,
        )
        self.settings = Settings(home=folder)
        self.tools: Tools | None = None
        self._workers: list[Worker] = []
        self._fetchers: list[Fetcher] = []

    def worker(self, *jobs: Job, lease_s: float = 60.0) -> Worker:
        def made(tools: Tools) -> list[Job]:
            self.tools = tools
            return list(jobs)

        self._patch.setattr(workers, "jobs_of", made)
        pacer = Pacer(self.desk.engine, self.desk.clock, self.stopping.sleep)
        fetcher = Fetcher(self.desk, pacer)
        worker = Worker(self.desk, fetcher, self.settings, self.stopping, lease_s=lease_s)
        self._fetchers.append(fetcher)
        self._workers.append(worker)
        return worker

    def close(self) -> None:
        for worker in self._workers:
            worker.stop()
        for fetcher in self._fetchers:
            fetcher.close()
        self.desk.engine.dispose()


@pytest.fixture
def hall(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    monkeypatch.setattr(workers, "FIRST_PAUSE_S", 0.01)
    opened = Hall(tmp_path, monkeypatch)
    yield opened
    opened.close()


def raises(error: BaseException) -> Callable[[], float]:
    def run() -> float:
        raise error

    return run


def test_no_error_ends_a_job_and_none_is_told_with_names(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    job = Fake(
        raises(ValueError(f"what is {WHO}?")),
        raises(StorageError(f"The disk is full of {WHO}.")),
        raises(MemoryError()),
        raises(KeyError(WHO)),
        lambda: 0.0,
    )
    with caplog.at_level(logging.DEBUG):
        hall.worker(job).start()
        assert job.enough.wait(30)
    assert job.count == 6
    told = [record.getMessage() for record in caplog.records if record.name == "tailcheck.worker"]
    assert len(told) == 4
    assert all("\n" not in line and line.startswith("fake: ") for line in told)
    assert told[0].startswith("fake: ValueError at test_worker.py:")
    assert WHO not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)


def test_a_step_that_follows_at_once_is_not_dropped(hall: Hall) -> None:
    job = Fake(*[lambda: 0.0] * 200)
    hall.worker(job).start()
    assert job.enough.wait(60)
    assert job.count == 201


def test_losing_the_lease_or_being_told_to_stop_is_no_error(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    job = Fake(raises(LeaseLost("x")), raises(Stopped("x")))
    hall.worker(job, lease_s=0.03).start()
    assert job.enough.wait(30)
    assert not [record for record in caplog.records if record.name == "tailcheck.worker"]


def test_one_job_that_hangs_does_not_hold_up_another(hall: Hall) -> None:
    let_go = threading.Event()

    def hangs() -> float:
        let_go.wait(60)
        return 0.0

    other = Fake(lambda: 0.0, lambda: 0.0)
    hall.worker(Fake(hangs), other).start()
    assert other.enough.wait(30)
    let_go.set()


def test_what_sleeps_is_let_go_when_it_stops(hall: Hall) -> None:
    sleeping = threading.Event()

    def sleeps() -> float:
        sleeping.set()
        hall.stopping.sleep(3_600)
        return 0.0

    job = Fake(sleeps)
    worker = hall.worker(job)
    worker.start()
    assert sleeping.wait(30)
    assert worker.stop()
    assert (job.count, job.ended) == (1, 1)


def test_what_hangs_is_left_behind_and_said(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "GRACE_S", 0.05)
    let_go, hanging = threading.Event(), threading.Event()

    def hangs() -> float:
        hanging.set()
        let_go.wait(60)
        return 0.0

    job, other = Fake(hangs), Fake()
    worker = hall.worker(job, other)
    worker.start()
    assert hanging.wait(30)
    assert not worker.stop()
    assert (job.ended, other.ended) == (0, 1)
    let_go.set()


def test_an_error_at_the_end_does_not_keep_the_others_from_ending(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise StorageError(f"no room for {WHO}")

    first, second = Fake(ends=fails), Fake()
    worker = hall.worker(first, second)
    worker.start()
    assert first.enough.wait(30)
    assert second.enough.wait(30)
    assert worker.stop()
    assert second.ended == 1
    assert WHO not in caplog.text


def test_stopped_before_it_began(hall: Hall) -> None:
    assert hall.worker(Fake()).stop()


def test_leases_are_kept_while_it_works_and_given_back_when_it_stops(hall: Hall) -> None:
    held = threading.Event()

    def takes() -> float:
        assert hall.tools is not None
        assert hall.tools.holding.take("source:x")
        held.set()
        return 3_600.0

    worker = hall.worker(Fake(takes), lease_s=0.3)
    worker.start()
    assert held.wait(30)
    with reading(hall.desk.engine) as conn:
        first = lease_of(conn, "source:x")
    assert first is not None
    threading.Event().wait(0.7)
    with writing(hall.desk.engine) as conn:
        kept = lease_of(conn, "source:x")
        assert kept is not None
        assert kept.epoch == first.epoch
        assert kept.expires_at > first.expires_at + timedelta(seconds=0.3)
    assert worker.stop()
    with writing(hall.desk.engine) as conn:
        assert take(conn, "source:x", "another", now=system_clock(), for_s=1)


def test_a_second_worker_on_one_sqlite_file_does_not_begin(hall: Hall) -> None:
    hall.worker(Fake()).start()
    with pytest.raises(StorageError, match="A worker runs on this database already"):
        hall.worker(Fake()).start()


def test_what_a_dead_worker_held_is_free_at_once_on_sqlite(hall: Hall) -> None:
    """The lock proves that it is dead."""
    with writing(hall.desk.engine) as conn:
        assert take(conn, "source:x", "the dead one", now=system_clock(), for_s=3_600)
    hall.worker(Fake()).start()
    assert hall.tools is not None
    assert hall.tools.holding.take("source:x")


def test_a_lock_file_that_is_left_over_locks_nobody_out(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "worker.lock").write_text("99999999\n")
    with only_worker(hall.desk.engine):
        assert (tmp_path / "worker.lock").read_text().strip().isdecimal()
    with only_worker(hall.desk.engine):
        pass
