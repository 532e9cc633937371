"""A day's dump into SQLite: by one process and by two, and the memory it takes.

The dump is made: a trace in each of the 256 folders, and one real flight (N899DN, in the `traffic`
wheel) under many addresses.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.report import Line, percentile
from service.ingest.dumps.crew import alone, several
from service.ingest.dumps.dump import import_dump
from service.ingest.dumps.parts import Dump, claim_of, dumps_of
from service.storage.migrate import upgrade
from tests.ingest.dump_run import open_desk
from tests.ingest.dumped import cut, fleet, members, tar_of
from tests.realdata import PROJECT

FLIGHTS = 2_000
FEW = 200
RUNS = 3


def measure() -> Iterator[Line]:
    """All lines about dumps."""
    with tempfile.TemporaryDirectory(prefix="tailcheck-bench-") as name:
        folder = Path(name)
        large, small = (_dump(folder / str(count), count) for count in (FLIGHTS, FEW))
        runs = [(_import(large, folder, 1), _import(large, folder, 2)) for _ in range(RUNS)]
        one_s, two_s = (percentile([run[i] for run in runs], 0.5) for i in (0, 1))
        yield Line("day dump to SQLite, one process", 1 / one_s, "traces/s")
        yield Line("day dump to SQLite, two processes", 1 / two_s, "traces/s")
        note = "keeping, decoding, detecting, writing, once the processes are up"
        yield Line("... two processes against one", one_s / two_s, "x", 1.8, note=note)
        peaks = [_peak_mb(dump, folder) for dump in (small, large)]
        note = f"{peaks[0]:,.0f} MB for {FEW} flights, {peaks[1]:,.0f} MB for {FLIGHTS:,}"
        yield Line("... memory, one process", max(peaks), "MB", 500, at_most=True, note=note)


def _dump(folder: Path, count: int) -> Dump:
    (dump,) = dumps_of(cut(folder, tar_of(members(fleet(count))), 2))
    return dump


def _import(dump: Dump, folder: Path, processes: int) -> float:
    """Seconds per trace, from the first quarter on: a day has twenty times as many, so what it
    takes to start the processes is nothing there."""
    told: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory(dir=folder) as home:
        url = f"sqlite:///{Path(home) / 'tailcheck.db'}"
        upgrade(url)
        desk = open_desk(url, Path(home))
        opener = partial(open_desk, url, Path(home))
        done = import_dump(
            desk,
            dump,
            claim_of(desk, dump, None, None),
            crew=alone(desk) if processes == 1 else several(processes, opener),
            told=lambda far: told.append((time.perf_counter(), far.traces)),
        )
        desk.engine.dispose()
    assert (done.end.outcome, done.total.traces) == ("data", FLIGHTS + 257)
    (began_s, before), (ended_s, after) = told[len(told) // 4], told[-1]
    return (ended_s - began_s) / (after - before)


def _peak_mb(dump: Dump, folder: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        url = f"sqlite:///{Path(home) / 'tailcheck.db'}"
        upgrade(url)
        words = [sys.executable, "-m", "tests.ingest.dump_run", url, home, "1"]
        words += map(str, dump.parts)
        done = subprocess.run(words, cwd=PROJECT, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
