"""A month of OpenSky's flight list into SQLite, beside the standard library reading the same file.

The file is made: three million rows, as a month has them, one in a thousand of them watched.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters._contract import discover
from bench.report import Line, percentile
from service.clock import system_clock
from service.desk import Desk
from service.ingest.flightlist import import_list
from service.ingest.naming import Names, names_of
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore
from service.storage.database import open_database, reading
from service.storage.migrate import upgrade
from tests.ingest.flight_lists import NAME, write_list

ROWS = 3_000_000
WHOLE_ROWS = 300_000
OURS_EVERY = 1_000
RUNS = 3


def measure() -> Iterator[Line]:
    """All lines about the flight list."""
    with tempfile.TemporaryDirectory(prefix="tailcheck-bench-") as folder:
        month = write_list(Path(folder) / NAME, ROWS, ours_every=OURS_EVERY)
        plain, ours = _in_turns(
            lambda: _read_plainly(month),
            lambda: _import(month, Path(folder), watched=True, reports=ROWS // OURS_EVERY),
        )
        yield Line("yardstick: csv + gzip of the standard library", ROWS / plain / 1e3, "k rows/s")
        yield Line("flight list of a month, watched aircraft", ROWS / ours / 1e3, "k rows/s")
        yield Line("... against the yardstick", plain / ours, "x", 0.5)
        part = write_list(Path(folder) / f"part-{NAME}", WHOLE_ROWS)
        whole = _import(part, Path(folder), watched=False, reports=WHOLE_ROWS)
        note = "every row becomes a report in the database"
        yield Line(
            "flight list, every aircraft (--all)", WHOLE_ROWS / whole / 1e3, "k rows/s", note=note
        )


def _in_turns(plain: Callable[[], float], ours: Callable[[], float]) -> tuple[float, float]:
    """Medians of a few runs, one beside the other."""
    runs = [(plain(), ours()) for _ in range(RUNS)]
    return (percentile([one for one, _ in runs], 0.5), percentile([two for _, two in runs], 0.5))


def _read_plainly(file: Path) -> float:
    began = time.perf_counter()
    with gzip.open(file, "rt", newline="") as lines:
        rows = sum(1 for _ in csv.reader(lines))
    assert rows == ROWS + 1
    return time.perf_counter() - began


def _import(file: Path, folder: Path, *, watched: bool, reports: int) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        url = f"sqlite:///{Path(home) / 'tailcheck.db'}"
        upgrade(url)
        engine = open_database(url)
        captures = CaptureStore(Path(home) / "captures")
        desk = Desk(engine, captures, load_airports(), discover(), system_clock)
        ours: list[Names] | None = None
        if watched:
            with reading(engine) as conn:
                ours = [names_of(conn, "RA-64523")]
        began = time.perf_counter()
        outcome = import_list(desk, file, ours)
        took = time.perf_counter() - began
        engine.dispose()
    assert (outcome.error, outcome.reports) == ("", reports)
    return took
