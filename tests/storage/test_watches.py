"""Watches: kept with their dates, each thing followed once at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from service.storage.database import reading, writing
from service.storage.watches import Watch, add, remove, watches
from tests.storage.helpers import NOW

LATER = NOW + timedelta(days=3)


def now_followed(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as conn:
        return [(watch.kind, watch.subject) for watch in watches(conn)]


def test_added_and_listed(database: Engine) -> None:
    with writing(database) as conn:
        aircraft = add(conn, "aircraft", "RA-64523", note="Minsk story", now=NOW)
        airport = add(conn, "airport", "UMMS", radius_nm=30, now=LATER)
    with reading(database) as conn:
        assert watches(conn) == (aircraft, airport)
    assert aircraft == Watch(
        id=aircraft.id, kind="aircraft", subject="RA-64523", note="Minsk story", added_at=NOW
    )
    assert airport == Watch(
        id=airport.id, kind="airport", subject="UMMS", radius_nm=30, added_at=LATER
    )


def test_added_again_is_the_same_watch_with_the_new_radius(database: Engine) -> None:
    with writing(database) as conn:
        first = add(conn, "airport", "UMMS", radius_nm=30, now=NOW)
        again = add(conn, "airport", "UMMS", radius_nm=50, note="wider", now=LATER)
    assert (again.id, again.added_at) == (first.id, NOW)
    assert (again.radius_nm, again.note) == (50, "wider")
    assert now_followed(database) == [("airport", "UMMS")]


def test_an_airport_and_an_aircraft_of_one_name_are_two(database: Engine) -> None:
    with writing(database) as conn:
        add(conn, "aircraft", "KDAB", now=NOW)
        add(conn, "airport", "KDAB", radius_nm=5, now=NOW)
        assert remove(conn, "aircraft", "KDAB", now=LATER)
    assert now_followed(database) == [("airport", "KDAB")]


def test_removed_stays_dated_and_can_be_followed_anew(database: Engine) -> None:
    with writing(database) as conn:
        add(conn, "aircraft", "14fc0b", now=NOW)
        assert remove(conn, "aircraft", "14fc0b", now=LATER)
        assert not remove(conn, "aircraft", "14fc0b", now=LATER)
    assert now_followed(database) == []
    with writing(database) as conn:
        add(conn, "aircraft", "14fc0b", now=LATER)
    with reading(database) as conn:
        assert [(w.added_at, w.removed_at) for w in watches(conn, ever=True)] == [
            (NOW, LATER),
            (LATER, None),
        ]
    assert now_followed(database) == [("aircraft", "14fc0b")]


def test_what_no_column_holds_is_marked(database: Engine) -> None:
    with writing(database) as conn:
        watch = add(conn, "aircraft", "RA-64523", note="a\x00b", now=NOW)
    assert watch.note == "a\ufffdb"
