"""The pace of a source: its rules as pure functions, and two processes that share one."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters._contract import discover
from schemas.sources import Pace
from service.ingest.fetching.pacing import (
    LONGEST_CLOSED,
    LONGEST_PATIENCE_S,
    Closed,
    NotNow,
    Pacer,
    PaceState,
    Place,
    closed_until,
    learned,
    reserved,
)
from service.ingest.fetching.waits import retry_after
from service.storage.database import Engine, reading
from service.storage.pace import state_of
from tests.ingest.fetcher import Hands
from tests.upstream.sky import NOON

PROJECT = Path(__file__).resolve().parents[2]
ADSBLOL = discover()["adsblol"].source
ONE_A_SECOND = Pace(requests_per_s=1.0)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

PACES = st.builds(
    Pace,
    requests_per_s=st.sampled_from([0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 7.0]),
    burst=st.integers(1, 5),
    daily_credits=st.sampled_from([None, 5, 40]),
)
STATUSES = st.sampled_from([None, 200, 204, 304, 400, 401, 403, 404, 418, 429, 451, 500, 503])
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Retry-After", "X-Rate-Limit-Remaining", "X-Rate-Limit-Retry-After-Seconds", "Date"]
    ),
    st.sampled_from(
        [
            *("", "0", "1", "120", "7.5", "-5", "86401", "9" * 12, "9" * 400, "soon", "１２"),
            *("Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "2026-01-01"),
            "Fri, 31 Dec 9999 23:59:59 -2359",
        ]
    )
    | st.text(max_size=12),
)
STEPS = st.lists(
    st.tuples(
        st.floats(0, 200, allow_nan=False).map(lambda s: timedelta(seconds=round(s, 3))),
        st.none() | st.tuples(STATUSES, HEADERS),
    ),
    max_size=40,
)


def asked(state: PaceState, pace: Pace, now: datetime) -> Place | Closed:
    return reserved(state, pace, now, patience=MINUTE)


@given(PACES, STEPS)
def test_no_pace_is_ever_exceeded(pace: Pace, steps: list[tuple[timedelta, object]]) -> None:
    """In every window of the sending times there are at most `burst` and rate × length."""
    state, now = PaceState(), NOON
    sent: list[datetime] = []
    for passed, _ in steps:
        now += passed / 50
        place = asked(state, pace, now)
        if isinstance(place, Place):
            assert now <= place.at <= now + MINUTE
            state = place.state
            sent.append(place.at)
    assert sent == sorted(sent)
    interval = 1 / pace.requests_per_s
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            took = (sent[last] - sent[first]).total_seconds()
            assert last - first + 1 <= pace.burst + took / interval + 1e-6


@given(PACES, STEPS)
def test_no_more_than_the_credits_of_a_day_are_spent(
    pace: Pace, steps: list[tuple[timedelta, object]]
) -> None:
    state, now = PaceState(), NOON.replace(hour=23, minute=58)
    days: dict[date, int] = {}
    for passed, _ in steps:
        now += passed
        place = reserved(state, pace, now, patience=MINUTE, cost=2)
        if isinstance(place, Place):
            state = place.state
            days[place.at.date()] = days.get(place.at.date(), 0) + 2
        elif pace.daily_credits is not None and state.credits_spent + 2 > pace.daily_credits:
            assert place.until > now
    if pace.daily_credits is not None:
        assert all(spent <= pace.daily_credits for spent in days.values())


@given(PACES, STEPS)
@example(ONE_A_SECOND, [(SECOND, (429, {"Retry-After": "9" * 400}))])
def test_whatever_is_answered_a_source_opens_again(
    pace: Pace, steps: list[tuple[timedelta, tuple[int | None, dict[str, str]] | None]]
) -> None:
    """It is never closed for longer than a day, and what is said while closed opens nothing."""
    state, now = PaceState(), NOON
    for passed, reply in steps:
        now += passed
        place = asked(state, pace, now)
        if isinstance(place, Place):
            assert closed_until(state, now) is None
            state = place.state
        else:
            assert now < place.until <= now + LONGEST_CLOSED
            assert place.why
        before = closed_until(state, now)
        if reply is not None:
            state = learned(state, *reply, now)
        after = closed_until(state, now)
        assert before is None or (after is not None and after >= before)
        assert after is None or (now < after <= now + LONGEST_CLOSED and state.why_closed)
        assert state.credits_left is None or state.credits_left >= 0
    assert isinstance(asked(state, pace, now + 2 * LONGEST_CLOSED), Place)


@given(st.integers(1, 5_000).map(lambda days: timedelta(days=days)), PACES, STEPS)
def test_a_clock_that_was_wrong_blocks_nothing_for_more_than_a_day(
    ahead: timedelta, pace: Pace, steps: list[tuple[timedelta, tuple[int | None, dict[str, str]]]]
) -> None:
    """States left by a clock years ahead are forgotten once it is mended."""
    state, now = PaceState(), NOON + LONGEST_CLOSED + ahead
    for passed, reply in steps:
        now += passed
        place = asked(state, pace, now)
        state = place.state if isinstance(place, Place) else state
        if reply is not None:
            state = learned(state, *reply, now)
    place = asked(state, pace, NOON)
    assert isinstance(place, Place)
    assert place.at == NOON


def test_a_burst_goes_at_once_and_then_the_rate_holds() -> None:
    pace = Pace(requests_per_s=2.0, burst=3)
    state, waits = PaceState(), []
    for _ in range(6):
        place = asked(state, pace, NOON)
        assert isinstance(place, Place)
        state = place.state
        waits.append((place.at - NOON).total_seconds())
    assert waits == [0, 0, 0, 0.5, 1.0, 1.5]


def test_who_would_wait_too_long_is_told_when_to_come_and_takes_no_place() -> None:
    state = PaceState(next_at=NOON + timedelta(seconds=61))
    place = asked(state, ONE_A_SECOND, NOON)
    assert isinstance(place, Closed)
    assert place.until == NOON + timedelta(seconds=61)
    assert "1 a second" in place.why


def test_credits_begin_anew_at_midnight_and_not_before() -> None:
    pace = Pace(requests_per_s=1.0, daily_credits=2)
    late = NOON.replace(hour=23, minute=59, second=59)
    state = PaceState()
    for _ in range(2):
        place = asked(state, pace, late)
        assert isinstance(place, Place)
        state = learned(place.state, 200, {}, late)
    midnight = (late + SECOND).replace(second=0)
    # The second place lay behind midnight, so one of that day's is spent already.
    assert (state.credits_day, state.credits_spent) == (midnight.date(), 1)
    place = asked(state, pace, midnight + MINUTE)
    assert isinstance(place, Place)
    used_up = asked(place.state, pace, midnight + 2 * MINUTE)
    assert isinstance(used_up, Closed)
    assert used_up.until == midnight + timedelta(days=1)
    assert "2 requests of the day" in used_up.why


def test_what_costs_nothing_is_not_held_up_by_credits() -> None:
    state = PaceState(credits_day=NOON.date(), credits_spent=2)
    pace = Pace(requests_per_s=1.0, daily_credits=2)
    assert isinstance(reserved(state, pace, NOON, patience=MINUTE, cost=0), Place)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120), (" 7 ", 7), ("0", 0), ("2.9", 2), ("999999", 86_400), ("-1", None)),
        *(("", None), ("soon", None), ("9" * 13, None), ("１２", None)),
        ("Thu, 01 Jan 2026 12:02:00 GMT", 120),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Sat, 31 Jan 2026 12:00:00 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date_and_a_day_at_most(
    value: str, seconds: int | None
) -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    waits = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"retry-after": value}, now) == waits


def test_a_date_to_come_back_is_measured_by_the_sources_own_clock() -> None:
    headers = {
        "date": "Thu, 01 Jan 2026 09:00:00 GMT",
        "retry-after": "Thu, 01 Jan 2026 09:05:00 GMT",
    }
    assert retry_after(headers, datetime(2026, 1, 1, 12, tzinfo=UTC)) == timedelta(minutes=5)


def test_the_longer_of_two_waits_is_obeyed() -> None:
    headers = {"retry-after": "5", "x-rate-limit-retry-after-seconds": "3600"}
    assert retry_after(headers, NOON) == timedelta(hours=1)


def test_two_failures_are_forgiven_and_the_third_closes_for_longer_and_longer() -> None:
    state, now, pauses = PaceState(), NOON, []
    for _ in range(12):
        state = learned(state, 500, {}, now)
        until = closed_until(state, now) or now
        pauses.append((until - now).total_seconds())
        now = until
    assert pauses == [0, 0, 30, 60, 120, 240, 480, *[900] * 5]
    assert "status 500" in state.why_closed
    state = learned(state, 200, {}, now)
    assert (state.failures, state.closed_until, state.why_closed) == (0, None, "")
    assert state.answered_at == now


def test_refusals_close_for_hours_at_last_and_silence_for_minutes() -> None:
    longest = {}
    for status in (403, None):
        state, now = PaceState(), NOON
        for _ in range(20):
            state = learned(state, status, {}, now)
            until = closed_until(state, now) or now
            longest[status] = until - now
            now = until
    assert longest == {403: timedelta(hours=6), None: timedelta(minutes=15)}


def test_a_token_that_has_run_out_closes_nothing_and_wrong_ones_do_at_last() -> None:
    state, closed = PaceState(), []
    for _ in range(5):
        state = learned(state, 401, {}, NOON)
        closed.append(closed_until(state, NOON) is not None)
    assert closed == [False, False, False, False, True]


def test_too_many_requests_is_heeded_at_once() -> None:
    state = learned(PaceState(), 429, {}, NOON)
    assert closed_until(state, NOON) == NOON + timedelta(seconds=30)
    state = learned(PaceState(), 429, {"RETRY-AFTER": "7"}, NOON)
    assert closed_until(state, NOON) == NOON + timedelta(seconds=7)
    assert "said how long" in state.why_closed


def test_somebody_who_always_says_to_come_at_once_is_left_alone_all_the_same() -> None:
    state = PaceState()
    for _ in range(3):
        state = learned(state, 429, {"Retry-After": "0"}, NOON)
    assert closed_until(state, NOON) == NOON + timedelta(seconds=30)


def test_web_pages_instead_of_data_are_refusals() -> None:
    state, now = PaceState(), NOON
    for _ in range(3):
        state = learned(state, 200, {}, now, web_page=True)
    assert closed_until(state, now) == now + timedelta(seconds=30)
    assert "web pages" in state.why_closed
    assert state.answered_at is None
    assert learned(PaceState(), 404, {}, now, web_page=True).failures == 0, "not there is not there"


def test_replies_to_what_was_sent_before_it_closed_neither_open_nor_close_it() -> None:
    state = learned(PaceState(), 429, {"Retry-After": "60"}, NOON)
    assert learned(state, 500, {}, NOON) == state
    later = learned(state, 200, {}, NOON + SECOND)
    assert later.answered_at == NOON + SECOND
    assert closed_until(later, NOON + SECOND) == NOON + MINUTE
    longer = learned(state, 429, {"Retry-After": "90"}, NOON)
    assert closed_until(longer, NOON) == NOON + timedelta(seconds=90)


def test_a_page_that_is_not_there_is_an_answer() -> None:
    state = learned(replace(PaceState(), failures=2), 404, {}, NOON)
    assert (state.failures, state.answered_at) == (0, NOON)


def test_openskys_last_credit_closes_it_for_an_hour_and_its_word_for_as_long_as_it_says() -> None:
    state = learned(PaceState(), 200, {"X-Rate-Limit-Remaining": "3"}, NOON)
    assert (state.credits_left, closed_until(state, NOON)) == (3, None)
    state = learned(state, 200, {"X-Rate-Limit-Remaining": "0"}, NOON)
    assert closed_until(state, NOON) == NOON + timedelta(hours=1)
    assert "no requests are left" in state.why_closed
    later = NOON + timedelta(hours=1)
    state = learned(
        state,
        429,
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Retry-After-Seconds": "7200"},
        later,
    )
    assert closed_until(state, later) == later + timedelta(hours=2)


def test_what_the_source_said_is_left_goes_down_with_what_is_asked_until_it_says_more() -> None:
    state = learned(PaceState(), 200, {"X-Rate-Limit-Remaining": "3"}, NOON)
    left = []
    for _ in range(3):
        place = reserved(state, ONE_A_SECOND, NOON, patience=MINUTE, cost=2)
        assert isinstance(place, Place)
        state = place.state
        left.append(state.credits_left)
    assert left == [1, None, None], "more than it said is no longer known"


# the pace in the database


def test_who_waits_sleeps_and_then_goes(database: Engine) -> None:
    clock = Hands()
    pacer = Pacer(database, clock, clock.sleep)
    for _ in range(3):
        pacer.wait(ADSBLOL)
    interval = 1 / ADSBLOL.pace.requests_per_s
    assert clock.slept == pytest.approx([interval] * (3 - ADSBLOL.pace.burst))


def test_a_closed_source_is_closed_for_every_pacer_and_says_when_it_opens(
    database: Engine,
) -> None:
    clock = Hands()
    Pacer(database, clock, clock.sleep).told(ADSBLOL, 429, {"Retry-After": "90"})
    other = Pacer(database, clock, clock.sleep)
    with pytest.raises(NotNow, match=r"is not asked before 2026-\d\d-\d\d .*: it refused") as no:
        other.wait(ADSBLOL)
    assert no.value.until == clock() + timedelta(seconds=90) == other.closed_until(ADSBLOL)
    with reading(database) as conn:
        before = state_of(conn, ADSBLOL.key)
    assert before.credits_spent == 0
    clock.move(seconds=90)
    other.wait(ADSBLOL)
    assert other.closed_until(ADSBLOL) is None


def test_sources_do_not_wait_for_each_other(database: Engine) -> None:
    clock = Hands()
    pacer = Pacer(database, clock, clock.sleep)
    for adapter in discover().values():
        pacer.wait(adapter.source)
    assert clock.slept == []


def test_whoever_is_let_go_while_waiting_has_sent_nothing(database: Engine) -> None:
    class Stopping(Exception):
        pass

    def stop(_: float) -> None:
        raise Stopping

    pacer = Pacer(database, Hands(), stop)
    pacer.wait(ADSBLOL)
    with pytest.raises(Stopping):
        pacer.wait(ADSBLOL)


def test_who_waited_while_another_was_refused_does_not_go(database: Engine) -> None:
    clock = Hands()
    other = Pacer(database, clock, clock.sleep)

    def sleep(seconds: float) -> None:
        other.told(ADSBLOL, 429, {"Retry-After": "600"})
        clock.sleep(seconds)

    pacer = Pacer(database, clock, sleep)
    pacer.wait(ADSBLOL)
    with pytest.raises(NotNow, match="said how long"):
        pacer.wait(ADSBLOL)


def test_patience_has_an_end(database: Engine) -> None:
    with pytest.raises(ValueError, match="Patience"):
        Pacer(database, Hands(), patience_s=LONGEST_PATIENCE_S + 1)


def test_two_processes_share_one_pace(database_url: str, database: Engine) -> None:
    """Real processes on the real clock: no place is given twice, whoever asks."""
    each = 12
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.pacing_process", database_url, str(each)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    places: list[float] = []
    for process in processes:
        told, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        places += [float(line) for line in told.split()]
    assert len(places) == 2 * each
    with reading(database) as conn:
        state = state_of(conn, "shared")
    assert state.credits_spent == 2 * each
    places.sort()
    gaps = [after - before for before, after in itertools.pairwise(places)]
    assert min(gaps) >= 0.05 - 1e-6
