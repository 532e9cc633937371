"""`from` and `to` as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.windows import Window, read_as_of, read_bound_window, read_day, read_window
from service.errors import BadInput

T = TypeVar("T")

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("t_from", "t_to", "zone", "expected"),
    [
        ("2025-02-04", "2025-02-04", "UTC", ("2025-02-04T00:00Z", "2025-02-05T00:00Z")),
        ("2025-02-04", "2025-02-04", "Europe/Minsk", ("2025-02-03T21:00Z", "2025-02-04T21:00Z")),
        ("2024-03-31", "2024-03-31", "Europe/Berlin", ("2024-03-30T23:00Z", "2024-03-31T22:00Z")),
        (
            "2025-02-04T10:00Z",
            "2025-02-04T11:00Z",
            "UTC",
            ("2025-02-04T10:00Z", "2025-02-04T11:00Z"),
        ),
        ("2025-02-04T10:00 03:00", "2025-02-04", "UTC", ("2025-02-04T07:00Z", "2025-02-05T00:00Z")),
        ("2025-02-04T10:00-05:00", "2025-03-01", "UTC", ("2025-02-04T15:00Z", "2025-03-02T00:00Z")),
    ],
)
def test_an_end_is_a_date_or_a_moment(
    t_from: str, t_to: str, zone: str, expected: tuple[str, str]
) -> None:
    window = read_window(t_from, t_to, now=NOW, zone=zone)

    assert (window.t_from, window.t_to) == tuple(datetime.fromisoformat(e) for e in expected)


def test_an_end_that_is_not_given_is_no_bound() -> None:
    window = read_window(None, None, now=NOW)

    assert (window.t_from, window.t_to) == (None, None)


_GIVEN = st.one_of(
    st.text(max_size=40),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.dates().map(str),
)
_TYPED = st.one_of(st.none(), _GIVEN)


def _or_sentence(read: Callable[[], T]) -> T | str:
    """What was read, or what the asker is told."""
    try:
        return read()
    except BadInput as error:
        return str(error)


@given(t_from=_TYPED, t_to=_TYPED, zone=st.sampled_from(["UTC", "Pacific/Apia", "Asia/Kathmandu"]))
def test_whatever_is_typed_is_a_window_or_a_sentence(
    t_from: str | None, t_to: str | None, zone: str
) -> None:
    window = _or_sentence(lambda: read_window(t_from, t_to, now=NOW, zone=zone))

    assert window
    if isinstance(window, Window):
        assert (window.t_from is None) == (t_from is None)
        assert (window.t_to is None) == (t_to is None)
        if window.t_from is not None and window.t_to is not None:
            assert window.t_from < window.t_to


@given(t_from=_GIVEN, t_to=_GIVEN)
def test_a_bound_window_has_two_ends_and_a_length(t_from: str, t_to: str) -> None:
    longest = timedelta(days=31)
    window = _or_sentence(lambda: read_bound_window(t_from, t_to, now=NOW, longest=longest))

    assert window
    assert isinstance(window, str) or timedelta(0) < window.t_to - window.t_from <= longest


@given(text=st.one_of(st.text(max_size=30), st.dates().map(str)))
def test_a_day_is_a_day_or_a_sentence(text: str) -> None:
    day = _or_sentence(lambda: read_day("on", text))

    assert "`on`" in day if isinstance(day, str) else 1990 <= day.year < 9000


@given(text=_GIVEN)
def test_as_of_is_past_or_a_sentence(text: str) -> None:
    moment = _or_sentence(lambda: read_as_of(text, NOW))

    assert moment
    assert isinstance(moment, str) or moment <= NOW


def test_as_of_later_than_now_is_refused() -> None:
    with pytest.raises(BadInput, match="future"):
        read_as_of("2025-03-01T12:00:01Z", NOW)
