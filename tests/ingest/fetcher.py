"""A fetcher with everything behind it, on a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters._contract import Asking, Page, ask, discover
from schemas.records import Capture
from schemas.sources import Source
from service.desk import Desk
from service.domain.airports.table import Airports
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.storage.capture_index import capture_records
from service.storage.captures import CaptureStore
from service.storage.database import Engine, reading
from service.storage.sql import Statement
from tests.upstream import Fault, Reply
from tests.upstream.sky import NOON

ADAPTERS = discover()
HEX = "/v2/hex/14fc0b"
"""At the live sites."""
TABLE = "/aircraft.csv.gz"
"""At tar1090-db."""
USUAL = Asking()

_HASHES = Statement("SELECT DISTINCT sha256 FROM capture ORDER BY sha256")


class Hands:
    """A clock that stands still, and whose sleep moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def move(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@contextmanager
def fetching(
    database: Engine, folder: Path, clock: Hands | None = None, **options: Any
) -> Iterator[Fetcher]:
    """A fetcher that stores below `folder`."""
    clock = clock or Hands()
    desk = Desk(database, CaptureStore(folder), Airports.build([], ""), {}, clock)
    pacer = Pacer(database, clock, clock.sleep)
    options = {"contact": "mailto:test@example.org", "backoff_s": 0, "timeout_s": 5, **options}
    with Fetcher(desk, pacer, verify=False, **options) as fetcher:
        yield fetcher


def stored(database: Engine) -> list[Capture]:
    """Every reception in the database, in order."""
    with reading(database) as conn:
        hashes = [row[0] for row in _HASHES.rows(conn, {})]
        found = [capture for sha256 in hashes for capture in capture_records(conn, sha256)]
    return sorted(found, key=lambda capture: (capture.received_at, capture.url))


def told(folder: Path, database: Engine) -> bytes:
    """All that lies on the disk and in the capture table, to look for what must not be there."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join([*files, repr(stored(database)).encode()])


def get(fetcher: Fetcher, source: Source, path: str = HEX, handling: Asking = USUAL) -> Page:
    """One page of that source."""
    return fetcher.page(source, ask(f"{source.url}{path}", handling=handling))


def answering(reply: Reply) -> Fault:
    """The site answers this, whatever is asked."""
    return Fault("scripted", answer=lambda _: reply)
