"""The worker's job that sends what is in the outbox. One worker at a time does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import SystemRandom
from typing import Final

from schemas.watching import ReceiverKind
from service.desk import Desk
from service.notify.channels import Channel
from service.notify.clerk import USUAL_LIMITS, Clerk, Limits
from service.notify.retrying import USUAL_PATIENCE, Patience
from service.notify.sending import USUAL_PACE, Pace, Sending
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopping
from service.storage.leases import LeaseLost

LEASE: Final = "deliveries"


class Deliveries:
    """Sends alerts to their receivers. A step lasts until the worker stops, or loses the lease."""

    def __init__(
        self,
        desk: Desk,
        holding: Holding,
        stopping: Stopping,
        channels: Callable[[], Mapping[ReceiverKind, Channel]],
        *,
        public_url: str,
        patience: Patience = USUAL_PATIENCE,
        limits: Limits = USUAL_LIMITS,
        pace: Pace = USUAL_PACE,
    ) -> None:
        """`public_url` is what links in messages begin with."""
        self._holding = holding
        self._stopping = stopping
        clerk = Clerk(
            desk.engine,
            desk.sealer,
            desk.clock,
            public_url=public_url,
            patience=patience,
            limits=limits,
            dice=SystemRandom(),
        )
        self._sending = Sending(clerk, channels, limits=limits, pace=pace)

    @property
    def name(self) -> str:
        return LEASE

    def run(self) -> float:
        if self._holding.take(LEASE) is None:
            return self._holding.for_s / 3
        try:
            self._sending.run(lambda: self._holding.take(LEASE), self._stopping)
        except LeaseLost:
            self._holding.drop(LEASE)
            raise
        return 0.0

    def end(self) -> None:
        """All that arrived is written when a step ends."""
