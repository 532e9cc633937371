"""Backfill: what is answered is not asked again, counts are exact, and a kill loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Adapter
from service.desk import Desk
from service.ingest.backfill import Came, Done, Plan, Tally, askable, backfill, learns_whom, plan
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.naming import Names
from service.storage.database import Engine, open_database, reading
from service.storage.history import units_of
from service.storage.ledger import ledger_about
from tests.adapters.traces import packed, row, trace
from tests.ingest.desks import ADAPTERS, asking_of, desk_of
from tests.ingest.fetcher import Hands, stored
from tests.ingest.flight_lists import NAME
from tests.ingest.test_flightlist import EVER
from tests.realdata import PROJECT
from tests.upstream import Upstream, World, faults, upstream
from tests.upstream.sky import NOON

OURS = "14fc0b"
ARCHIVE = "adsblol_history"
NAMES = Names(icao24=frozenset((OURS,)), registrations=frozenset(("RA-64523",)))
TODAY = NOON.date()
FIRST = TODAY - timedelta(days=10)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]


def flown_on(world: World, day: date, icao24: str = OURS) -> None:
    """The archive has a file of that day: a landing at Minsk."""
    start = datetime(day.year, day.month, day.day, 13, 2, tzinfo=UTC)
    content = trace(landing(), timestamp=start.timestamp(), icao=icao24)
    world.traces[day, icao24] = packed(content)


def landing() -> list[list[Any]]:
    """Ten minutes of approach from the north-west at 140 kt, then five on the ground."""
    rows = []
    for second in range(0, 600, 5):
        left_nm = (600 - second) * 140 / 3_600
        place = {"lat": 53.8825 + left_nm * 0.0107, "lon": 28.0307 - left_nm * 0.0219}
        height = {"alt": round(670 + left_nm * 318), "geom": None, "rate": -740}
        rows.append(row(float(second), gs=140.0, track=129.4, **place, **height))
    rolled_nm = 0.0
    for second in range(600, 900, 5):
        speed_kt = max(5.0, 120.0 - (second - 600))
        rolled_nm += speed_kt * 5 / 3_600
        place = {"lat": 53.8825 - rolled_nm * 0.0107, "lon": 28.0307 + rolled_nm * 0.0219}
        rows.append(
            row(
                float(second), alt="ground", gs=speed_kt, track=129.4, rate=None, geom=None, **place
            )
        )
    return rows


class Bureau:
    """A desk, an archive that has every day, and somebody who asks it."""

    def __init__(self, desk: Desk, fetcher: Fetcher, up: Upstream) -> None:
        self.desk, self.fetcher, self.up = desk, fetcher, up

    @property
    def clock(self) -> Hands:
        clock = self.desk.clock
        assert isinstance(clock, Hands)
        return clock

    def planned(self, *keys: str, days: list[date] | None = None) -> Plan:
        adapters: list[Adapter] = [self.desk.adapters[key] for key in keys or (ARCHIVE,)]
        addresses = dict.fromkeys(days or DAYS, frozenset((OURS,)))
        return plan(adapters, addresses, NAMES, self.clock())

    def run(self, planned: Plan) -> list[Done]:
        return list(backfill(self.desk, self.fetcher, planned))

    def paths(self, key: str = ARCHIVE) -> list[str]:
        return [asked.path for asked in self.up.asked(key)]


@pytest.fixture
def bureau(database: Engine, tmp_path: Path) -> Iterator[Bureau]:
    with upstream(World()) as up:
        for day in DAYS:
            flown_on(up.world, day)
        moved = {key: up.moved(ADAPTERS[key]) for key in ADAPTERS if ADAPTERS[key].source.url}
        desk = replace(
            desk_of(database, tmp_path),
            adapters={**ADAPTERS, **moved},
            secrets={key: up.secrets(adapter) for key, adapter in moved.items()},
        )
        with asking_of(desk, up) as asker:
            yield Bureau(desk, asker.fetcher, up)


def came(done: list[Done]) -> list[Came]:
    return [one.came for one in done]


def test_who_can_be_asked_for_past_days(bureau: Bureau) -> None:
    assert askable(bureau.desk) == (
        "adsblol_history",
        "adsbx_samples",
        "opensky_flightlist",
        "opensky_flights",
        "opensky_tracks",
    )
    learning = [key for key in askable(bureau.desk) if learns_whom(ADAPTERS[key])]
    assert set(askable(bureau.desk)) - set(learning) == {"opensky_flightlist"}


def test_a_plan_counts_what_is_beyond_a_source(bureau: Bureau) -> None:
    days = [TODAY - timedelta(days=number) for number in range(60)]
    planned = bureau.planned(ARCHIVE, "adsbx_samples", days=days)
    by_source = Counter(slot.source for slot in planned.slots)
    for key in (ARCHIVE, "adsbx_samples"):
        assert by_source[key] + planned.beyond[key] == 60
    assert by_source[ARCHIVE] == 30  # today is not over
    assert by_source["adsbx_samples"] == len([day for day in days[7:] if day.day == 1])
    ordered = [slot.day for slot in planned.slots]
    assert ordered == sorted(ordered)


def test_each_day_is_asked_for_once_and_never_again(bureau: Bureau) -> None:
    planned = bureau.planned()

    first, again = bureau.run(planned), bureau.run(planned)

    assert came(first) == ["data"] * 6
    assert came(again) == ["known"] * 6
    assert all(one.movements for one in first)
    assert len(bureau.paths()) == len(set(bureau.paths())) == 6
    with reading(bureau.desk.engine) as conn:
        assert [unit.key.day for unit in units_of(conn, OURS)] == DAYS
        rows = ledger_about(conn, [OURS], EVER)
    assert [(r.outcome, r.t_from.date(), r.t_to - r.t_from) for r in rows] == [
        ("data", day, timedelta(days=1)) for day in DAYS
    ]


def test_what_failed_is_asked_again_and_the_rest_is_not(bureau: Bureau) -> None:
    missing = bureau.up.world.traces.pop((DAYS[2], OURS))
    first = bureau.run(bureau.planned())
    assert came(first) == ["data", "data", "failed", "data", "data", "data"]
    assert "404" in first[2].note

    bureau.up.world.traces[DAYS[2], OURS] = missing
    again = bureau.run(bureau.planned())

    assert came(again) == ["known", "known", "data", "known", "known", "known"]
    assert len(bureau.paths()) == 7


def test_a_source_that_rests_is_waited_for(bureau: Bureau) -> None:
    bureau.up.fail(ARCHIVE, faults.too_many("60"), times=1)

    done = bureau.run(bureau.planned())

    assert came(done) == ["refused", *["data"] * 5]
    assert any(59 <= seconds <= 60 for seconds in bureau.clock.slept)


def test_a_source_that_is_closed_for_long_is_left_and_said(bureau: Bureau) -> None:
    bureau.up.fail(ARCHIVE, faults.too_many("7200"), times=1)

    done = bureau.run(bureau.planned())

    assert came(done) == ["refused", *["not_asked"] * 5]
    assert "closed until" in done[-1].note
    assert len(bureau.paths()) == 1
    bureau.clock.move(hours=3)
    assert came(bureau.run(bureau.planned())) == ["data"] * 6


def test_one_closed_source_does_not_hold_up_the_others(bureau: Bureau) -> None:
    bureau.up.fail("opensky_tracks", faults.too_many("7200"))
    done = bureau.run(bureau.planned(ARCHIVE, "opensky_tracks"))
    assert [d.came for d in done if d.slot.source == ARCHIVE] == ["data"] * 6
    assert Counter(d.came for d in done if d.slot.source != ARCHIVE) == {
        "refused": 1,
        "not_asked": 5,
    }


def test_an_empty_answer_is_counted_as_one(bureau: Bureau) -> None:
    done = bureau.run(bureau.planned("opensky_flights"))
    assert came(done) == ["empty"] * 6
    assert came(bureau.run(bureau.planned("opensky_flights"))) == ["known"] * 6


def test_a_month_of_the_flight_list_answers_for_all_its_days(bureau: Bureau) -> None:
    days = [date(2020, 8, 17) + timedelta(days=number) for number in range(4)]

    done = bureau.run(bureau.planned("opensky_flightlist", days=days))

    assert came(done) == ["data", "known", "known", "known"]
    assert bureau.paths("opensky_flightlist") == [f"/files/{NAME}"]


def test_two_at_once_ask_little_twice_and_store_nothing_twice(bureau: Bureau) -> None:
    one = backfill(bureau.desk, bureau.fetcher, bureau.planned())
    other = backfill(bureau.desk, bureau.fetcher, bureau.planned())
    both = [each for pair in zip(one, other, strict=True) for each in pair]
    assert came(both) == ["data", "known"] * 6
    assert len(stored(bureau.desk.engine)) == 6


@given(st.lists(st.sampled_from(["data", "empty", "known", "failed", "refused", "not_asked"])))
def test_every_slot_is_counted_once(outcomes: list[Came]) -> None:
    (slot,) = plan([ADAPTERS[ARCHIVE]], {FIRST: frozenset((OURS,))}, NAMES, NOON).slots
    tally = Tally()
    for one in outcomes:
        tally.add(Done(slot=slot, came=one, movements=2))
    assert tally.movements == 2 * len(outcomes)
    assert tally.asked + tally.of("known", "not_asked") == len(outcomes)
    assert tally.failed == sum(one in {"failed", "refused", "not_asked"} for one in outcomes)


# killed


def test_killed_at_random_moments_it_goes_on(database_url: str, tmp_path: Path) -> None:
    _kill_and_resume(database_url, tmp_path, kills=3, days=20)


@pytest.mark.soak
def test_killed_fifty_times_it_goes_on(database_url: str, tmp_path: Path) -> None:
    _kill_and_resume(database_url, tmp_path, kills=50, days=29)


def _kill_and_resume(url: str, home: Path, *, kills: int, days: int) -> None:
    """The real command, killed while it asks; then once to its end."""
    dice = random.Random(kills)
    today = datetime.now(UTC).date()
    asked_for = [today - timedelta(days=number) for number in range(days, 0, -1)]
    if datetime.now(UTC).hour < 7:  # the archive's lag
        asked_for = [day - timedelta(days=1) for day in asked_for]
    with upstream(World()) as up:
        for day in asked_for:
            flown_on(up.world, day)
        (home / "sources.toml").write_text(
            f'[{ARCHIVE}]\nurl = "{up.url}/{ARCHIVE}"\nrequests_per_s = 100\n'
        )
        words = ("backfill", "icao:14fc0b", "--from", str(asked_for[0]), "--to", str(asked_for[-1]))
        for _ in range(kills):
            _run_and_kill(up, url, home, words, after_s=dice.uniform(0, 0.3))
        killed = Counter(asked.path for asked in up.asked())
        done = subprocess.run(
            _command(words),
            env=_environment(url, home),
            capture_output=True,
            text=True,
            check=False,
        )
        asked = Counter(asked.path for asked in up.asked())
    assert done.returncode == 0, done.stderr
    known = int(done.stdout.split(" known before")[0].rsplit(" ", 1)[-1])
    assert f"{days} aircraft-days: {days - known} with data" in done.stdout
    assert known >= len(killed) - kills, "what was stored was asked again"
    assert sum(asked.values()) <= days + kills
    assert len(asked) == days
    _must_be_whole(url, asked_for)


def _run_and_kill(
    up: Upstream, url: str, home: Path, words: tuple[str, ...], after_s: float
) -> None:
    """Kill it so long after its first request."""
    before = len(up.asked())
    process = subprocess.Popen(
        _command(words),
        env=_environment(url, home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pause = threading.Event()
    while len(up.asked()) == before and process.poll() is None:
        pause.wait(0.01)
    pause.wait(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _command(words: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "service.cli", *words, "--source", ARCHIVE]


def _environment(url: str, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "TAILCHECK_HOME": str(home),
        "TAILCHECK_DATABASE_URL": url,
    }


def _must_be_whole(url: str, days: list[date]) -> None:
    engine = open_database(url)
    with reading(engine) as conn:
        rows = [row for row in ledger_about(conn, [OURS], EVER) if row.outcome == "data"]
        units = units_of(conn, OURS)
        movements = tuple(
            conn.exec_driver_sql(
                "SELECT count(*), count(DISTINCT t_best_us) FROM movement WHERE NOT superseded"
            ).one()
        )
    captures = stored(engine)
    engine.dispose()
    assert [row.t_from.date() for row in rows] == days
    assert [unit.key.day for unit in units] == days
    landings = len(days)
    assert movements == (2 * landings - 1, 2 * landings - 1)  # and a start between any two
    kept = {capture.sha256 for capture in captures}
    assert {row.capture for row in rows} <= kept
    assert {sha256 for unit in units for sha256 in unit.captures} <= kept
