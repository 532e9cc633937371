"""Nothing is left of what rows were before they were sealed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine

from service.sealing import PLAIN, Sealer, new_key
from service.storage.database import open_database, reading, sqlite_path, writing
from service.storage.resealing import reseal
from service.storage.scrubbing import scrub
from service.storage.watches import add, watches
from tests.storage.helpers import NOW

SUBJECT = "RA-64523"


def followed(engine: Engine) -> Sealer:
    """A watch in the clear, changed a few times, then sealed by the key that is returned."""
    for number in range(5):
        with writing(engine) as conn:
            note = f"{SUBJECT} {number} " + "x" * 3_000
            add(conn, PLAIN, kind="aircraft", subject=SUBJECT, note=note, now=NOW)
    sealer = Sealer(new_key())
    with writing(engine) as conn:
        assert reseal(conn, sealer) == 1
    return sealer


def on_disk(engine: Engine) -> bytes:
    path = sqlite_path(engine.url)
    assert path is not None
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))


def test_after_it_the_watch_is_there_and_still_writable(database: Engine) -> None:
    sealer = followed(database)

    assert scrub(database)

    with writing(database) as conn:
        add(conn, sealer, kind="aircraft", subject="RA-64524", now=NOW)
    with reading(database) as conn:
        assert [w.subject for w in watches(conn, sealer, now=NOW)] == [SUBJECT, "RA-64524"]
    if database.dialect.name == "sqlite":
        assert SUBJECT.encode() not in on_disk(database)


def test_who_reads_meanwhile_is_not_disturbed_and_it_says_that_it_could_not(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    path = tmp_path / "tailcheck.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = open_database(f"sqlite:///{path}?timeout=0.1")
    followed(engine)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM watch").fetchone() == (1,)

    assert not scrub(engine)

    assert reader.execute("SELECT count(*) FROM watch").fetchone() == (1,)
    reader.execute("COMMIT")
    reader.close()
    assert scrub(engine)
    assert SUBJECT.encode() not in on_disk(engine)
    engine.dispose()
