"""The OpenAPI document: complete, true, and nobody else hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import service.errors
from service.api.docs import page
from service.api.problems import KINDS
from service.errors import TailcheckError
from tests.api.json_schema import violations
from tests.api.served import Client

Operation = tuple[str, str, dict[str, Any]]
METHODS = {"get", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield method, path, operation


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    """What it answers when all goes well."""
    (first, *_) = [reply for status, reply in operation["responses"].items() if status[0] == "2"]
    found: dict[str, Any] = first
    return found


def test_every_promised_call_is_there(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        "/v1/check",
        "/v1/checks",
        "/v1/checks/{check}",
        "/v1/checks/{check}/bundle",
        "/v1/checks/{check}/revisions/{number}",
        "/v1/claims",
        "/v1/aircraft/{aircraft}",
        "/v1/aircraft/{aircraft}/movements",
        "/v1/aircraft/{aircraft}/stays",
        "/v1/aircraft/{aircraft}/track",
        "/v1/airports/{airport}",
        "/v1/airports/{airport}/movements",
        "/v1/captures/{sha256}",
        "/v1/captures/{sha256}/record",
        "/v1/log/head",
        "/v1/log/heads",
        "/v1/log/proof/{sha256}",
        "/v1/sources",
        "/v1/sources/{key}",
        "/v1/sources/{key}/ledger",
        "/v1/watches",
        "/v1/watches/counts",
        "/v1/watches/{watch}",
        "/v1/watches/{watch}/feed",
        "/v1/receivers",
        "/v1/receivers/{receiver}",
        "/v1/receivers/{receiver}/rotate",
        "/v1/receivers/{receiver}/retire",
        "/v1/receivers/{receiver}/resume",
        "/v1/alerts",
        "/v1/alerts/{alert}",
        "/v1/deliveries",
        "/v1/deliveries/{delivery}/resend",
        "/v1/events",
        "/v1/feeds/{token}.atom",
        "/v1/feeds/{token}.ics",
        "/healthz",
        "/readyz",
    }


def test_every_call_is_explained_shown_and_its_problems_named(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in _operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        assert ("content" in _answer(operation)) == (method != "delete"), path
        for media in _answer(operation).get("content", {}).values():
            assert media["examples"], path
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert media["examples"], path
        for status in ("403", "421", "422", "500"):
            assert status in operation["responses"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    seen = 0
    hooks = [("post", name, item["post"]) for name, item in document["webhooks"].items()]
    for method, path, operation in (*_operations(document), *hooks):
        sent = {"body": operation["requestBody"]} if "requestBody" in operation else {}
        for status, said in (operation["responses"] | sent).items():
            for media_type, media in said.get("content", {}).items():
                assert media["schema"], (path, status)
                for name, example in media.get("examples", {}).items():
                    at = f"{method} {path} {status} {media_type} {name}"
                    assert violations(example["value"], media["schema"], document, at) == []
                    seen += 1
    assert seen > 250


def test_the_webhook_is_documented_by_what_is_really_sent(document: dict[str, Any]) -> None:
    (hook,) = document["webhooks"].values()
    body = hook["post"]["requestBody"]["content"]["application/json"]
    shown = [example["value"] for example in body["examples"].values()]

    assert {event["type"] for event in shown} >= {
        "tailcheck.alert.new",
        "tailcheck.alert.withdrawal",
    }
    thin, detailed = shown[:2]
    assert thin["data"]["alerts"][0]["details"] is None
    assert detailed["data"]["alerts"][0]["details"]["registration"] == "N899DN"
    assert "N899DN" not in str(thin)
    names = {parameter["name"] for parameter in hook["post"]["parameters"]}
    assert names == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def test_every_problem_example_is_of_the_table(document: dict[str, Any]) -> None:
    for _, path, operation in _operations(document):
        for status, reply in operation["responses"].items():
            if status in {"200", "201", "204"}:
                continue
            (media,) = reply["content"].items()
            assert media[0] == "application/problem+json", path
            for code, example in media[1]["examples"].items():
                assert example["value"]["type"] == f"urn:tailcheck:problem:{code}"
                assert example["value"]["status"] == int(status)
                assert example["value"]["detail"]


def test_fields_carry_their_meaning(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert schemas["Verdict"]["properties"]["sentence"]["description"] == "One sentence to quote."
    assert "half-open" in schemas["AircraftMovements"]["properties"]["t_from"]["description"]


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/check?aircraft=N899DN&airport=KMSP&date=2025-02-04",
        "/v1/check?aircraft=RA-64523&airport=UMMS&date=2020-08-18",
        "/v1/check?aircraft=RA-64524&airport=UMMS&date=2020-08-18",
        "/v1/check?aircraft=N899DN&airport=EGLL&date=2025-02-05",
        "/v1/aircraft/N899DN",
        "/v1/aircraft/RA-64524",
        "/v1/aircraft/N899DN/movements?limit=2",
        "/v1/aircraft/N899DN/stays?from=2025-02-05&to=2025-02-05",
        "/v1/aircraft/N899DN/track?from=2025-02-05&to=2025-02-05&limit=3",
        "/v1/airports/UMMS",
        "/v1/airports/KMSP/movements",
        "/v1/sources",
        "/v1/sources/alpha",
        "/v1/sources/alpha/ledger?limit=1",
        "/v1/sources/alpha/ledger?outcome=unheard",
        "/v1/sources/gamma",
        "/v1/checks",
        "/v1/checks/none",
        "/v1/checks/none/revisions/1",
        "/v1/watches",
        "/v1/watches/counts",
        "/v1/watches/1",
        "/v1/receivers",
        "/v1/receivers/1",
        "/v1/alerts",
        "/v1/alerts?after=0&before=1",
        "/v1/alerts/1",
        "/v1/deliveries",
        "/healthz",
        "/readyz",
        "/v1/check",
        "/v1/check?aircraft=N899DN&airport=London&date=2025-02-04",
        "/v1/aircraft/zzzzzz",
        "/v1/aircraft/RA-64524/stays?from=2025-02-05&to=2025-02-05",
        "/v1/airports/Atlantis",
        f"/v1/captures/{'0' * 64}/record",
    ],
)
def test_what_is_answered_fits_what_is_promised(
    client: Client, document: dict[str, Any], asked: str
) -> None:
    reply = client.get(asked)

    assert violations(reply.json(), _promised(document, asked, reply), document) == []


def _promised(document: dict[str, Any], asked: str, reply: httpx.Response) -> dict[str, Any]:
    steps = asked.partition("?")[0].split("/")
    for method, path, operation in _operations(document):
        pattern = path.split("/")
        if (
            method == "get"
            and len(pattern) == len(steps)
            and all(p == s or p.startswith("{") for p, s in zip(pattern, steps, strict=True))
        ):
            answered = operation["responses"][str(reply.status_code)]["content"]
            schema: dict[str, Any] = answered[reply.headers["content-type"]]["schema"]
            return schema
    raise AssertionError(asked)


def test_every_error_of_ours_is_in_the_table() -> None:
    codes = {
        kind.code
        for kind in vars(service.errors).values()
        if isinstance(kind, type) and issubclass(kind, TailcheckError)
    }

    assert codes <= set(KINDS)


def test_the_page_says_all_of_it_and_loads_nothing(
    client: Client, document: dict[str, Any]
) -> None:
    reply = client.get("/docs")
    text = reply.text

    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    for method, path, _ in _operations(document):
        assert f"{method.upper()} {path}" in text
    assert "<script" not in text
    assert "src=" not in text
    assert 'href="http' not in text
    policy = reply.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_the_example_addresses_work(client: Client) -> None:
    text = client.get("/docs").text
    addresses = [part.split('"')[0] for part in text.split('For example <a href="')[1:]]

    assert len(addresses) == 32
    for address in addresses:
        method = "HEAD" if "/events" in address else "GET"  # a stream does not end
        reply = client.ask(method, address.replace("&amp;", "&"))
        assert reply.status_code in {200, 404}, address
        assert reply.status_code == 200 or any(
            f"/{part}/" in address
            for part in (
                "captures",
                "checks",
                "log",
                "sources",
                "watches",
                "receivers",
                "alerts",
                "feeds",
            )
        )


def test_the_page_shows_text_as_text() -> None:
    hostile = "<img src=x> & `<b>`"
    operation = {
        "tags": [hostile],
        "summary": hostile,
        "description": hostile,
        "parameters": [
            {
                "name": hostile,
                "in": "query",
                "required": True,
                "description": hostile,
                "schema": {"examples": [hostile]},
            }
        ],
        "responses": {"422": {"description": hostile}},
    }
    shown = page(
        {
            "info": {"title": hostile, "version": hostile, "description": hostile},
            "tags": [{"name": hostile, "description": hostile}],
            "paths": {f"/{hostile}": {"get": operation}},
        }
    )

    assert "<img" not in shown
    assert "<b>" not in shown
    assert "<code>&lt;b&gt;</code>" in shown


def test_whoever_types_only_the_host_is_led_to_the_page(client: Client) -> None:
    reply = client.get("/")

    assert (reply.status_code, reply.headers["location"]) == (307, "/docs")
