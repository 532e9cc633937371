"""Dumps in processes of their own: killed and begun again, in flat memory, by several at once."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from service.storage.database import Engine, open_database
from tests.adapters.traces import packed, row, trace
from tests.ingest.desks import desk_of, ledger_of
from tests.ingest.dumped import (
    NAME,
    WINDOW,
    cut,
    entry,
    fleet,
    members,
    path_of,
    short,
    tar_of,
)
from tests.ingest.flown import rows, units
from tests.ingest.list_memory import STATUS
from tests.realdata import PROJECT

MINUTE_S = 120
TABLES = ("captures", "spans", "movements", "statements", "quarantine")
LINUX = pytest.mark.skipif(not STATUS.exists(), reason="looks into /proc")


def command(url: str, folder: Path, paths: Sequence[Path], processes: int = 1) -> list[str]:
    words = [sys.executable, "-m", "tests.ingest.dump_run", url, str(folder), str(processes)]
    return [*words, *map(str, paths)]


def run(url: str, folder: Path, paths: Sequence[Path], processes: int = 1) -> list[str]:
    """The words of its last line."""
    done = subprocess.run(
        command(url, folder, paths, processes),
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def stored(engine: Engine) -> list[Any]:
    return [units(engine), *(rows(engine, table) for table in TABLES)]


# killed


def killed(url: str, folder: Path, paths: Sequence[Path], after_s: float, processes: int) -> bool:
    """Whether it was, a while after its first batch; else it was done before."""
    process = subprocess.Popen(
        command(url, folder, paths, processes), cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout as told:
        assert told.readline()
        killer = threading.Timer(after_s, process.send_signal, [signal.SIGKILL])
        killer.start()
        told.read()
        killer.join()
    assert process.returncode in {0, -signal.SIGKILL}
    return process.returncode != 0


def _kill_and_go_on(
    url: str, tmp_path: Path, migrated: Path, *, kills: int, processes: int = 1
) -> None:
    paths = cut(tmp_path / "dump", tar_of(members(fleet(60))), 3)
    dice = random.Random(kills)
    before = 0
    for _ in range(kills):
        if not killed(url, tmp_path / "home", paths, dice.uniform(0, 0.15), processes):
            break
        engine = open_database(url)
        there = {sha256 for sha256, _ in rows(engine, "captures")}
        spans = rows(engine, "spans")
        assert len(there) >= before
        assert {span[3] for span in spans} <= there
        desk = desk_of(engine, tmp_path / "home")
        assert all(desk.captures.verify(sha256) for sha256 in there)
        assert ledger_of(desk, WINDOW, "*") == [] or len(there) == len(fleet(60))
        before = len(there)
        engine.dispose()
    assert before > 0
    assert run(url, tmp_path / "home", paths)[:3] == ["done", str(len(fleet(60)) - 1), "data"]

    other = tmp_path / "other.db"
    other.write_bytes(migrated.read_bytes())
    run(f"sqlite:///{other}", tmp_path / "other", paths)
    engine, at_once = open_database(url), open_database(f"sqlite:///{other}")
    assert stored(engine) == stored(at_once)
    assert len(rows(engine, "captures")) == len(fleet(60))
    assert len(rows(engine, "movements")) > 60
    for one in (engine, at_once):
        one.dispose()


def test_killed_at_random_moments_it_goes_on(
    database_url: str, tmp_path: Path, migrated_sqlite: Path
) -> None:
    _kill_and_go_on(database_url, tmp_path, migrated_sqlite, kills=3)


@pytest.mark.soak
@pytest.mark.parametrize("processes", [1, 2])
def test_killed_many_times_it_goes_on(
    database_url: str, tmp_path: Path, migrated_sqlite: Path, processes: int
) -> None:
    for number in range(8):
        database = tmp_path / f"{number}.db"
        database.write_bytes(migrated_sqlite.read_bytes())
        _kill_and_go_on(
            f"sqlite:///{database}", tmp_path / str(number), migrated_sqlite,
            kills=25, processes=processes,
        )  # fmt: skip
    _kill_and_go_on(database_url, tmp_path, migrated_sqlite, kills=25, processes=processes)


# several


def test_two_processes_store_what_one_does(
    database_url: str, tmp_path: Path, migrated_sqlite: Path
) -> None:
    paths = cut(tmp_path / "dump", tar_of([*members(fleet(40)), *twice()]), 2)
    other = tmp_path / "other.db"
    other.write_bytes(migrated_sqlite.read_bytes())
    at_once = run(database_url, tmp_path / "home", paths, processes=2)
    alone = run(f"sqlite:///{other}", tmp_path / "other", paths)
    assert at_once[:3] == alone[:3]
    engine, plain = open_database(database_url), open_database(f"sqlite:///{other}")
    assert stored(engine) == stored(plain)
    for one in (engine, plain):
        one.dispose()


def twice() -> list[tuple[tarfile.TarInfo, bytes]]:
    """The same aircraft again, in other bytes: its units rest on two captures."""
    return [entry(path_of("510100"), short("510100", r=f"X-{number}")) for number in range(70)]


@LINUX
def test_workers_end_with_the_one_who_reads(migrated_sqlite: Path, tmp_path: Path) -> None:
    database = tmp_path / "tailcheck.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    paths = cut(tmp_path / "dump", tar_of(members(fleet(120))), 1)
    words = command(f"sqlite:///{database}", tmp_path, paths, processes=2)
    with subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        workers = _children(process.pid)
        process.kill()
    assert len(workers) >= 2
    patience = monotonic() + MINUTE_S
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and monotonic() < patience:
        sleep(0.05)
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


# memory


def peak(migrated: Path, folder: Path, paths: Sequence[Path], traces: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "tailcheck.db"
    database.write_bytes(migrated.read_bytes())
    done, read, _, peak_mb = run(f"sqlite:///{database}", folder, paths)
    assert (done, int(read)) == ("done", traces)
    return int(peak_mb)


@LINUX
def test_memory_is_flat(migrated_sqlite: Path, tmp_path: Path) -> None:
    peaks = []
    for count in (60, 360):
        paths = cut(tmp_path / f"dump{count}", tar_of(members(fleet(count))), 2)
        peaks.append(peak(migrated_sqlite, tmp_path / f"home{count}", paths, count + 257))
    assert max(peaks) < 300
    assert peaks[1] - peaks[0] < 70  # SQLite keeps up to 64 MB of pages


@LINUX
def test_memory_is_flat_whatever_it_holds(migrated_sqlite: Path, tmp_path: Path) -> None:
    crowded = packed(trace([row(i / 2) for i in range(170_000)], icao="14fc0b"))
    bomb = gzip.compress(bytes(200 * 1024 * 1024))
    listed = [entry(path_of(f"ab00{number:02x}"), bomb) for number in range(20)]
    for number in range(8):
        content = gzip.decompress(crowded).replace(b"14fc0b", b"ab01%02x" % number)
        listed.append(entry(path_of(f"ab01{number:02x}"), gzip.compress(content, 1)))
    listed += [entry(path_of("ab0200"), os.urandom(60 * 1024 * 1024))]
    paths = cut(tmp_path / "dump", tar_of(listed), 2, NAME)
    assert peak(migrated_sqlite, tmp_path / "home", paths, 8) < 500


@pytest.mark.soak
@LINUX
def test_ten_thousand_flights_take_less_than_500_mb(migrated_sqlite: Path, tmp_path: Path) -> None:
    paths = cut(tmp_path / "dump", tar_of(members(fleet(10_000))), 5)
    assert peak(migrated_sqlite, tmp_path / "home", paths, 10_257) < 500
