"""What a worker in the mill does until it is killed: the real worker, in fast time, and beside it
somebody who imports files and derives again. Whatever was acknowledged it writes down at once, line
by line, in a file that outlives it."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from apscheduler.triggers.interval import IntervalTrigger

from adapters._contract import Page, discover
from schemas.sources import Source
from service.desk import Desk
from service.domain.airports.table import Airports
from service.ingest import asking, files, keeping, rederiving
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.ingest.files import import_files
from service.ingest.following import live
from service.ingest.keeping import View, Written
from service.ingest.rederiving import rederive
from service.ingest.writing import Writing, write
from service.scheduler import jobs
from service.scheduler.stopping import Stopping
from service.scheduler.tools import Job
from service.scheduler.worker import Worker
from service.settings import Settings
from service.storage.captures import CaptureStore
from service.storage.codec import to_us
from service.storage.database import open_database
from service.storage.leases import Lease
from service.storage.prepared import PreparedUnit
from tests.scheduler.mill_world import ARCHIVE, FILES, LIVE, FastClock
from tests.scheduler.working import moved
from tests.simulator.places import world

LEASE_S = 120.0
"""In fast time."""
AIRCRAFT_AT_ONCE = 3
UNITS_AT_ONCE = 10
"""Asked for together, and derived again in one transaction: twenty and two hundred, as usual, take
longer than a worker lives here."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is told; plain values, to be sent as JSON."""

    database: str
    folder: str
    upstream: str
    told: str
    """The file for what was acknowledged."""
    base: str
    began_s: float
    speed: float
    at_most_s: float
    """The clock; see `FastClock`."""
    reference_version: str
    """Of the airport table; under another one everything is to be derived again."""
    files: list[tuple[str, str]]
    """(source, path) of what is to be imported."""
    dies_of: str = ""
    """A source: the worker kills itself (SIGKILL) once a page of it is kept, and not read yet."""

    def clock(self) -> FastClock:
        """As it goes in every process."""
        base = datetime.fromisoformat(self.base)
        return FastClock(base, self.began_s, self.speed, self.at_most_s)


def prepare() -> None:
    """What every worker needs, once for all of them."""
    world()
    discover()
    httpx.Client(verify=False).close()  # imports half of itself


def desk_for(work: Work) -> Desk:
    """The desk that the worker works at."""
    return Desk(
        engine=open_database(work.database),
        captures=CaptureStore(Path(work.folder) / "captures"),
        airports=airports_of(work.reference_version),
        adapters={
            **{key: moved(discover()[key], work.upstream) for key in (LIVE, ARCHIVE)},
            FILES: discover()[FILES],
        },
        clock=work.clock(),
        off={FILES: "It is read from files only."},
    )


def airports_of(version: str) -> Airports:
    """The same airports under whatever version."""
    return Airports.build(world().airports, version)


def work(ordered: Work, ready: Callable[[], object]) -> int:
    """Work until told to stop (SIGTERM); returns 0 when all ended well. `ready` is called when the
    worker has begun."""
    telling = Telling(Path(ordered.told))
    telling.listen()
    stopping = Stopping()
    signal.signal(signal.SIGTERM, stopping.tell_from_signal)
    desk = desk_for(ordered)
    pacer = Pacer(desk.engine, desk.clock, lambda s: stopping.sleep(s / ordered.speed))
    fetcher = TellingFetcher(desk, pacer, verify=False, timeout_s=10, backoff_s=0.01)
    fetcher.telling = telling
    fetcher.dies_of = ordered.dies_of
    settings = Settings(ask_per_aircraft=True, home=Path(ordered.folder))
    worker = FastWorker(desk, fetcher, settings, stopping, lease_s=LEASE_S)
    worker.speed = ordered.speed
    worker.start()
    importer = threading.Thread(target=_import, args=(desk, ordered, stopping, telling))
    importer.start()
    ready()
    stopping.wait()
    importer.join()
    return 0 if worker.stop() else 1


class FastWorker(Worker):
    """The real one; what it does in a minute of its clock it does in a minute of that clock."""

    speed = 1.0

    def start(self) -> None:
        super().start()
        every_s = LEASE_S / 3 / self.speed
        self._scheduler.reschedule_job("renew", trigger=IntervalTrigger(seconds=every_s))

    def _next(self, job: Job, pause_s: float) -> None:
        super()._next(job, pause_s / self.speed)


def _import(desk: Desk, ordered: Work, stopping: Stopping, telling: Telling) -> None:
    """Import the files, then derive again what another airport table derived; then, again and
    again, what needs it not."""
    try:
        for source, path in ordered.files:
            if stopping():
                return
            for outcome in import_files(desk, [Path(path)], source):
                telling.tell(file=outcome.path.name, movements=outcome.movements)
                telling.tell(error=outcome.error)
        since = desk.clock().astimezone(UTC).date()
        for again in ({}, {"everything": True, "since": since}):
            while not stopping():
                done = 0
                for redone in rederive(desk, **again):  # type: ignore[arg-type]  # as named there
                    done += 1
                    telling.tell(error=redone.why)
                    if stopping():
                        return
                if not done and not again:
                    break
                time.sleep(0.02)
    except BaseException:
        telling.tell(error=traceback.format_exc())


class Telling:
    """Writes down what was acknowledged: each line with one write, so it is there or it is not."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(self, **said: Any) -> None:
        """One line; nothing where there is nothing to say."""
        said = {name: value for name, value in said.items() if value}
        if said:
            os.write(self._file, json.dumps(said).encode() + b"\n")

    def listen(self) -> None:
        """Hear of every transaction that writes evidence, and of every error that is logged. This
        process is forked to be killed: nothing is put back."""
        for module in (live, asking, files):
            setattr(module, "write", self._heard(write))  # noqa: B010
        derive_and_write = self._heard_deriving(keeping.derive_and_write)
        for module in (keeping, rederiving):
            setattr(module, "derive_and_write", derive_and_write)  # noqa: B010
        setattr(jobs, "TOGETHER", AIRCRAFT_AT_ONCE)  # noqa: B010
        setattr(rederiving, "BATCH", UNITS_AT_ONCE)  # noqa: B010
        logging.getLogger("tailcheck").addHandler(_Log(self))

    def written(self, what: Writing, units: Iterable[PreparedUnit]) -> None:
        """That this is in the database."""
        self.tell(
            captures=[[c.sha256, c.source, to_us(c.received_at)] for c in what.captures],
            ledger=[
                [r.source, r.target, to_us(r.t_from), to_us(r.t_to), r.outcome, to_us(r.asked_at)]
                for r in what.ledger
            ],
            spans=[[span.icao24, span.source, span.sha256] for span in what.spans],
            units=[
                [u.key.icao24, u.key.source, u.key.day.isoformat(), u.content_hash.hex()]
                for u in units
            ],
        )

    def _heard(self, write: Callable[..., None]) -> Callable[..., None]:
        def heard(desk: Desk, what: Writing, *, fence: Lease | None = None) -> None:
            write(desk, what, fence=fence)
            self.written(what, what.units)

        return heard

    def _heard_deriving(self, derive: Callable[..., Written]) -> Callable[..., Written]:
        def heard(
            desk: Desk, views: list[View], what: Writing, *, fence: Lease | None = None
        ) -> Written:
            done = derive(desk, views, what, fence=fence)
            self.written(what, [unit for units in done.units for unit in units])
            return done

        return heard


class TellingFetcher(Fetcher):
    """Tells of every page that it hands out: its bytes and its row are kept by then."""

    telling: Telling
    dies_of = ""

    def page(self, source: Source, request: httpx.Request) -> Page:
        page = super().page(source, request)
        capture = page.capture
        self.telling.tell(captures=[[capture.sha256, source.key, to_us(capture.received_at)]])
        if source.key == self.dies_of:
            os.kill(os.getpid(), signal.SIGKILL)
        return page


class _Log(logging.Handler):
    def __init__(self, telling: Telling) -> None:
        super().__init__(logging.WARNING)
        self._telling = telling

    def emit(self, record: logging.LogRecord) -> None:
        self._telling.tell(error=record.getMessage())
