"""A clock that is wrong is noticed, ours or theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sources import Source
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.skew import sentence, skew_of
from tests.ingest.fetcher import get
from tests.upstream import Upstream
from tests.upstream.sky import NOON


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2.05, "our clock is 2 h 3 min ahead of the source's"),
        (-26, "our clock is 26 h 0 min behind the source's"),
        (1 / 60, ""),
    ],
)
def test_a_clock_that_differs_is_noticed(
    hours: float, words: str, fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    up.world.now = lambda: NOON - timedelta(hours=hours)
    page = get(fetcher, live)
    assert sentence(fetcher.skew(live)) == words
    assert page.capture.received_at == NOON
    up.world.now = lambda: NOON
    get(fetcher, live)
    assert abs(fetcher.skew(live)) <= timedelta(seconds=60)


def test_sources_have_clocks_of_their_own(fetcher: Fetcher, live: Source, table: Source) -> None:
    get(fetcher, live)
    assert fetcher.skew(table) == timedelta()


AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Thu, 01 Jan 2026 12:00:30 GMT"}, 0),
        ({"date": "Thu, 01 Jan 2026 11:59:01 GMT"}, 0),
        ({"date": "Thu, 01 Jan 2026 11:00:00 GMT"}, 60),
        ({"date": "Thu, 01 Jan 2026 11:00:00 GMT", "age": "3600"}, 0),
        ({"date": "Thu, 01 Jan 2026 11:00:00 GMT", "age": "old"}, 60),
        ({"date": "Thu, 01 Jan 2026 13:01:00 GMT"}, -60),
    ],
)
def test_skew_is_what_the_time_on_the_way_does_not_explain(
    headers: dict[str, str], minutes: int | None
) -> None:
    """The reply was made at some moment between the request and its arrival a minute later."""
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert skew_of(headers, AT, AT + timedelta(minutes=1)) == expected


@given(st.dictionaries(st.sampled_from(["date", "age"]), st.text(max_size=40)))
def test_whatever_a_date_says_it_breaks_nothing(headers: dict[str, str]) -> None:
    skew_of(headers, AT, AT)
