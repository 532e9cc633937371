"""`/mcp` lets in whom the rest lets in, and no further."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from service.api.app import create_app
from service.desk import Desk
from tests.api.conftest import desk as desk  # noqa: PLC0414  (the same filled world)
from tests.api.keyed import make_key
from tests.mcp_server.asked import call, over_http, served, text_of

LANDED = {"aircraft": "N899DN", "airport": "KMSP", "date": "2025-02-04"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


def test_keys(desk: Desk) -> None:
    _, looks = make_key(desk, "desk", "query")
    _, follows = make_key(desk, "desk", "watch")
    wrong = looks[:-4] + ("AAAA" if not looks.endswith("AAAA") else "BBBB")
    with served(create_app(desk)) as address:
        with httpx.Client(base_url=address, trust_env=False, headers=ACCEPT) as http:
            bare = http.post("/mcp", json=PING)
            bad = http.post("/mcp", json=PING, headers={"authorization": f"Bearer {wrong}"})
            # What our own scope calls the caller cannot be sent along.
            posed = http.post("/mcp", json=PING, headers={"tailcheck.caller": "local"})
        allowed = over_http(address, call("check", **LANDED), key=looks)
        forbidden = over_http(address, call("check", **LANDED), key=follows)
        bundle = over_http(address, call("bundle", check="x" * 22), key=follows)

    assert [bare.status_code, bad.status_code, posed.status_code] == [401, 401, 401]
    assert not allowed.is_error
    assert forbidden.is_error
    assert "lacks the scope `query`" in text_of(forbidden)
    assert bundle.is_error


def test_a_bundle_needs_the_scope_of_evidence(desk: Desk) -> None:
    _, everything = make_key(desk, "desk")
    _, looks = make_key(desk, "desk", "query")
    with served(create_app(desk)) as address:
        made = httpx.post(
            f"{address}/v1/checks",
            json=LANDED,
            headers={"authorization": f"Bearer {everything}"},
            trust_env=False,
        )
        kept = made.json()["check"]["id"]
        refused = over_http(address, call("bundle", check=kept), key=looks)
        given = over_http(address, call("bundle", check=kept), key=everything)

    assert "lacks the scope `evidence`" in text_of(refused)
    assert not given.is_error


def test_one_call_counts_as_one_request(desk: Desk) -> None:
    _, looks = make_key(desk, "desk", "query")
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "check", "arguments": LANDED},
    }
    with (
        served(create_app(desk, rate_per_minute=3, seconds=lambda: 1_000.0)) as address,
        httpx.Client(base_url=address, trust_env=False, headers=ACCEPT) as http,
    ):
        headers = {"authorization": f"Bearer {looks}"}
        codes = [http.post("/mcp", json=body, headers=headers).status_code for _ in range(4)]

    assert codes == [200, 200, 200, 429]


def test_nothing_is_logged_of_what_is_asked(
    desk: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    _, looks = make_key(desk, "desk", "query")
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith(("mcp.client", "httpx", "httpcore")):
                heard.append(record.getMessage())

    ear = Ear(level=0)
    root = logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    given: list[dict[str, Any]] = [
        {**LANDED, "aircraft": "N7CANARY"},
        {**LANDED, "airport": "CANARYVILLE"},
        {**LANDED, "CANARY": "x"},
    ]
    try:
        with served(create_app(desk)) as address:
            for each in given:
                over_http(address, call("check", **each), key=looks)
            over_http(address, call("CANARY"), key=looks)
            with httpx.Client(base_url=address, trust_env=False, headers=ACCEPT) as http:
                key = {"authorization": f"Bearer {looks}"}
                told = {"jsonrpc": "2.0", "method": "notifications/CANARY"}
                for body in ({"CANARY": 1}, {**PING, "method": "CANARY"}, ["CANARY"], told):
                    http.post("/mcp", json=body, headers=key)
                    http.post(
                        "/mcp", json=body, headers={**key, "mcp-protocol-version": "2026-07-28"}
                    )
    finally:
        root.removeHandler(ear)
        root.setLevel(before)

    out, err = capfd.readouterr()
    assert "CANARY" not in out + err
    assert not [line for line in heard if "CANARY" in line]
