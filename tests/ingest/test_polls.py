"""The ledger of polls: exactly what was covered, no moment more, in few rows."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.records import LedgerRow, Outcome
from service.ingest.following.polls import LONGEST, Polls
from tests.storage.helpers import NOW

SECOND = timedelta(seconds=1)


def poll(
    at_s: float, outcome: Outcome = "empty", *, covers_s: float = 60, note: str = "", to: str = "*"
) -> LedgerRow:
    at = NOW + SECOND * at_s
    return LedgerRow(
        source="x",
        target=to,
        t_from=at - SECOND * covers_s,
        t_to=at,
        outcome=outcome,
        asked_at=at,
        capture=f"{at_s:064.0f}",
        note=note,
    )


def told(*rows: LedgerRow) -> list[LedgerRow]:
    polls = Polls()
    for row in rows:
        polls.add([row])
    return polls.all()


def seconds(row: LedgerRow) -> tuple[float, float]:
    return (row.t_from - NOW) / SECOND, (row.t_to - NOW) / SECOND


def test_polls_that_touch_are_one_row_with_the_last_page() -> None:
    (row,) = told(poll(0), poll(10), poll(70))
    assert seconds(row) == (-60, 70)
    assert (row.note, row.capture, row.asked_at) == ("3 polls", f"{70:064}", NOW + SECOND * 70)


def test_a_hole_stays_a_hole() -> None:
    assert list(map(seconds, told(poll(0), poll(61)))) == [(-60, 0), (1, 61)]


def test_another_outcome_or_reason_is_another_row() -> None:
    rows = told(
        poll(0), poll(10, "data"), poll(20, "failed", note="a"), poll(30, "failed", note="b")
    )
    assert [(row.outcome, row.note) for row in rows] == [
        ("empty", ""),
        ("data", ""),
        ("failed", "a"),
        ("failed", "b"),
    ]


def test_rows_are_five_minutes_and_do_not_overlap_their_like() -> None:
    rows = told(*(poll(10 * number) for number in range(100)))
    assert all(row.t_to - row.t_from <= LONGEST for row in rows)
    assert all(a.t_to == b.t_from for a, b in itertools.pairwise(rows))
    assert len(rows) == 4


def test_the_same_reply_again_adds_nothing() -> None:
    (row,) = told(poll(0), poll(0), poll(0))
    assert (seconds(row), row.note) == ((-60, 0), "3 polls")


def test_targets_do_not_meet() -> None:
    rows = told(poll(0, to="a"), poll(5, to="b"), poll(10, to="a"))
    assert {(row.target, *seconds(row)) for row in rows} == {("a", -60, 10), ("b", -55, 5)}


def test_handed_out_once_when_it_grows_no_more() -> None:
    polls = Polls()
    polls.add([poll(0)])
    assert polls.ripe(NOW + timedelta(minutes=4)) == []
    assert len(polls.ripe(NOW + timedelta(minutes=5))) == 1
    assert polls.ripe(NOW + timedelta(hours=1)) == []
    assert polls.all() == []


@given(
    st.lists(
        st.tuples(
            st.integers(1, 400),
            st.sampled_from(["data", "empty", "failed"]),
            st.integers(1, 60),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_exactly_what_the_polls_covered(steps: list[tuple[int, Outcome, int, bool]]) -> None:
    """Second by second: an outcome is told of a moment if and only if a poll had it for that one.

    However often the ripe ones are taken out meanwhile."""
    polls, found = Polls(), list[LedgerRow]()
    covered: set[tuple[Outcome, int]] = set()
    now_s = 0
    for step_s, outcome, covers_s, look in steps:
        now_s += step_s
        polls.add([poll(now_s, outcome, covers_s=covers_s)])
        covered |= {(outcome, second) for second in range(now_s - covers_s, now_s)}
        if look:
            found += polls.ripe(_at(now_s))
    found += polls.all()
    written = {
        (row.outcome, second)
        for row in found
        for second in range(int(seconds(row)[0]), int(seconds(row)[1]))
    }
    assert written == covered
    assert all(row.t_from < row.t_to for row in found)


def _at(second: int) -> datetime:
    return NOW + SECOND * second
