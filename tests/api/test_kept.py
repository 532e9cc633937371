"""Kept checks over HTTP: permalinks, keys that make a repetition harmless, whose list it is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.api.app import create_app
from service.ask.kept import kept_check, revise
from service.storage.database import reading
from tests.api.keyed import bearer, make_key
from tests.api.served import Client, serving, word
from tests.ask.keeping import World, question, registration, world_on

HOOK = "https://desk.example.org/hook"


@pytest.fixture
def world(database: Engine, tmp_path: Path) -> World:
    return world_on(database, tmp_path)


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    with serving(create_app(world.desk)) as asked:
        yield asked


def body(number: int = 1, **more: Any) -> dict[str, Any]:
    asked = question(number)
    return {"aircraft": asked.aircraft, "airport": asked.airport, "date": asked.date, **more}


def kept(client: Client, *, once: str = "", key: str = "", **said: Any) -> Any:
    headers = dict(bearer(key)) if key else {}
    if once:
        headers["Idempotency-Key"] = once
    return client.ask("POST", "/v1/checks", headers=headers, json=body(**said))


def revised(world: World, check_id: str) -> None:
    with reading(world.desk.engine) as conn:
        check = kept_check(conn, world.desk, check_id)
    assert revise(world.desk, check) is not None


def test_the_permalink_remembers_its_history(world: World, client: Client) -> None:
    world.becomes(1, "no_data")
    first = client.get(
        "/v1/check", aircraft=registration(1), airport="UMMS", date=body()["date"]
    ).content
    made = kept(client)
    assert made.status_code == 201
    address = made.headers["location"]
    assert address == f"/v1/checks/{made.json()['check']['id']}"
    assert made.json() == {"check": client.get(address).json(), "watch": None}
    assert client.get(f"{address}/revisions/1").content == first
    before = world.clock()

    world.clock.passes(days=1)
    world.becomes(1, "observed")
    revised(world, address.rsplit("/", 1)[1])
    page = client.get(address)
    document = page.json()

    assert document["number"] == 2
    assert document["answer"]["verdict"] == "observed"
    assert client.get(f"{address}/revisions/2").content in page.content
    assert client.get(f"{address}/revisions/1").content == first
    one, two = document["revisions"]
    assert (one["verdict"], one["because"], one["number"]) == ("no_data", "", 1)
    assert two["because"] == document["because"]
    assert two["because"].startswith("Then: “Can't tell” (")
    assert two["at"] == document["as_of"] == document["answer"]["as_of"] > one["at"]
    assert [client.get(line["address"]).json()["sentence"] for line in (one, two)] == [
        one["sentence"],
        two["sentence"],
    ]
    assert word(client.get(f"{address}/revisions/3")) == "not-found"
    then = client.get(address, as_of=f"{before:%Y-%m-%dT%H:%M:%SZ}").json()
    assert then["number"] == 1
    assert then["answer"]["verdict"] == "no_data"
    assert len(then["revisions"]) == 1
    assert word(client.get(address, as_of="2020-01-01T00:00:00Z")) == "bad-input"


def test_the_etag_changes_with_the_answer_only(world: World, client: Client) -> None:
    world.becomes(1, "no_data")
    address = kept(client).headers["location"]
    tags = {path: client.get(path).headers["etag"] for path in (address, f"{address}/revisions/1")}
    world.clock.passes(hours=1)
    for path, tag in tags.items():
        same = client.get(path, headers={"If-None-Match": tag})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)

    world.becomes(1, "near")
    revised(world, address.rsplit("/", 1)[1])
    page = client.get(address, headers={"If-None-Match": tags[address]})
    assert page.status_code == 200
    assert page.headers["etag"] != tags[address]
    path = f"{address}/revisions/1"
    assert client.get(path, headers={"If-None-Match": tags[path]}).status_code == 304


def test_a_repetition_keeps_nothing_new(world: World, client: Client) -> None:
    world.becomes(1, "no_data")
    first = kept(client, once="8e03978e")
    world.clock.passes(hours=1)
    again = kept(client, once="8e03978e")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert "location" not in again.headers
    other = kept(client, once="8e03978e", number=2)
    assert (other.status_code, word(other)) == (409, "conflict")
    zoned = kept(client, once="8e03978e", zone="UTC")
    assert zoned.status_code == 409
    watched = kept(client, once="8e03978e", watch={})
    assert watched.status_code == 409
    assert kept(client).json()["check"]["id"] != first.json()["check"]["id"]
    assert len(client.get("/v1/checks").json()["checks"]) == 2
    for wrong in ("k" * 201, "a\tb"):
        reply = kept(client, once=wrong)
        assert reply.status_code == 422


def test_two_at_once_keep_one(world: World, client: Client) -> None:
    world.becomes(1, "no_data")
    for number in range(4):
        with ThreadPoolExecutor(4) as together:
            replies = list(together.map(lambda n: kept(client, once=f"k{n}"), [number] * 4))
        assert sorted(reply.status_code for reply in replies) == [200, 200, 200, 201]
        assert len({reply.json()["check"]["id"] for reply in replies}) == 1
    assert len(client.get("/v1/checks").json()["checks"]) == 4


def test_a_watch_on_it_is_told_of_the_change(world: World, client: Client) -> None:
    world.becomes(1, "no_data")
    made = kept(client, once="k", watch={"to": [HOOK], "details": True}).json()
    watch = made["watch"]["watch"]
    assert (watch["kind"], watch["subject"]) == ("check", made["check"]["id"])
    assert watch["triggers"] == ["verdict_changed"]
    (receiver,) = made["watch"]["receivers"]
    assert receiver["secret"].startswith("whsec_")
    again = kept(client, once="k", watch={"to": [HOOK], "details": True}).json()
    assert again["watch"] == {"watch": watch, "receivers": []}

    world.clock.passes(hours=1)
    world.becomes(1, "observed")
    revised(world, made["check"]["id"])
    (alert,) = client.get("/v1/alerts").json()["alerts"]
    assert alert["watch_id"] == watch["id"]
    assert alert["occasion"]["other"] == made["check"]["id"]
    (waiting,) = client.get("/v1/deliveries", state="waiting").json()["deliveries"]
    assert waiting["alert_id"] == alert["id"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"aircraft": "zzzzzz"}, "unknown-aircraft"),
        ({"airport": "Atlantis"}, "unknown-airport"),
        ({"date": "2024-02-30"}, "bad-input"),
        ({"date": "2134-02-20"}, "bad-input"),
        ({"zone": "Europe/Atlantis"}, "bad-input"),
        ({"watch": {"to": ["ftp://nowhere.example"]}}, "bad-input"),
        ({"watch": {"details": True}}, "bad-input"),
        ({"watch": {"tо": []}}, "bad-parameters"),
        ({"as_of": "2024-06-01T00:00:00Z"}, "bad-parameters"),
        ({"aircraft": "x" * 201}, "bad-parameters"),
        ({"aircraft": None}, "bad-parameters"),
    ],
)
def test_what_makes_no_sense_is_not_kept(client: Client, said: dict[str, Any], code: str) -> None:
    assert word(kept(client, **said)) == code
    assert client.get("/v1/checks").json() == {"checks": [], "next": None}


def test_nobody_is_told_which_ids_there_are(client: Client) -> None:
    for path in ("/v1/checks/none", f"/v1/checks/{'0' * 32}", "/v1/checks/none/revisions/1"):
        reply = client.get(path)
        assert word(reply) == "not-found"
        assert reply.json()["detail"] == "No check of that id is kept here."
    assert client.get("/v1/checks/%00").status_code == 404
    for number in ("0", "-1", "2147483648", "9" * 30, "x"):
        assert client.get(f"/v1/checks/none/revisions/{number}").status_code == 422


def test_whose_list_it_is_and_who_may_read(world: World, client: Client) -> None:
    """The id opens it for whoever may ask at all; a list shows its owner's own, and nobody
    else's."""
    _, anna = make_key(world.desk, "anna")
    _, boris = make_key(world.desk, "boris", "query")
    _, guest = make_key(world.desk, "guest", "evidence")
    mine = [kept(client, number=n, key=anna).headers["location"] for n in range(7)]
    kept(client, number=9, key=boris)

    seen: list[str] = []
    path = "/v1/checks?limit=3"
    pages = 0
    while path:
        page = client.get(path, headers=bearer(anna)).json()
        seen += [f"/v1/checks/{line['id']}" for line in page["checks"]]
        path = page["next"]
        pages += 1
    assert (sorted(seen), pages) == (sorted(mine), 3)
    (his,) = client.get("/v1/checks", headers=bearer(boris)).json()["checks"]
    assert his["question"]["aircraft"] == registration(9)
    assert his["newest"]["number"] == 1
    anothers = client.get(f"/v1/checks?after={his['id']}", headers=bearer(anna))
    nobodys = client.get(f"/v1/checks?after={'0' * 32}", headers=bearer(anna))
    assert word(anothers) == word(nobodys) == "bad-input"
    assert anothers.json() == nobodys.json()

    assert client.get(mine[0], headers=bearer(boris)).status_code == 200
    assert client.get(f"{mine[0]}/revisions/1", headers=bearer(boris)).status_code == 200
    assert client.get(mine[0], headers=bearer(guest)).status_code == 403
    assert client.get(mine[0]).status_code == 401
    assert kept(client, key=guest).status_code == 403
    refused = kept(client, key=boris, watch={})
    assert refused.status_code == 403
    assert "`watch`" in refused.json()["detail"]
    assert len(client.get("/v1/checks", headers=bearer(boris)).json()["checks"]) == 1
