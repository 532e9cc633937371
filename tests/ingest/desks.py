"""A desk with two airports, and asking a source that the upstream server plays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters._contract import Adapter, Wanted, discover
from schemas.places import Airport
from schemas.records import LedgerRow
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.airports.table import Airports
from service.ingest.asking import Asked, ask_source
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.storage.captures import CaptureStore
from service.storage.database import Engine, open_database, reading
from service.storage.leases import Lease
from service.storage.ledger import ledger_about
from tests.ingest.fetcher import Hands
from tests.storage.helpers import UMMS
from tests.upstream import Upstream
from tests.upstream.sky import NOON

UUWW = Airport(
    ident="UUWW",
    name="Vnukovo International Airport",
    city="Moscow",
    country="RU",
    lat=55.5915,
    lon=37.2615,
    elevation_ft=685,
    zone="Europe/Moscow",
)
ADAPTERS = discover()


def desk_of(engine: Engine, folder: Path, clock: Hands | None = None) -> Desk:
    """A desk on that database; captures lie below `folder`."""
    return Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=Airports.build([UMMS, UUWW], "test"),
        adapters=ADAPTERS,
        clock=clock or Hands(NOON),
    )


@contextmanager
def fresh_desk(migrated: Path, folder: Path, clock: Hands | None = None) -> Iterator[Desk]:
    """A desk on an empty SQLite database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tailcheck.db"
    shutil.copy(migrated, path)
    engine = open_database(f"sqlite:///{path}")
    try:
        yield desk_of(engine, folder, clock)
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Asker:
    """Asks what `up` plays, for `desk`."""

    desk: Desk
    fetcher: Fetcher
    up: Upstream

    def ask(
        self,
        key: str,
        wanted: Wanted,
        *targets: str,
        window: Interval | None = None,
        secrets: Mapping[str, str] | None = None,
        adapter: Adapter | None = None,
        fence: Lease | None = None,
    ) -> Asked:
        adapter = adapter or self.up.moved(ADAPTERS[key])
        if window is None:
            assert wanted.t_from is not None
            assert wanted.t_to is not None
            window = Interval(t_from=wanted.t_from, t_to=wanted.t_to)
        return ask_source(
            self.desk,
            self.fetcher,
            adapter,
            wanted,
            self.up.secrets(adapter) if secrets is None else secrets,
            targets=targets,
            window=window,
            fence=fence,
        )


@contextmanager
def asking_of(desk: Desk, up: Upstream) -> Iterator[Asker]:
    """An asker whose clock is the desk's, and the sites' too."""
    clock = desk.clock
    assert isinstance(clock, Hands)
    up.world.now = clock
    pacer = Pacer(desk.engine, clock, clock.sleep)
    with Fetcher(
        desk, pacer, contact="mailto:test@example.org", verify=False, backoff_s=0, timeout_s=5
    ) as fetcher:
        yield Asker(desk, fetcher, up)


def ledger_of(desk: Desk, window: Interval, *targets: str) -> Sequence[LedgerRow]:
    """What is stored about the targets, without the order of storing."""
    with reading(desk.engine) as conn:
        return sorted(ledger_about(conn, targets, window), key=lambda r: (r.target, r.t_from))


def whole(row: LedgerRow) -> LedgerRow:
    """The row without its words."""
    return replace(row, note="")
