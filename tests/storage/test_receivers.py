"""Receivers: one for each address of an owner, with its breaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from service.sealing import Sealer
from service.storage.alerts import add_alerts
from service.storage.database import writing
from service.storage.receivers import (
    REMOVED,
    add,
    change,
    find,
    receiver_of,
    receivers,
    remove,
    resume,
    stop,
    went_well,
    went_wrong,
)
from tests.storage.helpers import NOW
from tests.storage.sealers import both_sealers
from tests.storage.tellings import a_receiver, a_watch, deliveries_of, telling

LATER = NOW + timedelta(hours=1)


@both_sealers
def test_one_for_each_address_of_an_owner(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        first = a_receiver(conn, sealer)
        again, is_new = add(
            conn, sealer, kind="webhook", url=first.url, secrets=("whsec_2",), now=LATER
        )
        assert (again, is_new) == (first, False)
        theirs = a_receiver(conn, sealer, owner="desk")
        assert theirs.id != first.id
        assert find(conn, sealer, first.url) == first
        assert find(conn, sealer, "https://none.example/") is None
        assert receivers(conn, sealer, owner="local") == (first,)
        assert receivers(conn, sealer) == (first, theirs)
        assert receiver_of(conn, sealer, theirs.id, owner="local") is None


@both_sealers
def test_changed_and_removed(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        receiver = a_receiver(conn, sealer)
        changed = replace(receiver, label="desk", details=True, secrets=("whsec_9", "whsec_1"))
        assert change(conn, sealer, changed)
        assert receiver_of(conn, sealer, receiver.id) == changed
        assert not remove(conn, receiver.id, owner="desk", now=LATER)
        assert remove(conn, receiver.id, now=LATER)
        assert not change(conn, sealer, changed)
        assert receivers(conn, sealer) == ()
        assert receiver_of(conn, sealer, receiver.id) == replace(changed, removed_at=LATER)
        assert a_receiver(conn, sealer).id != receiver.id


@both_sealers
def test_the_breaker(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        receiver = a_receiver(conn, sealer)
        went_wrong(conn, receiver.id, closed_until=None)
        went_wrong(conn, receiver.id, closed_until=LATER)
        went_wrong(conn, receiver.id, closed_until=NOW)
        closed = replace(receiver, failures=3, closed_until=LATER)
        assert receiver_of(conn, sealer, receiver.id) == closed
        went_well(conn, receiver.id, now=NOW)  # it was on its way when the breaker opened
        assert receiver_of(conn, sealer, receiver.id) == replace(receiver, closed_until=LATER)
        went_well(conn, receiver.id, now=LATER)
        assert receiver_of(conn, sealer, receiver.id) == receiver


@both_sealers
def test_stopped_or_removed_leaves_dead_letters(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        one, two = a_receiver(conn, sealer, "one"), a_receiver(conn, sealer, "two")
        watch = a_watch(conn, sealer, one, two)
        (alert,) = add_alerts(conn, sealer, watch, [telling("a")], due_at=NOW, now=NOW)
        stop(conn, one.id, "It answered that it is gone.")
        remove(conn, two.id, now=LATER)
        sent = {each.receiver_id: each for each in deliveries_of(conn, alert.id)}
        assert {each.state for each in sent.values()} == {"dead"}
        assert sent[one.id].last_error == "It answered that it is gone."
        assert sent[two.id].last_error == REMOVED
        assert not resume(conn, one.id, owner="desk")
        assert resume(conn, one.id)
        assert not resume(conn, two.id)
        assert receiver_of(conn, sealer, one.id) == one
