"""`POST /v1/claims`: read, asked back, judged; and the text is told to nobody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.judging import RESULTS
from service.api.app import create_app
from service.api.bodies import MOST_BYTES, MOST_BYTES_AT
from service.desk import Desk
from service.storage.database import open_database
from tests.api.json_schema import violations
from tests.api.keyed import bearer, guarded, make_key
from tests.api.served import Client, serving, word
from tests.api.test_canaries import Everything, logged
from tests.api.world import desk_over

__all__ = ["logged"]

TEXT = (
    "Yesterday the Tu-214 RA-64523 landed in Minsk. It took off from Vnukovo at 16:00 Moscow time,"
    " and the flight took 1 hour and 17 minutes. The plane is used by the director of the FSB."
)
LEFT = {"place": "UUWW", "time": "16:00", "zone": "Europe/Moscow"}
FLIGHT = {
    "aircraft": "RA-64523",
    "type": "T204",
    "date": "2020-08-18",
    "departure": LEFT,
    "arrival": {"place": "UMMS"},
    "minutes": 77,
}


def ask(client: Client, **body: Any) -> httpx.Response:
    return client.ask("POST", "/v1/claims", json=body)


def kinds(reply: httpx.Response) -> dict[str, str]:
    assert reply.status_code == 200, reply.text
    return {one["kind"]: one["result"] for one in reply.json()["judged"]}


def test_a_text_is_read_and_judged(client: Client) -> None:
    reply = ask(client, text=TEXT, published="2020-08-19")
    found = kinds(reply)
    document = reply.json()

    assert set(found.values()) == {"fits"}
    assert {"departure", "departure_time", "arrival", "duration", "continuity"} <= set(found)
    assert document["result"] == "fits"
    assert document["reading"]["aircraft"][0]["name"]["value"] == "RA-64523"
    mark = document["reading"]["aircraft"][0]["name"]["mark"]
    assert TEXT[mark["start"] : mark["end"]] == mark["text"] == "RA-64523"
    assert document["origins"][-1]["sentence"] == "Two reports, one origin: flightradar24."
    assert any("FSB" in told for told in document["not_judged"])
    (arrival,) = [one for one in document["judged"] if one["kind"] == "arrival"]
    assert arrival["verdict"]["verdict"] == "consistent"


def test_fields_give_the_same(client: Client) -> None:
    by_text = kinds(ask(client, text=TEXT, published="2020-08-19"))
    assert kinds(ask(client, assertions=[FLIGHT])) == by_text


def test_whose_claim_it_is_takes_its_echo_away(client: Client) -> None:
    for more in (
        {"publisher": "dolce24.ru"},
        {"url": "https://dolce24.ru/x"},
        {"cites": ["Flightradar24"]},
    ):
        reply = ask(client, assertions=[FLIGHT], **more)
        assert set(kinds(reply).values()) == {"cannot_tell"}, more
        assert reply.json()["origins"][0]["has_claim"]


def test_a_question_and_its_answer(client: Client) -> None:
    body = {"text": "RA-64523 landed in Minsk on 08/09/2020.", "published": "2020-09-10"}
    asked = ask(client, **body).json()
    (question,) = asked["reading"]["questions"]
    assert asked["result"] is None
    assert asked["judged"] == []
    assert {choice["value"] for choice in question["choices"]} == {"2020-08-09", "2020-09-08"}

    answered = ask(client, **body, answers={question["field"]: "2020-09-08"})
    assert answered.json()["reading"]["questions"] == []
    assert kinds(answered)["arrival"] == "cannot_tell"


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({}, "bad-parameters", "either"),
        ({"text": "   "}, "bad-parameters", "either"),
        ({"text": TEXT, "published": "2020-08-19", "assertions": [FLIGHT]}, "bad-parameters",
         "either"),
        ({"text": TEXT}, "bad-parameters", "published"),
        ({"text": TEXT, "published": "19.8.2020"}, "bad-input", "19.8.2020"),
        ({"text": "x" * 20_001, "published": "2020-08-19"}, "bad-input", "20,001"),
        ({"text": TEXT, "published": "2020-08-19", "answers": {"nonsense": "1"}}, "bad-input",
         "nonsense"),
        ({"assertions": [FLIGHT], "answers": {"x": "1"}}, "bad-parameters", "answers"),
        ({"assertions": [FLIGHT | {"aircraft": "zzzzzz"}]}, "unknown-aircraft", "zzzzzz"),
        ({"assertions": [FLIGHT | {"arrival": {"place": "Atlantis"}}]}, "unknown-airport",
         "Atlantis"),
        ({"assertions": [FLIGHT | {"arrival": {"place": "London"}}]}, "ambiguous-airport", "EGLL"),
        ({"assertions": [FLIGHT | {"departure": LEFT | {"time": "25:00"}}]}, "bad-input", "25:00"),
        ({"assertions": [FLIGHT | {"departure": LEFT | {"zone": "X/Y"}}]}, "bad-input", "X/Y"),
        ({"assertions": [FLIGHT | {"minutes": 0}]}, "bad-input", "minutes"),
        ({"assertions": [FLIGHT] * 21}, "bad-parameters", "assertions"),
        ({"assertions": [FLIGHT | {"arival": {"place": "UMMS"}}]}, "bad-parameters", "arival"),
        ({"txet": TEXT}, "bad-parameters", "txet"),
        ({"text": 7}, "bad-parameters", "text"),
    ],
)  # fmt: skip
def test_mistakes_get_a_sentence(
    client: Client, body: dict[str, Any], code: str, says: str
) -> None:
    reply = ask(client, **body)
    assert (reply.status_code, word(reply)) == (422, code)
    assert says in reply.text


def test_an_article_may_be_longer_than_other_bodies(client: Client) -> None:
    most = MOST_BYTES_AT["/v1/claims"]
    assert most > MOST_BYTES

    def sized(path: str, length: int) -> httpx.Response:
        content = json.dumps({"text": ""}).encode()
        content = content[:-2] + b"x" * (length - len(content)) + content[-2:]
        assert len(content) == length
        headers = {"content-type": "application/json"}
        return client.ask("POST", path, content=content, headers=headers)

    assert word(sized("/v1/claims", most)) in {"bad-parameters", "bad-input"}
    assert word(sized("/v1/claims", most + 1)) == "too-large"
    assert "256 KiB" in sized("/v1/claims", most + 1).text
    assert word(sized("/v1/watches", MOST_BYTES + 1)) == "too-large"
    assert word(sized("/v1/claims/", MOST_BYTES + 1)) == "too-large"


def test_what_is_answered_fits_what_is_promised(client: Client) -> None:
    document = client.get("/openapi.json").json()
    promised = document["paths"]["/v1/claims"]["post"]["responses"]["200"]
    schema = promised["content"]["application/json"]["schema"]
    for body in (
        {"text": TEXT, "published": "2020-08-19"},
        {"text": "RA-64523 landed in Minsk on 08/09/2020.", "published": "2020-09-10"},
        {"text": "Nichts.", "published": "2020-09-10"},
        {"assertions": [FLIGHT]},
    ):
        reply = ask(client, **body)
        assert violations(reply.json(), schema, document, "answer") == []
        assert reply.json()["result"] in {*RESULTS, None}


CANARY = "Qcanary77x"


def test_no_text_is_logged(desk: Desk, logged: Everything) -> None:
    told = f"Yesterday {CANARY} RA-64523 landed in Minsk."
    with serving(create_app(desk)) as client:
        seen = [
            ask(client, text=told, published="2020-08-19", publisher=CANARY),
            ask(client, text=told, published="2020-08-19", answers={CANARY: CANARY}),
            ask(client, text=told, published=CANARY),
            ask(client, text=told + CANARY * 3_000, published="2020-08-19"),
            ask(client, assertions=[FLIGHT | {"aircraft": CANARY}]),
            ask(client, text={"a": CANARY}, published="2020-08-19"),
            client.ask("POST", f"/v1/claims/{CANARY}", json={"text": told}),
        ]
        client.app.state.desk = None  # whatever breaks on the way
        seen.append(ask(client, text=told, published="2020-08-19"))
    assert {reply.status_code for reply in seen} == {200, 422, 404, 500}
    assert CANARY not in seen[-1].text
    assert logged.lines
    assert [line for line in logged.lines if CANARY in line or "RA-64523" in line] == []


FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
PIECE = st.sampled_from(
    [
        "RA-64523", "landed in", "took off from", "Minsk", "Vnukovo", "London", "yesterday",
        "16:00", "UTC", "on 08/09/2020", "after 10 minutes", ".", ",", "\n", "вчера",
        "приземлился в", "according to Flightradar24", "\x00", "\u202e", "😀", "Tu-214", "N899DN",
        "at 25:61", "\ud800".encode("utf-8", "replace").decode(), "director of the FSB", "[0]",
        "0001-01-01",
    ]
)  # fmt: skip
WORD = st.one_of(PIECE, st.text(max_size=12))


@FEW
@given(
    pieces=st.lists(WORD, max_size=25),
    published=st.sampled_from(["2020-08-19", "0001-01-01", "9999-12-31", "2025-02-06"]),
    answers=st.dictionaries(
        st.sampled_from(
            ["aircraft[0].legs[0].on", "aircraft[0].legs[0].arrival.at", "aircraft[9].aircraft"]
        ),
        WORD,
        max_size=2,
    ),
)
def test_whatever_is_sent_gets_an_answer_or_a_sentence(
    client: Client, pieces: list[str], published: str, answers: dict[str, str]
) -> None:
    body = {"text": " ".join(pieces), "published": published, "answers": answers}
    content = json.dumps(body).encode()
    reply = client.ask(
        "POST", "/v1/claims", content=content, headers={"content-type": "application/json"}
    )
    assert reply.status_code in {200, 422}, reply.text


@FEW
@given(
    flight=st.fixed_dictionaries(
        {},
        optional={
            "aircraft": WORD,
            "date": st.sampled_from(["2020-08-18", "9999-12-31", "1990-01-01", "x"]),
            "departure": st.fixed_dictionaries(
                {},
                optional={
                    "place": st.sampled_from(["UUWW", "UMMS", "NSFA", "", "London"]),
                    "time": st.sampled_from(["16:00", "", "24:00", "00:00"]),
                    "zone": st.sampled_from(["UTC", "Pacific/Apia", "", "posixrules"]),
                    "date": st.sampled_from(["", "2011-12-30", "9999-12-31"]),
                },
            ),
            "arrival": st.fixed_dictionaries({"place": st.sampled_from(["UMMS", "NSFA"])}),
            "minutes": st.integers(-10, 100_000),
        },
    )
)
def test_whatever_fields_are_sent(client: Client, flight: dict[str, Any]) -> None:
    said = {"aircraft": "RA-64523"} | flight
    reply = ask(client, assertions=[said])
    assert reply.status_code in {200, 422}, reply.text


def test_keys_with_and_without_the_scope(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    own = desk_over(engine, tmp_path)
    _, may = make_key(own, "desk", "query")
    _, may_not = make_key(own, "desk", "watch")
    with guarded(own) as client:
        body = {"assertions": [FLIGHT]}
        for key, status in ((may, 200), (may_not, 403)):
            reply = client.ask("POST", "/v1/claims", json=body, headers=bearer(key))
            assert reply.status_code == status
        assert client.ask("POST", "/v1/claims", json=body).status_code == 401
    engine.dispose()
