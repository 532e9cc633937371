"""Imports one dump: ``python -m tests.ingest.dump_run DATABASE FOLDER PROCESSES FILE…``

Prints a line for each batch that is written, then the traces, what is said of everybody, and the
peak of its own memory in MB.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from adapters._contract import discover
from service.clock import system_clock
from service.desk import Desk
from service.ingest.dumps.crew import alone, several
from service.ingest.dumps.dump import Progress, import_dump
from service.ingest.dumps.parts import claim_of, dumps_of
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore
from service.storage.database import open_database
from tests.ingest.list_memory import peak_mb


def open_desk(url: str, folder: Path) -> Desk:
    """With the real airports, as the command has them."""
    captures = CaptureStore(folder / "captures")
    return Desk(open_database(url), captures, load_airports(), discover(), system_clock)


def main() -> None:
    url, folder, processes, *files = sys.argv[1:]
    desk = open_desk(url, Path(folder))
    (dump,) = dumps_of(map(Path, files))
    count = int(processes)
    crew = alone(desk) if count == 1 else several(count, partial(open_desk, url, Path(folder)))

    def tell(far: Progress) -> None:
        print("batch", far.traces, flush=True)

    done = import_dump(desk, dump, claim_of(desk, dump, None, None), crew=crew, told=tell)
    assert done.end.outcome is not None
    print("done", done.total.traces, done.end.outcome, peak_mb(), flush=True)


if __name__ == "__main__":
    main()
