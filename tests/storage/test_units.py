"""The unit of derivation: replaced whole, kept for ever, the same whatever came first."""

from __future__ import annotations

import pickle
import random
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from schemas.movements import Derived
from schemas.verdicts import Interval
from service.storage.database import reading, writing
from service.storage.history import Unit, read_unit, units_of
from service.storage.units import PreparedUnit, UnitKey, prepare_unit, replace_units
from tests.storage import strategies as made
from tests.storage.helpers import FEW, NOW, store, undone
from tests.storage.samples import KEY, flown

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Derivation:
    """What makes a unit what it is."""

    derived: Derived = field(default_factory=flown)
    captures: tuple[str, ...] = ("ab" * 32,)
    rules_version: str = "1"
    reference_version: str = "2024"

    def prepared(self) -> PreparedUnit:
        return prepare_unit(
            KEY,
            self.derived,
            captures=self.captures,
            rules_version=self.rules_version,
            reference_version=self.reference_version,
        )


SAME = Derivation()


@FEW
@given(unit=made.units())
def test_a_unit_comes_back_as_it_was_derived(
    database: Engine, unit: tuple[UnitKey, Derived, tuple[str, ...]]
) -> None:
    key, derived, captures = unit
    with undone(database) as conn:
        assert store(conn, key, derived, captures)
        (kept,) = units_of(conn, key.icao24)
        assert read_unit(conn, kept) == derived
        assert (kept.key, kept.captures) == (key, tuple(sorted(captures)))
        assert (kept.rules_version, kept.reference_version) == ("1", "2024")
        assert (kept.derived_at, kept.superseded_at) == (NOW, None)
        assert kept.airports == tuple(sorted({heard.airport for heard in derived.heard}))


@FEW
@given(unit=made.units())
def test_the_same_derivation_again_changes_nothing(
    database: Engine, unit: tuple[UnitKey, Derived, tuple[str, ...]]
) -> None:
    key, derived, captures = unit
    with undone(database) as conn:
        assert store(conn, key, derived, captures)
        before = _everything(conn)
        assert not store(conn, key, derived, captures[::-1] * 2, now=NOW + HOUR)
        assert _everything(conn) == before


@FEW
@given(units=st.lists(made.units(("14fc0b",), ("adsblol",)), min_size=2, max_size=3))
def test_what_was_replaced_can_be_read_as_of_then(
    database: Engine,
    units: list[tuple[UnitKey, Derived, tuple[str, ...]]],
) -> None:
    key = units[0][0]
    versions = [derived for _, derived, _ in units]
    with undone(database) as conn:
        for number, derived in enumerate(versions):
            assert store(conn, key, derived, now=NOW + number * HOUR, rules_version=str(number))
        assert units_of(conn, key.icao24, as_of=NOW - INSTANT) == ()
        for number, derived in enumerate(versions):
            for as_of in (NOW + number * HOUR, NOW + (number + 1) * HOUR - INSTANT):
                (unit,) = units_of(conn, key.icao24, as_of=as_of)
                assert unit.rules_version == str(number)
                assert read_unit(conn, unit) == derived
        (unit,) = units_of(conn, key.icao24)
        assert read_unit(conn, unit) == versions[-1]


@pytest.mark.parametrize(
    "changed",
    [
        replace(SAME, captures=("ab" * 32, "cd" * 32)),
        replace(SAME, rules_version="2"),
        replace(SAME, reference_version="2026"),
        replace(SAME, derived=Derived()),
        replace(SAME, derived=replace(flown(), rejected=())),
    ],
)
def test_whatever_differs_makes_a_new_unit(database: Engine, changed: Derivation) -> None:
    with undone(database) as conn:
        for derivation in (SAME, changed):
            assert replace_units(conn, [derivation.prepared()], now=NOW) == [True]
        former, current = units_of(conn, KEY.icao24, as_of=NOW), units_of(conn, KEY.icao24)
        assert former != current
        assert former[0].superseded_at == current[0].derived_at == NOW + INSTANT


def test_a_clock_that_went_backwards_does_not_reorder_history(database: Engine) -> None:
    with undone(database) as conn:
        store(conn, KEY, flown(), now=NOW)
        store(conn, KEY, Derived(), now=NOW - 5 * HOUR)
        store(conn, KEY, flown(), now=NOW)
        moments = [NOW, NOW + INSTANT, NOW + 2 * INSTANT]
        units = [units_of(conn, KEY.icao24, as_of=moment)[0] for moment in moments]
        assert [unit.derived_at for unit in units] == moments
        assert [len(read_unit(conn, unit).movements) for unit in units] == [2, 0, 2]


@FEW
@given(
    units=st.lists(made.units(), min_size=1, max_size=5),
    seed=st.integers(0, 999),
    cut=st.integers(0, 5),
)
def test_the_order_of_arrival_does_not_matter(
    database: Engine,
    units: list[tuple[UnitKey, Derived, tuple[str, ...]]],
    seed: int,
    cut: int,
) -> None:
    """Units of one key come from the same captures whenever; the last derivation sees them all."""
    latest = {key: (key, derived, captures) for key, derived, captures in units}
    shuffled = list(latest.values())
    random.Random(seed).shuffle(shuffled)
    with undone(database) as conn:
        for key, derived, captures in latest.values():
            store(conn, key, derived, captures)
        wanted = _current(conn)
    with undone(database) as conn:
        store(conn, shuffled[0][0], Derived())
        for part in (shuffled[:cut], shuffled[cut:], shuffled):
            prepared = [_prepared(key, derived, captures) for key, derived, captures in part]
            replace_units(conn, prepared, now=NOW)
        assert _current(conn) == wanted


def test_many_at_once_and_one_key_twice(database: Engine) -> None:
    days = [replace_day(KEY, number) for number in range(100)]
    units = [_prepared(key, made.moved_by(flown(), n), ()) for n, key in enumerate(days)]
    again = _prepared(KEY, Derived(), ())
    with undone(database) as conn:
        assert replace_units(conn, [*units, again, units[0]], now=NOW) == [True] * 102
        assert replace_units(conn, [*units, again], now=NOW) == [False] * 100 + [True]
        assert replace_units(conn, [], now=NOW) == []
        kept = units_of(conn, KEY.icao24)
        assert [unit.key for unit in kept] == days
        assert read_unit(conn, kept[0]) == Derived()
        assert read_unit(conn, kept[99]) == made.moved_by(flown(), 99)


def test_units_are_listed_by_the_days_that_touch_a_window(database: Engine) -> None:
    with undone(database) as conn:
        for number in range(4):
            store(conn, replace_day(KEY, number), Derived())
        start = made.START + timedelta(days=1)
        for window, days in (
            (Interval(t_from=start, t_to=start + timedelta(days=1)), [1]),
            (
                Interval(t_from=start - INSTANT, t_to=start + timedelta(days=1, seconds=1)),
                [0, 1, 2],
            ),
        ):
            found = units_of(conn, KEY.icao24, window=window)
            assert [unit.key for unit in found] == [replace_day(KEY, day) for day in days]


@pytest.mark.parametrize(
    "derived",
    [
        made.moved_by(flown(), 1),
        made.moved_by(flown(), -1),
        replace(flown(), segments=tuple(replace(s, icao24="ac671b") for s in flown().segments)),
        replace(flown(), movements=tuple(replace(m, source="x") for m in flown().movements)),
        replace(
            flown(),
            movements=tuple(replace(m, t_earliest=m.t_best + HOUR) for m in flown().movements),
        ),
        Derived(heard=(*flown().heard[:1], *flown().heard[:1])),
        Derived(heard=tuple(replace(h, hour=h.hour + INSTANT) for h in flown().heard)),
    ],
)
def test_what_is_not_of_the_unit_is_refused(derived: Derived) -> None:
    with pytest.raises(ValueError, match="UnitKey"):
        _prepared(KEY, derived, ())


def test_a_prepared_unit_travels_between_processes(database: Engine) -> None:
    unit = pickle.loads(pickle.dumps(_prepared(KEY, flown(), ("ab" * 32,))))
    with undone(database) as conn:
        assert replace_units(conn, [unit], now=NOW) == [True]
        assert not store(conn, KEY, flown(), ("ab" * 32,))


def test_a_capture_that_only_a_movement_names_is_kept(database: Engine) -> None:
    derived = replace(
        flown(), movements=tuple(replace(m, capture="cd" * 32) for m in flown().movements)
    )
    with undone(database) as conn:
        store(conn, KEY, derived, ("ab" * 32,))
        (unit,) = units_of(conn, KEY.icao24)
        assert unit.captures == ("ab" * 32, "cd" * 32)
        assert read_unit(conn, unit) == derived


def test_numpy_scalars_and_hostile_callsigns(database: Engine) -> None:
    scalar: Any = np.array
    derived = replace(
        flown(),
        segments=tuple(
            replace(
                s,
                max_gs_kt=scalar([451.5], np.float32)[0],
                usable=scalar([True])[0],
                callsigns=("A\x00\ud800",),
            )
            for s in flown().segments
        ),
        movements=tuple(
            replace(
                m,
                lat=scalar([55.5], np.float32)[0],
                distance_nm=scalar([0.5])[0],
                row_to=scalar([9])[0],
                callsign="A\x00\ud800",
            )
            for m in flown().movements
        ),
        heard=tuple(replace(h, low_fixes=scalar([4])[0]) for h in flown().heard),
    )
    with undone(database) as conn:
        store(conn, KEY, derived)
        (unit,) = units_of(conn, KEY.icao24)
        kept = read_unit(conn, unit)
        segment, movement = kept.segments[0], kept.movements[0]
        assert (segment.max_gs_kt, segment.usable) == (451.5, True)
        assert segment.callsigns[0].startswith("A")
        assert (movement.lat, movement.distance_nm, movement.row_to) == (55.5, 0.5, 9)
        assert movement.callsign.startswith("A\ufffd")
        assert [heard.low_fixes for heard in kept.heard] == [4, 4]


def test_writers_at_once_end_with_one_current_unit(database: Engine) -> None:
    """Eight derivations of one unit, and of one more each, by threads of their own."""
    writers = 8
    at_once = threading.Barrier(writers)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        mine = replace_day(KEY, 1 + number)
        units = [
            prepare_unit(
                key, Derived(), captures=(), rules_version=str(number), reference_version=""
            )
            for key in (KEY, mine)
        ]
        try:
            at_once.wait()
            with writing(database) as conn:
                assert replace_units(conn, units, now=NOW) == [True, True]
        except BaseException as error:  # told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(database) as conn:
        assert len(units_of(conn, KEY.icao24)) == 1 + writers
        history = [
            units_of(conn, KEY.icao24, as_of=NOW + number * INSTANT)[0] for number in range(writers)
        ]
    assert sorted(unit.rules_version for unit in history) == [str(n) for n in range(writers)]
    _must_be_a_chain(history)


def _must_be_a_chain(history: list[Unit]) -> None:
    for former, later in pairwise(history):
        assert former.superseded_at == later.derived_at
    assert history[-1].superseded_at is None


def replace_day(key: UnitKey, number: int) -> UnitKey:
    return replace(key, day=key.day + timedelta(days=number))


def _prepared(key: UnitKey, derived: Derived, captures: tuple[str, ...]) -> PreparedUnit:
    return prepare_unit(
        key, derived, captures=captures, rules_version="1", reference_version="2024"
    )


def _current(conn: Connection) -> dict[UnitKey, tuple[tuple[str, ...], Derived]]:
    return {
        unit.key: (unit.captures, read_unit(conn, unit))
        for icao24 in made.ICAO24S
        for unit in units_of(conn, icao24)
    }


def _everything(conn: Connection) -> list[list[tuple[object, ...]]]:
    return [
        [tuple(row) for row in conn.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")]
        for table in ("unit", "segment", "movement", "pass", "ground_span", "heard", "emergency")
    ]
