"""A key is given, exchanged and taken away: all is readable, found and told once, as before."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from service.errors import StorageError
from service.sealing import PLAIN, Sealer, new_key
from service.storage import kept_checks, receivers, watches
from service.storage.alerts import add_alerts, told
from service.storage.database import Connection, reading, writing
from service.storage.resealing import is_sealed_as_now, reseal
from tests.storage.helpers import NOW
from tests.storage.sealers import KEY, KEYED
from tests.storage.tellings import a_receiver, a_watch, telling

ASKED = kept_checks.Asked(aircraft="RA-64523", airport="UMMS", date="2020-08-18")
CANARY = "RA-64523"
ROWS = 5


def everything(conn: Connection, sealer: Sealer) -> tuple[object, ...]:
    (watch,) = watches.watches(conn, sealer, now=NOW)
    (check,) = kept_checks.checks(conn, sealer, "local", limit=9)
    return (
        watch,
        watches.find(conn, sealer, "aircraft", CANARY),
        receivers.find(conn, sealer, "https://one.example/hook"),
        told(conn, sealer, watch.id, "14fc0b"),
        check,
        kept_checks.revisions_of(conn, sealer, check.id),
    )


def filled(engine: Engine, sealer: Sealer) -> tuple[object, ...]:
    with writing(engine) as conn:
        watch = a_watch(conn, sealer, a_receiver(conn, sealer), subject=CANARY)
        add_alerts(conn, sealer, watch, [telling("landing 1")], due_at=NOW, now=NOW)
        check, _ = kept_checks.add_check(conn, sealer, "local", ASKED, once="key-1", now=NOW)
        kept_checks.add_revision(conn, sealer, check.id, 1, b'{"verdict":"no_data"}', at=NOW)
        return everything(conn, sealer)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAIN, KEYED),
        (KEYED, Sealer(new_key(), former=KEY)),
        (KEYED, Sealer("", former=KEY)),
    ],
    ids=["given", "exchanged", "taken away"],
)
def test_all_is_as_it_was(database: Engine, before: Sealer, after: Sealer) -> None:
    was = filled(database, before)
    with writing(database) as conn:
        assert not is_sealed_as_now(conn, after)
        assert reseal(conn, after) == ROWS
        assert is_sealed_as_now(conn, after)
        assert reseal(conn, after) == 0
        assert everything(conn, after) == was
        # found by their keyed hashes: nothing is followed, told or kept twice
        watch = a_watch(conn, after, a_receiver(conn, after), subject=CANARY)
        assert add_alerts(conn, after, watch, [telling("landing 1")], due_at=NOW, now=NOW) == []
        assert not kept_checks.add_check(conn, after, "local", ASKED, once="key-1", now=NOW)[1]


def test_without_its_key_nothing_is_changed(database: Engine) -> None:
    was = filled(database, KEYED)
    for wrong in (PLAIN, Sealer(new_key())):
        with pytest.raises(StorageError, match="sealed with a key that is not here"):
            _try(database, wrong)
    with reading(database) as conn:
        assert everything(conn, KEYED) == was


def _try(engine: Engine, sealer: Sealer) -> None:
    with writing(engine) as conn:
        reseal(conn, sealer)
