"""The world in which workers are killed: its clock, who flies in it, what archives and files hold.

A flight of half an hour is simulated once and flown again and again: by two aircraft under watch
and by one that only comes into a watched circle, by the watched on past days, as an archive keeps
them, and by others in files that somebody hands over.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from adapters._contract import discover
from schemas.records import Track
from schemas.sources import Source
from service.domain.track import to_us
from service.ingest.derivation import DAY, day_bounds
from service.ingest.following.slots import askable_days
from tests.adapters.traces import trace, trace_of
from tests.ingest.polling import flight
from tests.upstream.sky import Sky, flown

LIVE = "adsblol"
ARCHIVE = "adsblol_history"
FILES = "trace_file"
AIRPORT = "LFPB"
"""Watched; one of the flights ends there."""

START = datetime(2026, 1, 2, 4, tzinfo=UTC)
"""Two hours before the archive has yesterday."""
SINCE = START - timedelta(days=4)
"""Every watch is as old as this: the archive is to be asked for the days from the one before on."""
FLYING = timedelta(days=2)
EVERY = timedelta(minutes=70)

FOLLOWED = (64_000, 64_001)
PASSER = 64_002
FIRST_WATCHED = 64_100
FIRST_HANDED_OVER = 65_000


def address(number: int) -> str:
    """RA-64523 is 14fc0b."""
    return f"{0x140000 + number:06x}"


@dataclass(slots=True)
class FastClock:
    """Time that goes `speed` times as fast as it does, from `base` on, but no further than
    `at_most_s`. The same in all processes of this machine."""

    base: datetime
    began_s: float
    speed: float
    at_most_s: float

    def __call__(self) -> datetime:
        passed_s = (time.monotonic() - self.began_s) * self.speed
        return self.base + timedelta(seconds=min(passed_s, self.at_most_s))

    @classmethod
    def now(cls, base: datetime, speed: float, at_most_s: float) -> FastClock:
        """One that begins to go."""
        return cls(base, time.monotonic(), speed, at_most_s)


@dataclass
class Stopwatch:
    """The sites' clock: whichever goes at the moment."""

    clock: FastClock = field(default_factory=lambda: FastClock.now(START, 0, 0))

    def __call__(self) -> datetime:
        return self.clock()


@cache
def hops() -> tuple[Track, Track]:
    """From one Paris airport to the next, and once round an island."""
    return flight(3, "C172"), flight(1, "C172")


def sky() -> Sky:
    """Who flies live: each hop again and again, with silences in between."""
    paris, island = hops()
    tracks = []
    for round_ in range(FLYING // EVERY):
        begin = START + EVERY * round_
        tracks += [
            _flown_at(paris, FOLLOWED[0], begin),
            _flown_at(island, FOLLOWED[1], begin + EVERY / 2),
            _flown_at(paris, PASSER, begin + EVERY / 3),
        ]
    return flown(tracks)


def _flown_at(hop: Track, number: int, begin: datetime) -> Track:
    shift_us = to_us(begin) - int(hop.t_us[0])
    return replace(
        hop,
        icao24=address(number),
        t_us=hop.t_us + shift_us,
        callsigns=tuple((t_us + shift_us, text) for t_us, text in hop.callsigns),
    )


def nobody(_: datetime) -> list[dict[str, Any]]:
    """All have landed and switched off."""
    return []


@cache
def _rows() -> list[Any]:
    """A day with a hop at one and another one at eight in the evening: each day's unit has a say in
    those of its neighbours."""
    (paris, _), rows = hops(), []
    for hour in (1, 20):
        found = json.loads(trace_of(_flown_at(paris, 0, datetime(2026, 1, 1, hour, tzinfo=UTC))))
        rows += [[row[0] + hour * 3600.0, *row[1:]] for row in found["trace"]]
    return rows


def day_trace(number: int, day: date, first: int = 0, end: int | None = None) -> bytes:
    """A day's trace file, or some of its rows."""
    text = trace(
        _rows()[first:end],
        icao=address(number),
        timestamp=day_bounds(day)[0].timestamp(),
        r=f"RA-{number}",
        t="C172",
        ownOp=None,
    )
    return gzip.compress(text, 1, mtime=0)


def flew(number: int, day: date) -> bool:
    """Each stays on the ground on a day of its own of the week; then the archive has no file."""
    return number % 7 != day.weekday()


def archive_source() -> Source:
    """As it describes itself."""
    return discover()[ARCHIVE].source


def asked_days(now: datetime) -> list[date]:
    """What the archive should have been asked for by then, about each who is watched."""
    return askable_days(archive_source(), SINCE.date() - DAY, now)


def archived(numbers: list[int]) -> dict[tuple[date, str], bytes]:
    """What the archive holds of these."""
    return {
        (day, address(number)): day_trace(number, day)
        for number in numbers
        for day in asked_days(START + FLYING)
        if flew(number, day)
    }


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A file that is to be imported."""

    source: str
    path: Path
    icao24: str
    day: date


def of_watched(folder: Path, number: int) -> HandedOver:
    """The day before the first that the archive is asked for: its evening is in sight of that
    one's unit, which the worker derives."""
    day = SINCE.date() - DAY * 2
    path = folder / f"{ARCHIVE}-{number}.json"
    path.write_bytes(day_trace(number, day))
    return HandedOver(ARCHIVE, path, address(number), day)


def of_others(folder: Path, count: int) -> Iterator[HandedOver]:
    """Days of others, first the morning, later the whole: a late revision."""
    days = [SINCE.date() + DAY * n for n in range(3)]
    half = len(_rows()) // 2
    for number in range(FIRST_HANDED_OVER, FIRST_HANDED_OVER + count):
        for day in days:
            for name, end in (("early", half), ("whole", None)):
                path = folder / f"{FILES}-{number}-{day}-{name}.json"
                path.write_bytes(day_trace(number, day, 0, end))
                yield HandedOver(FILES, path, address(number), day)
