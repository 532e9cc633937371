"""What is sent: JSON only, bounded, whole, and nothing in it passed over."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import anyio
import pytest
from fastapi import APIRouter, Body
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Message

from service.api import bodies
from service.api.access import needs
from service.api.app import create_app
from service.api.bodies import MOST_BYTES
from service.api.routes import StrictRoute
from service.desk import Desk
from tests.api.served import Client, serving, word

JSON = {"Content-Type": "application/json"}


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = 0


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=100_000)]
    parts: list[Part] = []
    by_name: dict[str, float] = {}


router = APIRouter(prefix="/v1", route_class=StrictRoute, dependencies=[needs("watch")])


@router.post("/things")
async def make(thing: Thing) -> dict[str, Any]:
    return thing.model_dump()


@router.post("/things/{number}/again")
async def again(number: int) -> dict[str, int]:
    return {"number": number}


@pytest.fixture(scope="module")
def things(desk: Desk) -> Iterator[Client]:
    app = create_app(desk)
    app.router.routes.extend(router.routes)
    with serving(app) as client:
        yield client


def test_a_body_is_read(things: Client) -> None:
    said = {"name": "x", "parts": [{"number": 3}], "by_name": {"y": 1.5}}
    reply = things.ask("POST", "/v1/things", json=said)

    assert (reply.status_code, reply.json()) == (200, said)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'{"name": "x", "nmae": 1}', "nmae"),
        (b'{"name": "x", "parts": [{"number": 1, "colour": 2}]}', "parts.0.colour"),
        (b'{"name": "x", "name": "y"}', "name"),
        (b'{"name": "x", "by_name": {"a": 1, "a": 2}}', "a"),
        (b'{"name": "x", "parts": [{"number": "many"}]}', "parts.0.number"),
        (b"{}", "name"),
        (b"", "body"),
        (b"[]", "body"),
        (b'{"name": "x"', "body"),
        (b'{"name": "x"} {}', "body"),
        (b'{"name": "x", "by_name": {"a": NaN}}', "body"),
        (b'{"name": "x", "by_name": {"a": -Infinity}}', "body"),
        (b'{"name": "\\ud800"}', "body"),
        (b'{"name": "\xff"}', "body"),
        ('{"name": "x"}'.encode("utf-16"), "body"),
        (b"[" * 30_000, "body"),
        (b'{"name": "x", "parts": ' + b"[" * 900 + b"]" * 900 + b"}", "parts.0"),
        (b"1" * 5_000, "body"),
    ],
)
def test_what_would_be_passed_over_or_stumbled_on_is_refused(
    things: Client, content: bytes, named: str
) -> None:
    reply = things.ask("POST", "/v1/things", headers=JSON, content=content)

    assert (reply.status_code, word(reply)) == (422, "bad-parameters")
    assert named in [error["parameter"] for error in reply.json()["errors"]]
    assert "Traceback" not in reply.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    )
)
def test_whatever_is_sent_is_an_answer_or_the_askers_problem(things: Client, said: Any) -> None:
    content = json.dumps(said).encode()
    reply = things.ask("POST", "/v1/things", headers=JSON, content=content)

    assert reply.status_code in {200, 422}


def test_a_body_where_none_is_read_is_refused(things: Client) -> None:
    assert things.ask("POST", "/v1/things/3/again").json() == {"number": 3}
    assert things.ask("POST", "/v1/things/3/again", json={"number": 4}).status_code == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (JSON, 200),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": 'Application/JSON;charset="UTF-8"'}, 200),
        ({}, 415),
        ({"Content-Type": "application/json; charset=latin-1"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=application/json"}, 415),
        ({"Content-Type": "application/jsonp"}, 415),
        ({"Content-Type": "application/vnd.api+json"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    ],
)
def test_only_json_is_read(things: Client, headers: dict[str, str], status: int) -> None:
    reply = things.ask("POST", "/v1/things", headers=headers, content=b'{"name": "x"}')

    assert reply.status_code == status
    assert status == 200 or word(reply) == "unsupported-media-type"


def test_what_another_site_can_send_without_being_asked_is_refused_even_empty(
    things: Client,
) -> None:
    """A form sends these kinds without asking first, a body or not."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert things.ask("POST", "/v1/things/3/again", headers=headers).status_code == 415


@pytest.mark.parametrize("more", [0, 1])
def test_a_body_has_a_greatest_size_said_or_not(things: Client, more: int) -> None:
    content = json.dumps({"name": "x" * (MOST_BYTES - len('{"name": ""}') + more)}).encode()
    assert len(content) == MOST_BYTES + more
    said = things.ask("POST", "/v1/things", headers=JSON, content=content)
    unsaid = anyio.run(whole, [content[i : i + 999] for i in range(0, len(content), 999)])

    assert said.status_code == (413 if more else 200)
    assert unsaid == (b"" if more else content)


def test_a_length_that_is_a_lie_is_no_way_round(things: Client) -> None:
    content = b'{"name": "' + b"x" * MOST_BYTES + b'"}'
    for length in ("5", "-1", "a", "9" * 400):
        reply = things.ask(
            "POST", "/v1/things", headers={**JSON, "Content-Length": length}, content=content
        )
        assert (reply.status_code, word(reply)) == (413, "too-large")


async def whole(pieces: list[bytes], *, hang: bool = False, leave: bool = False) -> bytes:
    """What a body's reader hands over; empty when it is refused."""
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": hang or leave or i + 1 < len(pieces)}
        for i, piece in enumerate(pieces)
    ]

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if hang:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    try:
        handed_over = await bodies.whole(receive)
    except bodies.NoBody as refused:
        if refused.refusal is None:
            return b"gone"
        status = refused.refusal.status_code
    else:
        status = 200
    if status != 200:
        assert status in {408, 413}
        return b""
    message = await handed_over()
    assert not message["more_body"]
    assert (await handed_over())["type"] == "http.disconnect"
    body: bytes = message["body"]
    return body


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.01)

    async def hangs() -> bytes:
        return await whole([b"{"], hang=True)

    assert anyio.run(hangs) == b""


def test_who_leaves_in_the_middle_is_answered_nothing() -> None:
    async def leaves() -> bytes:
        return await whole([b"{"], leave=True)

    assert anyio.run(leaves) == b"gone"


@dataclass
class Careless:
    """A body that would pass over what it does not know."""

    name: str = ""


class Loose(BaseModel):
    """So does a model, unless it says otherwise."""

    name: str = ""


class OfLooseParts(BaseModel):
    """Strict itself, and its parts are not."""

    model_config = ConfigDict(extra="forbid")

    parts: list[Loose] = []


@pytest.mark.parametrize("kind", [Careless, Loose, OfLooseParts])
def test_a_route_whose_body_passes_over_members_does_not_start(kind: type) -> None:
    loose = APIRouter(route_class=StrictRoute)

    async def take(body: Any) -> float:
        return math.nan

    take.__annotations__["body"] = Annotated[kind, Body()]
    with pytest.raises(TypeError, match="passes over"):
        loose.post("/loose")(take)
