"""Alerts: told once, listed in order, with what is to be sent in the same transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from schemas.watching import Alert, Watch
from service.domain.watching.reconcile import Telling
from service.sealing import PLAIN, Sealer
from service.storage.alerts import (
    add_alerts,
    alert_of,
    alerts_after,
    alerts_before,
    hold_telling,
    newest,
    newest_of,
    told,
    watches_told,
)
from service.storage.database import Connection, reading, writing
from service.storage.receivers import remove, stop
from tests.storage.helpers import NOW, undone
from tests.storage.sealers import both_sealers
from tests.storage.tellings import a_receiver, a_watch, deliveries_of, occasion, telling

SOON = NOW + timedelta(minutes=5)


def tell(conn: Connection, sealer: Sealer, watch: Watch, *tellings: Telling) -> list[Alert]:
    hold_telling(conn)
    return add_alerts(conn, sealer, watch, tellings, due_at=SOON, now=NOW)


@both_sealers
def test_told_once(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        watch = a_watch(conn, sealer)
        (alert,) = tell(conn, sealer, watch, telling("landing 1"))
        assert tell(conn, sealer, watch, telling("landing 1", airport="UMMG")) == []
        assert told(conn, sealer, watch.id, "14fc0b") == (alert,)
        assert told(conn, sealer, watch.id, "14fc0c") == ()
        assert watches_told(conn, sealer, "14fc0b") == (watch.id,)
        assert watches_told(conn, sealer, "14fc0c") == ()
    assert alert == Alert(
        id=alert.id,
        watch_id=watch.id,
        owner="local",
        form="new",
        occasion=occasion(),
        created_at=NOW,
    )


@both_sealers
def test_a_correction_refers_to_the_first(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        watch = a_watch(conn, sealer)
        (first,) = tell(conn, sealer, watch, telling("landing 1"))
        again = Telling(
            form="correction",
            refers_to=first.id,
            occasion=occasion(airport="UMMG"),
            because="It was Grodno.",
            key="landing 1, second telling",
        )
        (second,) = tell(conn, sealer, watch, again)
        assert told(conn, sealer, watch.id, "14fc0b") == (first, second)
        assert (second.refers_to, second.because) == (first.id, "It was Grodno.")
        assert alert_of(conn, sealer, second.id) == second


@both_sealers
def test_listed_for_their_owner_only(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        ours = a_watch(conn, sealer)
        more = a_watch(conn, sealer, subject="14fc0c")
        theirs = a_watch(conn, sealer, owner="desk")
        first = tell(conn, sealer, ours, telling("a"), telling("b"))
        other = tell(conn, sealer, theirs, telling("a"))
        last = tell(conn, sealer, more, telling("a", "14fc0c"))
    mine = [*first, *last]
    with reading(database) as conn:
        assert newest(conn) == last[0].id
        assert newest_of(conn, "local") == last[0].id
        assert newest_of(conn, "desk") == other[0].id
        assert newest_of(conn, "nobody") == 0
        assert alerts_after(conn, sealer, "local", 0) == tuple(mine)
        assert alerts_after(conn, sealer, "local", mine[0].id, limit=1) == (mine[1],)
        assert alerts_before(conn, sealer, "local") == tuple(reversed(mine))
        assert alerts_before(conn, sealer, "local", mine[2].id, limit=1) == (mine[1],)
        assert alerts_before(conn, sealer, "local", watch_id=ours.id) == tuple(reversed(first))
        assert alerts_before(conn, sealer, "desk", watch_id=ours.id) == ()
        assert alert_of(conn, sealer, other[0].id, owner="local") is None
        assert alert_of(conn, sealer, other[0].id, owner="desk") == other[0]


@both_sealers
def test_the_outbox_goes_with_it(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        one, two = a_receiver(conn, sealer, "one"), a_receiver(conn, sealer, "two")
        stopped, gone = a_receiver(conn, sealer, "stopped"), a_receiver(conn, sealer, "gone")
        theirs = a_receiver(conn, sealer, "theirs", owner="desk")
        watch = a_watch(conn, sealer, one, two, stopped, gone, theirs)
        stop(conn, stopped.id, "It answered that it is gone.")
        remove(conn, gone.id, now=NOW)
        (alert,) = tell(conn, sealer, watch, telling("landing 1"))
        tell(conn, sealer, watch, telling("landing 1"))
        sent = deliveries_of(conn, alert.id)
    assert [(each.receiver_id, each.state) for each in sent] == [
        (one.id, "waiting"),
        (two.id, "waiting"),
        (stopped.id, "dead"),
    ]
    assert {(each.due_at, each.watch_id, each.attempts) for each in sent} == {(SOON, watch.id, 0)}


def test_none_of_it_is_there_when_the_transaction_is_undone(database: Engine) -> None:
    with undone(database) as conn:
        watch = a_watch(conn, PLAIN, a_receiver(conn, PLAIN))
        assert tell(conn, PLAIN, watch, telling("landing 1"))
    with reading(database) as conn:
        assert newest(conn) == 0
        assert alerts_before(conn, PLAIN, "local") == ()
