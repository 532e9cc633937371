"""Past days of one aircraft, asked for at every source; what was answered is not asked again.

What is done stands in the ledger and nowhere else. So a backfill that was killed goes on where it
was, two of them at once ask little twice, and the counts at the end are exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from adapters._contract import Adapter, Wanted
from adapters.opensky_flightlist import OpenSkyFlightList
from schemas.records import EVERYTHING, LedgerRow, Outcome
from service.desk import Desk
from service.domain.verdict.coverage import ANSWERED, answered_throughout, without_exceptions
from service.ingest.asking import Asked, ask_source
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.flightlist import ask_list
from service.ingest.following.slots import Slot, askable_days
from service.ingest.following.watched import asks_for
from service.ingest.naming import Names
from service.storage.asked import rows_for
from service.storage.database import Connection, reading

PATIENCE: Final = timedelta(minutes=2)
"""So long we wait for a source that is closed to us; for a longer time it is left alone."""
TRIES: Final = 5
"""So often a slot is put off because its source is closed."""

_SOME_DAY: Final = date(2020, 1, 1)
_MONTH_DAYS: Final = 31
_SOMEBODY: Final = "000001"

_WORST_FIRST: Final[tuple[Outcome, ...]] = (
    "failed",
    "truncated",
    "refused",
    "not_asked",
    "too_early",
    "data",
    "empty",
)
Came = Literal[Outcome, "known"]
"""What came of a slot; ``known`` = it was answered before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be asked for."""

    slots: tuple[Slot, ...]
    """By day, then by source: while one source is waited for, the others are asked."""
    beyond: Mapping[str, int]
    """Aircraft-days by source that it cannot speak about, or not yet."""
    names: Names
    """Of the aircraft, to pick it out of bulk files by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one slot."""

    slot: Slot
    came: Came
    movements: int = 0
    note: str = ""


@dataclass(slots=True)
class Tally:
    """Exact counts of aircraft-days, by what came of them."""

    came: dict[Came, int] = field(default_factory=dict)
    movements: int = 0

    def add(self, done: Done) -> None:
        """Count one."""
        self.came[done.came] = self.came.get(done.came, 0) + 1
        self.movements += done.movements

    def of(self, *outcomes: Came) -> int:
        """How many came to one of these."""
        return sum(self.came.get(outcome, 0) for outcome in outcomes)

    @property
    def asked(self) -> int:
        """Those that a source was asked for."""
        return self.of("data", "empty", "too_early", "failed", "truncated", "refused")

    @property
    def failed(self) -> int:
        """Those that are worth another run."""
        return self.of("failed", "truncated", "refused", "not_asked")


def askable(desk: Desk) -> tuple[str, ...]:
    """Sources that past days of one aircraft can be asked of, whether they are on or off here."""
    return tuple(
        key
        for key, adapter in sorted(desk.adapters.items())
        if adapter.source.kind in {"history", "reports"}
        if adapter.source.url and _can_be_asked(adapter)
    )


def _can_be_asked(adapter: Adapter) -> bool:
    """For an aircraft, on a day that it reaches; secrets aside."""
    reach = adapter.source.reach
    first = reach.first_day or _SOME_DAY
    days = (first + timedelta(days=number) for number in range(_MONTH_DAYS))
    day = next((day for day in days if reach.holds(day, today=day)), None)
    if day is None:
        return False
    secrets = dict.fromkeys(adapter.source.secrets, "-")
    return asks_for(adapter, Wanted.on(day, icao24=frozenset((_SOMEBODY,))), secrets)


def plan(
    adapters: Sequence[Adapter],
    addresses: Mapping[date, frozenset[str]],
    names: Names,
    now: datetime,
) -> Plan:
    """Which aircraft-days to ask these sources for. `addresses` is what the aircraft's may be on
    each day wanted, one day at least."""
    first = min(addresses)
    reached = {
        adapter.source.key: frozenset(askable_days(adapter.source, first, now))
        for adapter in adapters
    }
    slots: list[Slot] = []
    beyond = dict.fromkeys(reached, 0)
    for day in sorted(addresses):
        for key, days in reached.items():
            if day in days:
                slots += (Slot(source=key, day=day, icao24=a) for a in sorted(addresses[day]))
            else:
                beyond[key] += len(addresses[day])
    return Plan(slots=tuple(slots), beyond=beyond, names=names)


def backfill(desk: Desk, fetcher: Fetcher, planned: Plan) -> Iterator[Done]:
    """Ask for every slot that is not answered yet; tells of each slot once, when it is done.

    A source that is closed for longer than `PATIENCE` is left, and its slots come as ``not_asked``.

    Raises:
        StorageError: disk or database failed; all told so far is stored.
    """
    waiting: dict[str, deque[Slot]] = {}
    for slot in planned.slots:
        waiting.setdefault(slot.source, deque()).append(slot)
    resting: dict[str, datetime] = {}
    put_off: dict[Slot, int] = {}
    while waiting:
        ready = [key for key in waiting if key not in resting or resting[key] <= desk.clock()]
        if not ready:
            pause = min(resting[key] for key in waiting) - desk.clock()
            if pause > PATIENCE:
                break
            fetcher.pacer.sleep(max(pause.total_seconds(), 0.01))
        for key in ready:
            slot = waiting[key].popleft()
            done, retry_at = _one(desk, fetcher, slot, planned.names)
            if retry_at is not None:
                resting[key] = retry_at
            put_off[slot] = put_off.get(slot, 0) + 1
            if done.came == "not_asked" and retry_at is not None and put_off[slot] < TRIES:
                waiting[key].appendleft(slot)
            else:
                yield done
            if not waiting[key]:
                del waiting[key]
    for key, slots in waiting.items():
        why = f"closed until {resting[key]:%Y-%m-%d %H:%M} UTC"
        yield from (
            _known(desk, slot) or Done(slot=slot, came="not_asked", note=why) for slot in slots
        )


def _one(desk: Desk, fetcher: Fetcher, slot: Slot, names: Names) -> tuple[Done, datetime | None]:
    known = _known(desk, slot)
    if known is not None:
        return known, None
    asked = _asked(desk, fetcher, slot, names)
    came = _came(slot, asked.ledger)
    return Done(slot=slot, came=came, movements=asked.movements, note=asked.note), asked.retry_at


def _asked(desk: Desk, fetcher: Fetcher, slot: Slot, names: Names) -> Asked:
    adapter = desk.adapters[slot.source]
    secrets = desk.secrets.get(slot.source, {})
    if isinstance(adapter, OpenSkyFlightList):
        of_slot = replace(names, icao24=names.icao24 | {slot.icao24})
        return ask_list(desk, fetcher, adapter, slot.wanted, [of_slot], window=slot.window)
    return ask_source(
        desk, fetcher, adapter, slot.wanted, secrets, targets=[slot.target], window=slot.window
    )


def _known(desk: Desk, slot: Slot) -> Done | None:
    """The slot as done, when its source has answered for the whole day before."""
    with reading(desk.engine) as conn:
        rows = [*_rows(conn, slot, slot.target), *_rows(conn, slot, EVERYTHING)]
    answers = [row for row in without_exceptions(rows) if row.outcome in ANSWERED]
    if not answered_throughout(slot.window, answers, slot.source):
        return None
    return Done(slot=slot, came="known")


def _rows(conn: Connection, slot: Slot, target: str) -> tuple[LedgerRow, ...]:
    return rows_for(conn, slot.source, target, slot.window.t_from, slot.window.t_to)


def _came(slot: Slot, rows: Sequence[LedgerRow]) -> Outcome:
    """The worst that is said of any part of the day."""
    said = {
        row.outcome
        for row in rows
        if row.target in {slot.target, EVERYTHING}
        if row.t_from < slot.window.t_to and row.t_to > slot.window.t_from
    }
    return next((outcome for outcome in _WORST_FIRST if outcome in said), "failed")


def learns_whom(adapter: Adapter) -> bool:
    """Whether being asked for one aircraft tells the source which: a month's list is asked for
    whole."""
    return not isinstance(adapter, OpenSkyFlightList)
