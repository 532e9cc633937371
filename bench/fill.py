"""Fills a database with made flights, fast: something to measure reads against.

    python -m bench.fill sqlite:////tmp/big/tailcheck.db --movements 10000000

Everything is made, nothing received. A fixed fleet flies the same network every day, so a bigger
database is a longer history at the same density: as many aircraft in an airport's hour, as many
legs in an aircraft's day. Days repeat over `TEMPLATES` patterns; the bodies (paths, ground times)
of an aircraft outside `ASKED` are its pattern's and name no aircraft, which makes filling ten
times faster and the rows no smaller. Ask about the aircraft in `ASKED`.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import airportsdata
from sqlalchemy import Connection, Engine

from schemas.movements import (
    Derived,
    FixPoint,
    GroundSpan,
    Heard,
    Movement,
    PathPoint,
    Segment,
)
from schemas.records import Capture, IdentityStatement, LedgerRow
from schemas.tables import Table
from service.storage import database, migrate
from service.storage.capture_index import CaptureSpan, add_spans, record_captures
from service.storage.codec import day_us
from service.storage.identity import add_statements
from service.storage.ledger import add_ledger_rows
from service.storage.prepared import PreparedUnit, UnitKey, prepare_unit
from service.storage.sql import Insert
from service.storage.unit_rows import GROUND_SPANS, HEARD, MOVEMENTS, PASSES, SEGMENTS

AIRCRAFT = 5_000
ASKED = 200
"""The first so many aircraft have bodies of their own."""

TEMPLATES = 128
LEGS = (2, 3, 3, 3)
"""Legs of a day; 5.5 movements on average."""

FIRST_DAY = date(2024, 1, 1)
SOURCE = "adsblol"
PATH_POINTS = 30

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_UNITS = Insert(
    "unit",
    (
        "id",
        "icao24",
        "source",
        "day_us",
        "captures",
        "airports",
        "rules_version",
        "reference_version",
        "content_hash",
        "derived_at_us",
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An airport, as much of it as a made flight needs."""

    ident: str
    lat: float
    lon: float


def icao24_of(number: int) -> str:
    """The address of aircraft `number`."""
    return f"{0x3C0000 + 7 * number:06x}"


def registration_of(number: int) -> str:
    """Its registration."""
    return f"D-A{number:04d}"


def days_for(movements: int) -> int:
    """Days the fleet needs for so many movements."""
    per_day = AIRCRAFT * 2 * sum(LEGS) / len(LEGS)
    return max(1, math.ceil(movements / per_day))


def network() -> list[Place]:
    """Four hundred European airports, the same on every machine."""
    table = airportsdata.load("ICAO")
    europe = sorted(
        code
        for code, row in table.items()
        if row["iata"] and 36 < row["lat"] < 60 and -10 < row["lon"] < 30
    )
    chosen = random.Random(1).sample(europe, 400)
    return [Place(code, table[code]["lat"], table[code]["lon"]) for code in chosen]


def routes(places: Sequence[Place]) -> list[list[Place]]:
    """A day's airports for each pattern; few airports have most of the traffic."""
    dice = random.Random(2)
    weights = [1 / (rank + 4) ** 0.9 for rank in range(len(places))]
    made: list[list[Place]] = []
    for number in range(TEMPLATES):
        stops: list[Place] = []
        while len(stops) < LEGS[number % len(LEGS)] + 1:
            place = dice.choices(places, weights)[0]
            if not stops or stops[-1] is not place:
                stops.append(place)
        made.append(stops)
    return made


def flown(icao24: str, day: date, stops: Sequence[Place], seed: int) -> Derived:
    """A day of flights between the stops, each from ground to ground."""
    dice = random.Random(seed)
    t = datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(
        minutes=dice.randrange(60)
    )
    capture = sha256_of(icao24, day)
    segments: list[Segment] = []
    movements: list[Movement] = []
    spans: list[GroundSpan] = []
    heard: dict[tuple[str, datetime], Heard] = {}
    for origin, destination in pairwise(stops):
        off = t + timedelta(minutes=10)
        minutes = 25 + math.hypot(origin.lat - destination.lat, origin.lon - destination.lon) * 6
        on = off + timedelta(minutes=min(minutes, 200))
        path = _path(dice, origin, destination, off, on)
        first, last = _fix(path[0], capture, 0), _fix(path[-1], capture, 2_000)
        segments.append(
            Segment(
                icao24=icao24,
                source=SOURCE,
                first=first,
                last=last,
                fixes=2_000,
                max_step_s=21.4,
                path=path,
                path_error_nm=0.2,
                lat_min=min(p.lat for p in path),
                lat_max=max(p.lat for p in path),
                lon_min=min(p.lon for p in path),
                lon_max=max(p.lon for p in path),
                max_gs_kt=452.3,
                callsigns=(f"DLH{dice.randrange(10, 9999)}",),
            )
        )
        for place, moment, move in ((origin, off, "takeoff"), (destination, on, "landing")):
            movements.append(_movement(icao24, place, moment, move, capture))
            spans.append(_span(icao24, place, moment, move, capture))
            hour = moment.replace(minute=0, second=0, microsecond=0)
            for later in range(2):
                at = hour + timedelta(hours=later if move == "landing" else -later)
                heard[place.ident, at] = Heard(
                    icao24=icao24,
                    source=SOURCE,
                    airport=place.ident,
                    hour=at,
                    low_fixes=12,
                    ground_fixes=80,
                )
        t = on + timedelta(minutes=45)
    return Derived(
        segments=tuple(segments),
        movements=tuple(movements),
        ground_spans=tuple(spans),
        heard=tuple(heard.values()),
    )


def sha256_of(icao24: str, day: date) -> str:
    """What its made capture would be named."""
    return hashlib.sha256(f"{icao24} {day}".encode()).hexdigest()


def _path(
    dice: random.Random, origin: Place, destination: Place, off: datetime, on: datetime
) -> tuple[PathPoint, ...]:
    points: list[PathPoint] = []
    for step in range(PATH_POINTS):
        share = step / (PATH_POINTS - 1)
        bend = dice.uniform(-0.03, 0.03) * math.sin(math.pi * share)
        points.append(
            PathPoint(
                t=off + (on - off) * share,
                lat=round(origin.lat + (destination.lat - origin.lat) * share + bend, 6),
                lon=round(origin.lon + (destination.lon - origin.lon) * share - bend, 6),
                alt_ft=round(35_000 * math.sin(math.pi * share), 1),
                on_ground=step in (0, PATH_POINTS - 1),
            )
        )
    return tuple(points)


def _fix(point: PathPoint, capture: str, row: int) -> FixPoint:
    return FixPoint(
        t=point.t,
        lat=point.lat,
        lon=point.lon,
        on_ground=True,
        gs_kt=12.0,
        track_deg=211.3,
        capture=capture,
        row=row,
    )


def _movement(icao24: str, place: Place, t: datetime, move: Any, capture: str) -> Movement:
    return Movement(
        icao24=icao24,
        source=SOURCE,
        move=move,
        airport=place.ident,
        runway="07L",
        t_earliest=t - timedelta(seconds=4),
        t_best=t,
        t_latest=t + timedelta(seconds=5),
        method="ground",
        grade="observed",
        lat=place.lat,
        lon=place.lon,
        height_ft=40.5,
        distance_nm=0.31,
        callsign="DLH4YA",
        capture=capture,
        row_from=120,
        row_to=140,
    )


def _span(icao24: str, place: Place, t: datetime, move: Any, capture: str) -> GroundSpan:
    start = t if move == "landing" else t - timedelta(minutes=9)
    times = tuple(start + timedelta(seconds=27 * step) for step in range(20))
    ends = [
        FixPoint(t=at, lat=place.lat, lon=place.lon, on_ground=True, capture=capture, row=row)
        for row, at in enumerate((times[0], times[-1]))
    ]
    return GroundSpan(
        icao24=icao24,
        source=SOURCE,
        airport=place.ident,
        basis="surface",
        first=ends[0],
        last=ends[1],
        fixes=200,
        max_step_s=9.0,
        air_change_in=move == "landing",
        air_change_out=move == "takeoff",
        tied=True,
        times=times,
    )


def units_of_day(day: date, patterns: Sequence[Sequence[Place]]) -> Iterator[PreparedUnit]:
    """What every aircraft of the fleet did that day."""
    shared = [_prepared("000000", day, stops, number) for number, stops in enumerate(patterns)]
    for number in range(AIRCRAFT):
        pattern = (number * 37 + day.toordinal()) % TEMPLATES
        icao24 = icao24_of(number)
        if number < ASKED:
            yield _prepared(icao24, day, patterns[pattern], pattern)
        else:
            yield _renamed(shared[pattern], icao24, day)


def _prepared(icao24: str, day: date, stops: Sequence[Place], seed: int) -> PreparedUnit:
    return prepare_unit(
        UnitKey(icao24, SOURCE, day),
        flown(icao24, day, stops, seed),
        captures=[sha256_of(icao24, day)],
        rules_version="made",
        reference_version="made",
    )


def _renamed(unit: PreparedUnit, icao24: str, day: date) -> PreparedUnit:
    return PreparedUnit(
        key=UnitKey(icao24, SOURCE, day),
        captures=(sha256_of(icao24, day),),
        rules_version=unit.rules_version,
        reference_version=unit.reference_version,
        content_hash=unit.content_hash,
        airports=unit.airports,
        rejected=None,
        segments=tuple((icao24, *row[1:]) for row in unit.segments),
        movements=tuple((icao24, *row[1:]) for row in unit.movements),
        passes=tuple((icao24, *row[1:]) for row in unit.passes),
        ground_spans=tuple((icao24, *row[1:]) for row in unit.ground_spans),
        heard=tuple((icao24, *row[1:]) for row in unit.heard),
    )


def fill(url: str, movements: int) -> int:
    """Make the database at `url` and fill it; returns how many movements it holds."""
    migrate.upgrade(url)
    engine = database.connect(url)
    patterns = routes(network())
    indexes = [index for table in Table.metadata.tables.values() for index in table.indexes]
    with _careless(engine) as conn:
        with conn.begin():
            for index in indexes:
                index.drop(conn)
            add_statements(conn, map(_statement, range(AIRCRAFT)), now=_NOW)
        made = 0
        for number in range(days_for(movements)):
            with conn.begin():
                made += _add_day(conn, FIRST_DAY + timedelta(days=number), number, patterns)
        with conn.begin():
            for index in indexes:
                index.create(conn)
    engine.dispose()
    return made


def _careless(engine: Engine) -> Connection:
    """A connection that does not wait for the disk: what it makes can be made again."""
    conn = engine.connect()
    if engine.dialect.name == "sqlite":
        driver: Any = conn.connection.driver_connection
        driver.execute("PRAGMA journal_mode=OFF")
        driver.execute("PRAGMA synchronous=OFF")
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA cache_size=-524288")
    return conn


def _add_day(conn: Connection, day: date, number: int, patterns: Sequence[Sequence[Place]]) -> int:
    units = list(enumerate(units_of_day(day, patterns), start=number * AIRCRAFT + 1))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    _UNITS.add(
        conn,
        (
            (
                unit_id,
                unit.key.icao24,
                SOURCE,
                day_us(day),
                f'["{unit.captures[0]}"]',
                "[" + ",".join(f'"{airport}"' for airport in unit.airports) + "]",
                unit.rules_version,
                unit.reference_version,
                unit.content_hash,
                day_us(day),
            )
            for unit_id, unit in units
        ),
    )
    for insert, part in (
        (SEGMENTS, "segments"),
        (MOVEMENTS, "movements"),
        (PASSES, "passes"),
        (GROUND_SPANS, "ground_spans"),
        (HEARD, "heard"),
    ):
        insert.add(
            conn, ((unit_id, *row) for unit_id, unit in units for row in getattr(unit, part))
        )
    record_captures(
        conn,
        (
            Capture(
                sha256=unit.captures[0],
                source=SOURCE,
                url=f"trace_full_{unit.key.icao24}.json",
                received_at=start + timedelta(days=2),
                size_bytes=81_920,
            )
            for _, unit in units
        ),
    )
    end = start + timedelta(days=1)
    add_spans(
        conn,
        (
            CaptureSpan(
                icao24=unit.key.icao24,
                source=SOURCE,
                sha256=unit.captures[0],
                t_first=start,
                t_last=end,
            )
            for _, unit in units
        ),
    )
    add_ledger_rows(
        conn,
        (
            LedgerRow(
                source=SOURCE,
                target=unit.key.icao24,
                t_from=start,
                t_to=end,
                outcome="data",
                asked_at=end,
                capture=unit.captures[0],
            )
            for _, unit in units
        ),
        now=_NOW,
    )
    return sum(len(unit.movements) for _, unit in units)


def _statement(number: int) -> IdentityStatement:
    return IdentityStatement(
        source="made-registry",
        registration=registration_of(number),
        icao24=icao24_of(number),
        type_code="A320",
        serial=str(number),
        operator="Made Air",
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Fill a database with made flights.")
    parser.add_argument("url")
    parser.add_argument("--movements", type=int, default=100_000)
    asked = parser.parse_args()
    began = time.perf_counter()
    made = fill(asked.url, asked.movements)
    print(f"{made} movements in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
