"""The same world on either database: one question of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.api.app import create_app
from tests.api.served import Client, serving, word
from tests.api.world import FIXES, desk_over, fill


def test_every_kind_of_question(database: Engine, tmp_path: Path) -> None:
    desk = desk_over(database, tmp_path)
    fill(desk)
    with serving(create_app(desk)) as client:
        _ask_each(client)
        _ask_badly(client)


def _ask_each(client: Client) -> None:
    window: dict[str, Any] = {"from_": "2025-02-05", "to": "2025-02-05"}
    seen = client.get("/v1/check", aircraft="N899DN", airport="KMSP", date="2025-02-04")
    moves = client.get("/v1/aircraft/N899DN/movements", **window, limit=3)
    rest = client.get(moves.json()["next"])
    track = client.get("/v1/aircraft/N899DN/track", **window).json()

    assert seen.json()["verdict"] == "observed"
    assert [len(page.json()["movements"]) for page in (moves, rest)] == [3, 1]
    assert len(client.get("/v1/aircraft/N899DN/stays", **window).json()["stays"]) == 2
    assert len(track["fixes"]) == FIXES
    assert client.get(f"/v1/captures/{track['fixes'][0]['capture']}/record").status_code == 200
    assert client.get("/v1/aircraft/N899DN").json()["history"]
    assert len(client.get("/v1/airports/KMSP/movements").json()["movements"]) == 3
    assert len(client.get("/v1/sources").json()["sources"]) == 2
    assert len(client.get("/v1/sources/alpha/ledger").json()["ledger"]) == 1
    assert client.get("/readyz").json()["checks"] == {"database": "ok", "captures": "ok"}


def _ask_badly(client: Client) -> None:
    """What a database column cannot hold is refused before it gets there."""
    for typed in ("N899DN\x00", "\ud800", "zzzzzz", "9" * 200):
        try:
            reply = client.get("/v1/check", aircraft=typed, airport="KMSP", date="2025-02-05")
        except UnicodeEncodeError:
            continue  # the client itself refuses
        assert (reply.status_code, word(reply)) == (422, "unknown-aircraft"), typed
    assert word(client.get("/v1/captures/%00/record")) == "not-found"
