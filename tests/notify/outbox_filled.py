"""Watches, receivers and alerts as they lie in a database before they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.watching import Alert, Delivery, Occasion, Receiver, Watch, Wishes
from service.clock import Clock, system_clock
from service.domain.watching.reconcile import Telling
from service.sealing import PLAIN, Sealer
from service.storage import alerts, deliveries, receivers, watches
from service.storage.database import Connection, Engine, reading, writing
from service.storage.sql import Statement

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HAPPENED = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)

_ALL = Statement(f"{deliveries.SELECT} ORDER BY d.id")


def occasion(number: int = 0, **said: Any) -> Occasion:
    """One that is like no other of another number."""
    at = HAPPENED + timedelta(minutes=number)
    told = Occasion(
        trigger="landing",
        icao24="14fc0b",
        registration="RA-64523",
        at=at,
        t_earliest=at,
        t_latest=at,
        airport="UMMS",
        sources=("adsblol",),
        words="RA-64523 landed at Minsk National (UMMS).",
    )
    return replace(told, **said)


def telling(number: int = 0, **said: Any) -> Telling:
    """A new alert."""
    return Telling(form="new", occasion=occasion(number, **said), key=f"landing {number}")


@dataclass
class Outbox:
    """Fills a database, and looks at it."""

    engine: Engine
    sealer: Sealer = PLAIN
    clock: Clock = system_clock
    count: int = 0
    receivers: list[Receiver] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    def receiver(self, url: str, **said: Any) -> Receiver:
        """A webhook."""
        now = self.clock()
        with writing(self.engine) as conn:
            receiver, _ = receivers.add(
                conn, self.sealer, kind="webhook", url=url, secrets=(SECRET,), now=now, **said
            )
        self.receivers.append(receiver)
        return receiver

    def watch(self, *to: Receiver, **said: Any) -> Watch:
        """Told to those receivers."""
        wishes = Wishes(to=tuple(receiver.id for receiver in to))
        said = {"subject": f"RA-{64000 + len(self.watches)}", **said}
        with writing(self.engine) as conn:
            watch = watches.add(
                conn, self.sealer, kind="aircraft", wishes=wishes, now=self.clock(), **said
            )
        self.watches.append(watch)
        return watch

    def tell(self, *told: Watch, batch: str = "", due_at: datetime | None = None) -> list[Alert]:
        """A new alert for each of the watches, in one transaction."""
        with writing(self.engine) as conn:
            return self.tell_in(conn, told, batch=batch, due_at=due_at)

    def tell_in(
        self,
        conn: Connection,
        told: Sequence[Watch],
        *,
        batch: str = "",
        due_at: datetime | None = None,
    ) -> list[Alert]:
        """The same in a transaction of the caller's."""
        now, new = self.clock(), []
        alerts.hold_telling(conn)
        for watch in told:
            self.count += 1
            new += alerts.add_alerts(
                conn,
                self.sealer,
                watch,
                [telling(self.count)],
                due_at=due_at or now,
                batch=batch,
                now=now,
            )
        return new

    def deliveries(self) -> list[Delivery]:
        """All there are, by id."""
        with reading(self.engine) as conn:
            return [deliveries.delivery_from(row) for row in _ALL.rows(conn, {})]

    def states(self) -> list[str]:
        """Of all deliveries, by id."""
        return [delivery.state for delivery in self.deliveries()]

    def counts(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        with reading(self.engine) as conn:
            return dict(deliveries.counts(conn))

    def now(self, receiver: Receiver) -> Receiver:
        """The receiver as it is now."""
        with reading(self.engine) as conn:
            found = receivers.receiver_of(conn, self.sealer, receiver.id)
        assert found is not None
        return found
