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

Operation = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method == "get"
            yield path, operation


def test_every_promised_call_is_there(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        "/v1/check",
        "/v1/aircraft/{aircraft}",
        "/v1/aircraft/{aircraft}/movements",
        "/v1/aircraft/{aircraft}/stays",
        "/v1/aircraft/{aircraft}/track",
        "/v1/airports/{airport}",
        "/v1/airports/{airport}/movements",
        "/v1/captures/{sha256}",
        "/v1/captures/{sha256}/record",
        "/v1/sources",
        "/v1/sources/{key}",
        "/v1/sources/{key}/ledger",
        "/healthz",
        "/readyz",
    }


def test_every_call_is_explained_shown_and_its_problems_named(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for path, operation in _operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        for media in operation["responses"]["200"]["content"].values():
            assert media["examples"], path
        for status in ("403", "421", "422", "500"):
            assert status in operation["responses"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    seen = 0
    for path, operation in _operations(document):
        for status, reply in operation["responses"].items():
            for media_type, media in reply["content"].items():
                assert media["schema"], (path, status)
                for name, example in media["examples"].items():
                    at = f"{path} {status} {media_type} {name}"
                    assert violations(example["value"], media["schema"], document, at) == []
                    seen += 1
    assert seen > 60


def test_every_problem_example_is_of_the_table(document: dict[str, Any]) -> None:
    for path, operation in _operations(document):
        for status, reply in operation["responses"].items():
            if status == "200":
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
    for path, operation in _operations(document):
        pattern = path.split("/")
        if len(pattern) == len(steps) and all(
            p == s or p.startswith("{") for p, s in zip(pattern, steps, strict=True)
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
    assert all(f"GET {path}" in text for path in document["paths"])
    assert "<script" not in text
    assert "src=" not in text
    assert "https://" not in text
    policy = reply.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_the_example_addresses_work(client: Client) -> None:
    text = client.get("/docs").text
    addresses = [part.split('"')[0] for part in text.split('For example <a href="')[1:]]

    assert len(addresses) == 14
    for address in addresses:
        reply = client.get(address.replace("&amp;", "&"))
        assert reply.status_code in {200, 404}, address
        assert reply.status_code == 200 or "/captures/" in address or "/sources/" in address


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
