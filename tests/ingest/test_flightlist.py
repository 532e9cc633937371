"""The monthly flight list: kept first, nothing from a damaged one, and flat memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Wanted
from adapters.opensky_flightlist import OpenSkyFlightList
from schemas.records import LedgerRow, Report
from schemas.verdicts import Interval
from service.desk import Desk
from service.ingest import bulk
from service.ingest.asking import Asked
from service.ingest.flightlist import ask_list, import_list
from service.ingest.handed_over import keep_file
from service.ingest.listed import days_named
from service.ingest.naming import Names, names_of
from service.ingest.rederiving import rederive
from service.sealing import PLAIN
from service.storage.capture_index import capture_record
from service.storage.database import Engine, reading, writing
from service.storage.leases import Lease, LeaseLost, take
from service.storage.quarantine import Quarantined, add_quarantined, counts, waiting
from service.storage.reports import reports_naming
from service.storage.watches import add
from tests.ingest.desks import ADAPTERS, Asker, asking_of, desk_of, ledger_of
from tests.ingest.flight_lists import (
    FLIGHT,
    HEADER,
    NAME,
    lines,
    write_list,
    write_long_list,
)
from tests.ingest.list_memory import STATUS
from tests.realdata import PROJECT
from tests.upstream import Fault, World, faults, upstream
from tests.upstream.sky import NOON

AUGUST = Interval(t_from=datetime(2020, 8, 1, tzinfo=UTC), t_to=datetime(2020, 9, 1, tzinfo=UTC))
EVER = Interval(t_from=datetime(1990, 1, 1, tzinfo=UTC), t_to=datetime(2060, 1, 1, tzinfo=UTC))
KEY = "opensky_flightlist"


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> Desk:
    return desk_of(database, tmp_path)


def names(desk: Desk, *typed: str) -> list[Names]:
    with reading(desk.engine) as conn:
        return [names_of(conn, one) for one in typed]


def reports(desk: Desk, *, icao24: str = "14fc0b") -> list[Report]:
    with reading(desk.engine) as conn:
        found = reports_naming(conn, registration=None, icao24=icao24, window=EVER)
    return list(found.values())


def a_list(folder: Path, *rows: str, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress("\n".join((HEADER, *rows, "")).encode(), mtime=0))
    return path


def row_at(day: str, *, icao24: str = "abcdef", registration: str = "X-1") -> str:
    return (
        FLIGHT.replace("2020-08-18", day)
        .replace("14fc0b", icao24)
        .replace("RA-64523", registration)
    )


def told(rows: tuple[LedgerRow, ...]) -> set[tuple[str, str]]:
    for row in rows:
        assert (row.t_from, row.t_to) == (AUGUST.t_from, AUGUST.t_to)
    return {(row.target, row.outcome) for row in rows}


def test_only_the_watched_are_read_and_only_they_are_answered_for(
    desk: Desk, tmp_path: Path
) -> None:
    file = a_list(tmp_path, FLIGHT, row_at("2020-08-02"))

    outcome = import_list(desk, file, names(desk, "RA-64523", "RA-64524"))

    assert (outcome.error, outcome.reports, outcome.new, outcome.remark) == ("", 1, 1, "")
    (report,) = reports(desk)
    assert (report.registration, report.capture, report.row) == ("RA-64523", outcome.sha256, 0)
    assert reports(desk, icao24="abcdef") == []
    assert told(outcome.ledger) == {
        ("14fc0b", "data"),
        ("RA-64523", "data"),
        ("14fc0c", "empty"),
        ("RA-64524", "empty"),
    }
    assert set(ledger_of(desk, AUGUST, "14fc0b", "RA-64523")) <= set(outcome.ledger)
    assert ledger_of(desk, AUGUST, "abcdef", "*") == []
    assert desk.captures.read(outcome.sha256) == file.read_bytes()


def test_the_whole_list_answers_for_everybody(desk: Desk, tmp_path: Path) -> None:
    file = a_list(tmp_path, row_at("2020-08-01"), FLIGHT, row_at("2020-08-31"))

    outcome = import_list(desk, file, None)

    assert (outcome.reports, outcome.remark, told(outcome.ledger)) == (3, "", {("*", "data")})
    assert len(reports(desk, icao24="abcdef")) == 2
    assert len(reports(desk)) == 1


def test_a_list_read_again_says_nothing_new(desk: Desk, tmp_path: Path) -> None:
    file = a_list(tmp_path, FLIGHT, row_at("2020-08-02"))
    import_list(desk, file, names(desk, "RA-64523"))

    again = import_list(desk, file, names(desk, "RA-64523"))
    whole = import_list(desk, file, None)

    assert (again.reports, again.new) == (1, 0)
    assert (whole.reports, whole.new) == (2, 1)


def test_however_the_registration_is_written_it_is_found(desk: Desk, tmp_path: Path) -> None:
    file = a_list(
        tmp_path,
        row_at("2020-08-03", icao24="", registration="RA64523"),
        row_at("2020-08-04", icao24="14FC0B", registration=""),
    )
    assert import_list(desk, file, names(desk, "ra 64523")).reports == 2
    with reading(desk.engine) as conn:
        by_name = reports_naming(conn, registration="RA-64523", icao24=None, window=EVER)
    assert len(by_name) == 1


@pytest.mark.parametrize(
    ("name", "rows", "whole", "says"),
    [
        ("month.csv.gz", (FLIGHT,), False, "does not say which month"),
        ("flightlist_20200801_20201031.csv.gz", (FLIGHT,), False, "does not say which month"),
        (NAME, (FLIGHT.replace("2020-08", "2020-06"),), False, "lists flights of 2020-06-18"),
        (NAME, (FLIGHT,), True, "2020-08-18 to 2020-08-18 only"),
        (NAME, (), True, "no flight at all"),
    ],
)
def test_what_may_be_a_part_is_not_taken_for_silence(
    desk: Desk, tmp_path: Path, name: str, rows: tuple[str, ...], whole: bool, says: str
) -> None:
    outcome = import_list(
        desk, a_list(tmp_path, *rows, name=name), None if whole else names(desk, "RA-64523")
    )
    assert says in outcome.remark
    assert (outcome.ledger, outcome.reports) == ((), len(rows))
    assert ledger_of(desk, EVER, "*", "14fc0b", "RA-64523") == []


def damaged(content: bytes) -> dict[str, bytes]:
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    return {
        "flipped": flipped,
        "cut": content[:-100],
        "page": b"<html><body>Zenodo is busy</body></html>",
        "empty": b"",
        "padded": content + b"more",
    }


@pytest.mark.parametrize("how", sorted(damaged(b"--")))
def test_nothing_comes_from_a_damaged_list_and_its_bytes_are_kept(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 10)
    sound = a_list(tmp_path, *list(lines(3_000, ours_every=3))[1:])
    file = tmp_path / "damaged" / NAME
    file.parent.mkdir()
    file.write_bytes(damaged(sound.read_bytes())[how])

    outcome = import_list(desk, file, names(desk, "RA-64523"))

    assert str(file) in outcome.error
    assert (outcome.reports, outcome.ledger, reports(desk)) == (0, (), [])
    assert desk.captures.read(outcome.sha256) == file.read_bytes()
    with reading(desk.engine) as conn:
        assert capture_record(conn, outcome.sha256) is not None
        (held,) = waiting(conn, KEY)
    assert (held.sha256, held.why in outcome.error) == (outcome.sha256, True)
    assert import_list(desk, sound, names(desk, "RA-64523")).reports == 1_000


def test_a_file_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv.gz", tmp_path):
        outcome = import_list(desk, path, None)
        assert str(path) in outcome.error
        assert (outcome.sha256, outcome.reports) == ("", 0)


def test_bad_rows_are_counted(desk: Desk, tmp_path: Path) -> None:
    bad = FLIGHT.replace("2020-08-18 13:02:11+00:00", "soon")
    outcome = import_list(desk, a_list(tmp_path, FLIGHT, bad, "a,b"), names(desk, "RA-64523"))
    assert (outcome.reports, sum(row.count for row in outcome.rejected)) == (1, 2)


@given(st.text(max_size=60))
def test_any_name_claims_days_or_none(name: str) -> None:
    for url in (name, f"flightlist_{name}.csv.gz", f"flightlist_20200801_{name}.csv"):
        claimed = days_named(url)
        assert claimed is None or timedelta() <= claimed[1] - claimed[0] <= timedelta(days=30)


def test_the_name_claims_the_month() -> None:
    month = (date(2020, 8, 1), date(2020, 8, 31))
    assert days_named(NAME) == month
    assert days_named(f"https://zenodo.org/records/7923702/files/{NAME}?download=1") == month
    for other in ("flightlist_20200831_20200801.csv.gz", "flightlist_20200230_20200231.csv.gz"):
        assert days_named(other) is None


# asked for


@pytest.fixture
def asker(desk: Desk) -> Iterator[Asker]:
    with upstream(World()) as up, asking_of(desk, up) as asking:
        yield asking


DAY = Interval(t_from=datetime(2020, 8, 18, tzinfo=UTC), t_to=datetime(2020, 8, 19, tzinfo=UTC))


def ask(asker: Asker, typed: str = "RA-64523", fence: Lease | None = None) -> Asked:
    adapter = asker.up.moved(ADAPTERS[KEY])
    assert isinstance(adapter, OpenSkyFlightList)
    return ask_list(
        asker.desk,
        asker.fetcher,
        adapter,
        Wanted.on(date(2020, 8, 18)),
        names(asker.desk, typed),
        window=DAY,
        fence=fence,
    )


def test_a_month_is_asked_for_whole_and_answers_for_whom_it_was_read(asker: Asker) -> None:
    asked = ask(asker)

    assert told(asked.ledger) == {("14fc0b", "data"), ("RA-64523", "data")}
    assert [report.destination for report in reports(asker.desk)] == ["UMMS"]
    assert [one.path for one in asker.up.asked()] == [f"/files/{NAME}"]


def test_for_another_aircraft_the_month_need_not_be_sent_again(asker: Asker) -> None:
    ask(asker)
    asked = ask(asker, "X-12345")

    assert told(asked.ledger) == {("X-12345", "empty")}
    assert [bool(one.headers.get("if-none-match")) for one in asker.up.asked()] == [False, True]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.web_page(), "failed"),
        (faults.nothing(), "failed"),
        (faults.status(404), "failed"),
        (faults.status(503, Retry_After="120"), "failed"),
        (faults.refused(), "refused"),
        (faults.too_many("90"), "refused"),
        (faults.cut_short(), "failed"),
        (faults.broken_off(), "truncated"),
        (faults.reset(), "failed"),
        (faults.new_schema(), "failed"),
    ],
    ids=lambda each: each.name if isinstance(each, Fault) else each,
)
def test_whatever_goes_wrong_is_no_silence(asker: Asker, fault: Fault, outcome: str) -> None:
    asker.up.fail(KEY, fault)

    asked = ask(asker)

    assert {(row.target, row.outcome) for row in asked.ledger} == {
        ("14fc0b", outcome),
        ("RA-64523", outcome),
    }
    assert {(row.t_from, row.t_to) for row in asked.ledger} == {(DAY.t_from, DAY.t_to)}
    assert set(ledger_of(asker.desk, DAY, "14fc0b", "RA-64523", "*")) == set(asked.ledger)
    assert reports(asker.desk) == []
    assert asked.note


def test_who_has_lost_the_work_writes_nothing(asker: Asker) -> None:
    with writing(asker.desk.engine) as conn:
        mine = take(conn, f"source:{KEY}", "a", now=NOON, for_s=1)
    with writing(asker.desk.engine) as conn:
        take(conn, f"source:{KEY}", "b", now=NOON + timedelta(hours=1), for_s=1)
    with pytest.raises(LeaseLost):
        ask(asker, fence=mine)
    assert reports(asker.desk) == []
    assert ledger_of(asker.desk, EVER, "14fc0b", "RA-64523", "*") == []
    with reading(asker.desk.engine) as conn:
        assert counts(conn) == {}


# memory


def peak_mb(file: Path, home: Path, what: str, reports: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ingest.list_memory", str(file), str(home), what],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read, peak = map(int, done.stdout.split())
    assert read == reports
    return peak


@pytest.mark.skipif(not STATUS.exists(), reason="tells its memory on Linux only")
@pytest.mark.parametrize("what", ["watched", "whole"])
def test_memory_is_flat(tmp_path: Path, what: str) -> None:
    small, large = 2_000, 40_000
    peaks = [
        peak_mb(
            write_list(tmp_path / f"{rows}.csv.gz", rows, ours_every=100),
            tmp_path / str(rows),
            what,
            rows if what == "whole" else rows // 100,
        )
        for rows in (small, large)
    ]
    assert max(peaks) < 250
    assert peaks[1] - peaks[0] < 70  # a report is about 1 kB; SQLite keeps up to 64 MB of pages


A_MONTH = 3_000_000
"""Rows, as a real month has them."""


@pytest.mark.skipif(not STATUS.exists(), reason="tells its memory on Linux only")
def test_a_month_of_three_million_rows_takes_less_than_300_mb(tmp_path: Path) -> None:
    file = write_long_list(tmp_path / NAME, A_MONTH, ours_every=1_000)
    assert peak_mb(file, tmp_path / "home", "watched", A_MONTH // 1_000) < 300


@pytest.mark.soak  # three million reports are minutes of writing, and gigabytes of disk
@pytest.mark.skipif(not STATUS.exists(), reason="tells its memory on Linux only")
def test_a_whole_month_takes_less_than_300_mb_too(tmp_path: Path) -> None:
    file = write_list(tmp_path / NAME, A_MONTH)
    assert peak_mb(file, tmp_path / "home", "whole", A_MONTH) < 300


def test_a_list_in_quarantine_is_read_again_for_the_watched(desk: Desk, tmp_path: Path) -> None:
    path = a_list(tmp_path, FLIGHT)
    capture = keep_file(desk, path, KEY)
    with writing(desk.engine) as conn:
        waits = Quarantined(source=KEY, sha256=capture.sha256, why="an older parser", at=NOON)
        add_quarantined(conn, [waits])
    (unwatched,) = rederive(desk)
    assert "No aircraft is watched" in unwatched.why
    with writing(desk.engine) as conn:
        add(conn, PLAIN, kind="aircraft", subject="RA-64523", now=NOON)
    (read,) = rederive(desk)
    assert read.why == ""
    assert [report.destination for report in reports(desk)] == ["UMMS"]
    assert list(rederive(desk)) == []
