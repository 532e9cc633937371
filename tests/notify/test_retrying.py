"""When a message is tried again: properties for whatever numbers come."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from service.notify.retrying import PAUSES_S, Patience

NOW = datetime(2026, 1, 2, tzinfo=UTC)
USUAL = Patience()

chances = st.floats(0, 1, exclude_max=True)
asked = st.none() | st.floats() | st.integers(-5, 10**30).map(float)
counts = st.integers(0, 10_000)


@given(counts, chances, asked)
def test_the_next_try_lies_in_the_future_and_no_later_than_a_day(
    attempts: int, chance: float, asked_s: float | None
) -> None:
    due_at = USUAL.next_try(attempts, NOW, NOW, asked_s=asked_s, chance=chance)
    assert due_at is not None
    pause_s = (due_at - NOW).total_seconds()
    assert PAUSES_S[0] * (1 - USUAL.jitter) <= pause_s <= 24 * 3_600 * (1 + USUAL.jitter)


@given(counts, chances, st.floats(0, 86_400))
def test_a_receiver_is_not_disturbed_before_it_said(
    attempts: int, chance: float, asked_s: float
) -> None:
    due_at = USUAL.next_try(attempts, NOW, NOW, asked_s=asked_s, chance=chance)
    assert due_at is not None
    assert due_at >= NOW + timedelta(seconds=asked_s)


@given(chances)
def test_it_goes_on_for_three_days_and_no_longer(chance: float) -> None:
    now, tries = NOW, 1
    while (due_at := USUAL.next_try(tries, NOW, now, asked_s=None, chance=chance)) is not None:
        now, tries = due_at, tries + 1
    assert timedelta(days=3) <= now - NOW <= timedelta(days=3, hours=1.2)
    assert 60 <= tries <= 100


@given(st.integers(1, 5), chances)
def test_pauses_grow_up_to_an_hour(attempts: int, chance: float) -> None:
    sooner = USUAL.next_try(attempts, NOW, NOW, asked_s=None, chance=chance)
    later = USUAL.next_try(attempts + 1, NOW, NOW, asked_s=None, chance=chance)
    assert sooner is not None
    assert later is not None
    assert sooner < later <= NOW + timedelta(hours=1.2)


@given(counts, chances, asked)
@example(failures=0, chance=0.0, asked_s=5e-324)
def test_a_receiver_is_closed_after_so_many_failures_or_when_it_asks(
    failures: int, chance: float, asked_s: float | None
) -> None:
    until = USUAL.closed_until(failures, NOW, asked_s=asked_s, chance=chance)
    asks = asked_s is not None and not math.isnan(asked_s) and asked_s > 1e-5
    assert (until is not None) >= (failures >= USUAL.closed_after or asks)
    if until is None:
        assert failures < USUAL.closed_after
        return
    closed_s = (until - NOW).total_seconds()
    assert closed_s <= 24 * 3_600 * (1 + USUAL.jitter)
    if not asks:
        assert closed_s <= 3_600 * (1 + USUAL.jitter)
    if failures >= USUAL.closed_after:
        assert closed_s >= 30 * (1 - USUAL.jitter)


@given(chances)
def test_whoever_fails_together_does_not_come_back_together(chance: float) -> None:
    once = USUAL.next_try(4, NOW, NOW, asked_s=None, chance=chance)
    other = USUAL.next_try(4, NOW, NOW, asked_s=None, chance=(chance + 0.5) % 1)
    assert once is not None
    assert other is not None
    assert abs((once - other).total_seconds()) > 60
