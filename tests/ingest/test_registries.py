"""Registries and reference tables from the upstream server: renewed on a rhythm, never by half."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas.records import IdentityStatement, LedgerRow
from service.desk import Desk
from service.domain.airports.table import Airports
from service.errors import BadInput, SourceFailed
from service.ingest import bulk
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.reference.in_force import stored_airports
from service.ingest.reference.registries import (
    RHYTHM,
    TARGET,
    Refreshed,
    due_refreshes,
    import_registry,
    refresh,
    refreshable,
)
from service.storage.asked import latest
from service.storage.database import Connection, Engine, reading, writing
from service.storage.identity import add_statements, statements_about
from service.storage.leases import Lease, LeaseLost, take
from service.storage.ledger import ledger_about
from service.storage.quarantine import waiting
from tests.ingest.desks import ADAPTERS, asking_of, desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.test_flightlist import EVER
from tests.upstream import Fault, Upstream, World, faults, upstream
from tests.upstream.files import MASTER, TAR1090DB, registration_zip
from tests.upstream.sky import NOON

TABLES = ("faa", "opensky_aircraftdb", "ourairports", "plane_alert_db", "tar1090db")
REGISTRIES = tuple(key for key in TABLES if key != "ourairports")
FILE = "tar1090db/aircraft.csv.gz"


class Office:
    """A desk whose tables come from the upstream server."""

    def __init__(self, desk: Desk, fetcher: Fetcher, up: Upstream, home: Path) -> None:
        self.desk, self.fetcher, self.up, self.home = desk, fetcher, up, home

    @property
    def clock(self) -> Hands:
        clock = self.desk.clock
        assert isinstance(clock, Hands)
        return clock

    def refresh(self, key: str, fence: Lease | None = None) -> Refreshed:
        return refresh(self.desk, self.fetcher, key, home=self.home, fence=fence)

    def about(self, registration: str) -> list[IdentityStatement]:
        with reading(self.desk.engine) as conn:
            return list(statements_about(conn, registration=registration))

    def ledger(self) -> list[LedgerRow]:
        with reading(self.desk.engine) as conn:
            return list(ledger_about(conn, [TARGET], EVER))

    def statements(self) -> int:
        with reading(self.desk.engine) as conn:
            return int(
                conn.exec_driver_sql("SELECT count(*) FROM identity_statement").scalar() or 0
            )

    def airports(self) -> Airports:
        return stored_airports(self.home, self.desk.captures, self.clock)

    def ends(self) -> int:
        return len(self.airports().end_name)


@pytest.fixture
def office(database: Engine, tmp_path: Path) -> Iterator[Office]:
    with upstream(World()) as up:
        adapters = {**ADAPTERS, **{key: up.moved(ADAPTERS[key]) for key in TABLES}}
        desk = replace(desk_of(database, tmp_path), adapters=adapters)
        with asking_of(desk, up) as asker:
            yield Office(desk, asker.fetcher, up, tmp_path)


def test_these_are_the_tables(office: Office) -> None:
    assert tuple(source.key for source in refreshable(office.desk)) == TABLES
    off = replace(office.desk, off={"faa": "Switched off."})
    assert "faa" not in [source.key for source in refreshable(off)]


@pytest.mark.parametrize("key", REGISTRIES)
def test_a_registry_is_read_once(office: Office, key: str) -> None:
    first = office.refresh(key)
    known = office.statements()
    assert (first.outcome, first.changed, first.statements) == ("data", True, known)
    assert known > 0
    assert f"{known} statements new" in first.sentence
    assert all(s.capture for s in office.about("RA-64523"))

    office.clock.move(days=8)
    again = office.refresh(key)

    assert (again.outcome, again.changed) == ("data", False)
    assert "unchanged" in again.sentence
    assert office.statements() == known
    rows = office.ledger()
    assert [(row.source, row.outcome) for row in rows] == [(key, "data")] * 2
    assert [bool(one.headers.get("if-none-match")) for one in office.up.asked()] == [False, True]


def test_runways_are_in_force_for_whoever_opens_a_desk_next(office: Office) -> None:
    assert office.ends() == 0
    first = office.refresh("ourairports")
    assert (first.outcome, first.statements, office.ends()) == ("data", 1 + 3, 2)
    assert "1 runways read" in first.sentence
    assert "3 airports read, 0 rows rejected; 1 added, 1 known already" in first.sentence
    assert office.airports().resolve("UMMI").name == "Lipki Air Base"

    (office.home / "reference.json").unlink()
    office.clock.move(days=31)
    assert office.refresh("ourairports").changed
    assert office.ends() == 2


@pytest.mark.parametrize("name", ["ourairports/runways.csv", "ourairports/airports.csv"])
@pytest.mark.parametrize("content", [None, b"<html>busy</html>", b""])
def test_one_of_two_tables_that_fails_is_a_failure_and_the_other_is_read(
    office: Office, name: str, content: bytes | None
) -> None:
    good = office.up.world.files[name]
    if content is None:
        del office.up.world.files[name]
    else:
        office.up.world.files[name] = content

    done = office.refresh("ourairports")

    assert done.outcome == "failed"
    with reading(office.desk.engine) as conn:
        last = latest(conn, "ourairports", TARGET)
    assert last is not None
    assert last.outcome == "failed"
    is_runways = "runways" in name
    if is_runways and content is None:
        assert not done.changed  # refused the first, the second is not asked for
    else:
        assert (office.ends() > 0) != is_runways
        assert (office.airports().get("UMMI") is not None) == is_runways

    office.up.world.files[name] = good
    office.clock.move(days=1)
    assert due(office) >= {"ourairports"}
    assert office.refresh("ourairports").outcome == "data"
    assert (office.ends(), office.airports().get("UMMI") is not None) == (2, True)


def test_what_is_new_is_added_and_what_was_said_stays(office: Office) -> None:
    office.refresh("tar1090db")
    sold = TAR1090DB.replace("AC671B;N899DN", "AC671B;N111AA")
    office.up.world.files[FILE] = gzip.compress(sold.encode(), mtime=0)
    office.clock.move(days=8)

    done = office.refresh("tar1090db")

    assert "1 statements new" in done.sentence
    assert [s.icao24 for s in office.about("N899DN")] == ["ac671b"]
    assert [s.icao24 for s in office.about("N111AA")] == ["ac671b"]


FAULTS = [
    (faults.web_page(), "failed"),
    (faults.nothing(), "failed"),
    (faults.status(404), "failed"),
    (faults.status(503, Retry_After="120"), "failed"),
    (faults.refused(), "refused"),
    (faults.too_many("90"), "refused"),
    (faults.broken_off(), "truncated"),
    (faults.reset(), "failed"),
    (faults.new_schema(), "failed"),
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS, ids=[f"{f.name}" for f, _ in FAULTS])
def test_whatever_goes_wrong_what_was_read_stays(
    office: Office, fault: Fault, outcome: str
) -> None:
    for key in TABLES:
        office.refresh(key)
    known = office.statements()
    office.up.world.files = _changed(office)
    office.clock.move(days=40)
    for key in TABLES:
        office.up.fail(key, fault)

        done = office.refresh(key)

        assert (done.outcome, done.changed) == (outcome, False), done.sentence
        assert done.sentence.endswith(".")
        with reading(office.desk.engine) as conn:
            last = latest(conn, key, TARGET)
        assert last is not None
        assert (last.outcome, last.asked_at >= NOON + timedelta(days=40)) == (outcome, True)
        assert last.note
        assert not last.capture or office.desk.captures.exists(last.capture)
    assert (office.statements(), office.ends()) == (known, 2)

    office.up.recover()
    office.clock.move(days=1)
    for key in TABLES:
        assert office.refresh(key).outcome == "data"
    assert office.statements() == known


def _changed(office: Office) -> dict[str, bytes]:
    """The same tables in other bytes, so that none of them is "unchanged"."""
    changed = dict(office.up.world.files)
    for name, content in changed.items():
        if content[:2] == b"\x1f\x8b":
            changed[name] = gzip.compress(gzip.decompress(content), 1, mtime=1)
        elif content[:2] == b"PK":
            changed[name] = registration_zip(MASTER + "\n")
        else:
            changed[name] = content + b"\n"
    return changed


@pytest.mark.parametrize("key", ["tar1090db", "faa"])
def test_nothing_is_taken_from_a_table_that_is_cut_short(
    office: Office, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 1)
    office.up.fail(key, faults.cut_short(0.9))
    done = office.refresh(key)
    assert (done.outcome, office.statements()) == ("failed", 0)
    with reading(office.desk.engine) as conn:
        (held,) = waiting(conn, key)
    assert office.desk.captures.exists(held.sha256)

    office.up.recover()
    office.clock.move(hours=7)
    assert office.refresh(key).changed
    assert office.statements() > 0


def test_a_table_without_aircraft_is_no_registry(office: Office) -> None:
    office.up.world.files[FILE] = gzip.compress(b"AE1234;;C130;10;LOCKHEED;1988;;\n", mtime=0)
    done = office.refresh("tar1090db")
    assert done.outcome == "failed"
    assert "names no aircraft" in done.sentence


def test_a_kill_between_two_batches_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    calls: list[datetime] = []

    def dies(conn: Connection, said: Iterable[IdentityStatement], *, now: datetime) -> int:
        calls.append(now)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add_statements(conn, said, now=now)

    monkeypatch.setattr(bulk, "add_statements", dies)
    with pytest.raises(KeyboardInterrupt):
        office.refresh("tar1090db")
    assert office.statements() == 2
    assert office.ledger() == []

    monkeypatch.undo()
    office.clock.move(minutes=1)
    done = office.refresh("tar1090db")
    assert (done.statements, office.statements(), done.outcome) == (5, 5, "data")
    assert [row.outcome for row in office.ledger()] == ["data"]


def test_who_has_lost_the_work_writes_nothing(office: Office) -> None:
    with writing(office.desk.engine) as conn:
        mine = take(conn, "source:tar1090db", "a", now=NOON, for_s=1)
    with writing(office.desk.engine) as conn:
        take(conn, "source:tar1090db", "b", now=NOON + timedelta(hours=1), for_s=1)
    for key in ("tar1090db", "ourairports"):
        with pytest.raises(LeaseLost):
            office.refresh(key, fence=mine)
    assert (office.statements(), office.ledger()) == (0, [])


def test_what_is_off_or_no_table_is_said(office: Office) -> None:
    off = replace(office.desk, off={"faa": "Switched off in sources.toml."})
    with pytest.raises(BadInput, match="Switched off"):
        refresh(off, office.fetcher, "faa", home=office.home)
    with pytest.raises(BadInput, match="no table"):
        office.refresh("adsblol")
    with pytest.raises(SourceFailed, match="nowhere"):
        office.refresh("nowhere")
    assert office.up.asked() == []


# the rhythm


def due(office: Office) -> set[str]:
    with reading(office.desk.engine) as conn:
        return set(due_refreshes(conn, refreshable(office.desk), office.clock()))


def test_tables_are_due_on_their_rhythm(office: Office) -> None:
    assert due(office) == set(TABLES)
    for key in TABLES:
        office.refresh(key)
    assert due(office) == set()
    office.clock.now = NOON + RHYTHM["registry"] + timedelta(hours=1)
    assert due(office) == set(REGISTRIES)
    for key in REGISTRIES:
        office.refresh(key)
    office.clock.now = NOON + RHYTHM["reference"] + timedelta(hours=1)
    assert due(office) == set(TABLES)


def test_what_failed_is_due_sooner_and_a_refusal_is_respected(office: Office) -> None:
    office.up.fail("faa", faults.refused())
    office.up.fail("tar1090db", faults.status(500))
    office.refresh("faa")
    office.refresh("tar1090db")
    office.clock.now = NOON + timedelta(hours=5)
    assert not due(office) & {"faa", "tar1090db"}
    office.clock.now = NOON + timedelta(hours=7)
    assert due(office) & {"faa", "tar1090db"} == {"tar1090db"}
    office.clock.now = NOON + timedelta(hours=25)
    assert due(office) >= {"faa", "tar1090db"}


# by hand


@pytest.mark.parametrize("key", REGISTRIES)
def test_a_file_by_hand_says_what_the_source_says(office: Office, tmp_path: Path, key: str) -> None:
    (name, content), *_ = (
        (name, content)
        for name, content in office.up.world.files.items()
        if name.startswith(key) and "complete" not in name
    )
    file = tmp_path / name.rsplit("/", 1)[-1]
    file.write_bytes(content)

    by_hand = import_registry(office.desk, file, key, home=office.home)
    known = office.statements()

    assert (by_hand.outcome, by_hand.statements) == ("data", known)
    assert str(file) in by_hand.sentence
    assert not due(office) & {key}
    office.clock.move(days=8)
    assert "0 statements new" in office.refresh(key).sentence


def test_a_file_that_is_none_is_named(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "page.zip"
    page.write_bytes(b"<html>busy</html>")
    for path in (page, tmp_path / "nowhere", tmp_path):
        done = import_registry(office.desk, path, "faa", home=office.home)
        assert (done.outcome, str(path) in done.sentence) == ("failed", True)
    for key in ("ourairports", "adsblol", "nowhere"):
        with pytest.raises(BadInput, match="No registry is called"):
            import_registry(office.desk, page, key, home=office.home)
    assert office.statements() == 0
