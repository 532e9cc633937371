"""Workers that ask kept checks again, to be killed: ``python -m tests.scheduler.rejudging_mill URL
FOLDER`` forks two for every line that it reads, kills them (SIGKILL) after so many seconds, and
says ``killed``."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from service.scheduler.holding import Holding
from service.scheduler.rejudging import Rejudging
from service.scheduler.stopping import Stopping
from service.storage.database import open_database
from service.storage.leases import LeaseLost
from tests.ask.keeping import RealTime, world_on

LEASE_S = 0.2
LOOK_S = 0.01
WORKERS = 2


def main() -> None:
    """Until there are no more lines."""
    url, folder = sys.argv[1:]
    for line in sys.stdin:
        pids = [_forked(url, Path(folder)) for _ in range(WORKERS)]
        time.sleep(float(line))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print("killed" if codes == WORKERS * [-signal.SIGKILL] else f"ended: {codes}", flush=True)


def _forked(url: str, folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _work(url, folder)
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)


def _work(url: str, folder: Path) -> None:
    desk = world_on(open_database(url), folder, clock=RealTime()).desk
    job = Rejudging(desk, Holding(desk.engine, desk.clock, LEASE_S), Stopping())
    while True:
        with suppress(LeaseLost):
            job.run()
        time.sleep(LOOK_S)


if __name__ == "__main__":
    main()
