"""What one source was asked about one target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.records import LedgerRow, Outcome
from service.storage import asked
from service.storage.asked import latest, rows_for
from service.storage.database import connect, reading, writing
from service.storage.ledger import add_ledger_rows
from service.storage.sql import Statement
from tests.storage.helpers import FEW, NOW, undone

DAY = datetime(2025, 12, 1, tzinfo=UTC)


def row(
    t_from: datetime = DAY,
    hours: float = 24,
    *,
    source: str = "adsblol_history",
    target: str = "14fc0b",
    outcome: Outcome = "empty",
    asked_h: float = 0,
) -> LedgerRow:
    return LedgerRow(
        source=source,
        target=target,
        t_from=t_from,
        t_to=t_from + timedelta(hours=hours),
        outcome=outcome,
        asked_at=NOW + timedelta(hours=asked_h),
    )


def add(database: Engine, *rows: LedgerRow) -> None:
    with writing(database) as conn:
        add_ledger_rows(conn, rows, now=NOW)


def test_rows_of_that_source_and_target_in_the_order_of_asking(database: Engine) -> None:
    ours = [row(outcome="failed", asked_h=1), row(outcome="data", asked_h=2)]
    others = [row(source="opensky_flights"), row(target="14fc0c")]
    add(database, *reversed(ours), *others)
    with reading(database) as conn:
        found = rows_for(conn, "adsblol_history", "14fc0b", DAY, DAY + timedelta(days=1))
        assert list(found) == ours
        assert latest(conn, "adsblol_history", "14fc0b") == ours[-1]
        assert latest(conn, "adsblol_history", "*") is None
        assert latest(conn, "opensky_flights", "14fc0b") == others[0]


def test_one_area_is_not_another(database: Engine) -> None:
    here, there = row(target="area:53.8825,28.0307,30"), row(target="area:55.5915,37.2615,30")
    add(database, here, there)
    with reading(database) as conn:
        found = rows_for(conn, here.source, here.target, DAY, DAY + timedelta(days=1))
        assert list(found) == [here]
        assert latest(conn, there.source, there.target) == there


@FEW
@given(
    st.lists(st.tuples(st.integers(-90, 90), st.integers(1, 100 * 24)), max_size=8),
    st.integers(-60, 60),
    st.integers(1, 200),
)
def test_whatever_touches_the_window_however_long(
    database: Engine, spans: list[tuple[int, int]], start_d: int, hours: int
) -> None:
    t_from = DAY + timedelta(days=start_d)
    t_to = t_from + timedelta(hours=hours)
    rows = {row(DAY + timedelta(days=day), length) for day, length in spans}
    with undone(database) as conn:
        add_ledger_rows(conn, rows, now=NOW)
        found = rows_for(conn, "adsblol_history", "14fc0b", t_from, t_to)
    assert len(found) == len(set(found))
    assert set(found) == {one for one in rows if one.t_from < t_to and one.t_to > t_from}


def test_both_go_by_the_index_of_the_target(migrated_sqlite: Path) -> None:
    """That of the source leads through everything that a busy source was ever asked."""
    database = connect(f"sqlite:///{migrated_sqlite}")
    for statement in (asked._ROWS, asked._LATEST):
        names = ("look_up", "target", "source", "earliest_us", "to_us", "from_us")
        with reading(database) as conn:
            plan = Statement("EXPLAIN QUERY PLAN " + statement.sql).rows(
                conn, dict.fromkeys(names, 1)
            )
        words = "\n".join(line[-1] for line in plan)
        assert "uq_ledger (look_up=?" in words
        assert "SCAN ledger" not in words
        assert "ix_ledger_source" not in words
    database.dispose()
