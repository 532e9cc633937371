"""The worker's job that asks kept checks again: whatever became known may change their answers.

All of them are asked, however old: what an answer rests on is not only the aircraft's own track on
that day, but also what was heard of others, who is who, and which fields there are. It takes a few
milliseconds each, so a round is spread over many short steps and leaves the machine to others.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Final

from service.ask.kept import kept_check, revise
from service.desk import Desk
from service.errors import StorageError
from service.nameless import without_names
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopped, Stopping
from service.storage.database import reading
from service.storage.kept_checks import check_ids
from service.storage.leases import Lease, LeaseLost, must_hold

LEASE: Final = "kept checks"
EVERY_S: Final = 600.0
"""From the end of one round to the beginning of the next."""
TOGETHER: Final = 50
"""Checks in one step."""
PAUSE_S: Final = 0.25
"""Between two steps."""

_log = logging.getLogger("tailcheck.worker")


class Rejudging:
    """Goes round all kept checks. Another worker that takes over begins a round of its own: an
    answer that was added is not added again."""

    def __init__(
        self, desk: Desk, holding: Holding, stopping: Stopping, *, together: int = TOGETHER
    ) -> None:
        self._desk = desk
        self._holding = holding
        self._stopping = stopping
        self._together = together
        self._left: deque[str] = deque()
        self._failures: list[str] = []

    @property
    def name(self) -> str:
        return LEASE

    def run(self) -> float:
        """One step; returns the seconds until the next.

        Raises:
            StorageError: the database does not answer.
        """
        lease = self._holding.take(LEASE)
        if lease is None:
            self._left.clear()
            return self._holding.for_s / 3
        if not self._left:
            with reading(self._desk.engine) as conn:
                self._left.extend(check_ids(conn))
        for _ in range(min(self._together, len(self._left))):
            if self._stopping():
                return PAUSE_S
            self._ask_again(self._left.popleft(), lease)
        if self._left:
            return PAUSE_S
        self._tell()
        return EVERY_S

    def end(self) -> None:
        """Every answer is written when it is found."""

    def _ask_again(self, check_id: str, lease: Lease) -> None:
        """Whatever is wrong with one check touches no other."""
        desk = self._desk
        try:
            with reading(desk.engine) as conn:
                check = kept_check(conn, desk, check_id)
            revise(desk, check, lambda conn: must_hold(conn, lease))
        except LeaseLost:
            self._holding.drop(LEASE)
            self._left.clear()
            raise
        except Stopped:
            raise
        except Exception as error:
            self._failures.append(without_names(error))
            if isinstance(error, StorageError):
                with reading(desk.engine) as conn:  # is it this check, or the database?
                    check_ids(conn)

    def _tell(self) -> None:
        """One line for all that could not be asked, without their names."""
        failures, self._failures = self._failures, []
        if failures:
            _log.error(
                "%s: %d could not be asked again, the first one for %s; the others were",
                LEASE,
                len(failures),
                failures[0],
            )
