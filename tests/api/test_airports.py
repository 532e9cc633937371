"""`/v1/airports/…`."""

from __future__ import annotations

import pytest

from tests.api.served import Client, word


@pytest.mark.parametrize("typed", ["UMMS", "umms", "MSQ", "Minsk National", "Минск"])
def test_an_airport_is_found_as_people_type_it(client: Client, typed: str) -> None:
    document = client.get(f"/v1/airports/{typed}").json()

    assert document["airport"]["ident"] == "UMMS"
    assert document["airport"]["zone"] == "Europe/Minsk"
    assert document["reference_version"]


def test_a_name_of_several_is_a_choice(client: Client) -> None:
    reply = client.get("/v1/airports/London")

    assert word(reply) == "ambiguous-airport"
    assert {choice["code"] for choice in reply.json()["choices"]} == {"EGLL", "EGKK"}


@pytest.mark.parametrize("path", ["", "/movements"])
@pytest.mark.parametrize("typed", ["Atlantis", "%00", "A" * 199, "😀"])
def test_an_airport_that_does_not_exist_is_not_found(client: Client, typed: str, path: str) -> None:
    reply = client.get(f"/v1/airports/{typed}{path}")

    assert (reply.status_code, word(reply)) == (404, "unknown-airport")


def test_who_came_and_went(client: Client) -> None:
    document = client.get("/v1/airports/MSP/movements").json()

    assert document["airport"] == "KMSP"
    assert [(m["move"], m["source"]) for m in document["movements"]] == [
        ("landing", "alpha"),
        ("landing", "beta"),
        ("takeoff", "alpha"),
    ]


def test_a_date_is_read_in_the_airports_own_zone(client: Client) -> None:
    fourth = client.get("/v1/airports/KMSP/movements", from_="2025-02-04", to="2025-02-04").json()
    fifth = client.get("/v1/airports/KMSP/movements", from_="2025-02-05", to="2025-02-05").json()

    assert (fourth["t_from"], fourth["t_to"]) == ("2025-02-04T06:00:00Z", "2025-02-05T06:00:00Z")
    assert (len(fourth["movements"]), len(fifth["movements"])) == (3, 0)


def test_a_day_that_the_calendar_skipped_there_is_refused(client: Client) -> None:
    reply = client.get("/v1/airports/NSFA/movements", from_="2011-12-30", to="2011-12-31")

    assert word(reply) == "bad-input"
    assert "skipped that day" in reply.json()["detail"]


def test_the_pages_hang_together(client: Client) -> None:
    first = client.get("/v1/airports/KMSP/movements", limit=2)
    second = client.get(first.json()["next"])

    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    assert [len(first.json()["movements"]), len(second.json()["movements"])] == [2, 1]
    assert second.json()["next"] is None
