"""A watched flight, polled in fast time: the clock moves on by what each round says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import event

from adapters._contract import Adapter, discover
from schemas.movements import Movement
from schemas.records import LedgerRow, Track
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.track import in_order, take
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.ingest.following.live import LivePolling
from service.ingest.following.rhythm import Last, heard, pause_s
from service.sealing import PLAIN
from service.storage.captures import CaptureStore
from service.storage.codec import from_us
from service.storage.database import Engine, reading, writing
from service.storage.history import shown_between
from service.storage.leases import Lease
from service.storage.leases import take as take_lease
from service.storage.ledger import ledger_about
from service.storage.watches import WatchKind, add
from tests.ingest.fetcher import Hands
from tests.simulator.campaign import airports
from tests.simulator.day import simulate, to_track
from tests.simulator.recipe import Recipe
from tests.upstream import Upstream, World, upstream

LISTED_US = 60_000_000


def flight(seed: int, type_code: str, **recipe: object) -> Track:
    """A simulated day of one flight, heard from stand to stand."""
    plain: dict[str, object] = {"legs": 1, "surface": "full", "step_s": 5.0, **recipe}
    return in_order(to_track(simulate(seed, Recipe(type_code=type_code, **plain))))  # type: ignore[arg-type]  # named by the caller


def polled(track: Track) -> Track:
    """What polling would get of the track: at each poll the last fix of the last minute."""
    now_us = int(track.t_us[0]) - LISTED_US
    rows: list[int] = []
    last: Last | None = None
    while now_us < int(track.t_us[-1]) + 5 * LISTED_US:
        i = int(np.searchsorted(track.t_us, now_us, side="right")) - 1
        if i >= 0 and now_us - int(track.t_us[i]) <= LISTED_US and rows[-1:] != [i]:
            rows.append(i)
            last = heard(take(track, np.array([i])), last)
        now_us += int(pause_s(last, now_us) * 1e6)
    return take(track, np.array(rows))


@dataclass
class Poller:
    """Polls what `up` plays, on the desk's clock."""

    desk: Desk
    clock: Hands
    fetcher: Fetcher
    up: Upstream
    sites: Mapping[str, Adapter]
    _leases: int = 0

    def watch(self, kind: WatchKind, subject: str, radius_nm: float | None = None) -> None:
        with writing(self.desk.engine) as conn:
            add(conn, PLAIN, kind=kind, subject=subject, radius_nm=radius_nm, now=self.clock())

    def turn(self, key: str, *, per_aircraft: bool = True, holder: str = "a") -> LivePolling:
        """A worker's turn at that source."""
        return LivePolling(
            self.desk, self.fetcher, self.sites[key], self.lease(holder), per_aircraft=per_aircraft
        )

    def lease(self, holder: str) -> Lease:
        """Taken from whoever had it, as when that one has died or hangs."""
        with writing(self.desk.engine) as conn:
            lease = take_lease(conn, "source:x", holder, now=self._far(), for_s=0)
        assert lease is not None
        return lease

    def _far(self) -> datetime:
        self._leases += 1
        return self.clock() + timedelta(days=self._leases)

    def until(
        self, turn: LivePolling, moment: datetime, look: Callable[[], None] = lambda: None
    ) -> int:
        """Poll until then; returns the number of rounds."""
        rounds = 0
        while self.clock() < moment:
            self.clock.move(seconds=turn.round())
            rounds += 1
            look()
        return rounds

    def movements(self, icao24: str, *sources: str) -> list[Movement]:
        always = Interval(t_from=from_us(0), t_to=self.clock() + timedelta(days=2))
        with reading(self.desk.engine) as conn:
            found = shown_between(conn, icao24, always).movements
        return [m for m in found if not sources or m.source in sources]

    def ledger(self, *targets: str) -> list[LedgerRow]:
        always = Interval(t_from=from_us(0), t_to=self.clock() + timedelta(days=2))
        with reading(self.desk.engine) as conn:
            rows = ledger_about(conn, targets, always)
        return sorted(rows, key=lambda row: (row.target, row.t_from))


@contextmanager
def polling(database: Engine, folder: Path, world: World, start: datetime) -> Iterator[Poller]:
    """A poller whose clock, and the sites' too, begins at `start`.

    Nothing is flushed to the disk meanwhile: nobody pulls the plug here, and a poll would wait
    for it six times.
    """
    clock = Hands(start)
    flush, os.fsync = os.fsync, lambda fd: None
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", lambda dbapi, _: dbapi.execute("PRAGMA synchronous=OFF"))
        database.dispose()
    try:
        yield from _polling(database, folder, world, clock)
    finally:
        os.fsync = flush


def _polling(database: Engine, folder: Path, world: World, clock: Hands) -> Iterator[Poller]:
    world.now = clock
    with upstream(world) as up:
        found = {key: adapter for key, adapter in discover().items() if adapter.source.url}
        found["readsb_local"] = discover()["readsb_local"]
        sites = {key: up.moved(adapter) for key, adapter in found.items()}
        desk = Desk(
            engine=database,
            captures=CaptureStore(folder / "captures"),
            airports=airports(),
            adapters=sites,
            clock=clock,
            secrets={key: up.secrets(adapter) for key, adapter in sites.items()},
        )
        pacer = Pacer(database, clock, clock.sleep)
        with Fetcher(desk, pacer, verify=False, backoff_s=0, timeout_s=5) as fetcher:
            yield Poller(desk, clock, fetcher, up, sites)


def renamed(track: Track, icao24: str) -> Track:
    """The same flight by another aircraft."""
    return replace(track, icao24=icao24)
