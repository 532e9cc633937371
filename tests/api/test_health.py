"""`/healthz` and `/readyz`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.api.app import create_app
from service.desk import Desk
from service.storage.captures import CaptureStore
from service.storage.database import connect
from tests.api.served import Client, serving, word

SEEN = "/v1/check?aircraft=N899DN&airport=KMSP&date=2025-02-05"


def test_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json() == {
        "status": "ok",
        "checks": {"database": "ok", "captures": "ok"},
    }


def test_a_database_without_tables_lives_but_is_not_ready(desk: Desk, tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    with serving(create_app(replace(desk, engine=engine))) as client:
        ready, asked = client.get("/readyz"), client.get(SEEN)

        assert client.get("/healthz").status_code == 200
    engine.dispose()

    assert (ready.status_code, word(ready)) == (503, "not-ready")
    assert "tailcheck migrate" in ready.json()["detail"]
    assert (asked.status_code, word(asked)) == (503, "storage")
    assert asked.headers["retry-after"] == "5"


def test_a_database_that_is_down_is_told_without_its_address(desk: Desk) -> None:
    engine = connect("postgresql://somebody:hunter2@127.0.0.1:1/tailcheck")
    with serving(create_app(replace(desk, engine=engine))) as client:
        replies = [client.get("/readyz"), client.get(SEEN), client.get("/v1/aircraft/N899DN")]

        assert client.get("/healthz").status_code == 200
    engine.dispose()

    assert [word(reply) for reply in replies] == ["not-ready", "storage", "storage"]
    assert all(reply.status_code == 503 for reply in replies)
    assert all(secret not in reply.text for reply in replies for secret in ("hunter2", "somebody"))


def test_captures_that_cannot_be_kept_are_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("a file where a folder should be")
    blocked = replace(desk, captures=CaptureStore(tmp_path / "captures"))
    with serving(create_app(blocked)) as client:
        reply = client.get("/readyz")

    assert (reply.status_code, word(reply)) == (503, "not-ready")
    assert reply.json()["detail"].startswith("captures:")


class _Counting:
    """An engine that knows whether it was closed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect
        self.closed = 0

    def dispose(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("made_by_the_app", [True, False])
def test_the_app_closes_the_desk_that_it_made_and_no_other(
    desk: Desk, *, made_by_the_app: bool
) -> None:
    engine = _Counting(desk.engine)
    counted = replace(desk, engine=engine)  # type: ignore[arg-type]  # only what the app touches
    with serving(create_app((lambda: counted) if made_by_the_app else counted)) as client:
        assert client.get("/healthz").status_code == 200

    assert engine.closed == made_by_the_app
