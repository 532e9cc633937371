"""Starts workers quickly, to kill them: ``python -m tests.scheduler.mill`` imports everything once
and forks a worker for every line that it reads, an `Order` as JSON. It kills that worker after the
time ordered, reaps it, and says ``killed`` on a line of its own; or how it ended by itself. Where a
worker is to die of something, it waits for that.

With neither it says ``ready``, lets the worker work until the next line comes, and then tells it to
stop (SIGTERM).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mill import Mill, forked
from tests.mill import milling as start
from tests.scheduler.mill_work import Work, prepare, work


@dataclass(frozen=True, slots=True)
class Order:
    """A worker to be started, and when to kill it."""

    work: Work
    kill_after_s: float | None
    """None = never, or whenever it dies of what it was told to die of."""
    once_ready: bool = True
    """The time counts from when it works; else from when it was started."""


@contextmanager
def milling(complaints: Path) -> Iterator[Mill]:
    """A mill for as long as the block lasts. What it and its workers say on stderr goes to that
    file, which must stay empty."""
    try:
        with start("tests.scheduler.mill", complaints) as mill:
            yield mill
    finally:
        said = complaints.read_text()
        if said:
            raise AssertionError(said)


def main() -> None:
    """Read orders until there are no more."""
    prepare()
    for line in sys.stdin:
        order = json.loads(line)
        order = Order(**{**order, "work": Work(**order["work"])})
        pid, ready = forked(partial(work, order.work))
        answer = _killed(order, pid, ready)
        os.close(ready)
        print(answer, flush=True)


def _killed(order: Order, pid: int, ready: int) -> str:
    if order.once_ready:
        os.read(ready, 1)  # or the end of a worker that could not begin
    if order.work.dies_of:
        pass
    elif order.kill_after_s is None:
        print("ready", flush=True)
        sys.stdin.readline()
        os.kill(pid, signal.SIGTERM)
    else:
        time.sleep(order.kill_after_s)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return "killed" if code == -signal.SIGKILL else f"ended with {code}"


if __name__ == "__main__":
    main()
