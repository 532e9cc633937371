"""`/v1/alerts` and `/v1/deliveries`: listed page by page, each to its owner only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.watching import Alert, Wishes
from service.api.app import create_app
from service.desk import Desk
from service.storage.database import reading, writing
from service.storage.deliveries import mark_dead
from service.storage.receivers import add as add_receiver
from service.storage.receivers import stop
from tests.api.json_schema import violations
from tests.api.served import Client, serving, word
from tests.api.test_watches import key_for
from tests.api.told import OCCASION, tell, watch_on
from tests.api.world import desk_over
from tests.storage.tellings import deliveries_of


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Desk:
    """A desk on either database."""
    return desk_over(database, tmp_path)


@pytest.fixture
def asked(empty: Desk) -> Iterator[Client]:
    """Asks the app over that desk."""
    with serving(create_app(empty)) as client:
        yield client


def ids(client: Client, path: str) -> list[int]:
    """The numbers on all pages from there on."""
    found: list[int] = []
    following: str | None = path
    while following is not None:
        page = client.get(following)
        assert page.status_code == 200, page.text
        found += [alert["id"] for alert in page.json()["alerts"]]
        following = page.json()["next"]
        assert ("link" in page.headers) == (following is not None)
    return found


def test_pages_either_way(empty: Desk, asked: Client) -> None:
    watch, other = watch_on(empty), watch_on(empty, "RA-64524")
    told = [tell(empty, (watch, other)[n % 2]).id for n in range(7)]

    assert ids(asked, "/v1/alerts?limit=3") == told[::-1]
    assert ids(asked, "/v1/alerts?limit=2&after=0") == told
    assert ids(asked, f"/v1/alerts?limit=2&after={told[2]}") == told[3:]
    assert ids(asked, f"/v1/alerts?limit=2&watch={other.id}") == told[1::2][::-1]
    assert ids(asked, f"/v1/alerts?before={told[1]}") == told[:1]
    assert word(asked.get("/v1/alerts?after=1&before=5")) == "bad-input"


def test_one_alert_says_what_is_known_and_whom_to_name(empty: Desk, asked: Client) -> None:
    first = tell(empty, watch_on(empty))
    reply = asked.get(f"/v1/alerts/{first.id}")

    said = reply.json()["alert"]
    assert said["occasion"]["words"] == OCCASION.words
    assert (said["form"], said["occasion"]["grade"]) == ("new", "observed")
    assert reply.json()["attributions"] == {"alpha": "nobody"}
    again = asked.get(f"/v1/alerts/{first.id}", headers={"if-none-match": reply.headers["etag"]})
    assert again.status_code == 304
    document = asked.get("/openapi.json").json()
    for path, shown in (("/v1/alerts/{alert}", reply), ("/v1/alerts", asked.get("/v1/alerts"))):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        assert violations(shown.json(), schema["schema"], document) == []


def test_another_owners_are_not_there(empty: Desk, asked: Client) -> None:
    alert = tell(empty, watch_on(empty, owner="anna"))
    anna, boris = key_for(empty, "anna"), key_for(empty, "boris")

    assert asked.get(f"/v1/alerts/{alert.id}", headers=anna).status_code == 200
    theirs = asked.get(f"/v1/alerts/{alert.id}", headers=boris)
    assert (theirs.status_code, word(theirs)) == (404, "not-found")
    assert asked.get("/v1/alerts", headers=boris).json()["alerts"] == []
    of_watch = asked.get(f"/v1/alerts?watch={alert.watch_id}", headers=boris)
    assert of_watch.json()["alerts"] == []


def _dead_letter(desk: Desk, owner: str = "local") -> tuple[Alert, int, int]:
    with writing(desk.engine) as conn:
        receiver, _ = add_receiver(
            conn,
            desk.sealer,
            owner=owner,
            kind="webhook",
            url="https://desk.example.org/",
            now=desk.clock(),
        )
    watch = watch_on(desk, owner=owner, wishes=replace(Wishes(), to=(receiver.id,)))
    alert = tell(desk, watch)
    with writing(desk.engine) as conn:
        (delivery,) = deliveries_of(conn, alert.id)
        mark_dead(conn, [delivery.id], why="The receiver answered 500.", now=desk.clock())
    return alert, delivery.id, receiver.id


def test_a_dead_letter_is_sent_again(empty: Desk, asked: Client) -> None:
    alert, number, _ = _dead_letter(empty)
    (shown,) = asked.get("/v1/deliveries", state="dead").json()["deliveries"]
    assert (shown["id"], shown["alert_id"]) == (number, alert.id)
    assert shown["last_error"] == "The receiver answered 500."

    again = asked.ask("POST", f"/v1/deliveries/{number}/resend")
    assert again.status_code == 200, again.text
    assert (again.json()["state"], again.json()["attempts"]) == ("waiting", 0)
    assert asked.get("/v1/deliveries").json()["deliveries"] == []
    with reading(empty.engine) as conn:
        assert [delivery.state for delivery in deliveries_of(conn, alert.id)] == ["waiting"]
    assert word(asked.ask("POST", f"/v1/deliveries/{number}/resend")) == "conflict"


def test_nothing_is_sent_to_a_receiver_that_is_stopped(empty: Desk, asked: Client) -> None:
    _, number, receiver = _dead_letter(empty)
    with writing(empty.engine) as conn:
        stop(conn, receiver, "The receiver answered 410.")

    assert word(asked.ask("POST", f"/v1/deliveries/{number}/resend")) == "conflict"
    asked.ask("POST", f"/v1/receivers/{receiver}/resume")
    assert asked.ask("POST", f"/v1/deliveries/{number}/resend").status_code == 200


def test_a_dead_letter_is_its_owners(empty: Desk, asked: Client) -> None:
    _, number, _ = _dead_letter(empty, "anna")
    anna, boris = key_for(empty, "anna"), key_for(empty, "boris")

    assert asked.get("/v1/deliveries", headers=boris).json()["deliveries"] == []
    refused = asked.ask("POST", f"/v1/deliveries/{number}/resend", headers=boris)
    assert (refused.status_code, word(refused)) == (404, "not-found")
    assert len(asked.get("/v1/deliveries", headers=anna).json()["deliveries"]) == 1
