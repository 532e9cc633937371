"""Watches are told what happened: once, in the transaction that writes it, whatever comes later."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from schemas.records import IdentityStatement
from schemas.watching import Watch, Wishes
from service.desk import Desk
from service.domain.watching.telling import tellings as real
from service.ingest.telling import telling
from service.ingest.telling.lost import CatchingUp
from service.ingest.writing import Writing, write
from service.sealing import PLAIN, Sealer, new_key
from service.storage.alerts import alert_of
from service.storage.database import Connection, Engine, reading, writing
from service.storage.receivers import add as add_receiver
from service.storage.sightings import movements_from
from service.storage.watches import remove
from tests.ingest.desks import desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.telling import (
    DAY,
    MORNING,
    OTHER,
    US,
    alerts,
    brief,
    follow,
    happens,
    landing,
    squawk,
    takeoff,
    unit,
)
from tests.storage.tellings import deliveries_of

HOUR = timedelta(hours=1)
NOW = MORNING + 6 * HOUR
ONE_DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Hands:
    return Hands(NOW)


@pytest.fixture(params=["plain", "sealed"])
def desk(request: pytest.FixtureRequest, database: Engine, tmp_path: Path, clock: Hands) -> Desk:
    sealer = PLAIN if request.param == "plain" else Sealer(new_key())
    return replace(desk_of(database, tmp_path, clock), sealer=sealer)


def restarted(desk: Desk) -> Desk:
    """Another process on the same database."""
    return replace(desk)


# once


def test_a_landing_is_told_once_whoever_else_tells_of_it_and_however_often(desk: Desk) -> None:
    watch = follow(desk)
    happens(desk, unit(takeoff(MORNING), landing(MORNING + HOUR)))
    assert brief(alerts(desk)) == [("new", "takeoff", "UUWW"), ("new", "landing", "UMMS")]
    assert {alert.watch_id for alert in alerts(desk)} == {watch.id}

    late = timedelta(seconds=40)
    history = "adsblol_history"
    happens(
        restarted(desk),
        unit(
            takeoff(MORNING + late, source=history),
            landing(MORNING + HOUR - late, source=history),
            source=history,
        ),
    )
    happens(desk, unit(takeoff(MORNING + late), landing(MORNING + HOUR)))
    assert CatchingUp(restarted(desk)).step() == 0
    assert len(alerts(desk)) == 2


def test_nothing_is_told_of_the_time_before_or_after(desk: Desk) -> None:
    follow(desk, since=MORNING + HOUR / 2)
    ended = follow(desk, OTHER)
    with writing(desk.engine) as conn:
        assert remove(conn, ended.id, now=desk.clock())
    happens(
        desk,
        unit(takeoff(MORNING), landing(MORNING + HOUR)),
        unit(landing(MORNING, icao24=OTHER), icao24=OTHER),
    )
    assert brief(alerts(desk)) == [("new", "landing", "UMMS")]


def test_what_is_known_late_is_told_late(desk: Desk, clock: Hands) -> None:
    follow(desk)
    clock.move(days=30)
    happens(desk, unit(landing(MORNING)))
    (alert,) = alerts(desk)
    assert (alert.occasion.at, alert.created_at) == (MORNING, clock())


# what changes


def test_another_airport_is_a_correction_of_the_first_alert(desk: Desk) -> None:
    follow(desk)
    happens(desk, unit(landing(MORNING, inferred=True)))
    (first,) = alerts(desk)
    happens(desk, unit(landing(MORNING, "UUWW")))
    _, correction = alerts(desk)
    assert (correction.form, correction.refers_to) == ("correction", first.id)
    assert correction.occasion.airport == "UUWW"
    assert correction.because


def test_a_landing_that_is_believed_no_more_is_withdrawn(desk: Desk) -> None:
    follow(desk)
    happens(desk, unit(landing(MORNING)))
    (first,) = alerts(desk)
    happens(desk, unit())
    _, withdrawal = alerts(desk)
    assert (withdrawal.form, withdrawal.refers_to) == ("withdrawal", first.id)
    happens(restarted(desk), unit())
    assert len(alerts(desk)) == 2


def test_an_emergency_is_told(desk: Desk) -> None:
    follow(desk)
    happens(desk, unit(squawk(MORNING, "7700")))
    happens(desk, unit(squawk(MORNING, "7700", source="adsbfi"), source="adsbfi"))
    assert [alert.occasion.other for alert in alerts(desk)] == ["7700"]


# whom


def test_whoever_comes_to_an_airport_is_told_to_those_who_watch_it(desk: Desk) -> None:
    follow(desk, "UMMS", kind="airport")
    happens(desk, unit(takeoff(MORNING), landing(MORNING + HOUR)))
    assert brief(alerts(desk)) == [("new", "landing", "UMMS")]
    happens(desk, unit(takeoff(MORNING), landing(MORNING + HOUR, "UUWW")))
    assert brief(alerts(desk))[1:] == [("withdrawal", "landing", "UMMS")]


def test_an_emergency_near_a_watched_airport_is_told(desk: Desk) -> None:
    follow(desk, "UMMS", kind="airport")
    follow(desk, "UUWW", kind="airport")
    happens(desk, unit(squawk(MORNING, "7600")))
    assert len(alerts(desk)) == 1


def test_whoever_moves_in_an_area_is_told(desk: Desk) -> None:
    follow(desk, "54.5,31.0,20", kind="area")
    happens(desk, unit(landing(MORNING, None)), unit(landing(MORNING, icao24=OTHER), icao24=OTHER))
    assert [(a.occasion.icao24, a.occasion.trigger) for a in alerts(desk)] == [(US, "off_airport")]


@pytest.mark.parametrize(("kind", "subject"), [("type", "t204"), ("operator", "red  WINGS")])
def test_types_and_operators_are_known_by_what_sources_say(
    desk: Desk, kind: str, subject: str
) -> None:
    follow(desk, subject, kind=kind)  # type: ignore[arg-type]  # named above
    said = IdentityStatement(
        source="x", registration="RA-64523", icao24=US, type_code="T204", operator="Red Wings"
    )
    happens(
        desk,
        unit(landing(MORNING)),
        unit(landing(MORNING, icao24=OTHER), icao24=OTHER),
        says=[said],
    )
    assert [(a.occasion.icao24, a.occasion.registration) for a in alerts(desk)] == [
        (US, "RA-64523")
    ]


def test_a_type_that_becomes_known_later_is_told_then(desk: Desk) -> None:
    follow(desk, "T204", kind="type")
    catching_up = CatchingUp(desk)
    catching_up.step()
    happens(desk, unit(landing(MORNING)))
    said = IdentityStatement(source="x", registration="RA-64523", icao24=US, type_code="T204")
    happens(desk, says=[said])
    assert not alerts(desk)
    assert (catching_up.step(), catching_up.step()) == (1, 0)
    assert brief(alerts(desk)) == [("new", "landing", "UMMS")]


def test_an_address_that_becomes_known_later_is_told_then(desk: Desk) -> None:
    follow(desk, "EW-001PA")
    catching_up = CatchingUp(desk)
    catching_up.step()
    happens(desk, unit(landing(MORNING, icao24="510001"), icao24="510001"))
    happens(desk, says=[IdentityStatement(source="x", registration="EW-001PA", icao24="510001")])
    assert (catching_up.step(), catching_up.step()) == (1, 0)
    assert [alert.occasion.registration for alert in alerts(desk)] == ["EW-001PA"]


def test_two_that_meet_are_told_to_the_owner_of_both_only(desk: Desk) -> None:
    wishes = Wishes(triggers=frozenset({"meeting"}))
    for owner, subject in (("ann", US), ("ann", OTHER), ("ben", US)):
        follow(desk, subject, owner=owner, wishes=wishes)
    happens(desk, unit(landing(MORNING)))
    happens(desk, unit(landing(MORNING + HOUR, icao24=OTHER), icao24=OTHER))
    met = {(a.occasion.icao24, a.occasion.other) for a in alerts(desk, "ann")}
    assert met == {(US, OTHER), (OTHER, US)}
    assert not alerts(desk, "ben")


def test_a_first_visit_is_none_when_an_earlier_one_becomes_known(desk: Desk) -> None:
    follow(desk, wishes=Wishes(triggers=frozenset({"first_visit"})))
    happens(desk, unit(landing(MORNING)))
    assert brief(alerts(desk)) == [("new", "first_visit", "UMMS")]
    year_before = timedelta(days=365)
    happens(desk, unit(landing(MORNING - year_before), day=DAY - year_before))
    assert brief(alerts(desk))[1:] == [("withdrawal", "first_visit", "UMMS")]


# the outbox


def test_a_delivery_waits_for_each_receiver_in_the_same_transaction(desk: Desk) -> None:
    with writing(desk.engine) as conn:
        receiver, _ = add_receiver(
            conn, desk.sealer, kind="webhook", url="https://example.org/", now=desk.clock()
        )
    follow(desk, wishes=Wishes(to=(receiver.id,)))
    happens(desk, unit(landing(MORNING)))
    (alert,) = alerts(desk)
    with reading(desk.engine) as conn:
        (delivery,) = deliveries_of(conn, alert.id)
        assert alert_of(conn, desk.sealer, alert.id) == alert
    assert (delivery.receiver_id, delivery.due_at, delivery.state) == (receiver.id, NOW, "waiting")


def test_two_writers_at_once_tell_of_one_landing_once(desk: Desk) -> None:
    count = 12
    addresses = [f"3c{number:04x}" for number in range(count)]
    for icao24 in addresses:
        follow(desk, icao24)
    desks = [restarted(desk), restarted(desk)]
    together = Barrier(2)

    def writes(number: int) -> None:
        source = ("adsblol", "adsbfi")[number]
        for icao24 in addresses:
            together.wait()
            at = MORNING + timedelta(seconds=20 * number)
            happens(
                desks[number],
                unit(landing(at, source=source, icao24=icao24), source=source, icao24=icao24),
            )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(writes, range(2)))
    assert sorted(alert.occasion.icao24 for alert in alerts(desk)) == addresses
    assert {alert.form for alert in alerts(desk)} == {"new"}


# evidence first


def test_a_watch_that_breaks_keeps_nothing_out_and_is_told_when_it_no_longer_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: Hands
) -> None:
    broken, sound = follow(desk), follow(desk, owner="ann")

    def breaks(watch: Watch, *args: Any) -> Any:
        if watch.id == broken.id:
            raise ValueError(f"odd watch on {watch.subject}")
        return real(watch, *args)

    monkeypatch.setattr(telling, "tellings", breaks)
    with caplog.at_level(logging.ERROR):
        happens(desk, unit(landing(MORNING)))
    with reading(desk.engine) as conn:
        assert movements_from(conn, US, MORNING)
    assert [alert.watch_id for alert in alerts(desk, "ann")] == [sound.id]
    assert not alerts(desk)
    assert "ValueError" in caplog.text
    assert US not in caplog.text

    catching_up = CatchingUp(desk)
    assert catching_up.step() == 0
    monkeypatch.undo()
    assert catching_up.step() == 0, "not again at once"
    clock.move(minutes=11)
    assert (catching_up.step(), catching_up.step()) == (1, 0)
    assert brief(alerts(desk)) == [("new", "landing", "UMMS")]


def test_what_the_database_refuses_to_tell_keeps_nothing_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(desk)

    def refused(conn: Connection, *_: Any, **__: Any) -> None:
        conn.exec_driver_sql("SELECT * FROM no_such_table")

    monkeypatch.setattr(telling, "add_alerts", refused)
    happens(desk, unit(landing(MORNING)))
    monkeypatch.undo()
    with reading(desk.engine) as conn:
        assert movements_from(conn, US, MORNING)
    assert not alerts(desk)
    assert CatchingUp(restarted(desk)).step() == 1


def test_without_the_key_evidence_is_kept_and_told_when_it_is_back(
    database: Engine, tmp_path: Path, clock: Hands
) -> None:
    desk = replace(desk_of(database, tmp_path, clock), sealer=Sealer(new_key()))
    follow(desk)
    keyless = replace(desk, sealer=PLAIN)
    happens(keyless, unit(landing(MORNING)))
    with reading(desk.engine) as conn:
        assert movements_from(conn, US, MORNING)
    assert CatchingUp(restarted(desk)).step() == 1


def test_what_is_rolled_back_was_never_seen(desk: Desk) -> None:
    """The identity that a failed write stated is not what the next one is told by."""
    follow(desk, "EW-001PA")
    desk_clock = desk.clock
    wrong = IdentityStatement(source="x", registration="EW-001PA", icao24="510001")
    fails = replace(unit(landing(MORNING, icao24="510001"), icao24="510001"), rejected=object())  # type: ignore[arg-type]  # no column holds that
    with pytest.raises(Exception, match=r"."):
        write(desk, Writing(units=[fails], statements=[wrong]))
    right = replace(wrong, icao24="510002")
    happens(desk, unit(landing(MORNING, icao24="510002"), icao24="510002"), says=[right])
    happens(desk, unit(landing(MORNING, icao24="510001"), icao24="510001"))
    assert [alert.occasion.icao24 for alert in alerts(desk)] == ["510002"]
    assert desk_clock() == NOW
