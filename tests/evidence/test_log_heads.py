"""Heads of the log: when they are made, and with which key they are signed."""

from __future__ import annotations

import base64
import stat
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schemas.log import LogHead
from service.errors import StorageError
from service.evidence.log_heads import Made, make_head, sequence
from service.evidence.log_key import KEY_NAME, WrongKey, key_for, new_key
from service.evidence.log_notes import (
    NO_NOTE,
    BadNote,
    Checkpoint,
    key_bytes,
    note_hash,
    read,
    spelled_key,
    written,
)
from service.evidence.logbook import Logging, daily_head
from service.storage.database import Engine, reading, writing
from service.storage.leases import LeaseLost, take
from service.storage.log_heads import add_head, heads_after
from tests.storage.helpers import NOW, undone
from tests.storage.logged import receive

DAY = timedelta(days=1)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


def _make(
    engine: Engine, secrets: Path | None, size: int, at: datetime = NOW, *, new_key: bool = False
) -> Made:
    """A head over so many receptions."""
    receive(engine, range(size))
    sequence(engine)
    made = make_head(engine, secrets, now=at, new_key=new_key)
    assert made is not None
    assert made.head.size == size
    return made


def test_of_nothing_there_is_no_head(database: Engine, secrets: Path) -> None:
    assert make_head(database, secrets, now=NOW) is None
    assert daily_head(database, Logging(secrets=secrets), now=NOW) is None
    assert not secrets.exists()


def test_the_public_key_alone_verifies_a_head(database: Engine, secrets: Path) -> None:
    head = _make(database, secrets, 5).head

    body, _, last = head.note.partition("\n\n")
    _, name, signature = last.split()
    key = base64.b64decode(head.public_key.split("+", 2)[2])[1:]
    signed = base64.b64decode(signature)
    public = Ed25519PublicKey.from_public_bytes(key)
    public.verify(signed[4:], f"{body}\n".encode())
    with pytest.raises(InvalidSignature):
        public.verify(signed[4:], f"{body}\n".replace("\n5\n", "\n6\n").encode())

    origin, size, root, *_ = body.splitlines()
    assert (name, size, base64.b64decode(root).hex()) == (origin, "5", head.root)


def test_the_key_is_made_once_for_its_owner_alone(database: Engine, secrets: Path) -> None:
    first = _make(database, secrets, 5).head
    path = secrets / KEY_NAME
    text = path.read_text()
    second = _make(database, secrets, 6).head

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert [one.name for one in secrets.iterdir()] == [KEY_NAME]
    assert path.read_text() == text
    assert first.public_key == second.public_key
    with reading(database) as conn:
        for table in ("log_leaf", "log_node", "log_head", "log_stamp"):
            assert text.strip() not in str(conn.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_made_at_once_it_is_one_key(secrets: Path) -> None:
    found: list[bytes] = []

    def make() -> None:
        key = key_for(secrets, None)
        assert key.private is not None
        found.append(key.private.private_bytes_raw())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_each_head_follows_the_one_before(database: Engine, secrets: Path) -> None:
    first = _make(database, secrets, 5).head
    second = _make(database, secrets, 12).head
    third = _make(database, secrets, 300).head

    said = [read(head.note, head.public_key) for head in (first, second, third)]
    assert [one.previous for one in said] == [
        NO_NOTE,
        note_hash(first.note),
        note_hash(second.note),
    ]
    assert len({one.origin for one in said}) == 1
    assert [head.number for head in (first, second, third)] == [1, 2, 3]
    with reading(database) as conn:
        assert heads_after(conn) == (first, second, third)
        assert heads_after(conn, 1, 1) == (second,)


def test_without_news_there_is_no_new_head(database: Engine, secrets: Path) -> None:
    first = _make(database, secrets, 5).head
    assert make_head(database, secrets, now=NOW + DAY) == Made(first)


def test_one_head_a_day_when_something_came(database: Engine, secrets: Path) -> None:
    def daily(at: datetime) -> LogHead | None:
        sequence(database)
        made = daily_head(database, Logging(secrets=secrets), now=at)
        return made.head if made is not None else None

    receive(database, range(3))
    first = daily(NOW)
    receive(database, range(3, 5))
    assert daily(NOW + DAY - timedelta(microseconds=1)) is None
    second = daily(NOW + DAY)
    assert daily(NOW + 2 * DAY) is None
    assert first is not None
    assert second is not None
    assert (first.size, second.size) == (3, 5)


def test_no_folder_no_signature(database: Engine) -> None:
    made = _make(database, None, 3)
    assert made.unsigned_because == "There is no folder for secrets."
    assert (made.head.public_key, made.head.note[-2:]) == ("", "\n\n")
    assert read(made.head.note, "").size == 3


@pytest.mark.parametrize("kind", ["open to others", "no key", "no place"])
def test_a_key_that_cannot_be_used_signs_nothing_and_says_why(
    database: Engine, tmp_path: Path, kind: str
) -> None:
    secrets = tmp_path / "secrets"
    if kind == "no place":
        secrets.write_text("a file")
        said = "secrets"
    else:
        secrets.mkdir()
        (secrets / KEY_NAME).write_text(new_key() if kind == "open to others" else "abc")
        (secrets / KEY_NAME).chmod(0o644 if kind == "open to others" else 0o600)
        said = {"open to others": "chmod 600", "no key": "is no key"}[kind]
    made = _make(database, secrets, 3)
    assert said in made.unsigned_because
    assert made.head.public_key == ""

    if kind != "no place":
        (secrets / KEY_NAME).write_text(new_key())
        (secrets / KEY_NAME).chmod(0o600)
        assert _make(database, secrets, 4).head.public_key


@pytest.mark.parametrize("kind", ["gone", "exchanged", "damaged"])
def test_once_signed_nothing_else_counts_until_it_is_said(
    database: Engine, secrets: Path, kind: str
) -> None:
    first = _make(database, secrets, 3).head
    path = secrets / KEY_NAME
    if kind == "gone":
        path.unlink()
    else:
        path.write_text(new_key() if kind == "exchanged" else "damaged")
    receive(database, range(3, 5))
    sequence(database)
    with pytest.raises(WrongKey, match="--new-key"):
        make_head(database, secrets, now=NOW)
    with reading(database) as conn:
        assert heads_after(conn) == (first,)

    if kind == "damaged":
        path.unlink()
    second = _make(database, secrets, 5, new_key=True).head
    third = _make(database, secrets, 6).head
    assert key_bytes(second.public_key) == key_bytes(third.public_key)
    assert key_bytes(second.public_key) != key_bytes(first.public_key)
    assert read(second.note, second.public_key).previous == note_hash(first.note)


def test_a_new_key_may_sign_the_same_entries(database: Engine, secrets: Path) -> None:
    first = _make(database, secrets, 3).head
    (secrets / KEY_NAME).unlink()
    second = _make(database, secrets, 3, new_key=True).head
    assert (second.number, second.root, second.consistency) == (2, first.root, ())


def test_whoever_lost_the_lease_gives_no_places_and_makes_no_head(
    database: Engine, secrets: Path
) -> None:
    receive(database, range(3))
    with undone(database) as conn:
        lost = take(conn, "log", "somebody", now=NOW, for_s=60)
    assert lost is not None
    with pytest.raises(LeaseLost):
        sequence(database, fence=lost)
    sequence(database)
    with pytest.raises(LeaseLost):
        make_head(database, secrets, now=NOW, fence=lost)
    with reading(database) as conn:
        assert heads_after(conn) == ()


def _head(secrets: Path) -> tuple[str, str]:
    key = key_for(secrets, None).private
    assert key is not None
    checkpoint = Checkpoint(
        origin="tailcheck-log/0123456789abcdef", size=9, root=b"r" * 32, at=NOW, previous=NO_NOTE
    )
    return written(checkpoint, key), spelled_key(checkpoint.origin, key.public_key())


def test_no_byte_of_a_note_can_be_changed(secrets: Path) -> None:
    note, key = _head(secrets)
    before = read(note, key)
    for place in range(len(note)):
        for other in ("0", "\n", "é", note[place].swapcase()):
            changed = note[:place] + other + note[place + 1 :]
            if changed == note:
                continue
            with pytest.raises(BadNote):
                read(changed, key)
        with pytest.raises(BadNote):
            read(note[:place] + note[place + 1 :], key)
    assert read(note, key) == before


def test_a_key_that_is_none_verifies_nothing(secrets: Path) -> None:
    note, key = _head(secrets)
    for bad in ("x", key[:-4], key.replace("+", "-"), f"other{key}", "a+00000000+AQ==", f"{key}é"):
        with pytest.raises(BadNote):
            read(note, bad)
    with pytest.raises(BadNote):
        read(note, "")


def test_a_second_head_of_one_number_is_refused(database: Engine, secrets: Path) -> None:
    head = _make(database, secrets, 3).head
    with pytest.raises(StorageError), writing(database) as conn:
        add_head(conn, replace(head, size=4))
