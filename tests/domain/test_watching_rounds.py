"""Round by round, as ingest tells: only what lies near the day that changed is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.movements import Movement
from schemas.watching import Watch
from service.domain.watching.known import LEAD, Known
from service.domain.watching.telling import tellings
from service.domain.watching.triggers import occasions
from tests.domain.test_watching_any import stands_for
from tests.domain.watched import AIRPORTS, DAY, Book, at, known, moved, watch

MIDNIGHT = DAY.replace(hour=0)
Cell = tuple[str, int]
"""A source and a day."""

movements = st.builds(
    moved,
    st.integers(-12 * 60 + 1, 12 * 60 - 1).map(float),
    st.sampled_from(("UMMS", "UMMM", "EVRA", None)),
    st.sampled_from(("landing", "takeoff")),
    method=st.sampled_from(("ground", "lost_low")),
    rivals=st.sampled_from(((), ("UMMS",))),
)
rounds = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.lists(movements, max_size=3)),
    min_size=1,
    max_size=12,
)
watches = st.builds(
    watch,
    st.just("landing"),
    st.sampled_from(("takeoff", "first_visit", "away_from_home")),
    home=st.sampled_from((None, "EVRA")),
    at=st.sampled_from(((), ("UMMS", "UMMM"))),
    added_at=st.sampled_from((at(-20_000), at(3 * 1440))),
)


def on_day(move: Movement, source: str, day: int) -> Movement:
    """The same, on that day, as that source tells it."""
    later = timedelta(days=day)
    return replace(
        move,
        source=source,
        t_earliest=move.t_earliest + later,
        t_best=move.t_best + later,
        t_latest=move.t_latest + later,
    )


def read(held: Iterable[Movement], since: datetime) -> Known:
    """What ingest reads: movements from some days before, and where it was before them."""
    every = list(held)
    near = [move for move in every if move.t_latest >= since - LEAD]
    before = [move for move in every if move.t_latest < since - LEAD]
    visited = frozenset(move.airport for move in before if move.airport is not None)
    return known(*near, since=since, visited_before=visited)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(watches, rounds)
def test_rounds_come_to_the_same(asked: Watch, came: list[tuple[str, int, list[Movement]]]) -> None:
    book = Book()
    held: dict[Cell, list[Movement]] = {}
    for source, day, moves in came:
        held[source, day] = [on_day(move, source, day) for move in moves]
        since = max(asked.added_at, MIDNIGHT + timedelta(days=day - 1))
        every = [move for cell in held.values() for move in cell]
        book.tell(tellings(asked, read(every, since), book.alerts, AIRPORTS))
        assert tellings(asked, read(every, since), book.alerts, AIRPORTS) == ()
    every = [move for cell in held.values() for move in cell]
    assert stands_for(book.standing(), occasions(asked, known(*every), AIRPORTS))
