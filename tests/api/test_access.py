"""Who may ask: keys, scopes, doors, limits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from schemas.access import SCOPES, ApiKey, Scope
from service.api.access import (
    HEALTH,
    OPEN,
    OPEN_PREFIX,
    Gate,
    hash_of,
    needed,
    new_secret,
    spelled,
)
from service.desk import Desk
from service.mcp.mount import PATH as MCP
from tests.api.keyed import Hands, bearer, guarded, make_key, revoke_key
from tests.api.served import Client, word
from tests.api.world import NOW, desk_over

CHECK = "/v1/check?aircraft=N899DN&airport=UMMS&date=2025-02-04"
SCOPE_OF: dict[str, Scope] = {
    CHECK: "query",
    "/v1/aircraft/N899DN": "query",
    "/v1/aircraft/N899DN/movements": "query",
    "/v1/aircraft/N899DN/stays?from=2025-02-05&to=2025-02-05": "query",
    "/v1/aircraft/N899DN/track?from=2025-02-05&to=2025-02-05": "evidence",
    "/v1/airports/UMMS": "query",
    "/v1/airports/UMMS/movements": "query",
    "/v1/sources": "query",
    "/v1/sources/alpha": "query",
    "/v1/sources/alpha/ledger": "evidence",
    f"/v1/captures/{'0' * 64}": "evidence",
    f"/v1/captures/{'0' * 64}/record": "evidence",
    "/v1/log/head": "evidence",
    "/v1/log/heads": "evidence",
    f"/v1/log/proof/{'0' * 64}": "evidence",
}


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Desk:
    """A desk of the test's own, on either database, that knows nothing."""
    return desk_over(database, tmp_path)


def status(client: Client, path: str = CHECK, key: str | None = None) -> int:
    return client.get(path, headers=bearer(key) if key else None).status_code


def test_out_of_the_box_the_user_of_this_machine_needs_no_key(empty: Desk) -> None:
    with guarded(empty) as client:
        found = {path: status(client, path) for path in SCOPE_OF}

    assert found[CHECK] == found["/v1/airports/UMMS"] == found["/v1/sources"] == 200
    assert not {401, 403, 429} & set(found.values())


def test_the_first_key_closes_the_door_within_a_second_for_all_but_health_and_documentation(
    empty: Desk,
) -> None:
    hands = Hands()
    with guarded(empty, hands) as client:
        assert status(client) == 200
        _, key = make_key(empty)
        hands.passed += timedelta(seconds=1)

        for path in (*SCOPE_OF, "/v1/nothing", "/nothing"):
            reply = client.get(path)
            assert (reply.status_code, word(reply)) == (401, "unauthorised")
            assert reply.headers["www-authenticate"] == 'Bearer realm="tailcheck"'
        for path in (*HEALTH, *OPEN - {"/"}):
            assert status(client, path) == 200
        assert status(client, key=key) == 200


def test_a_revoked_key_opens_nothing_a_second_later_and_the_door_stays_shut(empty: Desk) -> None:
    hands = Hands()
    first, key = make_key(empty)
    with guarded(empty, hands) as client:
        assert status(client, key=key) == 200
        revoke_key(empty, first)
        hands.passed += timedelta(seconds=1)

        reply = client.get(CHECK, headers=bearer(key))

        assert (reply.status_code, word(reply)) == (401, "unauthorised")
        assert 'error="invalid_token"' in reply.headers["www-authenticate"]
        assert status(client) == 401


def test_a_key_runs_out_on_the_moment_and_the_door_stays_shut(empty: Desk) -> None:
    hands = Hands()
    _, key = make_key(empty, expires_at=NOW + timedelta(hours=1))
    with guarded(empty, hands) as client:
        hands.passed = timedelta(hours=1) - timedelta(microseconds=1)
        assert status(client, key=key) == 200
        hands.passed = timedelta(hours=1)
        assert status(client, key=key) == 401
        assert status(client) == 401


@pytest.mark.parametrize(("path", "scope"), SCOPE_OF.items())
def test_every_call_needs_its_scope_and_no_other(
    client: Client, desk: Desk, path: str, scope: Scope
) -> None:
    """The scope is looked at before what is asked: who may not ask learns nothing of it."""
    keys: dict[bytes, Scope] = {}
    made = []
    for one in SCOPES:
        key_id, secret = new_secret()
        keys[spelled(key_id, secret).encode()] = one
        made.append(
            ApiKey(
                id=key_id,
                secret_hash=hash_of(secret),
                owner="desk",
                scopes=frozenset({one}),
                created_at=NOW,
            )
        )

    async def stored() -> list[ApiKey]:
        return made

    was = client.app.state.gate
    client.app.state.gate = Gate(stored, desk.clock)
    try:
        for key, one in keys.items():
            reply = client.get(path, headers=bearer(key.decode()))
            wrongly = client.get(f"{path.partition('?')[0]}?zon=UTC", headers=bearer(key.decode()))
            if one == scope:
                assert reply.status_code in {200, 404}
                assert wrongly.status_code == 422
            else:
                assert (reply.status_code, word(reply)) == (403, "forbidden")
                assert f"`{scope}`" in reply.json()["detail"]
                assert wrongly.status_code == 403
    finally:
        client.app.state.gate = was


def test_no_route_was_forgotten(client: Client) -> None:
    for route in client.app.router.routes:
        path = getattr(route, "path", "")
        if path in HEALTH | OPEN or path.startswith(OPEN_PREFIX):
            continue
        if path == MCP:  # it asks the others, as its caller: tests/mcp_server/test_access.py
            continue
        assert isinstance(route, APIRoute)
        assert needed(route.dependencies), path


def test_the_documentation_names_the_scopes(client: Client) -> None:
    document = client.get("/openapi.json").json()
    check = document["paths"]["/v1/check"]["get"]

    assert check["security"] == [{"key": ["query"]}, {}]
    assert {"401", "403", "429"} <= set(check["responses"])
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert "security" not in document["paths"]["/healthz"]["get"]


def test_two_keys_at_once_open_nothing(empty: Desk) -> None:
    _, key = make_key(empty)
    scope_headers = [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")]
    with guarded(empty) as client:
        assert client.get(CHECK, headers=scope_headers).status_code == 401  # type: ignore[arg-type]


def test_keys_are_made_of_256_random_bits_and_kept_as_a_hash(empty: Desk) -> None:
    made = [new_secret() for _ in range(200)]

    assert len({key_id for key_id, _ in made}) == len({secret for _, secret in made}) == 200
    assert {len(secret) for _, secret in made} == {43}  # base64 of 32 bytes
    _, key = make_key(empty)
    with empty.engine.connect() as conn:
        (row,) = conn.exec_driver_sql("SELECT * FROM api_key").all()
    assert key.split("_", 2)[2] not in str(row)


def test_a_limit_is_told_with_when_to_come_again(empty: Desk) -> None:
    _, key = make_key(empty)
    with guarded(empty, rate_per_minute=1) as client:
        assert status(client, key=key) == 200
        reply = client.get(CHECK, headers=bearer(key))

        assert (reply.status_code, word(reply)) == (429, "rate-limited")
        assert 1 <= int(reply.headers["retry-after"]) <= 61
        assert reply.headers["cache-control"] == "no-store"


def test_an_app_that_nobody_may_reach_says_how_a_key_is_made(empty: Desk) -> None:
    with guarded(empty, door="closed") as client:
        detail = client.get(CHECK).json()["detail"]

    assert "tailcheck keys create" in detail
