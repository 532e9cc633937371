"""The moving window: never more than allowed in any minute, and never more memory than bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.limits import WINDOW_S, Limit, is_loopback, one_address


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(
    per_minute=st.integers(1, 5),
    steps=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 200).map(lambda quarter: quarter / 4)),
        max_size=60,
    ),
)
def test_no_minute_has_more_than_allowed_and_none_fewer_than_it_could(
    per_minute: int, steps: list[tuple[str, float]]
) -> None:
    clock = Clock()
    limit = Limit(per_minute, clock)
    passed: dict[str, list[float]] = {"a": [], "b": []}
    for who, pause in steps:
        clock.now += pause
        recent = [t for t in passed[who] if t > clock.now - WINDOW_S]

        wait_s = limit.wait_s(who)

        assert (wait_s == 0) == (len(recent) < per_minute)
        if wait_s == 0:
            passed[who].append(clock.now)
        else:
            assert 0 < wait_s <= WINDOW_S
            assert len([t for t in recent if t > clock.now + wait_s - WINDOW_S]) < per_minute


def test_who_waits_as_told_is_let_pass() -> None:
    clock = Clock()
    limit = Limit(2, clock)
    assert [limit.wait_s("a"), limit.wait_s("a")] == [0, 0]

    clock.now += limit.wait_s("a")

    assert limit.wait_s("a") == 0


def test_a_crowd_of_addresses_takes_no_more_memory_than_bounded() -> None:
    clock = Clock()
    limit = Limit(5, clock, most=100)
    for number in range(10_000):
        limit.wait_s(f"address {number}")
        assert len(limit) <= 100

    clock.now += WINDOW_S
    limit.wait_s("one more")

    assert len(limit) == 1


def test_in_a_crowd_whoever_asked_longest_ago_is_forgotten_first() -> None:
    limit = Limit(1, Clock(), most=3)
    for who in "abc":
        limit.wait_s(who)

    limit.wait_s("d")

    assert [limit.wait_s(who) > 0 for who in "bcd"] == [True, True, True]
    assert limit.wait_s("a") == 0


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a unix socket", "a unix socket"),
    ],
)
def test_what_counts_as_one_address(host: str, counted: str) -> None:
    assert one_address(host) == counted


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_this_machines_own_addresses(host: str, own: bool) -> None:
    assert is_loopback(host) == own
