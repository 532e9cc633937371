"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._zoned import NotAMoment, zoned_time

CASE = datetime(2020, 8, 18, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2020-08-18 16:00 Europe/Moscow",
        "2020-08-18T16:00 Europe/Moscow",
        "2020-08-18T16:00+03:00",
        "2020-08-18 16:00 +03:00",
        "2020-08-18 16:00:00 +0300",
        "2020-08-18 16:00 +3",
        "2020-08-18 16:00 UTC+3",
        "2020-08-18 16:00 GMT+03:00",
        "2020-08-18 16:00 MSK",
        "2020-08-18 16:00 msk",
        "2020-08-18 13:00 UTC",
        "2020-08-18 13:00 GMT",
        "2020-08-18 13:00Z",
        "2020-08-18T13:00:00Z",
        "  2020-08-18   09:00   America/New_York ",
        "2020-08-18 09:00 -04:00",
    ],
)
def test_every_way_to_write_the_same_moment(text: str) -> None:
    assert zoned_time(text) == CASE
    assert zoned_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no date"),
        ("yesterday", "is no date"),
        ("18.08.2020 16:00 MSK", "is no date"),
        ("2020-08-18 Europe/Moscow", "is no date"),
        ("2020-08-18 4 pm MSK", "is no date"),
        ("2020-08-18 16:00", "has no time zone"),
        ("2020-08-18T16:00:00", "has no time zone"),
        ("2020-02-30 16:00 UTC", "does not exist"),
        ("2020-08-18 25:00 UTC", "does not exist"),
        ("2020-13-01 16:00 UTC", "does not exist"),
        ("2020-08-18 16:00 +25:00", "no place has"),
        ("2020-08-18 16:00 EST", "not clear"),
        ("2020-08-18 16:00 CET", "not clear"),
        ("2020-08-18 16:00 IST", "not clear"),
        ("2020-08-18 16:00 localtime", "not clear"),
        ("2020-08-18 16:00 Moscow", "not clear"),
        ("2020-08-18 16:00 Etc/GMT+3", "upside down"),
        ("2020-08-18 16:00 Europe/Atlantis", "unknown time zone"),
        ("2020-08-18 16:00 ../../etc/passwd", "unknown time zone"),
        ("2020-08-18 16:00 /etc/passwd", "unknown time zone"),
        ("2020-08-18 16:00 Europe/", "unknown time zone"),
        ("1816-08-18 16:00 UTC", "outside"),
        ("9999-12-31 23:59 -14:00", "outside"),
        ("2021-03-28 02:30 Europe/Berlin", "never was"),
        ("2021-10-31 02:30 Europe/Berlin", "was twice"),
        ("2011-12-30 12:00 Pacific/Apia", "never was"),
    ],
)
def test_what_is_no_moment_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(NotAMoment, match=says):
        zoned_time(text)


def test_a_time_that_was_twice_can_be_written_with_its_offset() -> None:
    assert zoned_time("2021-10-31 02:30 +02:00") == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert zoned_time("2021-10-31 02:30 +01:00") == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


@given(st.text(max_size=40) | st.from_regex(r"20\d\d-\d\d-\d\d \d\d:\d\d [A-Za-z+:0-9/]{0,12}"))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    said = ""
    try:
        assert zoned_time(text).tzinfo is UTC
    except NotAMoment as error:
        said = str(error)
    assert said.isprintable()
