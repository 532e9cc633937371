"""What each job asks for, and what it leaves alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas.records import LedgerRow
from service.ingest.asking import ask_source
from service.ingest.reference import registries
from service.ingest.reference.registries import Refreshed
from service.scheduler import jobs
from service.scheduler.holding import Holding
from service.scheduler.jobs import SCAN_S, TOGETHER, History, Live, LookUps, Registries, jobs_of
from service.scheduler.stopping import Stopping
from service.scheduler.telling import EVERY_S, Telling
from service.scheduler.tools import Tools, lease_of_source
from service.storage.database import open_database, reading, writing
from service.storage.identity import statements_about
from service.storage.leases import Lease, LeaseLost, take
from service.storage.ledger import add_ledger_rows
from service.storage.quarantine import waiting
from service.storage.units import replace_units
from tests.adapters.traces import packed, row, trace
from tests.ingest.polling import Poller, polling
from tests.ingest.telling import alerts, brief, landing, unit
from tests.upstream import World, faults
from tests.upstream.sky import NOON

US = "14fc0b"
ARCHIVE = "adsblol_history"
FLEW = NOON - timedelta(days=1)


@pytest.fixture
def poller(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Poller]:
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    world = World(approved=True)
    rows = [row(60.0 * i, gs=140.5 + i) for i in range(40)]
    world.traces[FLEW.date(), US] = packed(trace(rows, timestamp=FLEW.timestamp()))
    with polling(engine, tmp_path, world, NOON) as running:
        yield running
    engine.dispose()


def tools(poller: Poller, *, per_aircraft: bool = True, stopping: Stopping | None = None) -> Tools:
    return Tools(
        desk=poller.desk,
        fetcher=poller.fetcher,
        holding=Holding(poller.desk.engine, poller.clock),
        stopping=stopping or Stopping(),
        per_aircraft=per_aircraft,
        home=Path("/nonexistent"),
    )


def history(poller: Poller, key: str = ARCHIVE, *, per_aircraft: bool = True) -> History:
    return History(tools(poller, per_aircraft=per_aircraft), poller.sites[key])


def outcomes(poller: Poller, *targets: str) -> list[tuple[str, str]]:
    return [(f"{one.t_from:%m-%d}", one.outcome) for one in poller.ledger(*targets)]


def hour_of(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


# look-ups


def about(poller: Poller, registration: str) -> set[tuple[str, str]]:
    with reading(poller.desk.engine) as conn:
        said = statements_about(conn, registration=registration)
    return {(one.source, one.icao24) for one in said if one.basis == "lookup"}


def test_who_the_watched_are_is_looked_up_once_a_month(poller: Poller) -> None:
    poller.watch("aircraft", "RA-64523")
    poller.watch("aircraft", "4008f6")
    job = LookUps(tools(poller))
    job.run()
    assert about(poller, "RA-64523") == {("hexdb", US), ("adsbdb", US)}
    told = ("lookup:RA-64523", "lookup:4008f6")
    assert [row.outcome for row in poller.ledger(told[0])] == ["data", "data"]
    assert [row.outcome for row in poller.ledger(told[1])] == ["empty", "empty"]
    assert not poller.ledger(US, "RA-64523", "4008f6", "*"), "nothing that speaks of flights"
    asked = len(poller.up.asked())
    assert asked == 4
    for days in (1, 28):
        poller.clock.move(days=days)
        job.run()
        assert len(poller.up.asked()) == asked
    poller.clock.move(days=2)
    job.run()
    assert len(poller.up.asked()) == 2 * asked


def test_a_look_up_that_fails_is_asked_again_the_next_day(poller: Poller) -> None:
    poller.watch("aircraft", "RA-64523")
    job = LookUps(tools(poller))
    for site, fault in (("hexdb", faults.web_page()), ("adsbdb", faults.too_many())):
        poller.up.fail(site, fault, times=1)
    job.run()
    found = {(row.source, row.outcome) for row in poller.ledger("lookup:RA-64523")}
    assert found == {("hexdb", "failed"), ("adsbdb", "refused")}
    with reading(poller.desk.engine) as conn:
        assert [page.source for page in waiting(conn)] == ["hexdb"]
    assert not about(poller, "RA-64523")
    poller.clock.move(hours=23)
    job.run()
    assert not about(poller, "RA-64523")
    poller.clock.move(hours=2)
    job.run()
    assert len(about(poller, "RA-64523")) == 2


def test_look_ups_under_a_lost_lease_keep_nothing(poller: Poller) -> None:
    poller.watch("aircraft", "RA-64523")
    at_work = tools(poller)
    job = LookUps(at_work)
    for key in ("hexdb", "adsbdb"):
        assert at_work.holding.take(lease_of_source(key)) is not None
    with writing(poller.desk.engine) as conn:
        for key in ("hexdb", "adsbdb"):
            far = poller.clock() + timedelta(days=1)
            assert take(conn, lease_of_source(key), "another", now=far, for_s=60)
    job.run()
    assert not about(poller, "RA-64523")
    assert not poller.ledger("lookup:RA-64523")


def test_nobody_is_looked_up_unless_the_operator_says_so(poller: Poller) -> None:
    assert "look-ups" in {job.name for job in jobs_of(tools(poller))}
    assert "look-ups" not in {job.name for job in jobs_of(tools(poller, per_aircraft=False))}


# past days


def test_yesterday_is_asked_for_once_the_source_has_it_and_never_again(poller: Poller) -> None:
    poller.watch("aircraft", US)
    poller.clock.now = hour_of(NOON, 5)
    job = history(poller)
    assert job.run() == SCAN_S
    assert poller.up.asked() == []
    poller.clock.now = hour_of(NOON, 6)
    job.run()
    assert outcomes(poller, US) == [(f"{FLEW:%m-%d}", "data")]
    for hour in range(7, 24):
        poller.clock.now = hour_of(NOON, hour)
        job.run()
    assert len(poller.up.asked()) == 1
    assert poller.movements(US, ARCHIVE) is not None


def test_a_source_learns_nobody_unless_the_operator_says_so(poller: Poller) -> None:
    poller.watch("aircraft", US)
    history(poller, per_aircraft=False).run()
    assert poller.up.asked() == []


def test_what_airports_list_names_nobody_and_is_asked_for(poller: Poller) -> None:
    poller.watch("aircraft", US)
    poller.watch("airport", "UMMS")
    poller.clock.move(days=2)
    history(poller, "opensky_flights", per_aircraft=False).run()
    asked = poller.up.asked("opensky_flights")
    assert asked
    assert not any(US in one.target for one in asked)
    assert {row.target for row in poller.ledger("area:", US)} == {"area:UMMS"}


def test_many_aircraft_of_a_day_are_asked_for_together(poller: Poller) -> None:
    fleet = [f"14fd{number:02x}" for number in range(TOGETHER + 3)]
    for icao24 in fleet:
        poller.watch("aircraft", icao24)
    history(poller).run()
    rows = poller.ledger(*fleet)
    assert len(rows) == len(fleet)
    assert len({one.asked_at for one in rows}) == 2


def test_a_source_that_closes_is_left_until_it_opens(poller: Poller) -> None:
    fleet = [f"14fd{number:02x}" for number in range(TOGETHER + 3)]
    for icao24 in fleet:
        poller.watch("aircraft", icao24)
    poller.up.fail(ARCHIVE, faults.too_many(retry_after="300"), times=1)
    assert history(poller).run() == pytest.approx(300, abs=2)
    assert len(poller.up.asked()) == 1


def test_told_to_stop_it_asks_no_more(poller: Poller) -> None:
    stopping = Stopping()
    poller.watch("aircraft", US)
    job = History(tools(poller, stopping=stopping), poller.sites[ARCHIVE])
    stopping.tell()
    job.run()
    assert poller.up.asked() == []


# leases


def _held_by_another(poller: Poller, key: str) -> None:
    with writing(poller.desk.engine) as conn:
        assert take(conn, lease_of_source(key), "another", now=poller.clock(), for_s=60)


@pytest.mark.parametrize("kind", [History, Live])
def test_what_another_worker_holds_is_left_to_it_for_a_while(
    poller: Poller, kind: type[History | Live]
) -> None:
    key = ARCHIVE if kind is History else "adsblol"
    poller.watch("aircraft", US)
    _held_by_another(poller, key)
    job = kind(tools(poller), poller.sites[key])
    assert job.run() == 20
    assert poller.up.asked() == []
    poller.clock.move(seconds=61)
    job.run()
    assert len(poller.up.asked()) == 1


def test_an_asking_whose_lease_passed_on_meanwhile_leaves_no_row(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    poller.watch("aircraft", US)
    job = history(poller)

    def slow(*args: object, **kwargs: object) -> object:
        poller.clock.move(seconds=61)
        _held_by_another(poller, ARCHIVE)
        return ask_source(*args, **kwargs)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(jobs, "ask_source", slow)
    with pytest.raises(LeaseLost):
        job.run()
    assert poller.ledger(US) == []
    monkeypatch.undo()
    assert job.run() == 20


def test_a_live_turn_begins_anew_with_every_lease(poller: Poller) -> None:
    poller.watch("aircraft", US)
    job = Live(tools(poller), poller.sites["adsblol"])
    job.run()
    poller.clock.move(seconds=61)
    _held_by_another(poller, "adsblol")
    assert job.run() == 20
    poller.clock.move(seconds=61)
    job.run()
    job.end()
    polled = [one for one in poller.ledger(US) if one.outcome == "data"]
    assert len(polled) == 1, "the first turn's was never written, and the second wrote its own"


# registries


def test_registries_are_refreshed_when_due_each_under_its_own_lease(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []

    def refresh(*args: object, home: Path, fence: Lease) -> Refreshed:
        key = str(args[2])
        done.append((key, fence.name))
        _note(poller, key)
        return Refreshed(key=key, outcome="data", sentence="")

    monkeypatch.setattr(registries, "refresh", refresh)
    job = Registries(tools(poller))
    job.run()
    assert done
    assert all(name == lease_of_source(key) for key, name in done)
    assert {"tar1090db", "faa", "ourairports"} <= {key for key, _ in done}
    assert not {"hexdb", "adsbdb"} & {key for key, _ in done}, "they would learn whom we watch"
    done.clear()
    poller.clock.move(days=1)
    job.run()
    assert done == []


def _note(poller: Poller, key: str) -> None:
    now = poller.clock()
    told = LedgerRow(
        source=key,
        target=registries.TARGET,
        t_from=now - timedelta(seconds=1),
        t_to=now,
        outcome="data",
        asked_at=now,
    )
    with writing(poller.desk.engine) as conn:
        add_ledger_rows(conn, [told], now=now)


# all of them


def test_there_is_a_job_for_every_source_that_may_be_asked(poller: Poller) -> None:
    off = {"adsbfi": "switched off"}
    desk = replace(poller.desk, off=off)
    found: Sequence[str] = [job.name for job in jobs_of(replace(tools(poller), desk=desk))]
    assert "live adsblol" in found
    assert "past days of adsblol_history" in found
    assert found.count("registries") == 1
    assert not any("adsbfi" in name or "flightlist" in name for name in found)
    assert len(set(found)) == len(found)


def test_the_job_that_tells_makes_up_for_what_was_missed_whoever_has_the_lease(
    poller: Poller,
) -> None:
    poller.watch("aircraft", "14fc0b")
    began = poller.clock()
    with writing(poller.desk.engine) as conn:
        found = landing(began + timedelta(minutes=1))
        replace_units(conn, [unit(found, day=began.date())], now=began)
    poller.clock.move(minutes=5)
    mine, other = (tools(poller), tools(poller))
    first, second = (Telling(t.desk, t.holding, t.stopping) for t in (mine, other))
    assert first.run() == second.run() == EVERY_S
    assert brief(alerts(poller.desk)) == [("new", "landing", "UMMS")]
    first.end()
