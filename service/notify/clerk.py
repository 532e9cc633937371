"""The outbox's keeper: hands out what is to be sent now, and writes down how it went.

Everything here waits for the database, so it runs in a thread beside the one that sends. Writes
are fenced by the lease: whoever has lost it writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from schemas.watching import Alert, Delivery, Watch
from service.clock import Clock
from service.notify.channels import DeliveryError, Message
from service.notify.retrying import Patience
from service.sealing import Sealer
from service.storage import deliveries, outbox, receivers
from service.storage.alerts import alert_of
from service.storage.database import Connection, Engine, reading, writing
from service.storage.leases import Lease, LeaseLost, lease_of, must_hold
from service.storage.watches import watch_of

_LONGEST_ERROR: Final = 300

_log = logging.getLogger("tailcheck.notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is under way at once. A send that takes long leaves its place to others."""

    at_once: int = 200
    """Sends that are not slow."""
    slow_at_once: int = 200
    """Sends that are, and those to receivers that failed last time."""
    per_receiver: int = 8
    """Where something has arrived lately; elsewhere one after the other."""
    digest: int = 50
    """Alerts in one message."""


USUAL_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message, and the deliveries that are done with it."""

    deliveries: tuple[Delivery, ...]
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a parcel fared."""

    parcel: Parcel
    error: DeliveryError | None = None
    """None = it arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is under way already."""

    deliveries: Mapping[int, Collection[int]] = field(default_factory=dict)
    """By receiver: ids of deliveries that are being sent, or whose result is not written yet."""
    sends: Mapping[int, int] = field(default_factory=dict)
    """By receiver: how many messages that is."""
    trusted: Collection[int] = ()
    """Receivers that take several at once: something arrived there lately, and nothing is slow."""
    free: int
    free_slow: int


class Clerk:
    """Reads and writes the outbox for one sender."""

    def __init__(
        self,
        engine: Engine,
        sealer: Sealer,
        clock: Clock,
        *,
        public_url: str,
        patience: Patience,
        limits: Limits,
        dice: Random,
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._patience = patience
        self._limits = limits
        self._dice = dice

    def write(self, results: Sequence[Result], lease: Lease) -> None:
        """Write down how things went, in one transaction.

        Raises:
            LeaseLost: nothing was written; somebody else sends now.
        """
        with writing(self._engine) as conn:
            must_hold(conn, lease)
            for result in results:
                self._note(conn, result, self._clock())

    def bury(self, lease: Lease) -> None:
        """See `outbox.bury`."""
        with writing(self._engine) as conn:
            must_hold(conn, lease)
            outbox.bury(conn)

    def fetch(self, room: Room, lease: Lease) -> list[Parcel]:
        """What may be sent now, as far as there is room.

        Raises:
            LeaseLost: somebody else sends now.
        """
        now = self._clock()
        with reading(self._engine) as conn:
            found = self._heads(conn, room, now)
            if not found:
                return []
            held = lease_of(conn, lease.name)
            if held is None or (held.holder, held.epoch) != (lease.holder, lease.epoch):
                raise LeaseLost("Another worker sends now.")
        unsettled = [head for head in found if head.batch and head.first_tried_at is None]
        settled: list[tuple[Delivery, ...]] = []
        if unsettled:
            with writing(self._engine) as conn:
                must_hold(conn, lease)
                most = self._limits.digest
                settled = [outbox.settle(conn, head, now=now, most=most) for head in unsettled]
        with reading(self._engine) as conn:
            together = [members for members in settled if members] + [
                outbox.settled(conn, head) if head.batch else (head,)
                for head in found
                if head not in unsettled
            ]
            watches: dict[int, Watch] = {}
            return [self._parcel(conn, each, watches, now) for each in together]

    def _heads(self, conn: Connection, room: Room, now: datetime) -> list[Delivery]:
        """The first delivery of each message that may be sent, as far as there is room."""
        found: list[Delivery] = []
        free, free_slow = room.free, room.free_slow
        open_ones = list(outbox.open_receivers(conn, now))
        self._dice.shuffle(open_ones)
        for receiver in open_ones:
            trusted = receiver.id in room.trusted and not receiver.failures
            at_once = self._limits.per_receiver if trusted else 1
            at_once -= room.sends.get(receiver.id, 0)
            at_once = min(at_once, free_slow if receiver.failures else free)
            if at_once <= 0:
                continue
            under_way = room.deliveries.get(receiver.id, ())
            limit = len(under_way) + at_once
            names: set[str] = set()
            chosen: list[Delivery] = []
            for head in outbox.heads(conn, receiver.id, now=now, limit=limit):
                if head.id not in under_way and not (head.batch and head.batch in names):
                    names.add(head.batch)
                    chosen.append(head)
            found += chosen[:at_once]
            if receiver.failures:
                free_slow -= len(chosen[:at_once])
            else:
                free -= len(chosen[:at_once])
        return found

    def _parcel(
        self,
        conn: Connection,
        together: tuple[Delivery, ...],
        watches: dict[int, Watch],
        now: datetime,
    ) -> Parcel:
        alerts: list[Alert] = []
        for delivery in together:
            alert = alert_of(conn, self._sealer, delivery.alert_id)
            assert alert is not None, "a delivery refers to its alert"
            alerts.append(alert)
            if delivery.watch_id not in watches:
                watch = watch_of(conn, self._sealer, delivery.watch_id)
                assert watch is not None, "an alert refers to its watch"
                watches[delivery.watch_id] = watch
        receiver = receivers.receiver_of(conn, self._sealer, together[0].receiver_id)
        assert receiver is not None, "a delivery refers to its receiver"
        message = Message(
            id=together[0].message_id,
            receiver=receiver,
            alerts=tuple(alerts),
            watches={each.watch_id: watches[each.watch_id] for each in together},
            sent_at=now,
            public_url=self._public_url,
        )
        return Parcel(deliveries=together, message=message)

    def _note(self, conn: Connection, result: Result, now: datetime) -> None:
        sent, error = result.parcel.deliveries, result.error
        ids = [delivery.id for delivery in sent]
        receiver_id = sent[0].receiver_id
        failures = receivers.failures(conn, receiver_id)
        if error is None:
            deliveries.mark_done(conn, ids, now=now)
            receivers.went_well(conn, receiver_id, now=now)
            if self._patience.was_closed(failures):
                outbox.hurry(conn, receiver_id, now=now)
            return
        why = " ".join(str(error).split())[:_LONGEST_ERROR]
        if error.permanent or error.gone:
            deliveries.mark_dead(conn, ids, why=why, now=now)
            if error.gone:
                receivers.stop(conn, receiver_id, why)
            _tell_dead(receiver_id, ids, why)
            return
        asked_s, chance = error.retry_after_s, self._dice.random()
        due_at = self._patience.next_try(
            sent[0].attempts + 1,
            sent[0].first_tried_at or now,
            now,
            asked_s=asked_s,
            chance=chance,
        )
        if due_at is None:
            deliveries.mark_dead(conn, ids, why=why, now=now)
            _tell_dead(receiver_id, ids, why)
        else:
            deliveries.mark_retry(conn, ids, due_at=due_at, why=why, now=now)
        closed_until = self._patience.closed_until(
            failures + 1, now, asked_s=asked_s, chance=chance
        )
        receivers.went_wrong(conn, receiver_id, closed_until=closed_until)


def _tell_dead(receiver_id: int, ids: Sequence[int], why: str) -> None:
    number = "1 delivery" if len(ids) == 1 else f"{len(ids)} deliveries"
    _log.warning("%s to receiver %d given up: %s", number, receiver_id, why)
