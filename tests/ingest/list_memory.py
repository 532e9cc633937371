"""Imports one flight list and says what it took: ``python -m tests.ingest.list_memory FILE HOME
watched|whole`` prints the reports and the peak of its memory in MB."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from adapters._contract import discover
from service.clock import system_clock
from service.desk import Desk
from service.ingest.flightlist import import_list
from service.ingest.naming import names_of
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore
from service.storage.database import open_database, reading
from service.storage.migrate import upgrade

STATUS = Path("/proc/self/status")


def peak_mb() -> int:
    """Of this process alone: `ru_maxrss` begins with what the parent had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    assert found is not None
    return int(found[1]) // 1024


def main() -> None:
    file, home, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    url = f"sqlite:///{home / 'tailcheck.db'}"
    upgrade(url)
    engine = open_database(url)
    desk = Desk(engine, CaptureStore(home / "captures"), load_airports(), discover(), system_clock)
    with reading(engine) as conn:
        watched = [names_of(conn, "RA-64523")]
    outcome = import_list(desk, file, None if what == "whole" else watched)
    assert not outcome.error, outcome.error
    print(outcome.reports, peak_mb())


if __name__ == "__main__":
    main()
