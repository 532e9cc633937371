"""How often is asked, and when it is worked out: the rules one by one."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sources import Pace
from service.domain.track import take
from service.ingest.following.rhythm import (
    CALM_S,
    CRUISE_S,
    NEAR_S,
    REMAINING,
    TRAFFIC_S,
    Credits,
    Last,
    Pending,
    heard,
    pause_s,
    settled,
    traffic_pause_s,
)
from tests.ingest.polling import flight
from tests.storage.helpers import NOW

US = 1_000_000
T = 1_700_000_000 * US
CRUISING = Last(
    t_us=T,
    on_ground=False,
    alt_baro_ft=33_000,
    gs_kt=450,
    rate_fpm=0,
    air_us=T,
    changed_us=T - 3_000 * US,
)
FINAL = replace(CRUISING, alt_baro_ft=1_500, gs_kt=140, rate_fpm=-700)
ROLLED_OUT = replace(
    FINAL, on_ground=True, alt_baro_ft=math.nan, gs_kt=0, air_us=T - 60 * US, changed_us=T - 50 * US
)
PARKED = replace(ROLLED_OUT, air_us=T - 7_200 * US, changed_us=T - 7_200 * US)
TRACK = flight(15, "DH8D")


@pytest.mark.parametrize(
    ("last", "seconds"),
    [
        (None, CALM_S),
        (CRUISING, CRUISE_S),
        (replace(CRUISING, rate_fpm=-1_800), NEAR_S),
        (replace(CRUISING, rate_fpm=math.nan), CRUISE_S),
        (replace(CRUISING, alt_baro_ft=math.nan), NEAR_S),
        (FINAL, NEAR_S),
        (ROLLED_OUT, NEAR_S),
        (PARKED, CALM_S),
        (replace(PARKED, gs_kt=12), NEAR_S),
        (replace(PARKED, gs_kt=math.nan), CALM_S),
        (replace(FINAL, t_us=T - 301 * US), CALM_S),
    ],
)
def test_asked_often_near_to_a_movement_and_once_a_minute_else(
    last: Last | None, seconds: float
) -> None:
    assert pause_s(last, T) == seconds


def test_nobody_is_left_alone_for_longer_than_a_reply_reaches_back() -> None:
    assert max(NEAR_S, CRUISE_S, TRAFFIC_S, CALM_S) < 60


def test_others_in_a_circle_are_asked_for_half_as_often_when_low() -> None:
    assert traffic_pause_s(FINAL, T) == TRAFFIC_S
    assert traffic_pause_s(CRUISING, T) == CALM_S
    assert traffic_pause_s(PARKED, T) == CALM_S
    assert traffic_pause_s(FINAL, T + 600 * US) == CALM_S


def waits(*, since_s: float, on_ground: bool | None = None) -> Pending:
    return Pending(since_us=T - round(since_s * US), first_us=T - 1, on_ground=on_ground)


def test_worked_out_a_while_after_it_left_or_touched_the_ground() -> None:
    landed = waits(since_s=100, on_ground=False)
    assert not settled(landed, ROLLED_OUT, T, followed=True)
    assert not settled(landed, ROLLED_OUT, T + 99 * US, followed=True)
    assert settled(landed, ROLLED_OUT, T + 100 * US, followed=True)
    assert not settled(waits(since_s=100, on_ground=True), ROLLED_OUT, T + 100 * US, followed=True)


def test_what_has_just_changed_is_waited_for_although_it_is_time() -> None:
    """A landing that is worked out before it is certain is told twice."""
    long_ago = waits(since_s=1_000, on_ground=False)
    assert not settled(long_ago, ROLLED_OUT, T, followed=True)
    assert settled(long_ago, ROLLED_OUT, T + 100 * US, followed=True)
    assert settled(waits(since_s=3_600, on_ground=False), ROLLED_OUT, T, followed=True)


def test_worked_out_at_intervals_but_not_while_it_is_low() -> None:
    assert settled(waits(since_s=901), CRUISING, T, followed=True)
    assert not settled(waits(since_s=899), CRUISING, T, followed=True)
    assert not settled(waits(since_s=901), FINAL, T, followed=True)
    assert settled(waits(since_s=3_601), FINAL, T, followed=True)
    assert not settled(waits(since_s=901), CRUISING, T, followed=False)
    assert settled(waits(since_s=3_601), CRUISING, T, followed=False)


def test_a_takeoff_is_worked_out_while_it_climbs_and_no_other_flight_near_the_ground() -> None:
    climbing = replace(FINAL, rate_fpm=1_500, changed_us=T - 100 * US, has_changed=True)
    rolled = waits(since_s=200, on_ground=True)
    assert settled(rolled, climbing, T, followed=True)
    assert settled(waits(since_s=200), climbing, T, followed=True), "it was heard to take off"
    assert not settled(rolled, replace(climbing, changed_us=T - 80 * US), T, followed=True)
    assert not settled(rolled, replace(climbing, rate_fpm=0), T, followed=True)
    assert not settled(rolled, replace(climbing, rate_fpm=math.nan), T, followed=True)
    assert not settled(rolled, climbing, T, followed=False)
    assert not settled(rolled.told(climbing, T).more(T), climbing, T + US, followed=True)


def test_an_emergency_that_is_held_waits_for_nothing_and_is_worked_out_once() -> None:
    squawking = replace(FINAL, emergency_us=T - 60 * US)
    waiting = waits(since_s=1)
    assert settled(waiting, squawking, T, followed=False)
    assert not settled(waiting, replace(FINAL, emergency_us=T - 59 * US), T, followed=True)
    assert not settled(waiting.told(squawking, T).more(T), squawking, T + US, followed=True)
    early = waiting.told(replace(FINAL, emergency_us=T - 20 * US), T).more(T)
    later = replace(FINAL, t_us=T + 40 * US, emergency_us=T - 20 * US)
    assert settled(early, later, T + 40 * US, followed=True)


def test_an_emergency_lasts_until_another_code_is_said() -> None:
    first, later = (int(TRACK.t_us[row]) for row in (10, 50))
    track = replace(TRACK, squawks=((first, "7700"), (later, "1000")))
    since = {}
    for rows in (10, 40, 60):
        last = heard(take(track, slice(0, rows)), None)
        assert last is not None
        since[rows] = last.emergency_us
    assert since == {10: None, 40: first, 60: None}


def test_what_stands_where_it_stood_is_worked_out_once_an_hour() -> None:
    stood = replace(PARKED, t_us=T)
    assert settled(waits(since_s=901), stood, T, followed=True), "it was never worked out before"
    assert not settled(waits(since_s=3_599, on_ground=True), stood, T, followed=True)
    assert settled(waits(since_s=3_601, on_ground=True), stood, T, followed=True)


def test_worked_out_when_it_has_fallen_silent_and_only_when_something_waits() -> None:
    late = T + 300 * US
    assert settled(waits(since_s=1), FINAL, late, followed=True)
    assert settled(waits(since_s=1), FINAL, late, followed=False)
    told = waits(since_s=1).told(FINAL, late)
    assert not settled(told, FINAL, late + 9_999 * US, followed=True)
    assert settled(told.more(T), FINAL, late, followed=True)
    assert told.more(T).more(T - 5).more(T + 5).first_us == T - 5


@given(st.lists(st.integers(1, len(TRACK) - 1), max_size=5))
def test_it_does_not_matter_in_how_many_pages_fixes_come(cuts: list[int]) -> None:
    last: Last | None = None
    edges = [0, *sorted(cuts), len(TRACK)]
    for start, end in itertools.pairwise(edges):
        last = heard(take(TRACK, slice(start, end)), last)
    whole = heard(TRACK, None)
    assert repr(last) == repr(whole)
    assert last is not None
    assert last.t_us == TRACK.t_us[-1]
    assert heard(take(TRACK, np.array([3])), last) == last, "an older fix changes nothing"


# credits


def test_credits_are_spread_over_the_day_until_the_source_says_what_is_left() -> None:
    left = Credits(Pace(requests_per_s=1, daily_credits=4_320))
    assert left.pause_s(1, NOW) == 20
    assert left.pause_s(3, NOW) == 60
    noon = NOW + timedelta(hours=12)
    left.told({REMAINING.upper(): "1000"})
    left.told({REMAINING: "996"})
    assert left.pause_s(1, noon) == pytest.approx(43_200 * 4 / 996)
    left.told({REMAINING: "4320"})  # the next day
    assert left.pause_s(1, noon) == pytest.approx(43_200 * 4 / 4_320)


@pytest.mark.parametrize("said", ["", "-1", "many", "9" * 30, "٣"])
def test_what_is_no_count_is_not_believed(said: str) -> None:
    left = Credits(Pace(requests_per_s=1, daily_credits=4_320))
    left.told({REMAINING: said})
    assert left.pause_s(1, NOW) == 20


def test_none_left_is_no_division_by_zero_and_no_credits_no_pause() -> None:
    left = Credits(Pace(requests_per_s=1, daily_credits=10))
    left.told({REMAINING: "0"})
    assert left.pause_s(1, NOW) == 86_400
    assert Credits(Pace(requests_per_s=1)).pause_s(5, NOW) == 0
