"""Silences, and the visits that could hide in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import FixPoint
from schemas.verdicts import Interval
from service.domain.verdict.reachability import Silence, Window, silences, visit_window
from tests.domain.cases import MINSK, at, fix, flight_of, off, on, parked, segment

DAY = Interval(t_from=at("00:00"), t_to=at("24:00"))
MINUTE = timedelta(minutes=1)


def ends(found: tuple[Silence, ...]) -> list[tuple[str, str]]:
    """Clock times of the brackets; an open end is empty."""
    return [
        (f"{s.before.t:%H:%M}" if s.before else "", f"{s.after.t:%H:%M}" if s.after else "")
        for s in found
    ]


def bracket(clock: str, minutes_off: float) -> FixPoint:
    """A fix so many minutes from Minsk at 720 kt."""
    return fix(at(clock), off(MINSK, 200, flight_of(minutes_off)))


def window(before: FixPoint | None, after: FixPoint | None, day: Interval = DAY) -> Window:
    return visit_window(Silence(before, after, MINSK, 720.0), day)


def test_nothing_heard_is_one_silence_without_end() -> None:
    assert ends(silences([], MINSK, 720.0)) == [("", "")]


def test_silences_are_open_at_both_ends_of_what_was_heard() -> None:
    heard = [
        parked(at("02:00"), at("03:00"), on(MINSK)),
        parked(at("05:00"), at("06:00"), on(MINSK)),
    ]
    assert ends(silences(heard, MINSK, 720.0)) == [("", "02:00"), ("03:00", "05:00"), ("06:00", "")]


def test_segments_that_overlap_or_meet_leave_no_silence() -> None:
    heard = [
        parked(at("02:00"), at("05:00"), on(MINSK)),
        parked(at("03:00"), at("04:00"), on(MINSK), "opensky"),
        parked(at("04:30"), at("06:00"), on(MINSK), "opensky"),
        parked(at("06:00"), at("07:00"), on(MINSK)),
    ]
    assert ends(silences(heard, MINSK, 720.0)) == [("", "02:00"), ("07:00", "")]


def test_of_two_that_end_together_the_first_brackets() -> None:
    heard = [
        segment((at("02:00"), off(MINSK, 0, 100)), (at("03:00"), off(MINSK, 0, 100))),
        segment((at("02:30"), off(MINSK, 0, 101)), (at("03:00"), off(MINSK, 0, 101))),
    ]
    last = silences(heard, MINSK, 720.0)[-1].before
    assert last == heard[0].last


def test_a_silence_touches_what_lies_between_its_brackets() -> None:
    morning = Interval(t_from=at("06:00"), t_to=at("12:00"))

    def touches(before: str, after: str) -> bool:
        first = fix(at(before), on(MINSK)) if before else None
        last = fix(at(after), on(MINSK)) if after else None
        return Silence(first, last, MINSK, 720.0).touches(morning)

    assert touches("05:00", "07:00")
    assert touches("11:59", "13:00")
    assert touches("", "")
    assert touches("", "06:01")
    assert touches("11:59", "")
    assert not touches("05:00", "06:00")
    assert not touches("", "06:00")
    assert not touches("12:00", "13:00")
    assert not touches("12:00", "")


def test_the_way_there_and_back() -> None:
    silence = Silence(bracket("06:00", 30), bracket("09:00", 60), MINSK, 720.0)
    assert silence.there / MINUTE == pytest.approx(30)
    assert silence.back / MINUTE == pytest.approx(60)


def test_within_the_airports_radius_no_time_is_needed() -> None:
    close = fix(at("06:00"), off(MINSK, 0, 4.0))
    silence = Silence(close, fix(at("07:00"), off(MINSK, 0, 4.2)), MINSK, 720.0)
    assert silence.there == timedelta()
    assert timedelta() < silence.back < timedelta(seconds=2)
    assert Silence(None, None, MINSK, 720.0).there == timedelta()


def test_a_bracketed_visit() -> None:
    found = window(bracket("06:00", 30), bracket("09:00", 60))
    # A minute is given away for clocks at either end.
    assert abs(found.t_arrive - at("06:29")) < timedelta(seconds=1)
    assert abs(found.t_leave - at("08:01")) < timedelta(seconds=1)
    assert found.needed_s == pytest.approx(90 * 60)
    assert found.available_s == 3 * 3600
    assert found.possible
    assert not found.too_long


def test_a_bracketed_visit_that_does_not_fit() -> None:
    found = window(bracket("06:00", 30), bracket("07:00", 60))
    assert not found.possible
    assert found.too_long


def test_a_visit_after_the_last_fix_counts_one_way() -> None:
    found = window(bracket("22:00", 60), None)
    assert abs(found.t_arrive - at("22:59")) < timedelta(seconds=1)
    assert found.t_leave == at("24:00")
    assert found.needed_s == pytest.approx(3600)
    assert found.available_s == 2 * 3600


def test_a_visit_before_the_first_fix_counts_one_way() -> None:
    found = window(None, bracket("02:00", 60))
    assert found.t_arrive == at("00:00")
    assert abs(found.t_leave - at("01:01")) < timedelta(seconds=1)
    assert found.needed_s == pytest.approx(3600)
    assert found.available_s == 2 * 3600


def test_a_visit_that_nothing_bounds() -> None:
    found = window(None, None)
    assert (found.t_arrive, found.t_leave) == (DAY.t_from, DAY.t_to)
    assert found.needed_s is None
    assert found.possible
    assert not found.too_long


def test_a_visit_is_looked_for_within_the_interval_only() -> None:
    around = Interval(t_from=at("10:00"), t_to=at("11:00"))
    found = window(bracket("06:00", 30), bracket("15:00", 30), around)
    assert (found.t_arrive, found.t_leave) == (around.t_from, around.t_to)
    assert found.available_s == 9 * 3600
    assert found.within_s == 3600
    too_late = window(bracket("10:40", 30), bracket("15:00", 30), around)
    assert not too_late.possible
    assert not too_late.too_long
    assert too_late.within_s == 20 * 60
    assert window(bracket("09:00", 30), bracket("10:05", 30), around).within_s == 5 * 60
    assert window(None, bracket("10:05", 30), around).within_s == 5 * 60
    assert window(bracket("10:40", 30), None, around).within_s == 20 * 60


def test_a_visit_of_a_single_moment_is_possible() -> None:
    moment = at("12:00")
    assert Window(Silence(None, None, MINSK, 720.0), DAY, moment, moment).possible
    before = fix(moment, off(MINSK, 90, 100))
    there = Silence(before, None, MINSK, 720.0).there
    found = window(before, fix(moment + there, off(MINSK, 0, 0)))
    assert found.needed_s == found.available_s
    assert not found.too_long


@given(
    st.floats(0.0, 400.0),
    st.floats(0.0, 400.0),
    st.floats(0.0, 1_440.0),
    st.floats(200.0, 2_000.0),
    st.floats(0.0, 400.0),
    st.floats(1.0, 2.0),
)
@settings(max_examples=300, deadline=None)
def test_more_time_more_speed_or_a_nearer_airport_never_rule_a_visit_out(
    there_nm: float, back_nm: float, minutes: float, v_max_kt: float, nearer_nm: float, more: float
) -> None:
    def possible(there: float, back: float, gap: float, speed: float) -> bool:
        t = at("00:00")
        before = fix(t, off(MINSK, 90, there))
        after = fix(t + timedelta(minutes=gap), off(MINSK, 270, back))
        return visit_window(Silence(before, after, MINSK, speed), DAY).possible

    if possible(there_nm, back_nm, minutes, v_max_kt):
        assert possible(there_nm, back_nm, min(1_440.0, minutes * more), v_max_kt)
        assert possible(there_nm, back_nm, minutes, v_max_kt * more)
        assert possible(max(0.0, there_nm - nearer_nm), back_nm, minutes, v_max_kt)
        assert possible(there_nm, max(0.0, back_nm - nearer_nm), minutes, v_max_kt)
