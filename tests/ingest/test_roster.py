"""The roster: current, and not read more often than it must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.records import IdentityStatement
from schemas.watching import Wishes
from service.desk import Desk
from service.ingest.following.watched import watched_now
from service.ingest.telling import roster as roster_module
from service.ingest.telling.meanings import Meaning
from service.ingest.telling.meanings import meanings as real
from service.ingest.telling.roster import Followed, area_of
from service.storage.database import Connection, reading, writing
from service.storage.identity import add_statements
from service.storage.watches import add, remove
from tests.ingest.desks import fresh_desk
from tests.ingest.fetcher import Hands
from tests.ingest.telling import MORNING, US, follow


@pytest.fixture
def clock() -> Hands:
    return Hands(MORNING)


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path, clock: Hands) -> Iterator[Desk]:
    with fresh_desk(migrated_sqlite, tmp_path / "home", clock) as opened:
        yield opened


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects that were resolved, one after the other."""
    seen: list[str] = []

    def meanings(conn: Connection, subjects: Sequence[str], on: date) -> dict[str, Meaning]:
        seen.extend(subjects)
        return real(conn, subjects, on)

    monkeypatch.setattr(roster_module, "meanings", meanings)
    return seen


def now(desk: Desk) -> Followed:
    with reading(desk.engine) as conn:
        return desk.roster.now(conn)


def says(desk: Desk, registration: str, icao24: str) -> None:
    said = IdentityStatement(source="faa", registration=registration, icao24=icao24)
    with writing(desk.engine) as conn:
        add_statements(conn, [said], now=desk.clock())


def test_an_aircraft_is_resolved_once_and_again_when_something_new_is_said_of_it(
    desk: Desk, resolved: list[str]
) -> None:
    follow(desk, "EW-001PA")
    follow(desk, "EW-002PA")
    first = now(desk)
    assert now(desk) is first
    assert resolved == ["EW-001PA", "EW-002PA"]
    says(desk, "D-ABCD", "3c0001")
    assert now(desk) is first
    says(desk, "EW-001PA", "510001")
    assert now(desk).by_address.keys() == {"510001"}
    says(desk, "EW-009PA", "510001")  # a second registration on that address
    now(desk)
    assert resolved == ["EW-001PA", "EW-002PA", "EW-001PA", "EW-001PA"]
    follow(desk, US)
    assert now(desk).by_address.keys() == {"510001", US}
    assert resolved[4:] == [US]


def test_a_whole_register_is_no_reason_to_look_at_every_line(
    desk: Desk, resolved: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_module, "MOST_NEW", 2)
    follow(desk, "EW-001PA")
    now(desk)
    for number in range(3):
        says(desk, f"D-ABC{number}", f"3c000{number}")
    now(desk)
    assert resolved == ["EW-001PA"] * 2


def test_all_are_resolved_anew_with_the_date_and_every_hour(
    desk: Desk, resolved: list[str], clock: Hands
) -> None:
    follow(desk)
    now(desk)
    clock.move(minutes=59)
    now(desk)
    assert len(resolved) == 1
    clock.move(minutes=1)
    now(desk)
    assert len(resolved) == 2
    clock.now = MORNING.replace(hour=23, minute=50)
    now(desk)
    clock.move(minutes=20)
    now(desk)
    assert len(resolved) == 4


def test_who_is_removed_or_expires_is_followed_no_longer(desk: Desk, clock: Hands) -> None:
    watch = follow(desk)
    with writing(desk.engine) as conn:
        add(
            conn,
            desk.sealer,
            kind="airport",
            subject="UMMS",
            expires_at=clock() + timedelta(minutes=5),
            now=clock(),
        )
    assert len(now(desk).watches) == 2
    clock.move(minutes=5)
    assert [each.kind for each in now(desk).watches.values()] == ["aircraft"]
    with writing(desk.engine) as conn:
        remove(conn, watch.id, now=clock())
    assert now(desk).since is None
    assert not watched_now(desk)


def test_what_was_rolled_back_is_forgotten(desk: Desk) -> None:
    follow(desk, "EW-001PA")
    now(desk)

    def fails() -> None:
        said = IdentityStatement(source="faa", registration="EW-001PA", icao24="510001")
        with writing(desk.engine) as conn:
            add_statements(conn, [said], now=desk.clock())
            assert desk.roster.now(conn).by_address.keys() == {"510001"}
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    desk.roster.forget()
    assert not now(desk).by_address
    says(desk, "EW-001PA", "510002")
    assert now(desk).by_address.keys() == {"510002"}


def test_two_owners_of_one_airport_are_one_circle_the_wider(desk: Desk) -> None:
    for owner, radius_nm in (("ann", 10.0), ("ben", 25.0)):
        with writing(desk.engine) as conn:
            add(
                conn,
                desk.sealer,
                owner=owner,
                kind="airport",
                subject="UMMS",
                radius_nm=radius_nm,
                now=desk.clock(),
            )
    follow(desk, "53.0,28.0,40", kind="area", owner="ann")
    (airport,) = watched_now(desk).airports
    assert airport.area.radius_nm == 25.0
    assert [area.radius_nm for area in watched_now(desk).circles] == [25.0, 40.0]
    assert len(now(desk).by_airport["UMMS"]) == 2


def test_types_and_operators_are_asked_of_nobody(desk: Desk) -> None:
    follow(desk, "T204", kind="type")
    follow(desk, "Red Wings", kind="operator")
    assert not watched_now(desk)
    assert now(desk).by_type.keys() == {"t204"}


@pytest.mark.parametrize("text", ["", "1,2", "91,0,5", "0,181,5", "0,0,0", "0,0,nan", "a,b,c"])
def test_what_is_no_circle_is_passed_over(text: str, desk: Desk) -> None:
    assert area_of(text) is None
    follow(desk, text, kind="area")
    assert not watched_now(desk)


def test_an_odd_subject_is_passed_over(desk: Desk) -> None:
    follow(desk, "?!")
    follow(desk, wishes=Wishes(triggers=frozenset({"meeting"})))
    found = now(desk)
    assert set(found.meanings) == {US}
    assert found.meeting_owners == {"local"}
    assert isinstance(found.meanings[US], Meaning)


def test_another_desk_has_its_own(desk: Desk) -> None:
    follow(desk)
    assert replace(desk).roster is not desk.roster
    assert now(replace(desk)).watches == now(desk).watches
