"""The log in the database: every reception gets one entry and one place, whoever writes and dies
meanwhile."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.domain.log_entry import SALT_BYTES, entry_hash
from service.domain.merkle import appended, root
from service.evidence.log_check import must_hold_true
from service.evidence.log_heads import make_head, sequence
from service.storage import log
from service.storage.capture_index import record_captures
from service.storage.database import open_database, reading, writing
from service.storage.log_heads import heads_after, last_head, proof_of
from tests.postgres import Postgres
from tests.storage.helpers import NOW, undone
from tests.storage.logged import TOGETHER, capture, forget, receive

PROJECT = Path(__file__).resolve().parents[2]


def _leaves(engine: Engine) -> list[tuple[int | None, bytes]]:
    with reading(engine) as conn:
        found = conn.exec_driver_sql("SELECT position, leaf FROM log_leaf ORDER BY position")
        return [(position, bytes(leaf)) for position, leaf in found]


def _must_be_whole(engine: Engine, expected: int) -> None:
    """One entry for each reception, places without a gap or a double, and all of it fits."""
    leaves = _leaves(engine)
    assert len(leaves) == expected
    assert [position for position, _ in leaves] == list(range(expected))
    with reading(engine) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM capture").scalar() == expected
        assert log.unlogged(conn) == 0
        nodes = appended(lambda *_: b"", 0, [leaf for _, leaf in leaves])
        stored = log.nodes_of(conn)
        assert root(stored, expected) == root(lambda *at: nodes[at], expected)
    assert must_hold_true(engine, None).size == expected


def test_a_reception_is_entered_when_it_is_noted_and_once(database: Engine) -> None:
    receive(database, range(5))
    receive(database, range(3, 9))
    assert [position for position, _ in _leaves(database)] == [None] * 9

    assert sequence(database) == 9
    assert sequence(database) == 0
    _must_be_whole(database, 9)


def test_what_was_not_kept_is_not_entered(database: Engine) -> None:
    with undone(database) as conn:
        record_captures(conn, [capture(1)])
        assert log.entries_of(conn, capture(1).sha256)
    assert _leaves(database) == []


def test_entries_are_salted(database: Engine) -> None:
    receive(database, range(300))
    with reading(database) as conn:
        entries = list(log.waiting_entries(conn))
    assert {len(entry.salt) for entry in entries} == {SALT_BYTES}
    assert len({entry.salt for entry in entries}) == 300
    for entry in entries:
        assert entry.record is not None
        assert entry.leaf == entry_hash(entry.salt, entry.record)


@pytest.mark.parametrize("sizes", [(1,), (255, 1, 1), (256,), (600, 5, 300)])
def test_the_tree_is_the_same_however_it_grew(database: Engine, sizes: tuple[int, ...]) -> None:
    begun = 0
    for size in sizes:
        receive(database, range(begun, begun + size))
        begun += size
        sequence(database)
    _must_be_whole(database, begun)
    with reading(database) as conn:
        assert log.counts(conn) == (begun, begun >> 8)


def test_those_who_wait_are_placed_as_they_were_received(database: Engine) -> None:
    receive(database, range(50))
    sequence(database)
    with reading(database) as conn:
        records = [entry.record for entry in log.placed_entries(conn, 0, 50)]
    assert [record["size_bytes"] for record in records if record] == list(range(50))


def test_receptions_from_before_the_log_are_entered(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "BATCH", 16)
    receive(database, range(60))
    with writing(database) as conn:
        for number in range(0, 60, 3):
            forget(conn, capture(number).sha256)
    with reading(database) as conn:
        assert log.unlogged(conn) == 20

    sequence(database)
    _must_be_whole(database, 60)


def test_proofs_name_every_reception_and_the_first_head_that_covers_it(database: Engine) -> None:
    receive(database, range(10))
    sequence(database)
    made = make_head(database, None, now=NOW)
    receive(database, range(10, 20))
    sequence(database)
    make_head(database, None, now=NOW)
    receive(database, range(20, 21))
    with reading(database) as conn:
        heads = heads_after(conn)
        newest = last_head(conn)
        (first,) = proof_of(conn, capture(3).sha256)
        (in_newest,) = proof_of(conn, capture(3).sha256, newest)
        (later,) = proof_of(conn, capture(15).sha256)
        (waiting,) = proof_of(conn, capture(20).sha256, newest)
        assert proof_of(conn, "0" * 64) == ()
    assert made is not None
    assert [head.size for head in heads] == [10, 20]
    assert first.head == heads[0] == made.head
    assert in_newest.head == later.head == heads[1] == newest
    assert first.position == in_newest.position == 3
    assert (waiting.position, waiting.head, waiting.path) == (None, None, ())


def test_writers_at_once_wait_for_nobody_and_nothing_is_lost(database: Engine) -> None:
    """Six writers and two that give places. On PostgreSQL, writers have no common lock."""
    failures: list[BaseException] = []
    done = threading.Event()

    def guarded(source: str = "") -> None:
        try:
            if source:
                for start in range(0, 140, 7):
                    receive(database, range(start, start + 7), source)
                return
            while not done.is_set():
                sequence(database)
        except BaseException as error:  # told to the main thread
            failures.append(error)

    writers = [
        threading.Thread(target=guarded, kwargs={"source": source})
        for source in ("a", "b", "c", "d", "a", "b")
    ]
    placing = [threading.Thread(target=guarded) for _ in range(2)]
    for thread in (*writers, *placing):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in placing:
        thread.join()
    assert failures == []
    sequence(database)
    _must_be_whole(database, 4 * 140)


@pytest.mark.postgres
def test_a_writer_does_not_wait_for_one_that_gives_places(postgres_server: Postgres) -> None:
    with postgres_server.new_database() as url:
        engine = open_database(url)
        receive(engine, range(3))
        with writing(engine) as conn:
            log.hold_log(conn)
            assert log.give_places(conn) == 3
            receive(engine, range(3, 5))  # in a transaction of its own, while the other is open
        assert [position for position, _ in _leaves(engine)] == [0, 1, 2, None, None]
        engine.dispose()


def test_killed_in_the_middle(database_url: str) -> None:
    """Two writers and one that gives places, killed at any moment, and again."""
    engine = open_database(database_url)
    for round_no in range(2):
        with (
            _process("write", database_url, f"w{round_no}") as one,
            _process("write", database_url, f"x{round_no}") as other,
            _process("sequence", database_url) as placing,
        ):
            for process in (one, other, placing):
                assert process.stdout is not None
                assert process.stdout.readline() == "0\n"
            time.sleep(0.2 * round_no)
            said = [_killed(process) for process in (placing, one, other)]
        acknowledged = [len(said[1]), len(said[2])]
        with reading(engine) as conn:
            for source, least in zip(("w", "x"), acknowledged, strict=True):
                count = conn.exec_driver_sql(
                    f"SELECT count(*) FROM capture WHERE source = '{source}{round_no}'"
                ).scalar()
                assert count is not None
                assert count % TOGETHER == 0
                assert least * TOGETHER <= count <= (least + 1) * TOGETHER
    sequence(engine)
    with reading(engine) as conn:
        total = conn.exec_driver_sql("SELECT count(*) FROM capture").scalar()
    assert total
    _must_be_whole(engine, total)
    engine.dispose()


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.logged", *words],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _killed(process: subprocess.Popen[str]) -> list[int]:
    """The batches that it acknowledged."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    lines = [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    return [0, *lines]


def test_hashes_alone_rebuild_a_proof(database: Engine) -> None:
    receive(database, range(700))
    sequence(database)
    make_head(database, None, now=NOW)
    for number in (0, 1, 255, 256, 511, 699):
        with reading(database) as conn:
            (proof,) = proof_of(conn, capture(number).sha256)
        assert proof.head is not None
        assert proof.position is not None
        value, at, last = _leaf(proof.salt, proof.record), proof.position, proof.head.size - 1
        for part in map(bytes.fromhex, proof.path):
            if at % 2 or at == last:
                value = hashlib.sha256(b"\x01" + part + value).digest()
                while not at % 2 and at:
                    at, last = at >> 1, last >> 1
            else:
                value = hashlib.sha256(b"\x01" + value + part).digest()
            at, last = at >> 1, last >> 1
        assert value.hex() == proof.head.root


def _leaf(salt: str, record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + bytes.fromhex(salt) + text.encode()).digest()
