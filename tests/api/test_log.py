"""`/v1/log/…`: heads and proofs, as whoever asks can verify them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.log import LogExport
from service.api import example_log
from service.api.app import create_app
from service.desk import Desk
from service.evidence.log_files import FORMAT, looked_at
from service.evidence.log_heads import make_head, sequence
from service.storage.capture_index import record_capture
from service.storage.database import writing
from tests.api.served import Client, serving, word
from tests.api.world import PAGES
from tests.storage.logged import capture

SHA256 = hashlib.sha256(PAGES[0]).hexdigest()


@pytest.fixture(scope="module")
def logged(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The world with three heads over its log, and a reception that no head covers."""
    secrets: Path = tmp_path_factory.mktemp("secrets")
    for number in range(4):
        if number:
            with writing(desk.engine) as conn:
                record_capture(conn, capture(number))
        sequence(desk.engine)
        if number < 3:
            make_head(desk.engine, secrets, now=desk.clock() + timedelta(days=number))
    with serving(create_app(desk)) as client:
        yield client


def test_before_there_is_a_head_there_is_none(client: Client) -> None:
    assert word(client.get("/v1/log/head")) == "not-found"
    assert client.get("/v1/log/heads").json() == {"heads": [], "next": None}
    (proof,) = client.get(f"/v1/log/proof/{SHA256}").json()["proofs"]
    assert (proof["position"], proof["head"], proof["path"]) == (None, None, [])


def test_the_head_is_the_newest(logged: Client) -> None:
    heads = logged.get("/v1/log/heads").json()["heads"]
    assert [head["number"] for head in heads] == [1, 2, 3]
    reply = logged.get("/v1/log/head")
    assert reply.json() == heads[-1]
    again = logged.get("/v1/log/head", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304


def test_heads_come_in_pages_that_verify(logged: Client) -> None:
    heads: list[Any] = []
    path: str | None = "/v1/log/heads?limit=2"
    while path:
        page = logged.get(path).json()
        heads += page["heads"]
        path = page["next"]
    assert len(heads) == 3
    looked = looked_at(json.dumps({"format": FORMAT, "heads": heads}).encode())
    assert (looked.amiss, looked.unsigned) == ((), 0)


def test_a_proof_verifies_with_nothing_else(logged: Client) -> None:
    reply = logged.get(f"/v1/log/proof/{SHA256.upper()}")
    document = reply.json()
    assert looked_at(reply.content).amiss == ()
    assert document["sha256"] == SHA256
    assert document["attributions"] == {"alpha": "nobody"}
    (proof,) = document["proofs"]
    assert proof["record"]["url"] == "https://alpha.example/0"
    assert proof["head"]["number"] == 1


def test_what_no_head_covers_yet_says_so(logged: Client) -> None:
    (proof,) = logged.get(f"/v1/log/proof/{capture(3).sha256}").json()["proofs"]
    assert proof["position"] is not None
    assert (proof["head"], proof["path"]) == (None, [])


@pytest.mark.parametrize("name", ["0" * 64, "abc", "٣" * 64, SHA256[:-1]])
def test_bytes_that_never_came(logged: Client, name: str) -> None:
    reply = logged.get(f"/v1/log/proof/{name}")
    assert (reply.status_code, word(reply)) == (404, "not-found")


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "x=1"])
def test_parameters_that_make_no_sense(logged: Client, query: str) -> None:
    assert word(logged.get(f"/v1/log/heads?{query}")) == "bad-parameters"


def test_the_worked_examples_are_right() -> None:
    (heads,) = example_log.HEADS.values()
    export = LogExport(format=FORMAT, heads=heads.heads)
    assert looked_at(msgspec.json.encode(export)).amiss == ()
    for proofs in example_log.PROOFS.values():
        assert looked_at(msgspec.json.encode(proofs)).amiss == ()
