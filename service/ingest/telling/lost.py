"""What nobody writes anything about: silence, and what could not be told when it was written.

Watches are told in the transaction that writes what an aircraft did. Three things come without one:

- An aircraft that is in the air is heard no more. That its signal was lost follows from the ledger:
  who was asked since, and answered.
- Something was written and not told: by a version that told nothing, or when a watch could not be
  read. When the work is taken up, everybody who moved of late is looked at.
- It becomes known later that an aircraft is one that is followed.

Telling is the same whoever does it, how often and when, so nothing here is remembered anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from service.desk import Desk
from service.domain.watching.known import is_sign_of_life
from service.ingest.telling.concerned import described_by
from service.ingest.telling.roster import Followed
from service.ingest.telling.telling import CATCH_UP, tell_about, untold
from service.storage.database import Connection, reading, writing
from service.storage.identity import addresses_said_after, last_statement
from service.storage.sightings import derived_since, last_segment

TOGETHER: Final = 100
"""Aircraft looked at in one reading transaction."""
AGAIN: Final = timedelta(minutes=10)
"""When somebody is told again who could not be told twice."""
MOST_NEW: Final = 5_000
"""More new statements than this, and everybody who moved of late is looked at."""


class CatchingUp:
    """Tells what was not told. Lives as long as a worker does; a step costs little when nobody is
    behind."""

    def __init__(self, desk: Desk, stopping: Callable[[], bool] = lambda: False) -> None:
        self._desk = desk
        self._stopping = stopping
        self._addresses: frozenset[str] | None = None
        self._last_statement = 0
        self._failed: dict[str, datetime] = {}

    def step(self) -> int:
        """Look who is behind, and tell them; returns the number of alerts.

        Raises:
            StorageError: the database failed, or a watch is sealed with a key that is not here.
        """
        now = self._desk.clock()
        with self._those_behind(now) as behind:
            with reading(self._desk.engine) as conn:
                followed = self._desk.roster.now(conn)
                last = last_statement(conn)
                due = self._due(conn, behind, followed, now)
            alerts = self._tell(sorted(due), followed, now)
        if not self._stopping():
            self._addresses, self._last_statement = frozenset(followed.by_address), last
        return alerts

    def tell_those_behind(self) -> int:
        """As `step`, of nobody but those whom this process could not tell about."""
        now = self._desk.clock()
        with self._those_behind(now) as behind:
            with reading(self._desk.engine) as conn:
                followed = self._desk.roster.now(conn)
            return self._tell(sorted(behind), followed, now)

    def _due(
        self, conn: Connection, behind: Set[str], followed: Followed, now: datetime
    ) -> Set[str]:
        if not followed.watches:
            return set()
        lately = derived_since(conn, now - CATCH_UP)
        described: set[str] | None = set()
        if followed.by_type or followed.by_operator:
            described = addresses_said_after(conn, self._last_statement, MOST_NEW)
        if self._addresses is None or described is None:
            return behind | lately
        new = (followed.by_address.keys() - self._addresses) | described
        return behind | (new & lately) | set(_silent(conn, followed, lately, now))

    @contextmanager
    def _those_behind(self, now: datetime) -> Iterator[Set[str]]:
        """Those that are to be told about again. The roster hands each out once, so whatever fails,
        they are put back."""
        taken = self._desk.roster.take_behind()
        again = {icao24 for icao24, again_at in self._failed.items() if again_at <= now}
        try:
            yield (taken - self._failed.keys()) | again
        except BaseException:
            self._desk.roster.fell_behind(taken)
            raise

    def _tell(self, icao24s: list[str], followed: Followed, now: datetime) -> int:
        desk, alerts, left = self._desk, 0, list[str]()
        for start in range(0, len(icao24s), TOGETHER):
            if self._stopping():
                left = icao24s[start:]
                break
            some = icao24s[start : start + TOGETHER]
            with reading(desk.engine) as conn:
                wait = untold(conn, desk, followed, some, now)
            for icao24 in wait:
                try:
                    with writing(desk.engine) as conn:
                        alerts += tell_about(conn, desk, icao24, desk.clock())
                except BaseException:
                    desk.roster.forget()
                    raise
        again = dict.fromkeys(desk.roster.take_behind(), now + AGAIN)
        self._failed = {
            icao24: at for icao24, at in self._failed.items() if icao24 not in icao24s
        } | again
        desk.roster.fell_behind(left)
        return alerts


def _silent(
    conn: Connection, followed: Followed, lately: Iterable[str], now: datetime
) -> Iterable[str]:
    """Those who may be told of as lost: in the air when last heard, and silent for as long as one
    of the watches wants to wait at least."""
    wanted = [w for w in followed.watches.values() if "signal_lost" in w.wishes.triggers]
    if not wanted:
        return
    least = timedelta(minutes=min(watch.wishes.lost_minutes for watch in wanted))
    candidates = sorted(set(lately) & followed.by_address.keys())
    if any(watch.kind in ("type", "operator") for watch in wanted):
        candidates = sorted({*candidates, *described_by(conn, followed, list(lately), now.date())})
    for icao24 in candidates:
        last = last_segment(conn, icao24, now - CATCH_UP)
        if last is None or now - last.last.t < least:
            continue
        if not last.last.on_ground or not is_sign_of_life(last):
            yield icao24
