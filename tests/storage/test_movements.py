"""Lists of movements, page by page."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.movements import Derived, Movement
from service.errors import BadInput
from service.storage.movements import MOST, MovementPage, movements_at, movements_of
from service.storage.units import UnitKey
from tests.storage import strategies as made
from tests.storage.helpers import FEW, NOW, store, undone
from tests.storage.samples import KEY, OFF, ON, flown

DAY = timedelta(days=1)


@FEW
@given(units=st.lists(made.units(), min_size=1, max_size=6), limit=st.integers(1, 4))
def test_pages_hold_everything_once_and_in_order(
    database: Engine, units: list[tuple[UnitKey, Derived, tuple[str, ...]]], limit: int
) -> None:
    with undone(database) as conn:
        for key, derived, captures in units:
            store(conn, key, derived, captures)
        current = {key: derived for key, derived, _ in units}.values()
        everything = [movement for derived in current for movement in derived.movements]

        def pages(aircraft: bool, name: str) -> list[Movement]:
            listed: list[Movement] = []
            after: str | None = None
            while True:
                page: MovementPage = (movements_of if aircraft else movements_at)(
                    conn, name, after=after, limit=limit
                )
                assert len(page.movements) <= limit
                listed += page.movements
                after = page.after
                if after is None:
                    return listed

        for icao24 in made.ICAO24S:
            listed = pages(True, icao24)
            _must_be(listed, [m for m in everything if m.icao24 == icao24])
        for airport in ("UMMS", "UUWW"):
            listed = pages(False, airport)
            _must_be(listed, [m for m in everything if m.airport == airport])


def test_half_open_in_time(database: Engine) -> None:
    with undone(database) as conn:
        store(conn, KEY, flown())
        takeoff, landing = flown().movements
        for t_from, t_to, found in (
            (OFF, ON, (takeoff,)),
            (ON, None, (landing,)),
            (None, OFF, ()),
            (ON, OFF, ()),
        ):
            assert movements_of(conn, "14fc0b", t_from=t_from, t_to=t_to).movements == found
        assert movements_at(conn, "UMMS", t_to=ON).movements == ()
        assert movements_at(conn, "UMMS", t_from=ON).movements == (landing,)


def test_as_of_a_past_moment(database: Engine) -> None:
    better = replace(
        flown(), movements=tuple(replace(m, airport="UMII") for m in flown().movements)
    )
    with undone(database) as conn:
        store(conn, KEY, flown(), now=NOW)
        store(conn, KEY, better, now=NOW + DAY)
        for as_of, there, here in ((NOW, 1, 0), (NOW + DAY, 0, 2), (None, 0, 2), (NOW - DAY, 0, 0)):
            assert len(movements_at(conn, "UMMS", as_of=as_of).movements) == there
            assert len(movements_at(conn, "UMII", as_of=as_of).movements) == here
            assert len(movements_of(conn, "14fc0b", as_of=as_of).movements) == (there or here) * (
                2 if there else 1
            )


def test_a_page_has_bounds(database: Engine) -> None:
    movement = flown().movements[0]
    many = Derived(
        movements=tuple(
            replace(movement, t_best=OFF + timedelta(seconds=n), t_latest=OFF + DAY)
            for n in range(MOST + 5)
        )
    )
    with undone(database) as conn:
        store(conn, KEY, many)
        assert len(movements_of(conn, "14fc0b", limit=10**9).movements) == MOST
        assert len(movements_of(conn, "14fc0b", limit=-1).movements) == 1


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "ünïcode",
        "0" * 10_000,
        base64.urlsafe_b64encode(b"1").decode(),
        base64.urlsafe_b64encode(b"1.2.3").decode(),
        base64.urlsafe_b64encode(b"1.9999999999999999999999").decode(),
        base64.urlsafe_b64encode(b"x.y").decode(),
        base64.urlsafe_b64encode(b"1; DROP TABLE movement.1").decode(),
    ],
)
def test_a_cursor_of_nobody(database: Engine, cursor: str) -> None:
    with undone(database) as conn, pytest.raises(BadInput, match="start anew"):
        movements_of(conn, "14fc0b", after=cursor)


def _must_be(listed: list[Movement], wanted: list[Movement]) -> None:
    assert [m.t_best for m in listed] == sorted(m.t_best for m in wanted)
    assert sorted(map(repr, listed)) == sorted(map(repr, wanted))
