"""How often a source is asked: one pace per source, for every process and every job.

The state lies in the database, so it outlives kills and is shared by all who ask. The rules are
pure functions from one `PaceState` to the next:

- The rate is the generic cell rate algorithm (GCRA): `PaceState.next_at` moves on by 1 / rate
  with every request, and a request may come as much as `burst` - 1 intervals before it.
- Credits are counted per UTC day.
- A refusal or a failure that comes again and again closes the source for a growing time; a
  ``Retry-After`` or OpenSky's ``X-Rate-Limit-Retry-After-Seconds`` closes it for as long as it
  says, a day at most. The first good answer opens it and forgets the failures.

A state that no honest clock can have left behind (this machine's clock has been wrong by hours,
and was mended) is forgotten, so that a source is never closed for longer than a day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from time import sleep as _sleep
from typing import Final

from schemas.sources import Pace, Source
from service.clock import Clock
from service.errors import SourceFailed
from service.ingest.fetching.waits import LONGEST_WAIT, retry_after
from service.storage import pace as pace_table
from service.storage.database import Engine, reading, writing
from service.storage.pace import PaceState

__all__ = ["NotNow", "PaceState", "Pacer", "closed_until", "learned", "reserved"]

PATIENCE_S: Final = 60.0
LONGEST_PATIENCE_S: Final = 600.0
LONGEST_CLOSED: Final = LONGEST_WAIT

_FAILURES_ALLOWED: Final = 2
"""In a row: the next one closes the source, unless it says itself how long to wait."""
_UNAUTHORIZED_ALLOWED: Final = 4
"""A token may have run out, and the new one must have its turn whatever failed before."""
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_FAILED: Final = timedelta(minutes=15)
"""Errors and silence end by themselves, and it may be our own line that is down."""
_LONGEST_REFUSED: Final = timedelta(hours=6)
_CREDITS_PAUSE: Final = timedelta(hours=1)
"""Where the source says that none are left, and not until when."""

_OK: Final = 200
_TOO_MANY: Final = 429
_UNAUTHORIZED: Final = 401
_REFUSALS: Final = frozenset((_OK, _UNAUTHORIZED, 402, 403, 407, _TOO_MANY, 451))
_NOT_FOUND: Final = frozenset((404, 410))
_COUNT: Final = re.compile(r"\d{1,12}", re.ASCII)


class NotNow(SourceFailed):
    """The source is not to be asked before `until`; nothing was sent."""

    code = "not-now"

    def __init__(self, source: Source, until: datetime, why: str) -> None:
        super().__init__(f"{source.title} is not asked before {until:%Y-%m-%d %H:%M:%S} UTC: {why}")
        self.until = until
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """A request's place in the row: the state with it taken, and when it may be sent."""

    state: PaceState
    at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """No place before `until`."""

    until: datetime
    why: str


def reserved(
    state: PaceState, pace: Pace, now: datetime, *, cost: int = 1, patience: timedelta
) -> Place | Closed:
    """The next place, at most `patience` from now. `cost` is in credits; 0 takes none."""
    until = closed_until(state, now)
    if until is not None:
        return Closed(until, state.why_closed)
    interval = timedelta(microseconds=math.ceil(1e6 / pace.requests_per_s))
    early = interval * (pace.burst - 1)
    due = state.next_at
    if due > now + timedelta(seconds=LONGEST_PATIENCE_S) + early + interval:
        due = now  # reserved by a clock that was wrong
    at = max(now, due - early)
    if at - now > patience:
        return Closed(at, f"many requests are waiting, and its pace is {_per(pace)}")
    state = _on_day(state, at)
    if pace.daily_credits is not None and state.credits_spent + cost > pace.daily_credits:
        return Closed(
            _midnight_after(at), f"the {pace.daily_credits:,} requests of the day are used up"
        )
    left = state.credits_left
    return Place(
        replace(
            state,
            next_at=max(at, due) + interval,
            credits_spent=state.credits_spent + cost,
            credits_left=left - cost if left is not None and left >= cost else None,
        ),
        at,
    )


def learned(
    state: PaceState,
    status: int | None,
    headers: Mapping[str, str],
    now: datetime,
    *,
    web_page: bool = False,
) -> PaceState:
    """What a reply teaches; a `status` of None = none came, or none that was whole.

    `headers` by name, in whatever case. A web page where data was asked for is a refusal,
    whatever its status: a check for robots, a notice of maintenance.
    """
    said = {name.lower(): value for name, value in headers.items()}
    state = _on_day(state, now)
    left = _count(said.get("x-rate-limit-remaining", ""))
    if left is not None:
        state = replace(state, credits_left=left)
    closed = closed_until(state, now)
    answered = status is not None and (status < 400 or status in _NOT_FOUND)
    if answered and not (web_page and status == _OK):
        state = replace(state, answered_at=now)
        # A reply that comes while the source is closed was asked for before.
        return state if closed is not None else _opened(state, now, none_left=left == 0)
    wait = retry_after(said, now)
    if closed is not None:
        if wait is None or now + wait <= closed:
            return state
        return replace(state, closed_until=now + wait, why_closed=_why(status, told=True))
    failures = state.failures + 1
    pause = max(_pause(failures, status, told=wait is not None), wait or timedelta())
    if not pause:
        return replace(state, failures=failures, closed_until=None, why_closed="")
    why = _why(status, told=wait is not None)
    return replace(state, failures=failures, closed_until=now + pause, why_closed=why)


def closed_until(state: PaceState, now: datetime) -> datetime | None:
    """Until when the source is closed; None = it is open."""
    until = state.closed_until
    if until is None or until <= now or until > now + LONGEST_CLOSED:
        return None
    return until


def _count(value: str) -> int | None:
    return int(value) if _COUNT.fullmatch(value := value.strip()) else None


def _opened(state: PaceState, now: datetime, *, none_left: bool) -> PaceState:
    """After a good answer; closed again at once where it was the last that the source gives."""
    if not none_left:
        return replace(state, failures=0, closed_until=None, why_closed="")
    return replace(
        state,
        failures=0,
        closed_until=min(now + _CREDITS_PAUSE, _midnight_after(now)),
        why_closed="it says that no requests are left for the day",
    )


def _on_day(state: PaceState, at: datetime) -> PaceState:
    """Credits begin anew with each UTC day.

    Just before midnight tomorrow's are counted already, for requests that wait; a day later than
    that was left by a wrong clock, and is forgotten.
    """
    day = at.astimezone(UTC).date()
    if day <= state.credits_day <= day + timedelta(days=1):
        return state
    return replace(state, credits_day=day, credits_spent=0, credits_left=None)


def _midnight_after(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(day, time(), UTC)


def _pause(failures: int, status: int | None, *, told: bool) -> timedelta:
    """None at first, then doubling; at once where there were too many requests and it is not
    `told` how long to wait."""
    allowed = _FAILURES_ALLOWED
    if status == _UNAUTHORIZED:
        allowed = _UNAUTHORIZED_ALLOWED
    elif status == _TOO_MANY and not told:
        allowed = 0
    steps = failures - 1 - allowed
    if steps < 0:
        return timedelta()
    longest = _LONGEST_REFUSED if status in _REFUSALS else _LONGEST_FAILED
    return min(_FIRST_PAUSE * (1 << min(steps, 16)), longest)


def _why(status: int | None, *, told: bool) -> str:
    if status is None:
        return "it did not answer several times"
    if status == _OK:
        return "it sent web pages instead of data"
    what = "it refused" if status in _REFUSALS else "it answered with an error"
    return f"{what} (status {status})" + (" and said how long to wait" if told else "")


def _per(pace: Pace) -> str:
    if pace.requests_per_s >= 1:
        return f"{pace.requests_per_s:g} a second"
    return f"one in {1 / pace.requests_per_s:g} s"


class Pacer:
    """Keeps the pace of every source. Safe for several threads and several processes."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        sleep: Callable[[float], None] = _sleep,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`patience_s` is how long `wait` may sleep. `sleep` may raise, to be let go."""
        if not 0 <= patience_s <= LONGEST_PATIENCE_S:
            raise ValueError(f"Patience is 0 to {LONGEST_PATIENCE_S:g} s, not {patience_s}.")
        self._engine = engine
        self._clock = clock
        self._patience = timedelta(seconds=patience_s)
        self.sleep = sleep

    def wait(self, source: Source, cost: int = 1) -> None:
        """Return when it is our turn to send a request that takes `cost` credits.

        The place is reserved in one short transaction before anything is waited for.

        Raises:
            NotNow: the source is closed, or the turn would come too late.
        """
        with writing(self._engine) as conn:
            state = pace_table.held(conn, source.key)
            now = self._clock()  # only now: another may have held it for long
            place = reserved(state, source.pace, now, cost=cost, patience=self._patience)
            if isinstance(place, Closed):
                raise NotNow(source, place.until, place.why)
            pace_table.save(conn, source.key, place.state)
        if place.at > now:
            self.sleep((place.at - now).total_seconds())
            self._must_be_open(source)  # another may have been refused meanwhile

    def told(
        self,
        source: Source,
        status: int | None,
        headers: Mapping[str, str],
        *,
        web_page: bool = False,
    ) -> None:
        """Learn from a reply; see `learned`."""
        with writing(self._engine) as conn:
            state = pace_table.held(conn, source.key)
            state = learned(state, status, headers, self._clock(), web_page=web_page)
            pace_table.save(conn, source.key, state)

    def closed_until(self, source: Source) -> datetime | None:
        """Until when this source is not to be asked; None = it may be asked."""
        return closed_until(self._state(source), self._clock())

    def _must_be_open(self, source: Source) -> None:
        state = self._state(source)
        until = closed_until(state, self._clock())
        if until is not None:
            raise NotNow(source, until, state.why_closed)

    def _state(self, source: Source) -> PaceState:
        with reading(self._engine) as conn:
            return pace_table.state_of(conn, source.key)
