"""What a worker does, again and again: poll a live source, fetch past days, renew the registries.

A job does one step at a time and says when it wants the next. It may be run by any worker at any
time: what it knows comes from the watches and the ledger, and its writes are fenced by the lease.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final

from adapters._contract import Adapter, Wanted
from schemas.records import LedgerRow
from schemas.verdicts import Interval
from service.ingest.asking import ask_source
from service.ingest.derivation import DAY, day_bounds
from service.ingest.following.live import LivePolling
from service.ingest.following.slots import Slot, due, targets
from service.ingest.following.watched import Watched, asks_for, watched_now
from service.ingest.reference import lookups, registries
from service.notify.ways import channels
from service.scheduler.deliveries import Deliveries
from service.scheduler.logbook import Logbook
from service.scheduler.rejudging import Rejudging
from service.scheduler.telling import Telling
from service.scheduler.tools import Job, Tools, lease_of_source
from service.storage.asked import rows_for
from service.storage.database import reading
from service.storage.leases import Lease, LeaseLost

SCAN_S: Final = 600.0
"""Between two looks at the ledger for what is due."""
REGISTRIES_S: Final = 3_600.0
TOGETHER: Final = 20
"""Aircraft asked for in one asking of one day."""


class Live:
    """Polls one live source."""

    def __init__(self, tools: Tools, adapter: Adapter) -> None:
        self._tools = tools
        self._adapter = adapter
        self._polling: LivePolling | None = None
        self._epoch = 0

    @property
    def name(self) -> str:
        return f"live {self._adapter.source.key}"

    def run(self) -> float:
        tools, lease_name = self._tools, lease_of_source(self._adapter.source.key)
        lease = tools.holding.take(lease_name)
        if lease is None:
            self._polling = None
            return tools.holding.for_s / 3
        if self._polling is None or self._epoch != lease.epoch:
            self._epoch = lease.epoch
            self._polling = LivePolling(
                tools.desk,
                tools.fetcher,
                self._adapter,
                lease,
                per_aircraft=tools.per_aircraft,
                stopping=tools.stopping,
            )
        try:
            return self._polling.round()
        except LeaseLost:
            tools.holding.drop(lease_name)
            self._polling = None
            raise

    def end(self) -> None:
        if self._polling is not None:
            self._polling.close()


class History:
    """Asks one source for past days of the watched."""

    def __init__(self, tools: Tools, adapter: Adapter) -> None:
        self._tools = tools
        self._adapter = adapter
        self._source = adapter.source
        self._secrets = tools.desk.secrets.get(adapter.source.key, {})

    @property
    def name(self) -> str:
        return f"past days of {self._source.key}"

    def run(self) -> float:
        tools = self._tools
        lease = tools.holding.take(lease_of_source(self._source.key))
        if lease is None:
            return tools.holding.for_s / 3
        for slots in self._due():
            if tools.stopping():
                break
            retry_at = self._ask(slots, lease)
            now = tools.desk.clock()
            if retry_at is not None and retry_at > now:
                return min(SCAN_S, max(1.0, (retry_at - now).total_seconds()))
        return SCAN_S

    def end(self) -> None:
        """Every asking is written when it is done."""

    def _due(self) -> list[list[Slot]]:
        tools, desk = self._tools, self._tools.desk
        now = desk.clock()
        watched = watched_now(desk)
        firsts = targets(
            self._source.key,
            watched,
            by_address=tools.per_aircraft and self._asks_by_address(watched, now),
            by_airport=self._asks_by_airport(watched, now),
        )
        ledger: list[LedgerRow] = []
        with reading(desk.engine) as conn:
            for slot in firsts:
                t_from = slot.window.t_from
                ledger += rows_for(conn, self._source.key, slot.target, t_from, now)
        return list(_together(due(self._source, firsts, ledger, now)))

    def _asks_by_address(self, watched: Watched, now: datetime) -> bool:
        wanted = Wanted.on(now.date() - DAY, icao24=watched.addresses)
        return bool(watched.addresses) and asks_for(self._adapter, wanted, self._secrets)

    def _asks_by_airport(self, watched: Watched, now: datetime) -> bool:
        t_from, t_to = day_bounds(now.date() - DAY)
        return any(
            asks_for(
                self._adapter,
                Wanted(airport=airport.ident, t_from=t_from, t_to=t_to),
                self._secrets,
            )
            for airport in watched.airports[:1]
        )

    def _ask(self, slots: Sequence[Slot], lease: Lease) -> datetime | None:
        """Ask for slots of one day; returns until when the source is closed to us, if it is."""
        tools, first = self._tools, slots[0]
        t_from, t_to = day_bounds(first.day)
        addresses = frozenset(slot.icao24 for slot in slots if slot.icao24)
        wanted = Wanted(icao24=addresses, airport=first.airport, t_from=t_from, t_to=t_to)
        try:
            asked = ask_source(
                tools.desk,
                tools.fetcher,
                self._adapter,
                wanted,
                self._secrets,
                targets=[slot.target for slot in slots],
                window=Interval(t_from=t_from, t_to=t_to),
                fence=lease,
            )
        except LeaseLost:
            tools.holding.drop(lease.name)
            raise
        closed = {row.outcome for row in asked.ledger} & {"not_asked", "refused", "failed"}
        return asked.retry_at if closed else None


class Registries:
    """Keeps registries and reference tables up to date, each in its own rhythm."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def name(self) -> str:
        return "registries"

    def run(self) -> float:
        tools, desk = self._tools, self._tools.desk
        with reading(desk.engine) as conn:
            keys = registries.due_refreshes(conn, registries.refreshable(desk), desk.clock())
        for key in keys:
            if tools.stopping():
                break
            lease = tools.holding.take(lease_of_source(key))
            if lease is None:
                continue
            try:
                registries.refresh(desk, tools.fetcher, key, home=tools.home, fence=lease)
            except LeaseLost:
                tools.holding.drop(lease.name)
        return REGISTRIES_S

    def end(self) -> None:
        """Every table is written when it is read."""


class LookUps:
    """Asks databases of single aircraft who the watched ones are, where they may learn that."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def name(self) -> str:
        return "look-ups"

    def run(self) -> float:
        tools, desk = self._tools, self._tools.desk
        for adapter in lookups.lookups(desk):
            key = adapter.source.key
            with reading(desk.engine) as conn:
                due = [
                    aircraft
                    for aircraft in watched_now(desk).aircraft
                    if lookups.is_due(conn, key, aircraft, desk.clock())
                ]
            lease = tools.holding.take(lease_of_source(key)) if due else None
            if lease is None:
                continue
            for aircraft in due:
                if tools.stopping():
                    return REGISTRIES_S
                try:
                    row = lookups.look_up(desk, tools.fetcher, adapter, aircraft, fence=lease)
                except LeaseLost:
                    tools.holding.drop(lease.name)
                    break
                if row.outcome in {"refused", "not_asked"}:
                    break
        return REGISTRIES_S

    def end(self) -> None:
        """Every answer is written when it is read."""


def jobs_of(tools: Tools) -> list[Job]:
    """One job for each live source and each source of past days that may be asked, one for all
    registries, one for the log, one that tells what was missed, one that asks kept checks again,
    one that sends, and one for look-ups where sources may learn whom we watch."""
    desk = tools.desk
    jobs: list[Job] = []
    for key, adapter in desk.adapters.items():
        if key in desk.off:
            continue
        if adapter.source.kind == "live":
            jobs.append(Live(tools, adapter))
        elif adapter.source.kind in {"history", "reports"} and key not in READ_WHOLE:
            jobs.append(History(tools, adapter))
    jobs.append(Registries(tools))
    jobs.append(Logbook(desk, tools.holding, tools.stopping, tools.logging))
    jobs.append(Telling(desk, tools.holding, tools.stopping))
    jobs.append(Rejudging(desk, tools.holding, tools.stopping))
    jobs.append(
        Deliveries(
            desk,
            tools.holding,
            tools.stopping,
            partial(channels, tools.policy),
            public_url=tools.public_url,
        )
    )
    return [*jobs, LookUps(tools)] if tools.per_aircraft else jobs


READ_WHOLE: Final = frozenset({"opensky_flightlist"})
"""A month of the whole world in one file: `tailcheck backfill` and `import` read it."""


def _together(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """Aircraft of one day at once, where an archive tells from one that another is not in it;
    airports one by one."""
    for (_, airport), group in groupby(slots, key=lambda slot: (slot.day, slot.airport)):
        each = list(group)
        size = 1 if airport else TOGETHER
        for start in range(0, len(each), size):
            yield each[start : start + size]
