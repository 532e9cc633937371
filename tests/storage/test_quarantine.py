"""Quarantine: what waits, what was read after all, what waits again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from service.storage.database import reading, writing
from service.storage.quarantine import (
    Quarantined,
    add_quarantined,
    count_waiting,
    counts,
    release,
    waiting,
)

AT = datetime(2026, 1, 2, 12, tzinfo=UTC)


def page(number: int, source: str = "faa", why: str = "It is a web page.") -> Quarantined:
    return Quarantined(
        source=source, sha256=f"{number:064x}", why=why, at=AT + timedelta(hours=number)
    )


def add(database: Engine, *pages: Quarantined) -> int:
    with writing(database) as conn:
        return add_quarantined(conn, pages)


def names(database: Engine, source: str | None = None, **options: int | datetime) -> list[int]:
    with reading(database) as conn:
        found = waiting(conn, source, **options)  # type: ignore[arg-type]
    return [int(page.sha256, 16) for page in found]


def test_a_page_waits_once_with_why_and_since_when(database: Engine) -> None:
    assert add(database, page(1), page(1, why="said again")) == 1
    with reading(database) as conn:
        (found,) = waiting(conn)
    assert (found.source, found.why, found.at) == ("faa", "It is a web page.", page(1).at)
    assert found.released_at is None
    assert found.id > 0


def test_the_same_bytes_of_two_sources_are_two_pages(database: Engine) -> None:
    assert add(database, page(1), page(1, "hexdb")) == 2
    assert names(database, "hexdb") == names(database, "faa") == [1]


def test_what_was_read_waits_no_more(database: Engine) -> None:
    add(database, page(1), page(2))
    with writing(database) as conn:
        assert release(conn, "faa", page(1).sha256, now=AT)
        assert not release(conn, "faa", page(1).sha256, now=AT)
        assert not release(conn, "hexdb", page(2).sha256, now=AT)
    assert names(database) == [2]


def test_what_can_no_longer_be_read_waits_again(database: Engine) -> None:
    add(database, page(1))
    with writing(database) as conn:
        release(conn, "faa", page(1).sha256, now=AT)
    assert add(database, page(1, why="The parser is worse now.")) == 1
    with reading(database) as conn:
        (found,) = waiting(conn)
    assert found.why == "The parser is worse now."


def test_lists_go_on_after_the_last_one(database: Engine) -> None:
    add(database, *(page(number, "faa" if number % 2 else "hexdb") for number in range(7)))
    seen: list[Quarantined] = []
    while True:
        with reading(database) as conn:
            part = waiting(conn, after=seen[-1].id if seen else 0, limit=3)
        if not part:
            break
        seen += part
    assert [int(found.sha256, 16) for found in seen] == list(range(7))
    assert names(database, "faa", limit=2) == [1, 3]


def test_only_those_that_came_since_then(database: Engine) -> None:
    add(database, *(page(number) for number in range(4)))
    assert names(database, since=page(2).at) == [2, 3]
    with reading(database) as conn:
        assert count_waiting(conn, since=page(2).at) == 2
        assert count_waiting(conn, "hexdb") == 0


def test_counts_are_of_those_that_wait(database: Engine) -> None:
    add(database, page(1), page(2), page(3, "hexdb"), page(4, "adsblol"))
    with writing(database) as conn:
        release(conn, "adsblol", page(4).sha256, now=AT)
    with reading(database) as conn:
        assert counts(conn) == {"faa": 2, "hexdb": 1}
        assert count_waiting(conn) == 3
        assert count_waiting(conn, "faa") == 2


def test_a_reason_that_quotes_the_page_is_shortened_and_clean(database: Engine) -> None:
    add(database, page(1, why="\x00\ud800" + "x" * 10_000))
    with reading(database) as conn:
        (found,) = waiting(conn)
    assert len(found.why) == 500
    assert found.why.startswith("\ufffd")
