"""`tailcheck import dump`: as people use it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import build
from service.cli.common import open_desk
from service.clock import system_clock
from service.sealing import PLAIN
from service.settings import Settings
from service.storage.database import writing
from service.storage.watches import add
from tests.cli.run import tailcheck
from tests.ingest.dumped import NAME, PARKED, cut, members, short, tar_of, whole_day

CHECK = ("--at", "UMMS", "--on", "2024-05-01", "--zone", "UTC", "--format", "json")


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(migrated_sqlite, folder / "tailcheck.db")
    return folder


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    return cut(tmp_path / "dump", tar_of(members(whole_day(x14fc0b=short("14fc0b")))), 3)


def import_dump(home: Path, *words: object) -> tuple[int, str, str]:
    done = tailcheck(home, "import", "dump", *map(str, words))
    return done.returncode, done.stdout, done.stderr.strip()


def verdict(home: Path, aircraft: str) -> str:
    return str(json.loads(tailcheck(home, "check", aircraft, *CHECK).stdout)["verdict"])


def test_parts_in_any_order_by_two_processes(home: Path, parts: list[Path]) -> None:
    code, out, err = import_dump(home, *reversed(parts), "--processes", "2")
    assert (code, err) == (0, "")
    assert out == (
        f"{NAME}: adsblol_history, 2024-05-01, 256 of 256 folders: 258 traces imported, 0 of them"
        " known before, 0 could not be read; 2,211 new positions, 0 movements, 0 rows rejected,"
        " 0 other files.\n"
    )
    assert verdict(home, f"icao:{PARKED}") == "consistent"
    assert verdict(home, "icao:abcdef") == "not_seen"

    code, out, _ = import_dump(home, *parts)
    assert (code, "258 of them known before" in out) == (0, True)


def test_what_is_missing_or_unreadable_is_told(home: Path, parts: list[Path]) -> None:
    code, out, err = import_dump(home, parts[0], parts[2])
    assert (code, out) == (2, "")
    assert f"{NAME}.ab is missing" in err

    code, out, err = import_dump(home, *parts[:2])
    assert (code, "ends too early" in err, "traces imported" in out) == (1, True, True)
    assert verdict(home, "icao:abcdef") == "no_data"

    traces = {f"ab{number:02x}0b": b"?" for number in range(25)}
    code, out, err = import_dump(home, *cut(parts[0].parent, tar_of(members(traces)), 1))
    assert (code, "25 could not be read" in out) == (1, True)
    assert err.count("trace_full_ab") == 20
    assert "… and 5 more that tell nothing" in err
    assert "1 of 256 folders" in err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("none.tar",), 1, "no such file"),
        (("DUMP", "--day", "2024-05-02"), 2, "one is wrong"),
        (("DUMP", "--source", "opensky_flights"), 2, "these do: adsblol_history"),
        (("DUMP", "--day", "soon"), 2, "soon"),
        (("DUMP", "--watched"), 2, "No aircraft with a known address is watched"),
        (("DUMP", "--processes", "0"), 2, "processes"),
    ],
)
def test_mistakes(
    home: Path, parts: list[Path], words: tuple[str, ...], code: int, says: str
) -> None:
    typed = [str(parts[0]) if word == "DUMP" else word for word in words]
    done = CliRunner().invoke(
        build(), ["import", "dump", *typed], env={"TAILCHECK_HOME": str(home), "TERM": "dumb"}
    )
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr


def test_what_is_no_tar_is_told(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "day.tar"
    file.write_bytes(b"<html>" * 1_000)
    code, _, err = import_dump(home, file, "--source", "adsblol_history", "--day", "2024-05-01")
    assert (code, "It is no tar file." in err) == (1, True)


def test_only_the_watched(home: Path, parts: list[Path]) -> None:
    desk = open_desk(Settings(home=home))
    with writing(desk.engine) as conn:
        add(conn, PLAIN, kind="aircraft", subject="RA-64523", now=system_clock())
    desk.engine.dispose()
    code, out, err = import_dump(home, *parts, "--watched")
    assert (code, "1 traces imported" in out, "257 other files" in out) == (0, True, True)
    assert "some aircraft only" in err


def test_stopped_by_hand_it_says_so_and_goes_on(home: Path, tmp_path: Path) -> None:
    traces = whole_day(**{f"xab{n:04x}": short(f"ab{n:04x}") for n in range(800)})
    paths = cut(tmp_path / "dump", tar_of(members(traces)), 1)
    words = [sys.executable, "-m", "service.cli", "import", "dump", str(paths[0])]
    with subprocess.Popen(
        [*words, "--processes", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(home)},
    ) as process:
        captures = home / "captures"
        while not captures.exists() or len(list(captures.iterdir())) < 20:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == f"{NAME}: stopped. The same command goes on from here."
    code, out, _ = import_dump(home, *paths)
    assert (code, "1,057 traces imported" in out) == (0, True)
    assert " 0 of them known before" not in out
