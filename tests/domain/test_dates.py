"""From a local date to its instants: clock changes, skipped days, zones that are none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.verdicts import Interval
from service.domain.dates import FIRST_DAY, check_askable, local_day
from service.errors import BadInput

HOUR = timedelta(hours=1)
ZONES = (
    "UTC", "Europe/Minsk", "Europe/London", "America/New_York", "America/Sao_Paulo",
    "America/Havana", "Asia/Beirut", "Asia/Tehran", "Pacific/Apia", "Pacific/Kiritimati",
    "Pacific/Chatham", "Australia/Lord_Howe", "Africa/Cairo", "America/Asuncion", "Asia/Pyongyang",
    "Antarctica/Troll", "America/Nuuk", "Asia/Kathmandu",
)  # fmt: skip


def refusal(on: date, zone: str) -> str:
    with pytest.raises(BadInput) as refused:
        local_day(on, zone)
    return str(refused.value)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_plain_day_at_minsk() -> None:
    assert local_day(date(2024, 5, 10), "Europe/Minsk") == Interval(
        t_from=utc("2024-05-09 21:00"), t_to=utc("2024-05-10 21:00")
    )


def test_days_of_23_and_25_hours() -> None:
    spring, autumn = date(2024, 3, 31), date(2024, 10, 27)
    assert local_day(spring, "Europe/London").t_to - local_day(spring, "Europe/London").t_from == (
        23 * HOUR
    )
    assert local_day(autumn, "Europe/London").t_to - local_day(autumn, "Europe/London").t_from == (
        25 * HOUR
    )


def test_a_midnight_that_was_skipped_is_the_moment_of_the_change() -> None:
    day = local_day(date(2018, 11, 4), "America/Sao_Paulo")
    assert (day.t_from, day.t_to) == (utc("2018-11-04 03:00"), utc("2018-11-05 02:00"))


def test_a_midnight_that_came_twice_is_the_first() -> None:
    day = local_day(date(2024, 11, 3), "America/Havana")
    assert (day.t_from, day.t_to) == (utc("2024-11-03 04:00"), utc("2024-11-04 05:00"))


def test_an_evening_that_came_twice_is_the_day_before() -> None:
    day = local_day(date(2018, 2, 17), "America/Sao_Paulo")
    assert day.t_to - day.t_from == 25 * HOUR


def test_newfoundlands_evening_came_twice_after_midnight() -> None:
    before = local_day(date(2010, 11, 6), "America/St_Johns")
    assert before.t_to == utc("2010-11-07 03:30")
    assert local_day(date(2010, 11, 7), "America/St_Johns").t_from == before.t_to


def test_a_day_that_the_calendar_skipped() -> None:
    assert refusal(date(2011, 12, 30), "Pacific/Apia") == (
        "2011-12-30 did not exist in Pacific/Apia: the calendar skipped that day there."
    )
    before = local_day(date(2011, 12, 29), "Pacific/Apia")
    assert before.t_to == local_day(date(2011, 12, 31), "Pacific/Apia").t_from


@pytest.mark.parametrize(
    "zone",
    ["", "Mars/Olympus", "Europe", "../../etc/passwd", "/etc/passwd", "europe/minsk ", "\x00",
     "Europe/Minsk\n", "\ud800", "zone.tab", "localtime", "posixrules", "a" * 10_000, "UTC+3"],
)  # fmt: skip
def test_a_zone_that_is_none(zone: str) -> None:
    text = refusal(date(2024, 5, 10), zone)
    assert "is not a time zone; use a name such as Europe/Minsk, or UTC." in text
    assert len(text) < 200


def test_a_wrong_zone_is_quoted() -> None:
    assert refusal(date(2024, 5, 10), "x" * 40).startswith(repr("x" * 40))
    assert refusal(date(2024, 5, 10), "x" * 41).startswith(repr("x" * 40 + "…"))


def test_what_is_no_zone_here_either() -> None:
    """Kinds of refusal by the library: not found, no such name, not a file, too long."""
    for zone in ("Mars/Olympus", "../x", "Europe", "a" * 10_000, "localtime", "posixrules"):
        assert "is not a time zone" in refusal(date(2024, 5, 10), zone)


def test_the_ends_of_the_calendar() -> None:
    assert "end of the calendar" in refusal(date.max, "UTC")
    assert "end of the calendar" in refusal(date.min, "Asia/Tokyo")


def test_a_day_that_has_not_begun_cannot_be_asked_about() -> None:
    on = date(2024, 5, 10)
    day = local_day(on, "Europe/Minsk")
    check_askable(on, day, day.t_from)
    check_askable(on, day, utc("2030-01-01"))
    with pytest.raises(BadInput, match="has not begun yet"):
        check_askable(on, day, day.t_from - timedelta.resolution)


def test_a_day_before_anybody_listened_cannot_be_asked_about() -> None:
    now = utc("2024-06-01")
    assert date(1990, 1, 1) == FIRST_DAY
    check_askable(FIRST_DAY, local_day(FIRST_DAY, "UTC"), now)
    last = FIRST_DAY - timedelta(days=1)
    with pytest.raises(BadInput, match="before public aircraft tracking"):
        check_askable(last, local_day(last, "UTC"), now)


@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)), st.sampled_from(ZONES))
@settings(max_examples=300, deadline=None)
def test_days_follow_each_other_without_a_gap(on: date, zone: str) -> None:
    try:
        today = local_day(on, zone)
    except BadInput:
        assert (zone, on) == ("Pacific/Apia", date(2011, 12, 30)) or zone == "Pacific/Kiritimati"
        return
    assert 22 * HOUR <= today.t_to - today.t_from <= 26 * HOUR
    after = on + timedelta(days=1)
    try:
        assert local_day(after, zone).t_from == today.t_to
    except BadInput:
        assert zone in {"Pacific/Apia", "Pacific/Kiritimati"}


@given(
    st.datetimes(datetime(1990, 1, 3), datetime(2037, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
@settings(max_examples=300, deadline=None)
def test_every_moment_lies_in_its_own_local_day(moment: datetime, zone: str) -> None:
    day = local_day(moment.astimezone(ZoneInfo(zone)).date(), zone)
    assert day.t_from <= moment < day.t_to


@given(st.dates(), st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_gives_a_day_or_a_sentence(on: date, zone: str) -> None:
    for name in (zone, "UTC", "Pacific/Kiritimati"):
        try:
            day = local_day(on, name)
        except BadInput:
            continue
        assert day.t_from < day.t_to
