"""Which days are due: each rule by itself, and a source of any temper asked until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import Area
from adapters.globe_history import adapters as archives
from schemas.records import LedgerRow, Outcome
from schemas.sources import Reach, Source
from service.ingest.derivation import DAY, day_bounds
from service.ingest.files import import_files
from service.ingest.following.slots import (
    AGAIN_DAYS,
    PAUSES,
    SOON,
    Slot,
    askable_days,
    due,
    next_asking,
    targets,
)
from service.ingest.following.watched import Watched, WatchedAircraft, WatchedAirport
from service.storage.asked import rows_for
from service.storage.database import reading
from tests.adapters.traces import packed, trace
from tests.adapters.traces import row as trace_row
from tests.ingest.desks import fresh_desk
from tests.ingest.fetcher import Hands

MONDAY = date(2025, 6, 2)
START, END = day_bounds(MONDAY)
LAG = timedelta(hours=6)
SOURCE: Source = replace(archives[0].source, lag=LAG, reach=Reach(days_back=30))
FIRST = END + LAG
HOUR = timedelta(hours=1)
Part = tuple[float, float]
WHOLE: Part = (0, 24)


def row(
    outcome: Outcome, asked_at: datetime, part: Part = WHOLE, target: str = "14fc0b"
) -> LedgerRow:
    """What was asked of a part of Monday, in hours."""
    return LedgerRow(
        source=SOURCE.key,
        target=target,
        t_from=START + HOUR * part[0],
        t_to=START + HOUR * part[1],
        outcome=outcome,
        asked_at=asked_at,
    )


def asked(*rows: LedgerRow) -> datetime | None:
    return next_asking(SOURCE, MONDAY, rows)


def aircraft(*icao24: str, since: datetime = START + DAY + 9 * HOUR) -> WatchedAircraft:
    return WatchedAircraft(subject="x", icao24=icao24, registrations=(), by_rule=False, since=since)


MINSK = WatchedAirport(
    ident="UMMS", area=Area(lat=53.88, lon=28.03, radius_nm=30), since=START + DAY + 9 * HOUR
)


# one day


def test_a_day_never_asked_for_is_due_when_it_is_over_and_the_source_can_know() -> None:
    assert asked() == FIRST


def test_an_answer_for_the_whole_day_ends_it() -> None:
    assert asked(row("data", FIRST)) is None
    assert asked(row("empty", FIRST)) is None
    assert asked(row("data", FIRST, (0, 13)), row("empty", FIRST + DAY, (13, 24))) is None


def test_an_answer_for_a_part_ends_it_only_when_given_after_the_day() -> None:
    assert asked(row("data", START + 14 * HOUR, (0, 13))) == FIRST
    assert asked(row("data", FIRST, (3, 13))) is None


def test_answers_with_a_hole_between_are_not_the_whole_day() -> None:
    early = START + 20 * HOUR
    assert asked(row("data", early, (0, 9)), row("data", early + HOUR, (10, 24))) == FIRST


def test_too_early_is_asked_again_one_three_and_seven_days_on_then_no_more() -> None:
    at = FIRST
    moments = []
    while (again := asked(row("too_early", at))) is not None:
        moments.append(again)
        at = again
    assert moments == [START + 3 * DAY, START + 7 * DAY]
    assert asked(row("too_early", START + 20 * HOUR)) == FIRST


def test_failures_are_asked_again_after_growing_pauses_then_no_more() -> None:
    rows: list[LedgerRow] = []
    pauses = []
    at = FIRST
    for outcome in ("failed", "truncated", "refused", "failed", "failed", "failed"):
        rows.append(row(outcome, at))
        again = asked(*rows)
        if again is None:
            break
        pauses.append(again - at)
        at = again
    assert tuple(pauses) == PAUSES
    assert list(PAUSES) == sorted(PAUSES)
    assert len(rows) == len(PAUSES) + 1


def test_an_answer_in_between_forgets_the_failures() -> None:
    failed = [row("failed", FIRST + HOUR * n) for n in range(4)]
    assert asked(*failed, row("too_early", FIRST + 9 * HOUR)) == START + 3 * DAY


def test_a_source_that_was_closed_to_us_is_asked_soon_and_does_not_count_as_failing() -> None:
    assert asked(row("not_asked", FIRST)) == FIRST + SOON
    closed = row("not_asked", FIRST + HOUR)
    assert asked(row("failed", FIRST), closed) == FIRST + HOUR + SOON
    later = row("failed", FIRST + 3 * HOUR)
    assert asked(row("failed", FIRST), closed, later) == FIRST + 3 * HOUR + PAUSES[1]


def test_a_file_handed_over_is_no_asking(migrated_sqlite: Path, tmp_path: Path) -> None:
    """As it is really imported: forty minutes of Monday, under the archive's own key."""
    path = tmp_path / "trace_full_14fc0b.json"
    begins = START + 9 * HOUR
    rows = [trace_row(60.0 * i) for i in range(40)]
    path.write_bytes(packed(trace(rows, timestamp=begins.timestamp())))
    with fresh_desk(migrated_sqlite, tmp_path / "home", Hands(FIRST + HOUR)) as desk:
        (outcome,) = import_files(desk, [path], SOURCE.key)
        assert outcome.error == ""
        with reading(desk.engine) as conn:
            told = rows_for(conn, SOURCE.key, "14fc0b", START, END)
    assert [one.outcome for one in told] == ["data"]
    assert asked(*told) == FIRST
    assert asked(*told, row("empty", FIRST + DAY)) is None
    rest = [row("empty", FIRST, (0, 9)), row("empty", FIRST, (9.6, 24))]
    assert asked(*told, *rest) is None


def test_data_for_a_part_and_failure_for_the_rest_is_a_failure() -> None:
    assert asked(row("data", FIRST, (0, 9)), row("failed", FIRST, (9, 24))) == FIRST + PAUSES[0]


# many days


def test_days_are_asked_from_the_day_before_the_watch_latest_first() -> None:
    firsts = targets(
        SOURCE.key, Watched(aircraft=(aircraft("14fc0b"),)), by_address=True, by_airport=True
    )
    assert firsts == [Slot(source=SOURCE.key, day=MONDAY, icao24="14fc0b")]
    slots = due(SOURCE, firsts, [], now=FIRST + 3 * DAY)
    assert [slot.day for slot in slots] == [MONDAY + DAY * n for n in (3, 2, 1, 0)]
    assert due(SOURCE, firsts, [], now=FIRST - timedelta(microseconds=1)) == []


def test_what_another_source_or_target_was_asked_counts_for_nothing() -> None:
    firsts = targets(
        SOURCE.key, Watched(aircraft=(aircraft("14fc0b"),)), by_address=True, by_airport=False
    )
    others = [
        replace(row("data", FIRST), source="other"),
        row("data", FIRST, target="14fc0c"),
    ]
    assert len(due(SOURCE, firsts, others, now=FIRST)) == 1
    assert due(SOURCE, firsts, [*others, row("data", FIRST)], now=FIRST) == []


def test_who_is_watched_twice_is_asked_for_once_from_the_earlier_day() -> None:
    early = aircraft("14fc0b", since=START)
    watched = Watched(aircraft=(aircraft("14fc0b", "14fc0c"), early), airports=(MINSK,))
    found = targets(SOURCE.key, watched, by_address=True, by_airport=True)
    assert [(slot.target, slot.day) for slot in found] == [
        ("area:UMMS", MONDAY),
        ("14fc0b", MONDAY - DAY),
        ("14fc0c", MONDAY),
    ]
    assert targets(SOURCE.key, watched, by_address=False, by_airport=False) == []


def test_a_slot_says_what_to_ask_for() -> None:
    slot = Slot(source="x", day=MONDAY, icao24="14fc0b")
    assert slot.wanted.icao24 == frozenset(("14fc0b",))
    assert (slot.wanted.t_from, slot.wanted.t_to) == (START, END)
    assert (slot.window.t_from, slot.window.t_to) == (START, END)
    assert Slot(source="x", day=MONDAY, airport="UMMS").wanted.airport == "UMMS"


def test_only_days_that_the_source_reaches_are_asked_for() -> None:
    samples = replace(SOURCE, reach=Reach(days_of_month=(1,)))
    days = askable_days(samples, date(2025, 1, 15), datetime(2025, 4, 2, 7, tzinfo=UTC))
    assert days == [date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1)]
    days = askable_days(SOURCE, date(2020, 1, 1), FIRST)
    assert (days[0], days[-1]) == (MONDAY + DAY - DAY * 30, MONDAY)
    assert askable_days(SOURCE, MONDAY + DAY, FIRST) == []


# a source of any temper

Temper = st.lists(
    st.sampled_from(["data", "empty", "too_early", "truncated", "refused", "failed", "not_asked"]),
    min_size=1,
    max_size=12,
)


def played(temper: list[Outcome], steps: list[int]) -> list[LedgerRow]:
    """The ledger after the worker has looked at it whenever `steps` (minutes) say."""
    ledger: list[LedgerRow] = []
    now = START
    for minutes in steps:
        now += timedelta(minutes=minutes)
        moment = next_asking(SOURCE, MONDAY, ledger)
        if moment is not None and moment <= now:
            outcome = temper[min(len(ledger), len(temper) - 1)]
            ledger.append(row(outcome, now))
    return ledger


@settings(max_examples=200)
@given(temper=Temper, steps=st.lists(st.integers(1, 3_000), max_size=60))
def test_whatever_it_answers_the_day_is_never_asked_too_soon_nor_again_when_done(
    temper: list[Outcome], steps: list[int]
) -> None:
    ledger = played(temper, steps)
    assert all(one.asked_at >= FIRST for one in ledger)
    for before, after in pairwise(ledger):
        assert before.outcome not in {"data", "empty"}
        if before.outcome == "too_early":
            since = {START + DAY * days for days in AGAIN_DAYS}
            assert any(before.asked_at < moment <= after.asked_at for moment in since)
        else:
            assert after.asked_at - before.asked_at >= min(SOON, *PAUSES)


@settings(max_examples=100)
@given(temper=Temper.filter(lambda outcomes: outcomes[-1] != "not_asked"))
def test_it_comes_to_an_end(temper: list[Outcome]) -> None:
    """Looked at every hour for a year, the number of askings is bounded, and the last is final."""
    ledger = played(temper, [60] * 24 * 120)
    assert next_asking(SOURCE, MONDAY, ledger) is None
    sent = [one for one in ledger if one.outcome != "not_asked"]
    assert len(sent) <= len(temper) + len(PAUSES) + 1


@settings(max_examples=100)
@given(temper=Temper, steps=st.lists(st.integers(1, 3_000), min_size=2, max_size=40))
def test_who_was_away_catches_up_at_the_first_look(temper: list[Outcome], steps: list[int]) -> None:
    """Nothing is remembered beside the ledger: after any absence, the day is asked for if and only
    if it was due at some moment of it."""
    ledger = played(temper, steps)
    now = START + timedelta(minutes=sum(steps)) + DAY * 40
    moment = next_asking(SOURCE, MONDAY, ledger)
    found = due(
        replace(SOURCE, reach=Reach()),
        [Slot(source=SOURCE.key, day=MONDAY, icao24="14fc0b")],
        ledger,
        now,
    )
    assert (MONDAY in {slot.day for slot in found}) == (moment is not None)
    assert {slot.day for slot in found} >= set(
        askable_days(replace(SOURCE, reach=Reach()), MONDAY + DAY, now)
    )
