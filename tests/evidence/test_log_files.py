"""The log as files: an export is right by hashes alone, and nothing in it can be changed unseen."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.log import LogProofs
from service.errors import Unreadable
from service.evidence.log_files import exported, looked_at
from service.evidence.log_heads import make_head, sequence
from service.evidence.log_key import KEY_NAME
from service.storage.database import Engine, open_database, reading
from service.storage.log_heads import proof_of
from tests.storage.helpers import NOW
from tests.storage.logged import capture, receive

SIZES = (3, 8, 8, 300, 301, 620)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("log")
    path = folder / "tailcheck.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    begun = 0
    for number, size in enumerate(SIZES):
        receive(engine, range(begun, size))
        sequence(engine)
        if number == 2:
            (folder / "secrets" / KEY_NAME).unlink()
        make_head(engine, folder / "secrets", now=NOW, new_key=number == 2)
        begun = size
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def export(logged: Engine) -> Any:
    with reading(logged) as conn:
        return json.loads(msgspec.json.encode(exported(conn)))


@pytest.fixture(scope="module")
def proofs(logged: Engine) -> Any:
    sha256 = capture(299).sha256
    with reading(logged) as conn:
        found = LogProofs(sha256=sha256, proofs=proof_of(conn, sha256), attributions={})
    return json.loads(msgspec.json.encode(found))


def _amiss(document: Any, key: str = "") -> tuple[str, ...]:
    return looked_at(json.dumps(document).encode(), key).amiss


def test_an_export_is_right_by_hashes_alone(export: Any) -> None:
    """RFC 9162 §2.1.4.2, with hashlib only."""
    before: dict[str, Any] | None = None
    for head in export["heads"]:
        lines = head["note"].split("\n")
        assert int(lines[1]) == head["size"]
        assert base64.b64decode(lines[2]).hex() == head["root"]
        previous = hashlib.sha256(before["note"].encode()).hexdigest() if before else "0" * 64
        assert lines[4] == f"previous {previous}"
        if before is not None:
            assert _holds(before, head)
        before = head
    assert [head["size"] for head in export["heads"]] == list(SIZES)


def _holds(before: dict[str, Any], head: dict[str, Any]) -> bool:
    path = [bytes.fromhex(part) for part in head["consistency"]]
    if before["size"] == head["size"]:
        return not path and bool(before["root"] == head["root"])
    if before["size"] & (before["size"] - 1) == 0:
        path.insert(0, bytes.fromhex(before["root"]))
    at, last = before["size"] - 1, head["size"] - 1
    while at % 2:
        at, last = at // 2, last // 2
    old = new = path[0]
    for part in path[1:]:
        if at % 2 or at == last:
            old = hashlib.sha256(b"\x01" + part + old).digest()
            new = hashlib.sha256(b"\x01" + part + new).digest()
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            new = hashlib.sha256(b"\x01" + new + part).digest()
        at, last = at // 2, last // 2
    return last == 0 and (old.hex(), new.hex()) == (before["root"], head["root"])


def test_our_own_look_says_the_same(export: Any, proofs: Any) -> None:
    looked = looked_at(json.dumps(export).encode())
    assert (looked.amiss, looked.unsigned, len(looked.keys)) == ((), 0, 2)
    assert "6 heads over 620 entries" in looked.what
    looked = looked_at(json.dumps(proofs, indent=2).encode())
    assert looked.amiss == ()
    assert looked.keys == (export["heads"][3]["public_key"],)


def test_only_the_key_that_is_named_counts(export: Any, proofs: Any) -> None:
    first, second = export["heads"][0]["public_key"], export["heads"][3]["public_key"]
    assert _amiss(proofs, second) == ()
    assert _amiss(proofs, first) == ("proof 1: it was signed with another key",)
    assert [line.split(":")[0] for line in _amiss(export, second)] == ["head 1", "head 2"]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every single value in the document."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number))
    else:
        yield path


def _changed(value: Any, dice: random.Random) -> Any:
    if isinstance(value, str):
        if not value:
            return "x"
        place = dice.randrange(len(value))
        other = dice.choice([c for c in "0123456789abcdefé" if c != value[place]])
        return value[:place] + other + value[place + 1 :]
    return 1 if value is None else value + 1


@pytest.mark.parametrize("which", ["export", "proofs"])
def test_no_single_value_can_be_changed(which: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(which)
    dice = random.Random(5)
    ways = [way for way in _leaves(document) if way[:1] != ("attributions",)]
    if which == "proofs":  # what a head is beside those before, one proof does not show
        ways = [way for way in ways if not {"number", "consistency"} & set(way)]
    assert len(ways) > 20
    for way in ways:
        for _ in range(3):
            changed = copy.deepcopy(document)
            *parents, last = way
            place = changed
            for step in parents:
                place = place[step]
            place[last] = _changed(place[last], dice)
            try:
                amiss = _amiss(changed)
            except Unreadable:
                continue
            assert amiss, way


def test_no_head_can_be_left_out(export: Any) -> None:
    for number in range(len(SIZES) - 1):
        changed = copy.deepcopy(export)
        del changed["heads"][number]
        assert _amiss(changed)
        for at, head in enumerate(changed["heads"], 1):
            head["number"] = at
        assert _amiss(changed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"heads": []}',
        b'{"heads": 1}',
        b"\xff",
        b"[" * 100_000,
        b'{"format": "other", "heads": []}',
        b'{"proofs": 1}',
    ],
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="no file of the log"):
        looked_at(content)
