"""`/v1/watches` and `/v1/receivers`: what is asked, what comes of it, and what is nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.access import ApiKey, Scope
from service.api.access import hash_of, new_secret, spelled
from service.api.app import create_app
from service.desk import Desk
from service.storage.api_keys import add_key
from service.storage.database import writing
from tests.api.served import Client, serving, word
from tests.api.told import watch_on
from tests.api.world import desk_over, fill

HOOK = "https://desk.example.org/hooks/tailcheck"


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Desk:
    """A desk without watches, on either database."""
    desk = desk_over(database, tmp_path)
    fill(desk)
    return desk


@pytest.fixture
def asked(empty: Desk) -> Iterator[Client]:
    """Asks the app over that desk."""
    with serving(create_app(empty, public_url="https://tailcheck.example.org")) as client:
        yield client


def follow(client: Client, **said: Any) -> dict[str, Any]:
    """The watch that was made."""
    reply = client.ask("POST", "/v1/watches", json=said)
    assert reply.status_code in {200, 201}, reply.text
    made: dict[str, Any] = reply.json()
    return made


def key_for(desk: Desk, owner: str, *scopes: Scope) -> dict[str, str]:
    """The header that opens what is the owner's."""
    key_id, secret = new_secret()
    with writing(desk.engine) as conn:
        add_key(
            conn,
            ApiKey(
                id=key_id,
                secret_hash=hash_of(secret),
                owner=owner,
                scopes=frozenset(scopes or ("watch",)),
                created_at=datetime(2025, 1, 1, tzinfo=UTC),
            ),
        )
    return {"authorization": f"Bearer {spelled(key_id, secret)}"}


def test_the_life_of_a_watch(asked: Client) -> None:
    made = asked.ask("POST", "/v1/watches", json={"subject": "ra64523", "to": [HOOK]})
    assert made.status_code == 201
    watch = made.json()["watch"]
    assert made.headers["location"] == f"/v1/watches/{watch['id']}"
    assert (watch["subject"], watch["triggers"]) == (
        "RA-64523",
        ["takeoff", "landing", "emergency", "off_airport"],
    )
    (receiver,) = made.json()["receivers"]
    assert receiver["secret"].startswith("whsec_")
    assert receiver["receiver"]["address"] == "https://desk.example.org/…"
    assert watch["to"] == [receiver["receiver"]["id"]]

    at = f"/v1/watches/{watch['id']}"
    changed = asked.ask(
        "PATCH", at, json={"quiet": "22:00-07:00", "zone": "Europe/Minsk", "at": ["by", "VKO"]}
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["watch"] | {"at": ["iso:BY", "UUWW"]} == changed.json()["watch"]
    assert asked.get(at).json() == changed.json()["watch"]
    assert asked.get("/v1/watches").json()["watches"] == [changed.json()["watch"]]
    # Later hours are in the zone that was said before; the receiver stays.
    later = asked.ask("PATCH", at, json={"quiet": "23:00-06:30"}).json()["watch"]
    assert (later["quiet"], later["zone"], later["to"]) == (
        "23:00-06:30",
        "Europe/Minsk",
        watch["to"],
    )

    assert asked.ask("DELETE", at).status_code == 204
    assert word(asked.get(at)) == "not-found"
    assert asked.get("/v1/watches").json()["watches"] == []


def test_again_changes_what_is_said_and_shows_no_secret(asked: Client) -> None:
    first = follow(asked, subject="RA-64523", label="Minsk", to=[HOOK])
    again = asked.ask("POST", "/v1/watches", json={"subject": "14FC0B"})
    assert again.status_code == 201  # an address is another subject
    again = asked.ask("POST", "/v1/watches", json={"subject": "РА-64523", "to": [HOOK]})

    assert again.status_code == 200
    assert again.json()["watch"] == first["watch"]
    assert again.json()["receivers"][0]["secret"] is None


def test_every_kind(asked: Client) -> None:
    made = [
        follow(asked, kind="airport", subject="MSQ", radius_nm=25),
        follow(asked, kind="type", subject="t204"),
        follow(asked, kind="operator", subject=" Rossiya  Special "),
        follow(asked, kind="area", subject="-33.9, 18.6, 40"),
        follow(asked, subject="RA-64523", triggers=["away-from-home"], home="VKO"),
    ]

    assert [one["watch"]["subject"] for one in made] == [
        "UMMS",
        "T204",
        "Rossiya Special",
        "-33.9000,18.6000,40",
        "RA-64523",
    ]
    assert [one["watch"]["radius_nm"] for one in made] == [25, None, None, None, None]
    assert made[4]["watch"]["home"] == "UUWW"
    page = asked.get("/v1/watches", limit=2)
    assert [watch["id"] for watch in page.json()["watches"]] == [
        one["watch"]["id"] for one in made[:2]
    ]
    assert page.headers["link"] == f'<{page.json()["next"]}>; rel="next"'
    rest = asked.get(page.json()["next"].replace("limit=2", "limit=3"))
    assert [watch["id"] for watch in rest.json()["watches"]] == [
        one["watch"]["id"] for one in made[2:]
    ]
    assert rest.json()["next"] is None


@pytest.mark.parametrize(
    ("said", "code", "says"),
    [
        ({}, "bad-parameters", "`subject` is missing"),
        ({"subject": "RA-64523", "trigers": []}, "bad-parameters", "trigers"),
        ({"subject": "RA-64523", "kind": "ship"}, "bad-parameters", "kind"),
        ({"subject": "nobody at all!"}, "unknown-aircraft", "nobody at all!"),
        ({"subject": "London", "kind": "airport"}, "ambiguous-airport", "EGLL"),
        ({"subject": "Tu-214", "kind": "type"}, "bad-input", "T204"),
        ({"subject": "1,2", "kind": "area"}, "bad-input", "lat,lon,radius"),
        ({"subject": "91,2,30", "kind": "area"}, "bad-input", "-90 to 90"),
        ({"subject": "1,2,900", "kind": "area"}, "bad-input", "1 to 250"),
        ({"subject": "RA-64523", "radius_nm": 30}, "bad-input", "radius_nm"),
        ({"subject": "RA-64523", "triggers": ["landed"]}, "bad-input", "takeoff, landing"),
        ({"subject": "RA-64523", "triggers": []}, "bad-input", "at least one"),
        ({"subject": "RA-64523", "triggers": ["away_from_home"]}, "bad-input", "home base"),
        ({"subject": "RA-64523", "home": "VKO"}, "bad-input", "away_from_home"),
        (
            {"subject": "MSQ", "kind": "airport", "triggers": ["first_visit"]},
            "bad-input",
            "watch the aircraft",
        ),
        (
            {"subject": "RA-64523", "triggers": ["verdict_changed"]},
            "bad-input",
            "does not happen to an aircraft",
        ),
        ({"subject": "RA-64523", "at": ["London"]}, "ambiguous-airport", "EGKK"),
        ({"subject": "RA-64523", "at": ["iso:XX"]}, "bad-input", "ISO 3166"),
        ({"subject": "RA-64523", "quiet": "22-7", "zone": "UTC"}, "bad-input", "22:00-07:00"),
        ({"subject": "RA-64523", "quiet": "22:00-07:00"}, "bad-input", "zone"),
        ({"subject": "RA-64523", "quiet": "25:00-07:00", "zone": "UTC"}, "bad-input", "23:59"),
        ({"subject": "RA-64523", "quiet": "22:00-07:00", "zone": "Minsk"}, "bad-input", "Minsk"),
        ({"subject": "RA-64523", "digest": "weekly"}, "bad-input", "none, hourly, daily"),
        ({"subject": "RA-64523", "min_grade": "sure"}, "bad-input", "observed, inferred"),
        ({"subject": "RA-64523", "silent_days": 0}, "bad-input", "1 to 3650"),
        ({"subject": "RA-64523", "until": "2024-01-01"}, "bad-input", "past"),
        ({"subject": "RA-64523", "until": "2199-12-31"}, "bad-input", "hundred years"),
        ({"subject": "RA-64523", "details": True}, "bad-input", "`to`"),
        ({"subject": "RA-64523", "to": ["http://127.0.0.1/"]}, "bad-input", "https://"),
        ({"subject": "RA-64523", "to": ["https://10.0.0.1/"]}, "bad-input", "public machine"),
        ({"subject": "RA-64523", "to": [99]}, "bad-input", "no receiver 99"),
        ({"subject": "RA-64523", "label": "x" * 150}, "bad-input", "100 characters"),
        ({"subject": "no-such-check", "kind": "check"}, "bad-input", "no kept check"),
    ],
)
def test_mistakes_are_told_and_change_nothing(
    client: Client, said: dict[str, Any], code: str, says: str
) -> None:
    reply = client.ask("POST", "/v1/watches", json=said)

    assert word(reply) == code, reply.text
    assert reply.status_code == 422
    assert says in reply.text
    assert client.get("/v1/watches").json()["watches"] == []
    assert client.get("/v1/receivers").json()["receivers"] == []


def test_a_receiver_shows_its_secret_once(asked: Client) -> None:
    made = asked.ask("POST", "/v1/receivers", json={"url": HOOK, "label": "The desk"})
    assert made.status_code == 201
    secret = made.json()["secret"]
    at = made.headers["location"]
    again = asked.ask("POST", "/v1/receivers", json={"url": HOOK})
    assert (again.status_code, again.json()["secret"]) == (200, None)
    assert again.json()["receiver"]["label"] == "The desk"

    turned = asked.ask("POST", f"{at}/rotate").json()
    assert turned["receiver"]["keys"] == 2
    assert turned["secret"] not in {secret, None}
    assert asked.ask("POST", f"{at}/retire").json()["keys"] == 1
    assert asked.ask("PATCH", at, json={"details": True}).json()["details"] is True
    assert asked.ask("POST", f"{at}/resume").json()["stopped_because"] == ""
    shown = asked.get("/v1/receivers").text + asked.get(at).text
    assert secret not in shown
    assert turned["secret"] not in shown
    assert "hooks" not in shown
    follow(asked, subject="RA-64523", to=[HOOK, "https://other.example.org/"])
    assert asked.ask("DELETE", at).status_code == 204
    assert word(asked.get(at)) == "not-found"
    (watch,) = asked.get("/v1/watches").json()["watches"]
    (left,) = asked.get("/v1/receivers").json()["receivers"]
    assert watch["to"] == [left["id"]]  # it names no more what is gone


def test_a_key_of_ours_is_shown_by_its_public_half(asked: Client) -> None:
    made = asked.ask("POST", "/v1/receivers", json={"url": HOOK, "signing": "ed25519"}).json()

    assert made["secret"] is None
    (public,) = made["receiver"]["public_keys"]
    assert public.startswith("whpk_")
    assert "whsk_" not in asked.get("/v1/receivers").text


def test_what_is_another_owners_is_not_there(empty: Desk, asked: Client) -> None:
    watch = watch_on(empty, owner="anna", label="Annas secret")
    anna, boris = key_for(empty, "anna"), key_for(empty, "boris")
    receiver = asked.ask("POST", "/v1/receivers", json={"url": HOOK}, headers=anna).json()
    number = receiver["receiver"]["id"]

    assert asked.get(f"/v1/watches/{watch.id}", headers=anna).json()["label"] == "Annas secret"
    for method, path, body in (
        ("GET", f"/v1/watches/{watch.id}", None),
        ("PATCH", f"/v1/watches/{watch.id}", {"label": "mine"}),
        ("DELETE", f"/v1/watches/{watch.id}", None),
        ("POST", f"/v1/watches/{watch.id}/feed", None),
        ("GET", f"/v1/receivers/{number}", None),
        ("PATCH", f"/v1/receivers/{number}", {"label": "mine"}),
        ("DELETE", f"/v1/receivers/{number}", None),
        ("POST", f"/v1/receivers/{number}/rotate", None),
        ("POST", f"/v1/receivers/{number}/retire", None),
        ("POST", f"/v1/receivers/{number}/resume", None),
    ):
        theirs = asked.ask(method, path, json=body, headers=boris)
        nobodys = asked.ask(method, re.sub(r"/\d+", "/987654", path), json=body, headers=boris)
        assert (theirs.status_code, word(theirs)) == (404, "not-found"), path
        assert theirs.text == re.sub("987654", path.split("/")[3], nobodys.text)
    assert asked.get("/v1/watches", headers=boris).json()["watches"] == []
    assert asked.get("/v1/receivers", headers=boris).json()["receivers"] == []
    refused = asked.ask(
        "POST", "/v1/watches", json={"subject": "RA-64523", "to": [number]}, headers=boris
    )
    assert word(refused) == "bad-input"


def test_an_admin_sees_counts_and_no_lists(empty: Desk, asked: Client) -> None:
    for owner, number in (("anna", 2), ("boris", 1)):
        for n in range(number):
            watch_on(empty, f"RA-6451{n}", owner=owner)
    admin, anna = key_for(empty, "root", "admin"), key_for(empty, "anna")

    assert asked.get("/v1/watches/counts", headers=admin).json() == {
        "owners": {"anna": 2, "boris": 1}
    }
    assert word(asked.get("/v1/watches", headers=admin)) == "forbidden"
    assert word(asked.get("/v1/watches/counts", headers=anna)) == "forbidden"
