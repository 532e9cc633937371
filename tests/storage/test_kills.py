"""kill -9 in the middle of writing: what was acknowledged is there, and nothing by halves."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.verdicts import Interval
from service.storage.database import open_database, reading
from service.storage.history import read_unit, units_of
from service.storage.ledger import ledger_about
from tests.storage import writer
from tests.storage.helpers import NOW
from tests.storage.samples import KEY

PROJECT = Path(__file__).resolve().parents[2]
EVERYTHING = Interval(t_from=NOW.replace(year=1990), t_to=NOW.replace(year=2060))
LONGEST_S = 0.2


def test_writer_killed_at_random_moments(database_url: str) -> None:
    _kill_and_look(database_url, kills=4)


@pytest.mark.soak
def test_writer_killed_two_hundred_times(database_url: str) -> None:
    _kill_and_look(database_url, kills=200)


def _kill_and_look(url: str, kills: int) -> None:
    dice = random.Random(kills)
    written = 0
    for _ in range(kills):
        acknowledged = _written_until_killed(url, written, dice.uniform(0, LONGEST_S))
        assert acknowledged, "the writer wrote nothing"
        engine = open_database(url)
        there = _batches(engine)
        assert there >= acknowledged[-1] + 1
        assert there <= acknowledged[-1] + 2, "at most one batch was kept and not told"
        written = there
        _must_be_whole(engine, there)
        engine.dispose()
    assert written > kills


def _written_until_killed(url: str, first: int, after_s: float) -> list[int]:
    """The batches that a writer acknowledged before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writer", url, str(first)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout as told:
        acknowledged = [int(told.readline())]
        killer = threading.Timer(after_s, process.send_signal, [signal.SIGKILL])
        killer.start()
        acknowledged += [int(line) for line in told if line.endswith("\n")]
        killer.join()
    assert process.returncode == -signal.SIGKILL
    return acknowledged


def _batches(engine: Engine) -> int:
    """How many batches the ledger knows; they are numbered without a hole."""
    with reading(engine) as conn:
        numbers = sorted(int(row.note) for row in ledger_about(conn, ["*"], EVERYTHING))
    assert numbers == list(range(len(numbers)))
    return len(numbers)


def _must_be_whole(engine: Engine, batches: int) -> None:
    with reading(engine) as conn:
        if engine.dialect.name == "sqlite":
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        for table, in_each in (("unit", 1), ("segment", 1), ("movement", 2), ("heard", 2)):
            count = conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            assert count == batches * len(writer.AIRCRAFT) * in_each
        for day in range(min(batches, writer.DAYS)):
            last = max(number for number in range(batches) if number % writer.DAYS == day)
            for key, derived in writer.batch(last):
                (unit,) = [u for u in units_of(conn, key.icao24) if u.key == key]
                assert (unit.rules_version, unit.key.source) == (str(last), KEY.source)
                assert read_unit(conn, unit) == derived
