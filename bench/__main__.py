"""`make bench`: every budget of DESIGN §9 that this stage has, printed beside what was measured.

    python -m bench [--movements 10000000] [--folder DIR] [--only SECTION,…]

The large database (about 10 GB at 10 M movements) is made once in the folder and used again.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench import alerts, database, dumps, flightlist, http, traces
from bench.report import Line

SMALL = 100_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Budgets, measured.")
    parser.add_argument("--movements", type=int, default=10_000_000)
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "tailcheck-bench"
    )
    parser.add_argument("--only", default="traces,dumps,flightlist,alerts,database,http")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    lines: list[Line] = []
    for section in asked.only.split(","):
        print(f"\n{section}")
        for line in SECTIONS[section](asked.folder, asked.movements):
            print(line, flush=True)
            lines.append(line)
    missed = [line.what for line in lines if line.met is False]
    print(f"\n{sum(line.met is True for line in lines)} budgets met, {len(missed)} not met.")
    for what in missed:
        print(f"  not met: {what}")


def _traces(_folder: Path, _movements: int) -> Iterator[Line]:
    yield from traces.measure()


def _dumps(_folder: Path, _movements: int) -> Iterator[Line]:
    yield from dumps.measure()


def _flightlist(_folder: Path, _movements: int) -> Iterator[Line]:
    yield from flightlist.measure()


def _alerts(_folder: Path, _movements: int) -> Iterator[Line]:
    yield from alerts.measure()


def _database(folder: Path, movements: int) -> Iterator[Line]:
    yield from database.writes()
    yield from database.registry()
    small, large = database.filled(folder, SMALL), database.filled(folder, movements)
    yield from database.reads(small, SMALL, large, movements)


def _http(folder: Path, movements: int) -> Iterator[Line]:
    paths = {size: _paths(size) for size in (SMALL, movements)}
    echo = http.load("echo", [path.replace("/v1/check", "/echo") for path in paths[SMALL]])
    yield Line(
        "yardstick: bare FastAPI echo", echo.per_s, "req/s", note=f"p99 {echo.p99_ms:.1f} ms"
    )
    for size, asked in paths.items():
        check = http.load(database.filled(folder, size), asked)
        yield Line(f"GET /v1/check, SQLite, {size:,}", check.per_s, "req/s")
        yield Line("... against the echo", check.per_s / echo.per_s, "x", 0.4)
        yield Line("... p99 at 16 connections", check.p99_ms, "ms", 25, at_most=True)


def _paths(size: int) -> list[str]:
    return [
        "/v1/check?" + urlencode({"aircraft": aircraft, "airport": airport, "date": day})
        for aircraft, airport, day in database.questions(size)
    ]


SECTIONS = {
    "traces": _traces,
    "dumps": _dumps,
    "flightlist": _flightlist,
    "alerts": _alerts,
    "database": _database,
    "http": _http,
}

if __name__ == "__main__":
    main()
