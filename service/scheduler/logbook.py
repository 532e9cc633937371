"""The worker's job that keeps the log of receptions: places, a head a day, time stamps."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from service.desk import Desk
from service.evidence.log_heads import sequence
from service.evidence.logbook import Logging, ask_for_stamps, daily_head
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopping
from service.storage.leases import LeaseLost

LEASE: Final = "log"
EVERY_S: Final = 10.0
STAMPS_EVERY: Final = timedelta(hours=1)
"""Between two times that an authority is asked which did not stamp."""

_log = logging.getLogger("tailcheck.worker")


class Logbook:
    """Two workers that did it at once would do no harm; the lease only saves the work."""

    def __init__(self, desk: Desk, holding: Holding, stopping: Stopping, logging: Logging) -> None:
        self._desk = desk
        self._holding = holding
        self._stopping = stopping
        self._logging = logging
        self._stamps_at: datetime | None = None

    @property
    def name(self) -> str:
        return LEASE

    def run(self) -> float:
        lease = self._holding.take(LEASE)
        if lease is None:
            return self._holding.for_s / 3
        desk = self._desk
        try:
            sequence(desk.engine, fence=lease, stopping=self._stopping)
            made = daily_head(desk.engine, self._logging, now=desk.clock(), fence=lease)
        except LeaseLost:
            self._holding.drop(LEASE)
            raise
        if made is not None:
            self._stamps_at = None
            if made.unsigned_because:
                _log.warning(
                    "log: head %d is not signed. %s", made.head.number, made.unsigned_because
                )
        self._ask_for_stamps()
        return EVERY_S

    def end(self) -> None:
        """Entries that wait for their place wait for the next worker."""

    def _ask_for_stamps(self) -> None:
        now = self._desk.clock()
        if self._stamps_at is not None and now < self._stamps_at + STAMPS_EVERY:
            return
        self._stamps_at = now
        for sentence in ask_for_stamps(
            self._desk.engine, self._logging, self._desk.clock, stopping=self._stopping
        ):
            _log.warning("log: %s", sentence)
