"""Rows about circles wait for those who were heard there, and for the units they rest on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.records import LedgerRow
from service.ingest.following.circles import CircleRows
from service.storage.codec import to_us

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def row(minute: int) -> LedgerRow:
    """Five minutes from then on."""
    t_from = NOON + timedelta(minutes=minute)
    return LedgerRow(
        source="adsblol",
        target="area:53.8825,28.0307,30",
        t_from=t_from,
        t_to=t_from + timedelta(minutes=5),
        outcome="data",
        asked_at=t_from,
    )


def at_us(minute: int) -> int:
    return to_us(NOON + timedelta(minutes=minute))


def rows() -> tuple[CircleRows, list[LedgerRow]]:
    waiting, told = CircleRows(), [row(0), row(5), row(10)]
    for one in told:
        waiting.add(one)
    return waiting, told


def test_a_row_waits_for_the_first_fix_that_was_not_worked_out() -> None:
    waiting, told = rows()
    assert waiting.ripe([None, at_us(10), at_us(12)]) == told[:2]
    assert waiting.ripe([at_us(3)]) == []
    assert waiting.ripe([]) == waiting.ripe([None]) == told


def test_a_row_stays_until_it_is_written() -> None:
    waiting, told = rows()
    assert waiting.ripe([at_us(5)]) == told[:1]
    assert waiting.ripe([at_us(2)]) == [], (
        "not written, and then somebody else was to be waited for"
    )
    waiting.said(told[:1])
    assert waiting.ripe([]) == told[1:]


def test_no_row_stands_for_what_will_never_be_known() -> None:
    waiting, told = rows()
    waiting.spoil(at_us(7))
    assert waiting.ripe([]) == told[:1]
