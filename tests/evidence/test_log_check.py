"""Whatever is rewritten in the log is seen: at start with the first thing that differs, by `log
verify` with all of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.log_entry import entry_hash
from service.domain.merkle import appended
from service.evidence.log_check import LogBroken, differences, must_hold_true
from service.evidence.log_heads import make_head, sequence
from service.evidence.log_key import KEY_NAME, WrongKey
from service.storage import log
from service.storage.database import Connection, Engine, reading, writing
from service.storage.log_heads import last_head
from tests.storage.helpers import NOW
from tests.storage.logged import capture, receive

DAY = timedelta(days=1)
SIZES = (3, 300, 300, 612)
"""Heads over so many entries; the third is over as many as the second, with a new key."""
LAST = 620
"""Entries that have a place; one more waits."""


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


@pytest.fixture
def logged(database: Engine, secrets: Path) -> Engine:
    """A log with four heads, entries after the last of them, and one that waits."""
    begun = 0
    for number, size in enumerate(SIZES):
        receive(database, range(begun, size))
        sequence(database)
        if number == 2:
            (secrets / KEY_NAME).unlink()
        make_head(database, secrets, now=NOW + number * DAY, new_key=number == 2)
        begun = size
    receive(database, range(begun, LAST))
    sequence(database)
    receive(database, range(LAST, LAST + 1))
    return database


def _run(sql: str) -> Callable[[Connection], None]:
    def run(conn: Connection) -> None:
        touched = conn.exec_driver_sql(sql)
        assert touched.rowcount > 0

    return run


def _of(position: int) -> str:
    """The capture row at the position."""
    return f"(sha256, digest) IN (SELECT sha256, digest FROM log_leaf WHERE position = {position})"


ZEROS = {"sqlite": f"x'{'00' * 32}'", "postgresql": f"'\\x{'00' * 32}'"}


def _hash(sql: str) -> Callable[[Connection], None]:
    def run(conn: Connection) -> None:
        _run(sql.replace("ZEROS", ZEROS[conn.dialect.name]))(conn)

    return run


def _rewritten(conn: Connection) -> None:
    """The record with its leaf, as somebody does who knows how it is hashed."""
    _run(f"UPDATE capture SET source = 'forged' WHERE {_of(77)}")(conn)
    (entry,) = log.placed_entries(conn, 77, 78)
    assert entry.record is not None
    leaf = entry_hash(entry.salt, entry.record).hex()
    literal = f"x'{leaf}'" if conn.dialect.name == "sqlite" else f"'\\x{leaf}'"
    _run(f"UPDATE log_leaf SET leaf = {literal} WHERE position = 77")(conn)


def _rewritten_with_nodes(conn: Connection) -> None:
    _rewritten(conn)
    conn.exec_driver_sql("DELETE FROM log_node")
    leaves = [entry.leaf for entry in log.placed_entries(conn, 0, LAST)]
    new = appended(lambda *_: b"", 0, leaves)
    rows = sorted((*at, value) for at, value in new.items() if at[0] == log.STEP)
    log._ADD_NODES.add(conn, rows)


def _swapped(conn: Connection) -> None:
    for old, new in ((5, -1), (6, 5), (-1, 6)):
        _run(f"UPDATE log_leaf SET position = {new} WHERE position = {old}")(conn)


def _cut(conn: Connection) -> None:
    """The end, as if it had never come."""
    after = _of(600).replace("= 600", ">= 600")
    _run(f"DELETE FROM capture WHERE {after}")(conn)
    _run("DELETE FROM log_leaf WHERE position >= 600")(conn)


def _head_text(old: str, new: str) -> Callable[[Connection], None]:
    return _run(f"UPDATE log_head SET note = replace(note, '{old}', '{new}') WHERE number = 2")


def _unsigned(conn: Connection) -> None:
    (note,) = conn.exec_driver_sql("SELECT note FROM log_head WHERE number = 4").scalars()
    body = note.partition("\n\n")[0]
    _run(f"UPDATE log_head SET public_key = '', note = '{body}\n\n' WHERE number = 4")(conn)


def _renumbered(conn: Connection) -> None:
    _run("DELETE FROM log_head WHERE number = 2")(conn)
    for number in (3, 4):
        _run(f"UPDATE log_head SET number = {number - 1} WHERE number = {number}")(conn)


TAMPERED: dict[str, tuple[Callable[[Connection], None], str]] = {
    "source": (_run(f"UPDATE capture SET source = 'beta' WHERE {_of(4)}"), "at position 4 "),
    "url": (_run(f"UPDATE capture SET url = url || 'x' WHERE {_of(0)}"), "at position 0 "),
    "time": (
        _run(f"UPDATE capture SET received_at_us = received_at_us + 1 WHERE {_of(299)}"),
        "at position 299 ",
    ),
    "time of asking": (
        _run(f"UPDATE capture SET requested_at_us = 1 WHERE {_of(300)}"),
        "at position 300 ",
    ),
    "size": (_run(f"UPDATE capture SET size_bytes = 1000 WHERE {_of(9)}"), "at position 9 "),
    "status": (_run(f"UPDATE capture SET status = NULL WHERE {_of(8)}"), "at position 8 "),
    "headers": (_run(f"UPDATE capture SET headers = '{{}}' WHERE {_of(8)}"), "at position 8 "),
    "headers that are none": (
        _run(f"UPDATE capture SET headers = '{{' WHERE {_of(8)}"),
        "the reception at position 8 is gone or unreadable",
    ),
    "after the last head": (
        _run(f"UPDATE capture SET source = 'beta' WHERE {_of(LAST - 1)}"),
        f"at position {LAST - 1} ",
    ),
    "one that waits": (
        _run(f"UPDATE capture SET source = 'beta' WHERE sha256 = '{capture(LAST).sha256}'"),
        "that waits for its place is not the one",
    ),
    "reception gone": (
        _run(f"DELETE FROM capture WHERE {_of(17)}"),
        "the reception at position 17 is gone",
    ),
    "hash of the bytes": (
        _run(f"UPDATE capture SET sha256 = '{'ab' * 32}' WHERE {_of(17)}"),
        "the reception at position 17 is gone",
    ),
    "salt": (_hash("UPDATE log_leaf SET salt = ZEROS WHERE position = 2"), "at position 2 "),
    "leaf": (_hash("UPDATE log_leaf SET leaf = ZEROS WHERE position = 2"), "at position 2 "),
    "entry gone": (_run("DELETE FROM log_leaf WHERE position = 40"), "no entry at position 40"),
    "last entry gone, its place taken": (
        _run(f"UPDATE log_leaf SET position = {LAST + 5} WHERE position = {LAST - 1}"),
        f"no entry at position {LAST - 1}",
    ),
    "entry before the first": (
        _run("UPDATE log_leaf SET position = -1 WHERE position IS NULL"),
        f"{LAST + 1} entries have a place, of which {LAST} are in order",
    ),
    "swapped": (_swapped, "positions 0 to 255 was changed"),
    "node": (
        _hash("UPDATE log_node SET hash = ZEROS WHERE place = 1"),
        "positions 256 to 511 was changed",
    ),
    "node gone": (_run("DELETE FROM log_node WHERE place = 0"), "positions 0 to 255 was changed"),
    "node too many": (
        _hash("INSERT INTO log_node (level, place, hash) VALUES (8, 2, ZEROS)"),
        "3 nodes and should have 2",
    ),
    "rewritten with its leaf": (_rewritten, "positions 0 to 255 was changed"),
    "rewritten with its nodes": (
        _rewritten_with_nodes,
        "head 2: the entries at positions 0 to 299 are not those",
    ),
    "cut": (_cut, "head 4: it covers 612 entries, and there are 600"),
    "root of a head": (
        _hash("UPDATE log_head SET root = ZEROS WHERE number = 2"),
        "head 2: its text and its row differ",
    ),
    "size of a head": (
        _run("UPDATE log_head SET size = 301 WHERE number = 2"),
        "head 2: its text and its row differ",
    ),
    "time of a head": (
        _run("UPDATE log_head SET at_us = at_us - 1 WHERE number = 4"),
        "head 4: its text and its row differ",
    ),
    "time in the text of a head": (_head_text("T00", "T01"), "head 2: The signature"),
    "text of a head": (_head_text("time", "tima"), "head 2: The text of the head"),
    "proof of a head": (
        _run("UPDATE log_head SET consistency = '[]' WHERE number = 4"),
        "head 4: its proof that the log only grew is not right",
    ),
    "proof of the first head": (
        _run(f"UPDATE log_head SET consistency = '[\"{'00' * 32}\"]' WHERE number = 1"),
        "head 1: it proves something about a head before the first",
    ),
    "proof that is none": (
        _run("UPDATE log_head SET consistency = '[' WHERE number = 1"),
        "a head cannot be read",
    ),
    "key of a head": (
        _run(
            "UPDATE log_head SET public_key ="
            " (SELECT public_key FROM log_head WHERE number = 4) WHERE number = 1"
        ),
        "head 1: The head is signed with another key",
    ),
    "no key of a head": (
        _run("UPDATE log_head SET public_key = '' WHERE number = 4"),
        "head 4: The head is signed, but the key",
    ),
    "signature gone": (_unsigned, "head 4: it is not signed, although those before are"),
    "first head gone": (_run("DELETE FROM log_head WHERE number = 1"), "it should be number 1"),
    "a head between gone": (_run("DELETE FROM log_head WHERE number = 2"), "should be number 2"),
    "a head between gone, the rest renumbered": (_renumbered, "head 2: it follows another head"),
}


def test_an_untouched_log_holds(logged: Engine, secrets: Path) -> None:
    checked = must_hold_true(logged, secrets)
    assert (checked.size, checked.waiting, checked.heads, checked.unsigned) == (LAST, 1, 4, 0)
    assert differences(logged, secrets) == ([], checked)


@pytest.mark.parametrize("kind", TAMPERED)
def test_whatever_is_changed_is_seen(logged: Engine, secrets: Path, kind: str) -> None:
    change, said = TAMPERED[kind]
    with writing(logged) as conn:
        change(conn)

    found, _ = differences(logged, secrets)
    assert any(said in one for one in found), found
    with pytest.raises(LogBroken) as refused:
        must_hold_true(logged, secrets)
    assert found[0] in str(refused.value)
    assert "Nothing was deleted" in str(refused.value)
    assert "restore a backup" in str(refused.value)


def test_all_that_differs_is_told(logged: Engine, secrets: Path) -> None:
    with writing(logged) as conn:
        for position in (1, 258, LAST - 1):
            _run(f"UPDATE capture SET source = 'beta' WHERE {_of(position)}")(conn)
    found, _ = differences(logged, secrets)
    assert [word for one in found for word in one.split() if word.isdecimal()] == [
        "1",
        "258",
        str(LAST - 1),
    ]


def test_signed_anew_with_another_key(logged: Engine, secrets: Path) -> None:
    """The whole database as somebody would write it who has everything but the key."""
    (secrets / KEY_NAME).rename(secrets / "kept")
    with writing(logged) as conn:
        _run("DELETE FROM log_head")(conn)
        _run(f"UPDATE capture SET source = 'forged' WHERE {_of(4)}")(conn)
        _run("DELETE FROM log_leaf")(conn)
        _run("DELETE FROM log_node")(conn)
    sequence(logged)
    make_head(logged, secrets.parent / "others", now=NOW)
    (secrets / "kept").rename(secrets / KEY_NAME)

    with pytest.raises(WrongKey, match="was not signed with the key"):
        must_hold_true(logged, secrets)
    (told,) = differences(logged, secrets)[0]
    assert "was not signed with the key" in told


def test_no_head_is_made_over_a_rewritten_log(logged: Engine, secrets: Path) -> None:
    with writing(logged) as conn:
        _rewritten_with_nodes(conn)
    with pytest.raises(LogBroken, match="does not begin with what head 4 covers"):
        make_head(logged, secrets, now=NOW + 9 * DAY)
    with reading(logged) as conn:
        head = last_head(conn)
    assert head is not None
    assert head.number == 4


def test_no_place_is_given_after_a_gap(logged: Engine) -> None:
    with writing(logged) as conn:
        _run("DELETE FROM log_leaf WHERE position = 618")(conn)
    receive(logged, range(LAST + 1, LAST + 30))
    with pytest.raises(LogBroken, match="lacks its node"):
        sequence(logged)


def test_headers_that_say_the_same_are_the_same(logged: Engine, secrets: Path) -> None:
    """Blanks in a JSON column are nothing that was received."""
    with reading(logged) as conn:
        (entry,) = log.placed_entries(conn, 4, 5)
    assert entry.record is not None
    spaced = json.dumps(dict(entry.record["headers"]), indent=1, ensure_ascii=False)
    with writing(logged) as conn:
        _run(f"UPDATE capture SET headers = '{spaced}' WHERE {_of(4)}")(conn)
    assert must_hold_true(logged, secrets).size == LAST
