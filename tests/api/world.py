"""A small stored world to ask about.

N899DN (``ac671b``) was heard on 2025-02-05 by two sources: it landed at Minneapolis at 01:12, left
at 03:40 and was lost low before Spokane at 06:24. Of RA-64523 only two press reports speak. About
RA-64524 two registries disagree. Address 510001 changed its registration on 2025-02-06. Three
captures hold fixes of N899DN.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np
from sqlalchemy import Connection, Engine

from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted
from schemas.movements import Derived, FixPoint, GroundSpan, Heard, Movement, PathPoint, Segment
from schemas.places import Airport
from schemas.records import (
    TRACK_COLUMNS,
    Capture,
    IdentityStatement,
    LedgerRow,
    Rejected,
    Report,
    Track,
    Via,
)
from schemas.sources import Pace, Reach, Source, Terms
from service.desk import Desk
from service.domain.airports.table import Airports
from service.storage.capture_index import CaptureSpan, add_spans, record_captures
from service.storage.captures import CaptureStore
from service.storage.database import writing
from service.storage.identity import add_statements
from service.storage.ledger import add_ledger_rows
from service.storage.reports import add_reports
from service.storage.units import UnitKey, replace_unit

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
LEARNT = datetime(2025, 2, 20, tzinfo=UTC)
DAY = datetime(2025, 2, 5, tzinfo=UTC)
ICAO24 = "ac671b"
RENAMED = "510001"
"""EW-001PA until 2025-02-05, EW-002PA from then on until 2025-02-11."""
FIXES = 30
"""In all captures together, each once."""


def at(clock: str) -> datetime:
    """A time of day on `DAY`."""
    hour, minute, *second = (int(part) for part in clock.split(":"))
    return DAY.replace(hour=hour, minute=minute, second=second[0] if second else 0)


@dataclass(frozen=True)
class Made:
    """A source for the tests; its pages are JSON lists of [microseconds, lat, lon, on ground]."""

    source: Source

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """It cannot be asked."""
        yield from ()
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """One track of N899DN."""
        try:
            rows = msgspec.json.decode(
                bytes(page.content), type=list[tuple[int, float, float, bool]]
            )
        except msgspec.DecodeError as error:
            raise UnreadablePage("The page is no list of fixes.") from error
        n = len(rows)
        columns: dict[str, Any] = {
            name: np.full(n, np.nan if kind is np.float32 else 0, kind)
            for name, kind in TRACK_COLUMNS
        }
        columns |= {
            "t_us": np.array([row[0] for row in rows], np.int64),
            "lat": np.array([row[1] for row in rows]),
            "lon": np.array([row[2] for row in rows]),
            "on_ground": np.array([row[3] for row in rows], np.bool_),
            "gs_kt": np.full(n, 112.3, np.float32),
            "via": np.full(n, Via.ADSB, np.uint8),
            "row": np.arange(n, dtype=np.int32),
        }
        yield Track(
            icao24=ICAO24, source=self.source.key, captures=(page.capture.sha256,), **columns
        )


def _source(key: str) -> Source:
    return Source(
        key=key,
        title=f"The {key} feed",
        url=f"https://{key}.example/",
        kind="history",
        terms=Terms(licence="made up", attribution="nobody"),
        pace=Pace(requests_per_s=1),
        lag=timedelta(hours=1),
        reach=Reach(first_day=date(2018, 1, 1)),
        independence_group=key,
        open_archive=True,
    )


def _page(first: str, n: int) -> bytes:
    start = at(first)
    rows = []
    for i in range(n):
        us = (start + timedelta(seconds=10 * i) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
            microseconds=1
        )
        rows.append([us, 44.8 + i / 1000, -93.2 - i / 1000, i % 2 == 0])
    return msgspec.json.encode(rows)


PAGES = (_page("01:10", 12), _page("01:11:50", 12), _page("02:00", 6))
"""The second begins at the moment of the first's last fix, and elsewhere: none is the same."""

_KMSP = Airport(
    ident="KMSP",
    name="Minneapolis-St Paul International",
    city="Minneapolis",
    country="US",
    lat=44.882,
    lon=-93.2218,
    elevation_ft=841,
    zone="America/Chicago",
    iata="MSP",
)
AIRPORTS = (
    _KMSP,
    Airport(
        ident="KGEG",
        name="Spokane International",
        city="Spokane",
        country="US",
        lat=47.6199,
        lon=-117.5338,
        elevation_ft=2386,
        zone="America/Los_Angeles",
        iata="GEG",
    ),
    Airport(
        ident="EGLL",
        name="London Heathrow",
        city="London",
        country="GB",
        lat=51.4706,
        lon=-0.4619,
        elevation_ft=83,
        zone="Europe/London",
        iata="LHR",
    ),
    Airport(
        ident="EGKK",
        name="London Gatwick",
        city="London",
        country="GB",
        lat=51.1481,
        lon=-0.1903,
        elevation_ft=202,
        zone="Europe/London",
        iata="LGW",
    ),
    Airport(
        ident="UMMS",
        name="Minsk National Airport",
        city="Minsk",
        country="BY",
        lat=53.8825,
        lon=28.0307,
        elevation_ft=670,
        zone="Europe/Minsk",
        iata="MSQ",
    ),
    Airport(
        ident="UUWW",
        name="Vnukovo International",
        city="Moscow",
        country="RU",
        lat=55.5915,
        lon=37.2615,
        elevation_ft=685,
        zone="Europe/Moscow",
        iata="VKO",
    ),
    Airport(
        ident="NSFA",
        name="Faleolo International",
        city="Apia",
        country="WS",
        lat=-13.83,
        lon=-172.0083,
        elevation_ft=58,
        zone="Pacific/Apia",
        iata="APW",
    ),
)


def _fix(clock: str, lat: float, lon: float, *, ground: bool = False) -> FixPoint:
    return FixPoint(
        t=at(clock), lat=lat, lon=lon, alt_ft=None if ground else 3_000.0, on_ground=ground, row=1
    )


def _segment(source: str, first: FixPoint, last: FixPoint) -> Segment:
    return Segment(
        icao24=ICAO24,
        source=source,
        first=first,
        last=last,
        fixes=200,
        max_step_s=20.0,
        path=tuple(
            PathPoint(t=f.t, lat=f.lat, lon=f.lon, alt_ft=f.alt_ft, on_ground=f.on_ground)
            for f in (first, last)
        ),
        path_error_nm=0.5,
        lat_min=min(first.lat, last.lat),
        lat_max=max(first.lat, last.lat),
        lon_min=min(first.lon, last.lon),
        lon_max=max(first.lon, last.lon),
        max_gs_kt=440.0,
    )


def _movement(source: str, clock: str, **said: Any) -> Movement:
    spread = timedelta(seconds=5)
    return Movement(
        **{
            "icao24": ICAO24,
            "source": source,
            "runway": None,
            "t_earliest": at(clock) - spread,
            "t_best": at(clock),
            "t_latest": at(clock) + spread,
            "method": "ground",
            "grade": "observed",
            "lat": 44.88,
            "lon": -93.22,
            **said,
        }
    )


def derived(source: str) -> Derived:
    """What a source shows of N899DN that day; beta heard only the landing."""
    low = _fix("06:24", 47.65, -117.2)
    span = GroundSpan(
        icao24=ICAO24,
        source=source,
        airport="KMSP",
        basis="surface",
        first=_fix("01:12:28", 44.88, -93.21, ground=True),
        last=_fix("01:40", 44.883, -93.215, ground=True),
        fixes=60,
        max_step_s=25.0,
        air_change_in=True,
        air_change_out=False,
        tied=True,
        times=tuple(at("01:12:28") + timedelta(seconds=30 * i) for i in range(55)),
    )
    landing = _movement(source, "01:12:24", move="landing", airport="KMSP")
    arrival = _segment(source, _fix("00:10", 46.9, -95.9), span.last)
    if source == "beta":
        return Derived(segments=(arrival,), movements=(landing,), ground_spans=(span,))
    lost = _movement(
        source,
        "06:24",
        move="landing",
        airport="KGEG",
        method="lost_low",
        grade="inferred",
        lat=low.lat,
        lon=low.lon,
    )
    heard = Heard(
        icao24=ICAO24, source=source, airport="KMSP", hour=at("01:00"), low_fixes=5, ground_fixes=60
    )
    return Derived(
        segments=(
            arrival,
            _segment(source, _fix("03:39", 44.883, -93.215, ground=True), low),
        ),
        movements=(
            landing,
            _movement(source, "03:40:06", move="takeoff", airport="KMSP"),
            lost,
        ),
        ground_spans=(span,),
        heard=(heard,),
    )


def _one_landing(day: datetime) -> Derived:
    t = day + timedelta(hours=10)
    landing = replace(
        _movement("alpha", "10:00", move="landing", airport="UMMS"),
        icao24=RENAMED,
        t_earliest=t,
        t_best=t,
        t_latest=t,
    )
    return Derived(movements=(landing,))


STATEMENTS = (
    IdentityStatement(
        source="alpha", registration="N899DN", icao24=ICAO24, type_code="B739", basis="lookup"
    ),
    IdentityStatement(source="alpha", registration="RA-64524", icao24="14fc0c"),
    IdentityStatement(source="beta", registration="RA-64524", icao24="155555"),
    IdentityStatement(
        source="alpha",
        registration="EW-001PA",
        icao24=RENAMED,
        valid_from=date(2025, 2, 4),
        valid_to=date(2025, 2, 6),
    ),
    IdentityStatement(
        source="alpha",
        registration="EW-002PA",
        icao24=RENAMED,
        valid_from=date(2025, 2, 6),
        valid_to=date(2025, 2, 12),
    ),
)
REPORTS = tuple(
    Report(
        source="press",
        registration="RA-64523",
        type_code="T204",
        origin="UUWW",
        destination="UMMS",
        t_off=datetime(2020, 8, 18, 13, tzinfo=UTC),
        t_on=datetime(2020, 8, 18, 14, 17, tzinfo=UTC),
        publisher=publisher,
        url=f"https://{publisher}/",
        rests_on=("flightradar24",),
    )
    for publisher in ("dolce24.ru", "natpress.mirtesen.ru")
)
LEDGER = tuple(
    LedgerRow(
        source=source,
        target=ICAO24,
        t_from=DAY,
        t_to=DAY + timedelta(days=1),
        outcome="data",
        asked_at=LEARNT,
    )
    for source in ("alpha", "beta")
)


def desk_over(engine: Engine, folder: Path) -> Desk:
    """A desk with these airports and two sources made for the tests; its clock stands still."""
    return Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=Airports.build(AIRPORTS, "a few for the tests"),
        adapters={key: Made(_source(key)) for key in ("alpha", "beta")},
        clock=lambda: NOW,
    )


def fill(desk: Desk) -> None:
    """Put the world into an empty database and capture store."""
    pages = [
        Capture(
            sha256=desk.captures.put(content),
            source="alpha",
            url=f"https://alpha.example/{number}",
            received_at=LEARNT,
            size_bytes=len(content),
            status=200,
            requested_at=LEARNT - timedelta(seconds=1),
            headers={"content-type": "application/json"},
        )
        for number, content in enumerate(PAGES)
    ]
    with writing(desk.engine) as conn:
        record_captures(conn, pages)
        for page, content in zip(pages, PAGES, strict=True):
            times = [from_us(row[0]) for row in msgspec.json.decode(content)]
            span = CaptureSpan(
                icao24=ICAO24,
                source="alpha",
                sha256=page.sha256,
                t_first=times[0],
                t_last=times[-1],
            )
            add_spans(conn, [span])
        add_statements(conn, STATEMENTS, now=LEARNT)
        add_reports(conn, REPORTS, now=LEARNT)
        add_ledger_rows(conn, LEDGER, now=LEARNT)
        named = [page.sha256 for page in pages]
        _store(conn, UnitKey(ICAO24, "alpha", DAY.date()), derived("alpha"), named)
        _store(conn, UnitKey(ICAO24, "beta", DAY.date()), derived("beta"), [])
        for day in (DAY, DAY + timedelta(days=5)):
            _store(conn, UnitKey(RENAMED, "alpha", day.date()), _one_landing(day), [])


def _store(conn: Connection, key: UnitKey, shown: Derived, captures: list[str]) -> None:
    replace_unit(
        conn,
        key,
        shown,
        captures=captures,
        rules_version="1",
        reference_version="1",
        now=LEARNT,
    )


def from_us(us: int) -> datetime:
    """The aware UTC moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
