"""`tailcheck data update`, `import registry`, `import opensky-flightlist`: as people use them."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
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
from tests.cli.sites import point
from tests.ingest.flight_lists import NAME, write_list
from tests.upstream import Upstream, World, faults, upstream

TABLES = ("faa", "opensky_aircraftdb", "ourairports", "plane_alert_db", "tar1090db")
CHECK = ("check", "RA-64523", "--at", "UMMS", "--on", "2020-08-18", "--format", "json")


@pytest.fixture
def up() -> Iterator[Upstream]:
    with upstream(World()) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path, up: Upstream) -> Path:
    folder = tmp_path / "home"
    point(folder, up, *TABLES)
    shutil.copy(migrated_sqlite, folder / "tailcheck.db")
    return folder


def watch(home: Path, subject: str) -> None:
    desk = open_desk(Settings(home=home))
    with writing(desk.engine) as conn:
        add(conn, PLAIN, kind="aircraft", subject=subject, now=system_clock())
    desk.engine.dispose()


def test_tables_are_fetched_and_an_unchanged_one_is_not_read_again(
    home: Path, up: Upstream
) -> None:
    first = tailcheck(home, "data", "update")
    assert first.returncode == 0, first.stderr
    assert "5 aircraft read, 5 statements new, 1 rows rejected" in first.stdout
    assert "2 runway ends at 1 airports are in force" in first.stdout
    assert "3 airports read, 0 rows rejected; 1 added, 1 known already" in first.stdout
    assert "1 heliports and bases on water" in first.stdout
    assert "tar1090db: 1 rejected: without a registration" in first.stderr

    again = tailcheck(home, "data", "update", "runways", "airports", "tar1090db")
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("unchanged") == 3
    assert len(up.asked()) == 9
    answer = json.loads(tailcheck(home, *CHECK).stdout)
    (candidate,) = answer["identity"]["candidates"]
    assert (candidate["icao24"], candidate["by_rule"]) == ("14fc0b", False)


def test_airports_by_hand(home: Path, up: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "fields.csv.gz"
    bad = up.world.files["ourairports/airports.csv"] + b'1,"x y","small_airport"\n'
    file.write_bytes(gzip.compress(bad, mtime=0))

    done = tailcheck(home, "data", "load", "airports", str(file))
    assert done.returncode == 0, done.stderr
    assert "3 airports read, 1 rows rejected; 1 added" in done.stdout
    assert "1 rejected: row is not as long as the header" in done.stderr

    check = ("check", "RA-64523", "--on", "2020-08-18", "--format", "json", "--at")
    answer = json.loads(tailcheck(home, *check, "UMMI").stdout)
    assert (answer["airport"], answer["zone"]) == ("BY-0014", "Europe/Minsk")
    assert "; airports sha256:" in answer["reference_version"]
    heliport = tailcheck(home, *check, "BY-0021")
    assert (heliport.returncode, heliport.stdout) == (2, "")
    assert "Drozdy Heliport, Drozdy, BY (heliport; no landing is ever put there)" in heliport.stderr

    again = tailcheck(home, "import", "airports", str(file))
    assert (again.returncode, again.stdout) == (0, done.stdout)
    wrong = tailcheck(home, "data", "load", "runways", str(file))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "This is no table of runways" in wrong.stderr
    assert up.asked() == []


def test_one_source_that_fails_costs_no_other(home: Path, up: Upstream) -> None:
    up.fail("faa", faults.refused())
    done = tailcheck(home, "data", "update", "faa", "tar1090db")
    assert done.returncode == 4
    assert "FAA register of aircraft (United States): not renewed, status 403." in done.stderr
    assert "5 statements new" in done.stdout


def test_tables_that_there_are_not_are_told(home: Path, up: Upstream) -> None:
    with (home / "sources.toml").open("a") as file:
        file.write("on = false\n")  # of the last one
    for word, mentions in (("nope", "there are: faa"), ("tar1090db", "tar1090db is off")):
        done = CliRunner().invoke(
            build(), ["data", "update", word], env={"TAILCHECK_HOME": str(home)}
        )
        assert (done.exit_code, done.stdout) == (2, "")
        assert mentions in done.stderr
    assert up.asked() == []


def test_a_registry_by_hand(home: Path, up: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "aircraft.csv.gz"
    file.write_bytes(up.world.files["tar1090db/aircraft.csv.gz"])

    done = tailcheck(home, "import", "registry", str(file), "--source", "tar1090db")
    assert done.returncode == 0, done.stderr
    assert f"{file}: tar1090-db" in done.stdout
    assert "5 aircraft read, 5 statements new" in done.stdout

    wrong = tailcheck(home, "import", "registry", str(file), "--source", "faa")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "no zip file" in wrong.stderr
    unknown = tailcheck(home, "import", "registry", str(file), "--source", "ourairports")
    assert unknown.returncode == 2
    assert "No registry is called 'ourairports'" in unknown.stderr
    assert up.asked() == []


def test_a_flight_list_of_the_watched_aircraft(home: Path, tmp_path: Path) -> None:
    file = write_list(tmp_path / NAME, 300, ours_every=100)
    nobody = tailcheck(home, "import", "opensky-flightlist", str(file))
    assert nobody.returncode == 2
    assert "No aircraft is watched" in nobody.stderr

    watch(home, "RA-64523")
    done = tailcheck(home, "import", "opensky-flightlist", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{NAME}: 3 flights read, 1 of them new, 0 rows rejected.\n"
    answer = json.loads(tailcheck(home, *CHECK).stdout)
    assert answer["verdict"] in {"consistent", "identity_uncertain"}, answer["sentence"]
    assert any(item["source"] == "opensky_flightlist" for item in answer["evidence"])

    whole = tailcheck(home, "import", "opensky-flightlist", str(file), "--all")
    assert whole.stdout == f"{NAME}: 300 flights read, 297 of them new, 0 rows rejected.\n"


def test_a_damaged_list_is_named_and_the_others_are_read(home: Path, tmp_path: Path) -> None:
    sound = write_list(tmp_path / NAME, 300, ours_every=100)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(sound.read_bytes()[:-20])
    watch(home, "RA-64523")

    done = tailcheck(home, "import", "opensky-flightlist", str(cut), str(sound))

    assert done.returncode == 1
    assert f"{cut}: The file is compressed and ends too early" in done.stderr
    assert done.stdout == f"{NAME}: 3 flights read, 1 of them new, 0 rows rejected.\n"
