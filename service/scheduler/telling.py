"""The worker's job that tells what is told by no writing: lost signals, and whatever was missed."""

from __future__ import annotations

from typing import Final

from service.desk import Desk
from service.ingest.telling.lost import CatchingUp
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopping

LEASE: Final = "telling"
EVERY_S: Final = 60.0


class Telling:
    """Looks once a minute. Two workers that did it at once would tell nothing twice; the lease only
    saves the work."""

    def __init__(self, desk: Desk, holding: Holding, stopping: Stopping) -> None:
        self._holding = holding
        self._catching_up = CatchingUp(desk, stopping)

    @property
    def name(self) -> str:
        return LEASE

    def run(self) -> float:
        if self._holding.take(LEASE) is None:
            self._catching_up.tell_those_behind()
        else:
            self._catching_up.step()
        return EVERY_S

    def end(self) -> None:
        """Whatever was not told is told by the next worker."""
