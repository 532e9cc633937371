"""A mill starts workers quickly, to kill them: a process of its own that imports everything once
and forks a worker for every order, a line of JSON. Which module it runs, and what an order holds,
is the business of whoever has it: see `tests.scheduler.mill` and `tests.notify.sender`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


class Mill:
    """The running mill, seen by the test. An order is a dataclass of plain values."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def killed(self, order: Any) -> None:
        """Have one started and killed."""
        self._must_say("killed", asdict(order))

    @contextmanager
    def undisturbed(self, order: Any) -> Iterator[None]:
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
def milling(module: str, complaints: Path) -> Iterator[Mill]:
    """A mill for as long as the block lasts. What it and its workers say on stderr goes to that
    file."""
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", module],
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


def forked(work: Callable[[Callable[[], object]], int]) -> tuple[int, int]:
    """A worker at work: its pid, and the descriptor on which it says that it has begun. `work` is
    handed what says so, and returns how the worker ends."""
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
        code = work(lambda: os.write(says, b"r"))
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)
