"""Quiet hours and digests on wall clocks that are put back and forth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watching import Digest, QuietHours, Wishes
from service.domain.watching.when import due, is_quiet

NIGHT = QuietHours(from_minute=22 * 60, to_minute=7 * 60, zone="Europe/Amsterdam")
NOON = QuietHours(from_minute=12 * 60, to_minute=13 * 60 + 30, zone="Asia/Kathmandu")
SKIPPED = QuietHours(from_minute=60, to_minute=150, zone="Europe/Amsterdam")  # till 02:30
ROUND_THE_CLOCK = QuietHours(from_minute=480, to_minute=480, zone="UTC")

# quiet hours, digest, now, sent at, batch
TABLE: list[tuple[str, QuietHours | None, Digest, str, str, str]] = [
    ("at once", None, "none", "2024-03-01T12:00:01", "2024-03-01T12:00:01", ""),
    ("awake", NIGHT, "none", "2024-03-01T12:00:01", "2024-03-01T12:00:01", ""),
    ("before midnight", NIGHT, "none", "2024-03-01T22:10:01", "2024-03-02T06:00", "quiet"),
    ("after midnight", NIGHT, "none", "2024-03-02T03:00", "2024-03-02T06:00", "quiet"),
    ("quiet begins", NIGHT, "none", "2024-03-01T21:00", "2024-03-02T06:00", "quiet"),
    ("a second before", NIGHT, "none", "2024-03-01T20:59:59", "2024-03-01T20:59:59", ""),
    ("a second before its end", NIGHT, "none", "2024-03-02T05:59:59", "2024-03-02T06:00", "quiet"),
    ("its end", NIGHT, "none", "2024-03-02T06:00", "2024-03-02T06:00", ""),
    ("spring: an hour shorter", NIGHT, "none", "2024-03-30T22:00", "2024-03-31T05:00", "quiet"),
    ("autumn: an hour longer", NIGHT, "none", "2024-10-26T22:00", "2024-10-27T06:00", "quiet"),
    ("ends in a skipped hour", SKIPPED, "none", "2024-03-31T00:10", "2024-03-31T01:00", "quiet"),
    ("ends in a doubled hour", SKIPPED, "none", "2024-10-27T00:10", "2024-10-27T00:30", "quiet"),
    ("quiet once more in it", SKIPPED, "none", "2024-10-27T01:10", "2024-10-27T01:30", "quiet"),
    ("quarters of an hour", NOON, "none", "2024-03-01T06:15", "2024-03-01T07:45", "quiet"),
    ("from and to the same", ROUND_THE_CLOCK, "none", "2024-03-01T08:30", "2024-03-01T08:30", ""),
    ("hourly", None, "hourly", "2024-03-01T12:10:30", "2024-03-01T13:00", "hourly"),
    ("hourly, on the hour", None, "hourly", "2024-03-01T13:00", "2024-03-01T14:00", "hourly"),
    ("hourly, local hours", NOON, "hourly", "2024-03-01T04:10", "2024-03-01T04:15", "hourly"),
    ("hourly, quiet then", NOON, "hourly", "2024-03-01T05:30", "2024-03-01T07:45", "hourly"),
    ("daily, UTC", None, "daily", "2024-03-01T08:00", "2024-03-02T08:00", "daily"),
    ("daily, local", NIGHT, "daily", "2024-03-01T06:59", "2024-03-01T07:00", "daily"),
    ("daily, summer time", NIGHT, "daily", "2024-03-30T08:00", "2024-03-31T06:00", "daily"),
]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "digest", "now", "sent_at", "why"),
    [row[1:] for row in TABLE],
    ids=[r[0] for r in TABLE],
)
def test_due(quiet: QuietHours | None, digest: Digest, now: str, sent_at: str, why: str) -> None:
    found, batch = due(Wishes(quiet=quiet, digest=digest), moment(now))
    assert found == moment(sent_at)
    assert batch == (f"{why}-{moment(sent_at):%Y%m%dT%H%MZ}" if why else "")


def test_a_zone_that_is_no_more_loses_nothing() -> None:
    quiet = QuietHours(from_minute=0, to_minute=60, zone="Mars/Olympus")
    assert due(Wishes(quiet=quiet), moment("2024-03-01T00:30")) == (
        moment("2024-03-01T01:00"),
        "quiet-20240301T0100Z",
    )


ZONES = ("UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")
quiets = st.builds(
    QuietHours,
    from_minute=st.integers(0, 1439),
    to_minute=st.integers(0, 1439),
    zone=st.sampled_from(ZONES),
)
wishes = st.builds(
    Wishes,
    quiet=st.none() | quiets,
    digest=st.sampled_from(("none", "hourly", "daily")),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(wishes, moments)
def test_any(asked: Wishes, now: datetime) -> None:
    sent_at, batch = due(asked, now)
    assert sent_at >= now
    assert sent_at - now <= timedelta(hours=50)
    assert (batch == "") == (sent_at == now)
    if batch:
        assert batch.endswith(f"{sent_at:%Y%m%dT%H%MZ}")
    if asked.quiet is not None:
        assert not is_quiet(asked.quiet, sent_at)
        local = sent_at.astimezone(ZoneInfo(asked.quiet.zone))
        assert is_quiet(asked.quiet, sent_at) == _within(asked.quiet, local)


def _within(quiet: QuietHours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    if quiet.from_minute <= quiet.to_minute:
        return quiet.from_minute <= minute < quiet.to_minute
    return minute >= quiet.from_minute or minute < quiet.to_minute


@given(wishes, st.lists(moments, min_size=2, max_size=6))
def test_nothing_is_added_to_what_is_due(asked: Wishes, times: list[datetime]) -> None:
    sent = [(now, *due(asked, now)) for now in sorted(times)]
    for (_, earlier, batch), (now, later, other) in pairwise(sent):
        assert earlier <= later
        if now >= earlier and batch:
            assert other != batch
