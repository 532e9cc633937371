"""`GET /v1/check`."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from service.api.app import create_app
from service.ask.check import check
from service.ask.document import verdict_json
from service.desk import Desk
from tests.api.served import Client, serving, word
from tests.api.world import NOW

SEEN: dict[str, Any] = {"aircraft": "N899DN", "airport": "KMSP", "date": "2025-02-04"}


@pytest.mark.parametrize(
    ("aircraft", "airport", "on", "verdict"),
    [
        ("N899DN", "KMSP", "2025-02-04", "observed"),
        ("n-899dn", "MSP", "2025-02-04", "observed"),
        ("ac671b", "Minneapolis", "2025-02-04", "observed"),
        ("N899DN", "KGEG", "2025-02-04", "consistent"),
        ("N899DN", "EGLL", "2025-02-05", "no_data"),
        ("RA-64523", "UMMS", "2020-08-18", "consistent"),
        ("РА-64523", "MSQ", "2020-08-18", "consistent"),
        ("RA-64524", "UMMS", "2020-08-18", "identity_uncertain"),
    ],
)
def test_a_question_gets_a_verdict(
    client: Client, aircraft: str, airport: str, on: str, verdict: str
) -> None:
    reply = client.get("/v1/check", aircraft=aircraft, airport=airport, date=on)

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json()["verdict"] == verdict


def test_the_document_is_the_command_lines_byte_for_byte(client: Client, desk: Desk) -> None:
    verdict = check(desk, aircraft="N899DN", airport="KMSP", on=date(2025, 2, 4))

    assert client.get("/v1/check", **SEEN).content == verdict_json(verdict)


def test_the_date_is_read_at_the_airport_or_where_the_asker_says(client: Client) -> None:
    local = client.get("/v1/check", **SEEN | {"date": "2025-02-04"}).json()
    utc = client.get("/v1/check", **SEEN | {"date": "2025-02-04", "zone": "UTC"}).json()

    assert local["verdict"] == "observed"
    assert local["other_date"]["zone"] == "UTC"
    assert local["other_date"]["verdict"] == utc["verdict"] != "observed"


def test_evidence_leads_to_the_bytes(client: Client) -> None:
    named = [
        row["capture"]
        for row in client.get(
            "/v1/aircraft/ac671b/track", from_="2025-02-05", to="2025-02-05"
        ).json()["fixes"]
    ]

    assert named
    assert all(client.get(f"/v1/captures/{sha256}").status_code == 200 for sha256 in set(named))


def test_as_of_the_past_nothing_was_known(client: Client) -> None:
    before = client.get("/v1/check", **SEEN, as_of="2025-02-19T00:00:00Z").json()
    after = client.get("/v1/check", **SEEN, as_of="2025-02-21T00:00:00Z").json()

    assert before["verdict"] in {"identity_uncertain", "no_data"}
    assert after["verdict"] == "observed"
    assert after["as_of"] == "2025-02-21T00:00:00Z"


def test_a_plus_sign_that_the_url_turned_into_a_space_is_read_as_meant(client: Client) -> None:
    plus = client.get(
        "/v1/check?aircraft=N899DN&airport=KMSP&date=2025-02-05&as_of=2025-02-21T03:00:00+03:00"
    )

    assert plus.json()["as_of"] == "2025-02-21T00:00:00Z"


def test_asking_again_with_the_etag_is_answered_with_304_until_the_answer_changes(
    client: Client,
) -> None:
    first = client.get("/v1/check", **SEEN)
    again = client.get("/v1/check", **SEEN, headers={"If-None-Match": first.headers["etag"]})
    other = client.get(
        "/v1/check", **SEEN | {"airport": "EGLL"}, headers={"If-None-Match": first.headers["etag"]}
    )

    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


def test_the_etag_outlasts_the_moment_of_asking(desk: Desk) -> None:
    seconds = itertools.count()
    ticking = replace(desk, clock=lambda: NOW + timedelta(seconds=next(seconds)))
    with serving(create_app(ticking)) as client:
        first, second = client.get("/v1/check", **SEEN), client.get("/v1/check", **SEEN)

    assert first.json()["as_of"] != second.json()["as_of"]
    assert first.headers["etag"] == second.headers["etag"]


def test_as_of_a_stated_moment_the_etag_stands_for_every_byte(client: Client) -> None:
    reply = client.get("/v1/check", **SEEN, as_of="2025-02-21T00:00:00Z")

    assert reply.headers["etag"].startswith('"')


def test_an_answer_is_kept_by_nobody(client: Client) -> None:
    headers = client.get("/v1/check", **SEEN).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_head_is_get_without_the_body(client: Client) -> None:
    whole = client.get("/v1/check", **SEEN)
    head = client.ask("HEAD", "/v1/check", **SEEN)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.content))


def test_several_airports_by_one_name_are_answered_with_the_choice(client: Client) -> None:
    reply = client.get("/v1/check", **SEEN | {"airport": "London"})

    assert reply.status_code == 422
    assert word(reply) == "ambiguous-airport"
    assert {choice["code"] for choice in reply.json()["choices"]} == {"EGLL", "EGKK"}


@pytest.mark.parametrize(
    ("changed", "problem", "says"),
    [
        ({"aircraft": "zzzzzz"}, "unknown-aircraft", "neither a registration"),
        ({"aircraft": "../../etc/passwd"}, "unknown-aircraft", "neither a registration"),
        ({"aircraft": "~14fc0b"}, "unknown-aircraft", "not an ICAO address"),
        ({"aircraft": "N" * 201}, "bad-parameters", "longer than 200"),
        ({"airport": "Atlantis"}, "unknown-airport", "Atlantis"),
        ({"date": "2021-02-30"}, "bad-input", "2021-02-30"),
        ({"date": "30 February"}, "bad-input", "30 February"),
        ({"date": "18.08.2020"}, "bad-input", "18.08.2020"),
        ({"date": "2025-03-09"}, "bad-input", "not begun"),
        ({"date": "1925-02-05"}, "bad-input", "1925"),
        ({"date": "9999-12-31"}, "bad-input", "9999"),
        ({"date": "0001-01-01"}, "bad-input", "1-01-01"),
        ({"airport": "NSFA", "date": "2011-12-30"}, "bad-input", "skipped that day"),
        ({"zone": "Mars/Olympus"}, "bad-input", "Mars/Olympus"),
        ({"zone": "../../etc/passwd"}, "bad-input", "not a time zone"),
        ({"as_of": "2025-04-01T00:00:00Z"}, "bad-input", "future"),
        ({"as_of": "2025-02-21T00:00:00"}, "bad-input", "no time zone"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "bad-input", "outside of the calendar"),
        ({"zon": "UTC"}, "bad-parameters", "no parameter `zon`"),
        ({"as-of": "2025-02-21T00:00:00Z"}, "bad-parameters", "no parameter `as-of`"),
        ({"date": ["2025-02-04", "2025-02-05"]}, "bad-parameters", "more than once"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(
    client: Client, changed: dict[str, Any], problem: str, says: str
) -> None:
    reply = client.get("/v1/check", **SEEN | changed)

    assert reply.status_code == 422
    assert word(reply) == problem
    assert says in reply.json()["detail"]


def test_what_is_missing_is_named(client: Client) -> None:
    reply = client.get("/v1/check", aircraft="N899DN")

    assert reply.json()["errors"] == [
        {"parameter": "airport", "detail": "`airport` is missing."},
        {"parameter": "date", "detail": "`date` is missing."},
    ]
