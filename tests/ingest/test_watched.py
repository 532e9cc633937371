"""Whom a watch means today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters._contract import Wanted
from schemas.records import IdentityStatement
from service.desk import Desk
from service.domain.watching.triggers import CIRCLE_NM
from service.errors import UnknownAircraft
from service.ingest.following.watched import asks_for, subject_of, watched_now
from service.sealing import PLAIN
from service.storage.database import writing
from service.storage.identity import add_statements
from service.storage.watches import WatchKind, add
from tests.ingest.desks import ADAPTERS, fresh_desk


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    with fresh_desk(migrated_sqlite, tmp_path / "home") as opened:
        yield opened


def watch(desk: Desk, kind: WatchKind, subject: str) -> None:
    with writing(desk.engine) as conn:
        add(conn, PLAIN, kind=kind, subject=subject, now=desk.clock())


def says(desk: Desk, registration: str, icao24: str) -> None:
    said = IdentityStatement(source="faa", registration=registration, icao24=icao24)
    with writing(desk.engine) as conn:
        add_statements(conn, [said], now=desk.clock())


def test_by_the_numbering_rule_where_no_source_says_more(desk: Desk) -> None:
    watch(desk, "aircraft", "RA-64523")
    (one,) = watched_now(desk).aircraft
    assert (one.icao24, one.registrations, one.by_rule) == (("14fc0b",), ("RA-64523",), True)
    assert watched_now(desk).addresses == {"14fc0b"}


def test_every_address_that_sources_give_it_is_followed(desk: Desk) -> None:
    watch(desk, "aircraft", "RA-64524")
    says(desk, "RA-64524", "14fc0c")
    says(desk, "RA-64524", "151d8c")
    (one,) = watched_now(desk).aircraft
    assert one.icao24 == ("14fc0c", "151d8c")
    assert not one.by_rule


def test_without_an_address_by_its_registration(desk: Desk) -> None:
    watch(desk, "aircraft", "EW-001PA")
    watched = watched_now(desk)
    assert watched.addresses == frozenset()
    assert watched.unaddressed == {"EW-001PA"}
    says(desk, "EW-001PA", "510001")
    assert watched_now(desk).addresses == {"510001"}
    assert watched_now(desk).unaddressed == frozenset()


def test_digits_that_could_be_a_serial_are_the_address_that_was_meant(desk: Desk) -> None:
    watch(desk, "aircraft", subject_of("165834"))
    assert watched_now(desk).addresses == {"165834"}


def test_an_airport_is_a_circle(desk: Desk) -> None:
    watch(desk, "airport", "UMMS")
    (one,) = watched_now(desk).airports
    assert (one.ident, one.area.radius_nm) == ("UMMS", CIRCLE_NM)
    assert (one.area.lat, one.area.lon) == (53.8825, 28.0325)


def test_what_no_table_knows_any_more_is_passed_over(desk: Desk) -> None:
    watch(desk, "airport", "XXXX")
    watch(desk, "aircraft", "?!")
    assert not watched_now(desk)
    watch(desk, "aircraft", "14fc0b")
    assert watched_now(desk)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("ra64523", "RA-64523"),
        (" РА-64523 ", "RA-64523"),
        ("14FC0B", "14fc0b"),
        ("icao:14fc0b", "14fc0b"),
    ],
)
def test_as_people_type(typed: str, subject: str) -> None:
    assert subject_of(typed) == subject
    assert subject_of(subject) == subject


@pytest.mark.parametrize("typed", ["", "?!", "x" * 500])
def test_what_is_no_aircraft_is_told(typed: str) -> None:
    with pytest.raises(UnknownAircraft):
        subject_of(typed)


def test_whether_a_source_can_be_asked_is_known_without_asking() -> None:
    anybody, somebody = Wanted(), Wanted(icao24=frozenset(("14fc0b",)))
    assert not asks_for(ADAPTERS["adsblol"], anybody, {})
    assert asks_for(ADAPTERS["adsblol"], somebody, {})
    assert not asks_for(ADAPTERS["press"], anybody, {})
    assert not asks_for(ADAPTERS["opensky_states"], anybody, {})
    secrets = dict.fromkeys(ADAPTERS["opensky_states"].source.secrets, "x")
    assert asks_for(ADAPTERS["opensky_states"], anybody, secrets)
