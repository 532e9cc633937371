"""Silence is told where somebody was asked, and answered, since; and what was missed is made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas.records import LedgerRow, Outcome
from schemas.watching import Wishes
from service.desk import Desk
from service.errors import StorageError
from service.ingest.telling.known import reached
from service.ingest.telling.lost import CatchingUp
from service.ingest.writing import Writing, write
from service.storage.capture_index import CaptureSpan
from service.storage.database import Engine, writing
from service.storage.units import replace_units
from tests.ingest.desks import desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.telling import (
    DAY,
    MORNING,
    US,
    alerts,
    brief,
    follow,
    happens,
    heard,
    landing,
    unit,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LAST = MORNING + HOUR
LOST = Wishes(triggers=frozenset({"signal_lost"}))


@pytest.fixture
def clock() -> Hands:
    return Hands(LAST + 40 * MINUTE)


@pytest.fixture
def desk(database: Engine, tmp_path: Path, clock: Hands) -> Desk:
    return desk_of(database, tmp_path, clock)


def asked(desk: Desk, minutes: int, outcome: Outcome = "empty", *, since: datetime = LAST) -> None:
    """Once in five minutes, from `since` on."""
    rows = [
        LedgerRow(
            source="adsblol",
            target=US,
            t_from=since + start * MINUTE,
            t_to=since + (start + 5) * MINUTE,
            outcome=outcome,
            asked_at=since + (start + 5) * MINUTE,
        )
        for start in range(0, minutes, 5)
    ]
    write(desk, Writing(ledger=rows))


def test_lost_is_told_once_when_it_was_asked_for_in_vain_for_long_enough(
    desk: Desk, clock: Hands
) -> None:
    follow(desk, wishes=LOST)
    happens(desk, unit(heard(MORNING, LAST)))
    catching_up = CatchingUp(desk)
    asked(desk, 25)
    assert catching_up.step() == 0
    asked(desk, 5, since=LAST + 25 * MINUTE)
    assert (catching_up.step(), catching_up.step(), CatchingUp(replace(desk)).step()) == (1, 0, 0)
    (alert,) = alerts(desk)
    assert (alert.occasion.trigger, alert.occasion.at) == ("signal_lost", LAST)


@pytest.mark.parametrize("outcome", ["failed", "refused", "truncated", "not_asked"])
def test_nobody_who_did_not_answer_counts(desk: Desk, outcome: Outcome) -> None:
    follow(desk, wishes=LOST)
    happens(desk, unit(heard(MORNING, LAST)))
    asked(desk, 60, outcome)
    assert CatchingUp(desk).step() == 0


def test_nobody_is_lost_on_the_ground(desk: Desk) -> None:
    follow(desk, wishes=LOST)
    happens(desk, unit(heard(MORNING, LAST, ground=True)))
    asked(desk, 60)
    assert CatchingUp(desk).step() == 0


def test_what_was_heard_and_is_not_worked_out_yet_is_no_silence(desk: Desk) -> None:
    follow(desk, wishes=LOST)
    happens(desk, unit(heard(MORNING, LAST)))
    later = LAST + 20 * MINUTE
    span = CaptureSpan(sha256="ab" * 32, icao24=US, source="adsblol", t_first=later, t_last=later)
    write(desk, Writing(spans=[span]))
    asked(desk, 60)
    assert CatchingUp(desk).step() == 0


def test_a_landing_that_becomes_known_withdraws_it(desk: Desk) -> None:
    follow(desk, wishes=Wishes(triggers=frozenset({"signal_lost", "landing"})))
    happens(desk, unit(heard(MORNING, LAST)))
    asked(desk, 40)
    assert CatchingUp(desk).step() == 1
    source = "adsblol_history"
    happens(desk, unit(landing(LAST + 20 * MINUTE, source=source), source=source))
    forms = {(alert.form, alert.occasion.trigger) for alert in alerts(desk)}
    assert forms == {("new", "signal_lost"), ("withdrawal", "signal_lost"), ("new", "landing")}


def test_a_hole_in_the_asking_ends_what_is_known_of_the_silence() -> None:
    def row(start: int, end: int, outcome: Outcome = "empty") -> LedgerRow:
        t_from, t_to = LAST + start * MINUTE, LAST + end * MINUTE
        return LedgerRow(
            source="x", target=US, t_from=t_from, t_to=t_to, outcome=outcome, asked_at=t_to
        )

    assert reached(LAST, []) == LAST
    assert reached(LAST, [row(8, 20), row(4, 9)]) == LAST + 20 * MINUTE
    assert reached(LAST, [row(0, 5), row(11, 20)]) == LAST + 5 * MINUTE
    assert reached(LAST, [row(0, 5), row(5, 10, "failed"), row(10, 15)]) == LAST + 15 * MINUTE
    assert reached(LAST, [row(6, 15)]) == LAST


def test_what_was_written_without_telling_is_told_when_the_work_is_taken_up(desk: Desk) -> None:
    """By a version that told nothing."""
    follow(desk)
    follow(desk, "UMMS", kind="airport", owner="ann")
    with writing(desk.engine) as conn:
        replace_units(conn, [unit(landing(MORNING))], now=desk.clock())
    assert not alerts(desk)
    assert CatchingUp(desk).step() == 2
    assert brief(alerts(desk)) == brief(alerts(desk, "ann")) == [("new", "landing", "UMMS")]
    assert CatchingUp(desk).step() == 0


def test_nobody_is_looked_at_where_nothing_is_followed(desk: Desk) -> None:
    happens(desk, unit(landing(MORNING)))
    assert CatchingUp(desk).step() == 0


def test_told_to_stop_it_stops_and_goes_on_the_next_time(desk: Desk) -> None:
    follow(desk)
    with writing(desk.engine) as conn:
        replace_units(conn, [unit(landing(MORNING))], now=desk.clock())
    stops = True
    catching_up = CatchingUp(desk, lambda: stops)
    assert catching_up.step() == 0
    stops = False
    assert catching_up.step() == 1


def behind(desk: Desk) -> None:
    """A landing that could not be told when it was written."""
    with writing(desk.engine) as conn:
        replace_units(conn, [unit(landing(MORNING))], now=desk.clock())
    desk.roster.fell_behind([US])


Step = Callable[[CatchingUp], int]
STEPS = pytest.mark.parametrize("step", [CatchingUp.step, CatchingUp.tell_those_behind])


@STEPS
def test_who_is_behind_is_not_forgotten_when_the_database_fails(desk: Desk, step: Step) -> None:
    follow(desk)
    catching_up = CatchingUp(desk)
    assert catching_up.step() == 0
    behind(desk)
    with desk.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE emergency RENAME TO gone")
    with pytest.raises(StorageError):
        step(catching_up)
    with desk.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE gone RENAME TO emergency")
    assert (step(catching_up), step(catching_up)) == (1, 0)


@STEPS
def test_who_is_behind_is_not_forgotten_by_one_who_is_told_to_stop(desk: Desk, step: Step) -> None:
    follow(desk)
    stops = False
    catching_up = CatchingUp(desk, lambda: stops)
    assert catching_up.step() == 0
    behind(desk)
    stops = True
    assert step(catching_up) == 0
    stops = False
    assert (step(catching_up), step(catching_up)) == (1, 0)


def test_a_silence_is_counted_from_when_it_was_followed(desk: Desk) -> None:
    """An import of last year, and a watch of the day before yesterday."""
    follow(desk, wishes=Wishes(triggers=frozenset({"reappeared"})))
    long_ago = timedelta(days=300)
    early = heard(MORNING - long_ago, LAST - long_ago)
    happens(desk, unit(early, day=DAY - long_ago), unit(heard(MORNING, LAST)))
    assert not alerts(desk)


def test_a_possibly_forged_sign_ends_no_silence(desk: Desk) -> None:
    week = timedelta(days=8)
    follow(desk, since=MORNING - 4 * week, wishes=Wishes(triggers=frozenset({"reappeared"})))
    forged = [
        unit(
            replace(heard(MORNING - gap, LAST - gap), marks=("spoof_suspected",), usable=False),
            day=DAY - gap,
        )
        for gap in (timedelta(days=n) for n in range(4, 16))
    ]
    true = unit(heard(MORNING - 2 * week, LAST - 2 * week), day=DAY - 2 * week)
    happens(desk, *(each for each in forged), true)
    happens(desk, unit(heard(MORNING, LAST)))
    told = [alert.occasion.at for alert in alerts(desk)]
    assert told[-1] == MORNING
    assert "after 15 days" in alerts(desk)[-1].occasion.words
