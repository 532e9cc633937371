"""Who takes the batches: this process, or several others while this one reads the tar on.

Each worker has a desk of its own. They may all write: the capture store and `keep` are made for
several processes at once, and what takes the time is done before the database is locked.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from service.desk import Desk
from service.errors import StorageError
from service.ingest.dumps.taking import Batch, Taken, take

Crew = Callable[[Iterable[Batch]], Iterator[Taken]]
"""Takes every batch; tells of each when it is written, in order."""

AHEAD: Final = 2
"""Batches per worker that are read ahead: enough to keep it busy, few enough for flat memory."""

_desks: list[Desk] = []
"""A worker's own desk; empty in any other process."""


def alone(desk: Desk) -> Crew:
    """One batch after the other, here."""

    def work(batches: Iterable[Batch]) -> Iterator[Taken]:
        for batch in batches:
            yield take(desk, batch)

    return work


def several(processes: int, open_desk: Callable[[], Desk]) -> Crew:
    """That many processes; `open_desk` is called in each of them, so it has to be picklable."""

    def work(batches: Iterable[Batch]) -> Iterator[Taken]:
        waiting: deque[Future[Taken]] = deque()
        pool = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(open_desk,),
        )
        try:
            for batch in batches:
                waiting.append(pool.submit(_take, batch))
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise StorageError(
                "A worker process ended before its work did (killed, or out of memory). What was "
                "told is stored; the same command goes on from there."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)

    return work


def _begin(open_desk: Callable[[], Desk]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever reads the tar ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _desks.append(open_desk())


def _end_with_parent() -> None:
    """A parent that is killed cannot say so, and nobody else ends us."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _take(batch: Batch) -> Taken:
    return take(_desks[0], batch)
