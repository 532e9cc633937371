"""Starts senders quickly, to kill them: ``python -m tests.notify.sender`` imports everything once
and forks a sender for every line that it reads, a `Sender` as JSON: a real worker whose only job is
to send. It kills it (SIGKILL) so long after it has begun, and says ``killed``; without a time it
says ``ready``, tells it to stop (SIGTERM) when the next line comes, and says how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.notify.clerk import Limits
from service.notify.outgoing import Outgoing
from service.notify.policy import Policy
from service.notify.retrying import Patience
from service.notify.sending import Pace
from service.notify.webhook import WebhookChannel
from service.scheduler import worker as workers
from service.scheduler.deliveries import Deliveries
from service.scheduler.stopping import Stopping
from service.scheduler.tools import Job, Tools
from service.scheduler.worker import Worker
from service.settings import Settings
from service.storage.captures import CaptureStore
from service.storage.database import open_database
from tests.mill import Mill, forked
from tests.mill import milling as start

PATIENCE = Patience(pauses_s=(0.02, 0.05, 0.1), closed_s=0.1, closed_longest_s=0.4)
PACE = Pace(try_s=1.0, slow_s=0.1, poll_s=0.05, grace_s=1.0)
LIMITS = Limits(at_once=60, per_receiver=4, digest=10)


@dataclass(frozen=True, slots=True)
class Sender:
    """What is started; plain values."""

    database: str
    folder: str
    kill_after_s: float | None = None
    lease_s: float = 60.0


def work(sender: Sender, tls: ssl.SSLContext, ready: Callable[[], object]) -> int:
    """Send until told to stop; returns 0 when all ended well."""
    stopping = Stopping()
    signal.signal(signal.SIGTERM, stopping.tell_from_signal)
    desk = Desk(
        engine=open_database(sender.database),
        captures=CaptureStore(Path(sender.folder) / "captures"),
        airports=Airports.build([], ""),
        adapters={},
        clock=system_clock,
    )
    policy = Policy.read("127.0.0.1")

    def jobs(tools: Tools) -> list[Job]:
        return [
            Deliveries(
                tools.desk,
                tools.holding,
                tools.stopping,
                lambda: {"webhook": WebhookChannel(Outgoing(policy, tls=tls))},
                public_url="http://127.0.0.1:8000",
                patience=PATIENCE,
                limits=LIMITS,
                pace=PACE,
            )
        ]

    setattr(workers, "jobs_of", jobs)  # noqa: B010  (this process is forked to be killed)
    fetcher = Fetcher(desk, Pacer(desk.engine, desk.clock, stopping.sleep), verify=False)
    settings = Settings(home=Path(sender.folder))
    worker = Worker(desk, fetcher, settings, stopping, lease_s=sender.lease_s)
    worker.start()
    ready()
    stopping.wait()
    return 0 if worker.stop() else 1


def milling(complaints: Path) -> AbstractContextManager[Mill]:
    """A mill of senders for as long as the block lasts; their complaints go to that file."""
    return start("tests.notify.sender", complaints)


def main() -> None:
    """Read orders until there are no more."""
    tls = httpx.create_ssl_context(verify=False)
    for line in sys.stdin:
        sender = Sender(**json.loads(line))
        pid, ready = forked(partial(work, sender, tls))
        os.read(ready, 1)  # or the end of one that could not begin
        if sender.kill_after_s is None:
            print("ready", flush=True)
            sys.stdin.readline()
            os.kill(pid, signal.SIGTERM)
        else:
            time.sleep(sender.kill_after_s)
            os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(ready)
        print("killed" if code == -signal.SIGKILL else f"ended with {code}", flush=True)


if __name__ == "__main__":
    main()
