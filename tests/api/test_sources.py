"""`/v1/sources`: where evidence comes from, and what each source was asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.records import LedgerRow
from service.api.app import create_app
from service.desk import Desk
from service.storage import pace
from service.storage.database import open_database, writing
from service.storage.ledger import add_ledger_rows
from service.storage.quarantine import Quarantined, add_quarantined
from tests.api.served import Client, serving, word
from tests.api.world import DAY, LEDGER, NOW, desk_over, fill

OFF = "Its terms ask for an agreement."


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Client]:
    """The filled world, in which beta is off, and alpha was asked a lot lately and is closed."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copy(migrated_sqlite, folder / "tailcheck.db")
    engine = open_database(f"sqlite:///{folder / 'tailcheck.db'}")
    desk: Desk = replace(
        desk_over(engine, folder), off={"beta": OFF}, secrets={"alpha": {"alpha_key": "hush hush"}}
    )
    fill(desk)
    with writing(engine) as conn:
        add_ledger_rows(conn, _lately(), now=NOW)
        add_quarantined(conn, [Quarantined(source="alpha", sha256="a" * 64, why="HTML", at=NOW)])
        pace.held(conn, "alpha")
        closed = pace.PaceState(
            failures=4, closed_until=NOW + timedelta(hours=1), why_closed="It refused four times."
        )
        pace.save(conn, "alpha", closed)
    with serving(create_app(desk)) as client:
        yield client
    engine.dispose()


def _lately() -> Iterator[LedgerRow]:
    for hours in range(1, 8):
        asked_at = NOW - timedelta(hours=hours)
        yield LedgerRow(
            source="alpha",
            target="area:44.8820,-93.2218,30",
            t_from=asked_at - timedelta(minutes=5),
            t_to=asked_at,
            outcome="failed" if hours < 3 else "empty",
            asked_at=asked_at,
        )


def test_every_source_is_listed_with_its_terms(asked: Client) -> None:
    document = asked.get("/v1/sources").json()

    assert [each["source"]["key"] for each in document["sources"]] == ["alpha", "beta"]
    alpha, beta = document["sources"]
    assert (alpha["on"], alpha["why_off"]) == (True, "")
    assert (beta["on"], beta["why_off"]) == (False, OFF)
    assert alpha["source"]["terms"]["attribution"] == "nobody"
    assert alpha["source"]["reach"]["first_day"] == "2018-01-01"
    assert alpha["source"]["pace"]["requests_per_s"] == 1
    assert alpha["source"]["lag"] == "PT3600S"


def test_health_is_told(asked: Client) -> None:
    health = asked.get("/v1/sources/alpha").json()["health"]

    assert health["outcomes"] == {"empty": 5, "failed": 2}
    assert health["last_success"] == "2025-03-01T09:00:00Z"
    assert health["closed_until"] == "2025-03-01T13:00:00Z"
    assert health["why_closed"] == "It refused four times."
    assert health["failures"] == 4
    assert health["unread"] == 1


def test_one_source_is_as_in_the_list(asked: Client) -> None:
    listed = asked.get("/v1/sources").json()["sources"]

    assert [asked.get(f"/v1/sources/{key}").json() for key in ("alpha", "beta")] == listed


def test_no_secret_is_told(asked: Client) -> None:
    for path in ("/v1/sources", "/v1/sources/alpha", "/v1/sources/alpha/ledger"):
        assert "hush" not in asked.get(path).text


def test_the_ledger_pages_hang_together_latest_first(asked: Client) -> None:
    rows = []
    path: str | None = "/v1/sources/alpha/ledger?limit=3"
    while path is not None:
        reply = asked.get(path)
        document = reply.json()
        assert reply.headers.get("link") == (
            None if document["next"] is None else f'<{document["next"]}>; rel="next"'
        )
        assert document["source"] == "alpha"
        rows += document["ledger"]
        path = document["next"]

    times = [row["asked_at"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert [row["outcome"] for row in rows] == ["failed"] * 2 + ["empty"] * 5 + ["data"]
    assert rows[-1]["target"] == LEDGER[0].target
    assert rows[-1]["t_from"] == DAY.isoformat().replace("+00:00", "Z")


def test_the_pages_of_one_outcome_hang_together(asked: Client) -> None:
    first = asked.get("/v1/sources/alpha/ledger", outcome="empty", limit=3).json()
    second = asked.get(first["next"]).json()

    found = [row["outcome"] for row in first["ledger"] + second["ledger"]]
    assert (found, second["next"]) == (["empty"] * 5, None)


def test_a_source_never_asked_has_an_empty_ledger(asked: Client) -> None:
    document = asked.get("/v1/sources/beta/ledger", outcome="refused").json()

    assert document == {"source": "beta", "ledger": [], "next": None}


@pytest.mark.parametrize("part", ["", "/ledger"])
@pytest.mark.parametrize("key", ["gamma", "ALPHA", "%00", "..%2Falpha", "a" * 200])
def test_a_source_that_does_not_exist_is_not_found(asked: Client, key: str, part: str) -> None:
    reply = asked.get(f"/v1/sources/{key}{part}")

    assert (reply.status_code, word(reply)) == (404, "not-found")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"after": "x"}, "bad-input"),
        ({"outcome": "unheard"}, "bad-parameters"),
        ({"limit": "0"}, "bad-parameters"),
        ({"limit": "1001"}, "bad-parameters"),
        ({"target": "14fc0b"}, "bad-parameters"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    asked: Client, query: dict[str, Any], problem: str
) -> None:
    reply = asked.get("/v1/sources/alpha/ledger", **query)

    assert (reply.status_code, word(reply)) == (422, problem)


def test_an_unchanged_answer_is_not_sent_again(asked: Client) -> None:
    for path in ("/v1/sources", "/v1/sources/alpha", "/v1/sources/alpha/ledger"):
        etag = asked.get(path).headers["etag"]
        again = asked.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
