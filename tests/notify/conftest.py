"""An empty outbox on each database, and a clerk who works at it by a clock that the test sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from schemas.watching import LOCAL, Receiver
from service.notify.channels import DeliveryError
from service.notify.clerk import Clerk, Limits, Parcel, Result, Room
from service.notify.retrying import USUAL_PATIENCE
from service.storage import deliveries
from service.storage.database import writing
from service.storage.leases import Lease, take
from tests.notify.outbox_filled import Outbox

NOON = datetime(2026, 7, 8, 12, tzinfo=UTC)


@dataclass
class Counter:
    """A post office: a clerk, the lease, and what is under way."""

    engine: Engine
    now: datetime = NOON
    limits: Limits = field(default_factory=lambda: Limits(digest=3))
    under_way: list[Parcel] = field(default_factory=list)
    trusted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.box = Outbox(self.engine, clock=lambda: self.now)
        self.clerk = Clerk(
            self.engine,
            self.box.sealer,
            lambda: self.now,
            public_url="https://tail.example/",
            patience=USUAL_PATIENCE,
            limits=self.limits,
            dice=Random(1),
        )
        self.lease = self.taken("me")

    def taken(self, holder: str, *, after_s: float = 0.0) -> Lease:
        """The lease on sending."""
        now = self.now + timedelta(seconds=after_s)
        with writing(self.engine) as conn:
            lease = take(conn, "deliveries", holder, now=now, for_s=60)
        assert lease is not None
        return lease

    def wait(self, **how_long: float) -> None:
        """Time goes by."""
        self.now += timedelta(**how_long)

    def fetch(self, *, free: int = 100, free_slow: int = 100) -> list[Parcel]:
        """What is to be sent; it is under way from now on. In the order of telling."""
        ids: dict[int, list[int]] = {}
        sends: dict[int, int] = {}
        for parcel in self.under_way:
            receiver_id = parcel.message.receiver.id
            ids.setdefault(receiver_id, []).extend(each.id for each in parcel.deliveries)
            sends[receiver_id] = sends.get(receiver_id, 0) + 1
        room = Room(
            deliveries=ids,
            sends=sends,
            trusted=self.trusted,
            free=free,
            free_slow=free_slow,
        )
        parcels = self.clerk.fetch(room, self.lease)
        self.under_way += parcels
        return sorted(parcels, key=lambda parcel: parcel.deliveries[0].id)

    def end(self, *parcels: Parcel, error: DeliveryError | None = None) -> None:
        """They have arrived, or failed; it is written."""
        self.clerk.write([Result(parcel=parcel, error=error) for parcel in parcels], self.lease)
        for parcel in parcels:
            self.under_way.remove(parcel)

    def next(self) -> Parcel:
        """The one that is to be sent."""
        (parcel,) = self.fetch()
        return parcel

    def fail(self, times: int = 1, error: DeliveryError | None = None) -> None:
        """The next one fails so many times in a row, each when it is due."""
        for _ in range(times):
            self.end(self.next(), error=error or DeliveryError("No answer."))
            self.wait(hours=1.3)

    def resend(self, delivery_id: int) -> bool:
        """Their owner wants a dead letter sent after all."""
        with writing(self.engine) as conn:
            return deliveries.resend(conn, delivery_id, owner=LOCAL, now=self.now)

    def alerts(self, parcels: Sequence[Parcel]) -> list[list[int]]:
        """What the messages tell, by number."""
        return [[alert.id for alert in parcel.message.alerts] for parcel in parcels]

    def receiver(self, name: str = "hook", **said: object) -> Receiver:
        """One that takes several at once."""
        receiver = self.box.receiver(f"https://{name}.example/in", **said)
        self.trusted.add(receiver.id)
        return receiver


@pytest.fixture
def counter(database: Engine) -> Counter:
    return Counter(database)
