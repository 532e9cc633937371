"""What is known of an aircraft from a moment on: all of it, and nothing that counts no more."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from schemas.movements import Derived
from schemas.records import IdentityStatement
from service.storage import identity, sightings
from service.storage.database import in_part, reading, writing
from service.storage.identity import (
    add_statements,
    addresses_said_after,
    last_statement,
    names_said_after,
    statements_of_many,
)
from service.storage.sightings import (
    aircraft_at,
    derived_since,
    emergencies_from,
    heard_before,
    last_segment,
    movements_from,
    places_of,
    segments_from,
    visited_before,
)
from service.storage.sql import Statement
from service.storage.units import UnitKey
from tests.storage.helpers import FEW, NOW, store, undone
from tests.storage.samples import KEY, flown
from tests.storage.strategies import START, moments, units


@FEW
@given(
    stored=st.lists(units(), min_size=1, max_size=4, unique_by=lambda unit: unit[0]),
    before=units(),
    since=moments(START - timedelta(days=3), START + timedelta(days=5)),
)
def test_all_that_counts_from_a_moment_on_and_nothing_else(
    database: Engine,
    stored: list[tuple[UnitKey, Derived, tuple[str, ...]]],
    before: tuple[UnitKey, Derived, tuple[str, ...]],
    since: datetime,
) -> None:
    key, (_, superseded, _) = stored[0][0], before
    aircraft = key.icao24
    with undone(database) as conn:
        for again in (True, False):
            for unit_key, derived, captures in stored:
                if not again:
                    store(conn, unit_key, derived, captures)
                elif (superseded.movements or superseded.segments) and unit_key == before[0]:
                    store(conn, unit_key, superseded, captures)
        own = [derived for unit_key, derived, _ in stored if unit_key.icao24 == aircraft]
        moves = [m for derived in own for m in derived.movements]
        found = movements_from(conn, aircraft, since)
        assert sorted(found, key=repr) == sorted(
            (m for m in moves if m.t_latest >= since),
            key=repr,
        )
        assert visited_before(conn, aircraft, since) == {
            m.airport for m in moves if m.t_latest < since and m.airport is not None
        }
        segments = [s for derived in own for s in derived.segments]
        late = [s for s in segments if s.last.t >= since]
        heard = segments_from(conn, aircraft, since)
        assert sorted(heard, key=repr) == sorted(late, key=repr)
        last = last_segment(conn, aircraft, since)
        assert (last and last.last.t) == max((s.last.t for s in late), default=None)
        true = [s for s in segments if "spoof_suspected" not in s.marks]
        early = [s.last.t for s in true if s.last.t < since]
        assert heard_before(conn, aircraft, since) == max(early, default=None)
        squawked = [e for derived in own for e in derived.emergencies]
        assert sorted(emergencies_from(conn, aircraft, since), key=repr) == sorted(
            (e for e in squawked if e.t_first >= since),
            key=repr,
        )


def test_what_may_be_forged_is_no_sign_of_life_however_much_of_it_there_is(
    database: Engine,
) -> None:
    (true,) = flown().segments
    forged = [
        replace(true, marks=("spoof_suspected",), usable=False, last=replace(true.last, t=t))
        for t in [true.last.t + timedelta(minutes=n // 3) for n in range(30)]
    ]
    with undone(database) as conn:
        store(conn, KEY, Derived(segments=(true, *forged)))
        late = true.last.t + timedelta(days=1)
        assert heard_before(conn, KEY.icao24, late) == true.last.t
        assert heard_before(conn, KEY.icao24, true.last.t) is None
        store(conn, KEY, Derived(segments=tuple(forged)))
        assert heard_before(conn, KEY.icao24, late) is None


def test_places_are_remembered_when_a_movement_counts_no_more(database: Engine) -> None:
    with undone(database) as conn:
        store(conn, KEY, flown())
        store(conn, KEY, Derived())
        found = places_of(conn, KEY.icao24, START)
        assert {ident for place in found for ident in place.airports} == {"UUWW", "UMMS"}
        assert not aircraft_at(conn, ["UMMS"], START)


def test_who_was_at_an_airport(database: Engine) -> None:
    with undone(database) as conn:
        store(conn, KEY, flown())
        store(conn, UnitKey("3c6444", "opensky", KEY.day), flown("3c6444", "opensky"))
        assert aircraft_at(conn, ["UMMS", "EHAM"], START) == {KEY.icao24, "3c6444"}
        assert not aircraft_at(conn, ["UMMS"], START + timedelta(days=1))
        assert not aircraft_at(conn, ["EHAM"], START)
        assert not aircraft_at(conn, [], START)


def test_what_was_derived_since_is_found_by_its_number(database: Engine) -> None:
    with undone(database) as conn:
        for number in range(20):
            key = UnitKey(f"3c{number:04x}", "opensky", KEY.day)
            store(conn, key, flown(key.icao24, key.source), now=NOW + timedelta(minutes=number))
        for start in range(21):
            found = derived_since(conn, NOW + timedelta(minutes=start))
            assert sorted(found) == [f"3c{number:04x}" for number in range(start, 20)]
        assert not derived_since(conn, NOW + timedelta(days=1))


def test_nothing_is_derived_in_an_empty_database(database: Engine) -> None:
    with reading(database) as conn:
        assert not derived_since(conn, NOW)


def said(number: int, registration: str, icao24: str) -> IdentityStatement:
    return IdentityStatement(source=f"s{number}", registration=registration, icao24=icao24)


def test_statements_of_many_at_once_and_what_is_new(database: Engine) -> None:
    every = [said(n, f"D-A{n:03d}", f"3c{n:04x}") for n in range(1_200)]
    with undone(database) as conn:
        assert last_statement(conn) == 0
        add_statements(conn, every, now=NOW)
        last = last_statement(conn)
        names = [one.registration for one in every[:1_100]]
        assert statements_of_many(conn, registrations=names) == every[:1_100]
        assert statements_of_many(conn, icao24s=["3c0001", "3c0001", "nobody"]) == every[1:2]
        assert statements_of_many(conn) == []
        add_statements(conn, [said(1, "D-ABCD", "3d0001"), said(2, "", "3d0002")], now=NOW)
        assert names_said_after(conn, last) == {"D-ABCD", "3d0001", "3d0002"}
        assert addresses_said_after(conn, last, 2) == {"3d0001", "3d0002"}
        assert addresses_said_after(conn, last, 1) is None


@pytest.mark.parametrize(
    ("several", "given"),
    [
        (identity._MANY_BY_NAME, "names"),
        (identity._MANY_BY_ADDRESS, "names"),
        (sightings._AT, "airports"),
    ],
)
def test_many_at_once_go_by_an_index(
    database: Engine, several: dict[bool, Statement], given: str
) -> None:
    postgres = database.dialect.name == "postgresql"
    names = ["x", "y"]
    with undone(database) as conn:
        if postgres:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = _plan(conn, several[postgres], {given: names if postgres else json.dumps(names)})
    assert "Seq Scan" not in plan
    assert "SCAN identity_statement" not in plan
    assert "SCAN movement" not in plan


def _plan(conn: Connection, statement: Statement, params: dict[str, object]) -> str:
    word = "EXPLAIN " if conn.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    rows = Statement(word + statement.sql).rows(conn, {"since_us": 1, **params})
    return "\n".join(str(row[-1]) for row in rows)


class _UndoneError(Exception):
    pass


def test_a_part_that_fails_is_undone_alone(database: Engine) -> None:
    with writing(database) as conn:
        add_statements(conn, [said(1, "D-A001", "3c0001")], now=NOW)
        with suppress(_UndoneError), in_part(conn):
            add_statements(conn, [said(2, "D-A002", "3c0002")], now=NOW)
            raise _UndoneError
        with pytest.raises(Exception, match="no_such_table"), in_part(conn):
            conn.exec_driver_sql("SELECT * FROM no_such_table")
        add_statements(conn, [said(3, "D-A003", "3c0003")], now=NOW)
    with reading(database) as conn:
        kept = statements_of_many(conn, icao24s=[f"3c000{n}" for n in range(5)])
    assert [one.source for one in kept] == ["s1", "s3"]
