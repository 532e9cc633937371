"""Sending: one asyncio loop that has many messages under way, whoever hangs.

A message is marked done after its receiver has said that it has it; so a kill at any moment costs
at most a second copy of the same message, under the same id. Per receiver and watch one message is
under way at a time, in the order of telling; receivers know nothing of each other. The loop itself
never waits for the database: the clerk does, in a thread beside it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from schemas.watching import ReceiverKind
from service.errors import StorageError
from service.nameless import without_names
from service.notify.channels import Channel, DeliveryError, Message
from service.notify.clerk import Clerk, Limits, Parcel, Result, Room
from service.storage.leases import Lease, LeaseLost

_CANCEL_S: Final = 0.5
_CLOSE_S: Final = 0.02
"""Connections close in the next rounds of the loop."""

_log = logging.getLogger("tailcheck.notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the loop goes. Seconds."""

    try_s: float = 20.0
    """A message that was not taken by then counts as not delivered."""
    slow_s: float = 2.0
    """A send that takes longer leaves its place to others."""
    poll_s: float = 0.2
    """Between two looks for what is due, while nothing happens."""
    gather_s: float = 0.005
    """Results that come in together are written together."""
    grace_s: float = 2.0
    """When told to stop: how long what is under way may take to end."""
    bury_s: float = 60.0


USUAL_PACE: Final = Pace()


@dataclass(slots=True)
class _Flight:
    """A message under way."""

    parcel: Parcel
    began_s: float
    """By the loop's clock."""
    task: asyncio.Task[None]


@dataclass(slots=True)
class _State:
    """What is known while one lease lasts."""

    epoch: int = -1
    flights: dict[int, _Flight] = field(default_factory=dict)
    """By the id of the first delivery."""
    results: list[Result] = field(default_factory=list)
    """Not written yet."""
    trusted: set[int] = field(default_factory=set)
    """Receivers where something arrived, and nothing has failed since."""


class Sending:
    """The sender of one worker."""

    def __init__(
        self,
        clerk: Clerk,
        channels: Callable[[], Mapping[ReceiverKind, Channel]],
        *,
        limits: Limits,
        pace: Pace,
    ) -> None:
        """`channels` makes them anew for each run: their connections live in its loop."""
        self._clerk = clerk
        self._channels = channels
        self._limits = limits
        self._pace = pace
        self._state = _State()

    @property
    def under_way(self) -> int:
        """How many messages are."""
        return len(self._state.flights)

    def run(self, lease: Callable[[], Lease | None], stopping: Callable[[], bool]) -> None:
        """Send until told to stop, or until the lease is another one than it was; blocks.

        Raises:
            LeaseLost: somebody else sends now.
            StorageError: the database is not as it should be. What arrived and could not be
                written is kept, and written when it is run again under the same lease.
        """
        loop = asyncio.new_event_loop()
        beside = ThreadPoolExecutor(1, "deliveries")
        try:
            loop.run_until_complete(self._run(beside, lease, stopping))
        finally:
            loop.close()  # does not wait for threads that hang
            beside.shutdown(wait=False)

    async def _run(
        self,
        beside: ThreadPoolExecutor,
        lease: Callable[[], Lease | None],
        stopping: Callable[[], bool],
    ) -> None:
        channels = self._channels()
        try:
            held = await self._loop(channels, beside, lease, stopping)
            if held is not None:
                await self._land()
                await self._write(beside, held)
        except LeaseLost:
            raise
        except StorageError:
            await self._land()
            raise
        finally:
            await self._cancel()
            for channel in channels.values():
                await channel.aclose()
            await asyncio.sleep(_CLOSE_S)

    async def _loop(
        self,
        channels: Mapping[ReceiverKind, Channel],
        beside: ThreadPoolExecutor,
        lease: Callable[[], Lease | None],
        stopping: Callable[[], bool],
    ) -> Lease | None:
        """Returns the lease when told to stop; None when it is not what it was."""
        loop, state, woken = asyncio.get_running_loop(), self._state, asyncio.Event()
        held: Lease | None = None
        bury_at_s = loop.time()
        while not stopping():
            current = await loop.run_in_executor(beside, lease)
            if current is None or (held is not None and held.epoch != current.epoch):
                return None
            held = current
            if held.epoch != state.epoch:  # somebody else may have sent since
                self._state = state = _State(epoch=held.epoch)
            await self._write(beside, held)
            if loop.time() >= bury_at_s:
                await loop.run_in_executor(beside, self._clerk.bury, held)
                bury_at_s = loop.time() + self._pace.bury_s
            room = self._room(loop.time())
            for parcel in await loop.run_in_executor(beside, self._clerk.fetch, room, held):
                self._start(parcel, channels, woken)
            await self._rest(woken)
        return held

    async def _write(self, beside: ThreadPoolExecutor, held: Lease) -> None:
        results = list(self._state.results)
        if results:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(beside, self._clerk.write, results, held)
            del self._state.results[: len(results)]

    async def _rest(self, woken: asyncio.Event) -> None:
        """Until something has landed, or it is time to look for what is due."""
        try:
            async with asyncio.timeout(self._pace.poll_s):
                await woken.wait()
        except TimeoutError:
            return
        woken.clear()
        await asyncio.sleep(self._pace.gather_s)

    def _room(self, now_s: float) -> Room:
        """What is under way, and how much more may be."""
        deliveries: dict[int, list[int]] = defaultdict(list)
        sends: Counter[int] = Counter()
        slow: set[int] = set()
        free, free_slow = self._limits.at_once, self._limits.slow_at_once
        for flight in self._state.flights.values():
            receiver = flight.parcel.message.receiver
            deliveries[receiver.id] += (each.id for each in flight.parcel.deliveries)
            sends[receiver.id] += 1
            if now_s - flight.began_s > self._pace.slow_s:
                slow.add(receiver.id)
                free_slow -= 1
            elif receiver.failures:
                free_slow -= 1
            else:
                free -= 1
        for result in self._state.results:  # landed while the others were written
            each = result.parcel.deliveries
            deliveries[each[0].receiver_id] += (delivery.id for delivery in each)
        return Room(
            deliveries=deliveries,
            sends=sends,
            trusted=self._state.trusted - slow,
            free=free,
            free_slow=free_slow,
        )

    def _start(
        self, parcel: Parcel, channels: Mapping[ReceiverKind, Channel], woken: asyncio.Event
    ) -> None:
        loop, state = asyncio.get_running_loop(), self._state
        first, receiver = parcel.deliveries[0].id, parcel.message.receiver

        async def fly() -> None:
            error = await self._sent(channels[receiver.kind], parcel.message)
            del state.flights[first]
            state.results.append(Result(parcel=parcel, error=error))
            (state.trusted.discard if error else state.trusted.add)(receiver.id)
            woken.set()

        state.flights[first] = _Flight(parcel, loop.time(), loop.create_task(fly()))

    async def _sent(self, channel: Channel, message: Message) -> DeliveryError | None:
        """Send it; returns what was wrong, whatever it was."""
        try:
            async with asyncio.timeout(self._pace.try_s):
                await channel.send(message)
        except DeliveryError as error:
            return error
        except TimeoutError:
            return DeliveryError(f"No answer within {self._pace.try_s:g} s.")
        except Exception as error:
            defect = without_names(error)
            _log.error("deliveries: %s", defect)
            return DeliveryError(
                f"Tailcheck could not send it, and that is its own fault: {defect}."
            )
        return None

    async def _land(self) -> None:
        """Give what is under way a moment to end."""
        tasks = [flight.task for flight in self._state.flights.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=self._pace.grace_s)

    async def _cancel(self) -> None:
        """Break off the rest: nobody knows whether it arrived, so it is sent again."""
        tasks = [flight.task for flight in self._state.flights.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CANCEL_S)
        self._state.flights.clear()
