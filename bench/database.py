"""What a verdict costs in the database, and what writing costs beside the bare driver."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import fill
from bench.desk import desk_over
from bench.report import Line, percentile, seconds
from schemas.records import IdentityStatement
from schemas.verdicts import Interval
from service.ask.check import resolve_identity
from service.desk import Desk
from service.domain.dates import local_day
from service.storage.database import open_database, reading, writing
from service.storage.evidence import load_evidence
from service.storage.identity import add_statements, statements_about
from service.storage.migrate import upgrade
from service.storage.unit_rows import MOVEMENTS

REGISTRY = 640_000
QUESTIONS = 2_000


def filled(folder: Path, movements: int) -> str:
    """A SQLite database with about so many movements, made once and kept in `folder`."""
    path = folder / f"{movements}.db"
    url = f"sqlite:///{path}"
    if not path.exists():
        unfinished = folder / f"{movements}.part"
        unfinished.unlink(missing_ok=True)
        fill.fill(f"sqlite:///{unfinished}", movements)
        unfinished.rename(path)
    return url


def questions(movements: int) -> list[tuple[str, str, str]]:
    """Aircraft, airport and date, spread over the fleet's history; aircraft with bodies."""
    places = fill.network()
    days = fill.days_for(movements)
    patterns = fill.routes(places)
    asked = []
    for number in range(QUESTIONS):
        aircraft = number % fill.ASKED
        day = fill.FIRST_DAY + timedelta(days=number * 13 % max(1, days - 1))
        stops = patterns[(aircraft * 37 + day.toordinal()) % fill.TEMPLATES]
        place = stops[number % len(stops)] if number % 2 else places[number % len(places)]
        asked.append((fill.registration_of(aircraft), place.ident, day.isoformat()))
    return asked


def verdict_work(url: str, movements: int) -> list[float]:
    """Seconds of database work for each question, asked a second time."""
    desk = desk_over(url)
    asked = questions(movements)
    for question in asked:  # once untimed: what is measured is our work, not a cold page cache
        _one(desk, *question)
    took = [_one(desk, *question) for question in asked]
    desk.engine.dispose()
    return took


def _one(desk: Desk, aircraft: str, airport: str, day: str) -> float:
    place = desk.airports.get(airport)
    assert place is not None
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    day_there = local_day(start.date(), place.zone)
    window = Interval(
        t_from=min(start, day_there.t_from),
        t_to=max(start + timedelta(days=1), day_there.t_to),
    )
    began = time.perf_counter()
    with reading(desk.engine) as conn:
        identity = resolve_identity(conn, aircraft, [start.date()], None)
        load_evidence(conn, identity=identity, airport=place, window=window, sources={})
    return time.perf_counter() - began


def reads(small: str, small_n: int, large: str, large_n: int) -> Iterator[Line]:
    """Database work at two sizes."""
    few, many = verdict_work(small, small_n), verdict_work(large, large_n)
    p99_ms = percentile(many, 0.99) * 1e3
    yield Line(f"verdict's database work, {small_n:,}: median", percentile(few, 0.5) * 1e3, "ms")
    yield Line(f"verdict's database work, {large_n:,}: median", percentile(many, 0.5) * 1e3, "ms")
    yield Line(f"verdict's database work, {large_n:,}: p99", p99_ms, "ms", 2.0, at_most=True)
    ratio = percentile(many, 0.5) / percentile(few, 0.5)
    yield Line(f"{large_n:,} against {small_n:,} (medians)", ratio, "x", 1.3, at_most=True)


def writes() -> Iterator[Line]:
    """Bulk insert of movements beside the bare driver doing the same rows."""
    day = fill.FIRST_DAY
    patterns = fill.routes(fill.network())
    rows = [
        (number, *row)
        for number, unit in enumerate(fill.units_of_day(day, patterns), 1)
        for row in unit.movements
    ]
    with tempfile.TemporaryDirectory(prefix="tailcheck-bench-") as folder:
        ours = seconds(lambda: _insert_ours(Path(folder), rows))
        bare = seconds(lambda: _insert_bare(Path(folder), rows))
    yield Line("bulk insert of movements", len(rows) / ours / 1e3, "k rows/s")
    yield Line("... against the bare driver", bare / ours, "x", 0.5)


def registry() -> Iterator[Line]:
    """A registry of 640,000 aircraft: loading it, and looking one up."""
    with tempfile.TemporaryDirectory(prefix="tailcheck-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'registry.db'}"
        upgrade(url)
        engine = open_database(url)
        began = time.perf_counter()
        with writing(engine) as conn:
            add_statements(conn, map(_statement, range(REGISTRY)), now=datetime.now(UTC))
        took = time.perf_counter() - began
        yield Line(f"registry of {REGISTRY:,} loaded", took, "s", 30, at_most=True)
        looks = []
        for number in range(0, REGISTRY, 997):
            began = time.perf_counter()
            with reading(engine) as conn:
                found = statements_about(conn, registration=f"X-{number:06d}")
            looks.append(time.perf_counter() - began)
            assert len(found) == 1
        p99_ms = percentile(looks, 0.99) * 1e3
        yield Line("registry look-up, p99", p99_ms, "ms", 1.0, at_most=True)
        engine.dispose()


def _statement(number: int) -> IdentityStatement:
    return IdentityStatement(
        source="made-registry",
        registration=f"X-{number:06d}",
        icao24=f"{number + 0x100000:06x}",
        type_code="A320",
        serial=str(number),
        operator="Made Air",
    )


def _scratch(folder: Path) -> Path:
    path = folder / "movements.db"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    upgrade(f"sqlite:///{path}")
    return path


def _insert_ours(folder: Path, rows: list[tuple[object, ...]]) -> None:
    engine = open_database(f"sqlite:///{_scratch(folder)}")
    with writing(engine) as conn:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        _parents(conn.connection.driver_connection, rows)
        MOVEMENTS.add(conn, rows)
    engine.dispose()


def _insert_bare(folder: Path, rows: list[tuple[object, ...]]) -> None:
    conn = sqlite3.connect(_scratch(folder))
    conn.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    _parents(conn, rows)
    marks = ",".join("?" * len(rows[0]))
    columns = ",".join(MOVEMENTS.columns)
    conn.executemany(f"INSERT INTO movement ({columns}) VALUES ({marks})", rows)
    conn.commit()
    conn.close()


def _parents(conn: object, rows: list[tuple[object, ...]]) -> None:
    """The units that the rows belong to."""
    assert isinstance(conn, sqlite3.Connection)
    conn.executemany(
        "INSERT INTO unit (id, icao24, source, day_us, captures, airports, rules_version,"
        " reference_version, content_hash, derived_at_us) VALUES (?,?,'b',0,'[]','[]','','','',0)",
        [(number, f"{number:06x}") for number in {row[0] for row in rows}],
    )
