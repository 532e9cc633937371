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
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.scheduler.mill_work import Work, prepare, work

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """A worker to be started, and when to kill it."""

    work: Work
    kill_after_s: float | None
    """None = never, or whenever it dies of what it was told to die of."""
    once_ready: bool = True
    """The time counts from when it works; else from when it was started."""


class Mill:
    """The running mill, seen by the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def killed(self, order: Order) -> None:
        """Have one started and killed."""
        self._must_say("killed", asdict(order))

    @contextmanager
    def undisturbed(self, order: Order) -> Iterator[None]:
        """One that works as long as the block lasts, and ends well."""
        self._must_say("ready", asdict(order))
        yield
        self._must_say("ended with 0", "stop")

    def _must_say(self, answer: str, line: object) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(line) + "\n")
        stdin.flush()
        assert stdout.readline().strip() == answer


@contextmanager
def milling(complaints: Path) -> Iterator[Mill]:
    """A mill for as long as the block lasts. What it and its workers say on stderr goes to that
    file, which must stay empty."""
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler.mill"],
            cwd=PROJECT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # no threads in what forks
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            yield Mill(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
            said = complaints.read_text()
            if said:
                raise AssertionError(said)


def main() -> None:
    """Read orders until there are no more."""
    prepare()
    for line in sys.stdin:
        order = json.loads(line)
        order = Order(**{**order, "work": Work(**order["work"])})
        pid, ready = _forked(order.work)
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


def _forked(ordered: Work) -> tuple[int, int]:
    """A worker at work: its pid, and where it says that it has begun."""
    ready, says = os.pipe()
    pid = os.fork()
    if pid:
        os.close(says)
        return pid, ready
    try:
        os.close(ready)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)  # what the mill says is the mill's
        code = work(ordered, lambda: os.write(says, b"r"))
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
