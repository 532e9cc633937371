"""How each source has been doing, and its part of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.records import LedgerRow, Outcome
from schemas.sources import SourceHealth
from service.errors import BadInput
from service.storage import pace, source_health
from service.storage.database import open_database, reading, writing
from service.storage.ledger import add_ledger_rows
from service.storage.quarantine import Quarantined, add_quarantined
from service.storage.source_health import LedgerPage, health_of, ledger_of

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


def _row(
    hours_ago: float, outcome: Outcome, *, source: str = "alpha", target: str = "*"
) -> LedgerRow:
    asked = NOW - timedelta(hours=hours_ago)
    return LedgerRow(
        source=source,
        target=target,
        t_from=asked - timedelta(minutes=1),
        t_to=asked,
        outcome=outcome,
        asked_at=asked,
        capture="c" * 64 if outcome == "data" else "",
        note="so it said" if outcome == "refused" else "",
    )


def _fill(engine: Engine, *rows: LedgerRow) -> None:
    with writing(engine) as conn:
        add_ledger_rows(conn, rows, now=NOW)


def _health(engine: Engine, source: str = "alpha") -> SourceHealth:
    with reading(engine) as conn:
        return health_of(conn, [source, "other"], now=NOW)[source]


def _page(engine: Engine, source: str = "alpha", **asked: Any) -> LedgerPage:
    with reading(engine) as conn:
        return ledger_of(conn, source, **asked)


def test_a_source_never_asked_has_nothing_to_tell(database: Engine) -> None:
    assert _health(database) == SourceHealth()
    assert _page(database) == LedgerPage(rows=(), after=None)


def test_the_last_seven_days_are_counted_by_outcome(database: Engine) -> None:
    _fill(
        database,
        _row(1, "data"),
        _row(2, "data"),
        _row(3, "empty"),
        _row(4, "refused"),
        _row(167.9, "failed"),
        _row(168.1, "failed"),
        _row(-1, "failed"),
        _row(1, "truncated", source="beta"),
    )

    health = _health(database)

    assert health.outcomes == {"data": 2, "empty": 1, "refused": 1, "failed": 1}
    assert list(health.outcomes) == ["data", "empty", "refused", "failed"]
    assert _health(database, "beta").outcomes == {"truncated": 1}
    assert _health(database, "other").outcomes == {}


def test_nothing_to_tell_is_a_success_and_a_refusal_is_none(database: Engine) -> None:
    _fill(database, _row(900, "data"), _row(800, "empty"))
    _fill(database, *(_row(hours, "refused") for hours in range(1, 6)))
    _fill(database, *(_row(hours, "too_early", target="14fc0b") for hours in range(1, 6)))

    assert _health(database).last_success == NOW - timedelta(hours=800)


def _closed(engine: Engine, until: datetime, day: datetime) -> None:
    with writing(engine) as conn:
        pace.held(conn, "alpha")
        state = pace.PaceState(
            credits_day=day.date(),
            credits_spent=12,
            credits_left=388,
            failures=3,
            closed_until=until,
            why_closed="It refused three times.",
            answered_at=NOW - timedelta(days=2),
        )
        pace.save(conn, "alpha", state)


def test_a_closed_source_says_until_when_and_why(database: Engine) -> None:
    _closed(database, NOW + timedelta(hours=1), NOW)

    assert _health(database) == SourceHealth(
        last_answer=NOW - timedelta(days=2),
        closed_until=NOW + timedelta(hours=1),
        why_closed="It refused three times.",
        failures=3,
        credits_spent=12,
        credits_left=388,
    )


def test_what_is_over_is_not_told(database: Engine) -> None:
    """Neither a closing that has passed nor yesterday's credits."""
    _closed(database, NOW, NOW - timedelta(days=1))

    assert _health(database) == SourceHealth(last_answer=NOW - timedelta(days=2), failures=3)


def test_pages_that_could_not_be_read_are_counted(database: Engine) -> None:
    with writing(database) as conn:
        add_quarantined(
            conn,
            [
                Quarantined(source=source, sha256=sha256 * 64, why="It is HTML.", at=NOW)
                for source, sha256 in (("alpha", "a"), ("alpha", "b"), ("beta", "a"))
            ],
        )

    assert _health(database).unread == 2
    assert _health(database, "beta").unread == 1


def test_the_ledger_comes_latest_first_and_whole(database: Engine) -> None:
    rows = [_row(hours, "data") for hours in range(10)]
    _fill(database, *reversed(rows), _row(1, "data", source="beta"))

    assert _page(database).rows == tuple(rows)


def test_the_pages_hang_together(database: Engine) -> None:
    """Also where many askings fall on one moment, and where later ones come in between."""
    rows = [_row(1, "data", target=f"{number:06x}") for number in range(7)]
    _fill(database, *rows)

    found: list[LedgerRow] = []
    after = None
    while True:
        page = _page(database, after=after, limit=3)
        found += page.rows
        after = page.after
        _fill(database, _row(0.5, "empty", target=f"e{len(found):05x}"))
        if after is None:
            break

    assert sorted(row.target for row in found) == [row.target for row in rows]


def test_a_last_page_that_is_full_is_the_last(database: Engine) -> None:
    _fill(database, *(_row(hours, "data") for hours in range(4)))

    page = _page(database, limit=2)

    assert _page(database, limit=2, after=page.after).after is None
    assert len(_page(database, limit=0).rows) == 1


def test_one_outcome_alone(database: Engine) -> None:
    _fill(database, *(_row(n, "failed" if n % 3 == 0 else "data") for n in range(9)))

    first = _page(database, outcome="failed", limit=2)
    second = _page(database, outcome="failed", limit=2, after=first.after)

    assert [row.asked_at for row in (*first.rows, *second.rows)] == [
        NOW - timedelta(hours=hours) for hours in (0, 3, 6)
    ]


@pytest.mark.parametrize(
    "after", ["", "x", "MQ", "Ljk", "////", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4x", "MS4xLjE"]
)
def test_a_cursor_that_no_page_gave_is_refused(database: Engine, after: str) -> None:
    with pytest.raises(BadInput, match="start anew"):
        _page(database, after=after)


def test_the_ledger_of_a_source_is_found_by_its_index(migrated_sqlite: Path) -> None:
    engine = open_database(f"sqlite:///{migrated_sqlite}")
    asked = {"source": "a", "before_us": 9, "before_id": 9, "outcome": "data", "limit": 5}
    with reading(engine) as conn:
        driver: Any = conn.connection.driver_connection
        for page in (source_health._OF_SOURCE, source_health._OF_OUTCOME):
            plan = driver.execute(f"EXPLAIN QUERY PLAN {page.sql}", asked).fetchall()
            assert [step[3].split(" (")[0] for step in plan] == [
                "SEARCH ledger USING INDEX ix_ledger_source"
            ]
    engine.dispose()
