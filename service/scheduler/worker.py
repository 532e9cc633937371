"""The worker: APScheduler's threads, one for each job, and the leases that make them safe.

The schedule is in memory only. What is due is read from the ledger, so a worker that starts knows
what the one before it missed. No error ends a job: it is told in one line, without the names of
those who are watched, and the job is tried again after a growing pause.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from service.desk import Desk
from service.evidence.logbook import Logging
from service.ingest.fetching.fetcher import Fetcher
from service.nameless import without_names
from service.notify.policy import Policy
from service.scheduler.holding import LEASE_S, Holding
from service.scheduler.jobs import jobs_of
from service.scheduler.lock import only_worker
from service.scheduler.stopping import Stopped, Stopping
from service.scheduler.tools import Job, Tools
from service.settings import Settings
from service.storage.leases import LeaseLost

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 300.0
"""After an error, and after many in a row."""
GRACE_S: Final = 5.0
"""How long stopping waits for steps that are being taken."""

_log = logging.getLogger("tailcheck.worker")


class Worker:
    """Does everything that is to be done in the background, until it is stopped."""

    def __init__(
        self,
        desk: Desk,
        fetcher: Fetcher,
        settings: Settings,
        stopping: Stopping,
        *,
        lease_s: float = LEASE_S,
    ) -> None:
        """`stopping` is the one whose `sleep` the fetcher's pacer was given."""
        self._desk = desk
        self._stopping = stopping
        self._holding = Holding(desk.engine, desk.clock, lease_s)
        tools = Tools(
            desk=desk,
            fetcher=fetcher,
            holding=self._holding,
            stopping=stopping,
            per_aircraft=settings.ask_per_aircraft,
            home=settings.home_dir,
            public_url=settings.reached_at,
            policy=Policy.read(settings.send_to),
            logging=Logging.by(settings),
        )
        self._jobs: Sequence[Job] = jobs_of(tools)
        self._scheduler: Any = None
        self._lock = ExitStack()
        self._steps: set[Job] = set()
        self._steps_changed = threading.Condition()
        self._failures: dict[Job, int] = {}

    def start(self) -> None:
        """Begin; returns at once.

        Raises:
            StorageError: another worker runs on this SQLite database.
        """
        if self._lock.enter_context(only_worker(self._desk.engine)):
            self._holding.inherit()
        for name in ("httpx", "httpcore"):  # they would log every address they ask
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._jobs) * 2 + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        every_s = self._holding.for_s / 3
        self._scheduler.add_job(self._renew, IntervalTrigger(seconds=every_s), id="renew")
        self._scheduler.start()
        for job in self._jobs:
            self._next(job, 0.0)

    def stop(self) -> bool:
        """Take no more steps, wait for those being taken, keep what waits to be written.

        Returns False when a step did not end in time. It cannot do harm: everything is written in
        whole transactions, and only under a lease that is still ours. End the process then.
        """
        self._stopping.tell()
        with self._steps_changed:
            scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return True
        scheduler.pause()
        scheduler.get_jobs()  # returns when it has handed out what it was about to
        scheduler.shutdown(wait=False)
        deadline = time.monotonic() + GRACE_S
        with self._steps_changed:
            while self._steps and (left := deadline - time.monotonic()) > 0:
                self._steps_changed.wait(left)
            busy = set(self._steps)
        for job in self._jobs:
            if job not in busy:
                self._end(job)
        if not busy:
            self._guarded("leases", self._holding.release)
            self._lock.close()
        return not busy

    def _next(self, job: Job, pause_s: float) -> None:
        with self._steps_changed:
            if self._stopping():
                return
            at = datetime.now(UTC) + timedelta(seconds=pause_s)  # the scheduler's own clock
            # Without an id of its own: under the same one it would be taken for a second instance
            # as long as this step has not returned, and be dropped.
            self._scheduler.add_job(self._step, DateTrigger(at), args=(job,))

    def _step(self, job: Job) -> None:
        with self._steps_changed:
            if self._stopping():
                return
            self._steps.add(job)
        try:
            pause_s = self._taken(job)
        finally:
            with self._steps_changed:
                self._steps.discard(job)
                self._steps_changed.notify_all()
        self._next(job, pause_s)

    def _taken(self, job: Job) -> float:
        """Run one step; returns the seconds until the next, whatever happened."""
        try:
            pause_s = float(job.run())
        except (LeaseLost, Stopped):
            return self._holding.for_s / 3
        except Exception as error:
            failures = self._failures.get(job, 0) + 1
            self._failures[job] = failures
            again_s = min(FIRST_PAUSE_S * float(2 ** min(failures - 1, 10)), LONGEST_PAUSE_S)
            self._tell(job.name, error, f"; tried again in {again_s:.0f} s")
            return again_s
        self._failures.pop(job, None)
        return max(pause_s, 0.0)

    def _end(self, job: Job) -> None:
        self._guarded(job.name, job.end)

    def _renew(self) -> None:
        self._guarded("leases", self._holding.renew)

    def _guarded(self, name: str, action: Any) -> None:
        try:
            action()
        except LeaseLost:
            pass  # the next worker has it, and works it out
        except Exception as error:
            self._tell(name, error)

    def _tell(self, name: str, error: Exception, then: str = "") -> None:
        _log.error("%s: %s%s", name, without_names(error), then)
