"""Each tool over HTTP, against a real server: real answers, limits with each, refusals."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp_types import BlobResourceContents, CallToolResult, EmbeddedResource

from adapters._contract import discover
from service.api.app import create_app
from service.ask.bundles import verify_bundle
from service.desk import Desk
from service.errors import BadInput
from service.mcp import answering
from service.mcp.tools import TOOLS, Tool
from tests.api.conftest import desk as desk  # noqa: PLC0414  (the same filled world)
from tests.mcp_server.asked import call, over_http, served, text_of

LIMITS = {"does_not_show", "assumptions", "would_change", "attributions", "as_of"}
LANDED = {"aircraft": "N899DN", "airport": "KMSP", "date": "2025-02-04"}
SENTENCE = "RA-64523 took off from Vnukovo on 18 August 2020 and landed at Minsk National Airport."


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    with served(create_app(desk)) as found:
        yield found


def answered(result: CallToolResult) -> Any:
    """The answer, which has its limits and reads the same as text."""
    whole = result.structured_content
    assert not result.is_error, text_of(result)
    assert whole is not None
    assert json.loads(text_of(result)) == whole
    assert whole["limits"].keys() == LIMITS
    return whole


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_only_look(address: str, mode: str) -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = over_http(address, ask, mode=mode)

    assert [tool.name for tool in tools] == ["check", "claim", "movements", "sources", "bundle"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(tool.input_schema["additionalProperties"] is False for tool in tools)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_check_is_what_the_api_says(address: str, mode: str) -> None:
    whole = answered(over_http(address, call("check", **LANDED), mode=mode))

    said = httpx.get(f"{address}/v1/check", params=LANDED, trust_env=False).json()
    assert whole["answer"] == said
    assert whole["answer"]["verdict"] == "observed"
    assert whole["limits"] == {name: said.get(name, []) for name in LIMITS}
    assert whole["limits"]["does_not_show"]


def test_a_claim_is_read_and_judged(address: str) -> None:
    whole = answered(over_http(address, call("claim", text=SENTENCE, published="2020-08-19")))

    read = whole["answer"]["reading"]
    assert read["aircraft"]
    assert any("aboard" in text for text in whole["limits"]["does_not_show"])
    assert whole["answer"]["judged"] or read["questions"]


def test_movements_of_an_aircraft_and_at_an_airport(address: str) -> None:
    utc = {"from_": "2025-02-05", "to": "2025-02-05"}
    local = {"from_": "2025-02-04", "to": "2025-02-04"}
    of_one = answered(over_http(address, call("movements", aircraft="N899DN", **utc)))
    at_one = answered(over_http(address, call("movements", airport="KMSP", limit=1, **local)))

    assert {one["airport"] for one in of_one["answer"]["movements"]} == {"KMSP", "KGEG"}
    assert len(at_one["answer"]["movements"]) == 1
    assert "after=" in at_one["answer"]["next"]
    for whole in (of_one, at_one):
        assert any("not listed" in text for text in whole["limits"]["does_not_show"])
        assert whole["limits"]["as_of"] == "2025-03-01T12:00:00Z"
        assert whole["limits"]["attributions"] == whole["answer"]["attributions"] != {}


def test_sources(address: str) -> None:
    whole = answered(over_http(address, call("sources")))

    assert [one["source"]["key"] for one in whole["answer"]["sources"]] == ["alpha", "beta"]
    assert whole["limits"]["attributions"] == {"alpha": "nobody", "beta": "nobody"}


def test_a_bundle_of_a_kept_check(address: str) -> None:
    kept = httpx.post(f"{address}/v1/checks", json=LANDED, trust_env=False).json()["check"]["id"]

    result = over_http(address, call("bundle", check=kept))

    whole = answered(result)
    enclosed = result.content[1]
    assert isinstance(enclosed, EmbeddedResource)
    assert isinstance(enclosed.resource, BlobResourceContents)
    file = base64.b64decode(enclosed.resource.blob)
    path = whole["answer"]["fetch"].split()[1].strip(",")
    fetched = httpx.get(f"{address}{path}", trust_env=False)
    assert hashlib.sha256(file).digest() == hashlib.sha256(fetched.content).digest()
    assert len(file) == whole["answer"]["size_bytes"]
    assert verify_bundle(io.BytesIO(file), discover(), root=whole["answer"]["root"]).is_whole
    assert whole["limits"]["does_not_show"]
    again = answered(over_http(address, call("bundle", check=kept, revision=1)))
    assert again["answer"]["root"] == whole["answer"]["root"]


@pytest.mark.parametrize(
    ("name", "handed", "says"),
    [
        ("check", {**LANDED, "airport": "London"}, "EGLL"),
        ("check", {**LANDED, "aircraft": "???"}, "???"),
        ("check", {**LANDED, "date": "08/09/2020"}, "`date`"),
        ("check", {"aircraft": "N899DN", "airport": "KMSP"}, "`date` is missing."),
        ("check", {**LANDED, "zon": "UTC"}, "There is no `zon` here"),
        ("check", {**LANDED, "date": 20250204}, "`date` is written as text."),
        ("check", {**LANDED, "aircraft": "N" * 300}, "longer than 200"),
        ("claim", {"text": SENTENCE, "published": "yesterday"}, "is not a date"),
        ("movements", {}, "either `aircraft` or `airport`"),
        ("movements", {"aircraft": "N899DN", "airport": "KMSP"}, "either `aircraft` or"),
        ("movements", {"aircraft": "N899DN/track?"}, "slash"),
        ("movements", {"aircraft": "N899DN", "limit": 5_000}, "`limit` must be at most 1000."),
        ("movements", {"aircraft": "N899DN", "limit": True}, "`limit` is a whole number."),
        ("bundle", {"check": "nothing-of-that-name"}, "check"),
        ("watches", {}, "There is no such tool here; there are: check, claim,"),
    ],
)
def test_refusals_are_sentences(address: str, name: str, handed: dict[str, Any], says: str) -> None:
    result = over_http(address, call(name, **handed))

    assert result.is_error
    assert says in text_of(result)
    assert "Traceback" not in text_of(result)


def test_the_address_takes_only_json_by_post(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as http:
        looked = http.get("/mcp")
        ended = http.request("DELETE", "/mcp")
        typed = http.post("/mcp", content=b"{}", headers={"content-type": "text/plain"})
        other = http.post("/mcp", json={}, headers={"host": "evil.example"})
        strange = http.post("/mcp", json={}, headers={"origin": "https://evil.example"})

    assert (looked.status_code, looked.headers["allow"]) == (405, "POST")
    assert ended.status_code == 405
    assert typed.status_code == 415
    assert other.status_code == 421
    assert strange.status_code == 403


def test_a_large_bundle_is_named_and_not_enclosed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = httpx.post(f"{address}/v1/checks", json=LANDED, trust_env=False).json()["check"]["id"]
    monkeypatch.setattr(answering, "MOST_ENCLOSED_BYTES", 1_000)

    result = over_http(address, call("bundle", check=kept))

    whole = answered(result)
    assert len(result.content) == 1
    assert whole["answer"]["enclosed"] is False
    assert whole["answer"]["size_bytes"] > 1_000
    assert len(whole["answer"]["root"]) == 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
PATHS = re.compile(
    r"/v1/(check|claims|sources|checks/[^/]+/bundle|(aircraft|airports)/[^/]+/movements)", re.DOTALL
)


@given(tool=st.sampled_from(TOOLS), data=st.data())
def test_whatever_is_handed_over_asks_one_of_five_questions(tool: Tool, data: Any) -> None:
    names = st.sampled_from([*tool.takes, "other"])
    handed = data.draw(st.dictionaries(names, JSON))
    try:
        asked = tool.call(handed)
    except BadInput:
        return
    assert PATHS.fullmatch(asked.path)
    assert all(isinstance(value, str) for value in asked.query.values())
