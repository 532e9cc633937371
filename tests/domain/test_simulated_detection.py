"""Detection on simulated flights with known truth: each kind of trouble by itself, then any."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.movements import Derived
from schemas.records import Track
from service.domain.detection.detect import clip, detect
from service.domain.track import take
from tests.simulator.campaign import airports
from tests.simulator.day import Day, simulate, to_track
from tests.simulator.recipe import FAULTS, Fault, Recipe
from tests.simulator.scoring import (
    Tally,
    false_ground,
    false_observed,
    landings_from_cruise,
    usable_off_truth,
)
from tests.simulator.strategies import days, single_flights

GOOD = Recipe(legs=2, step_s=5.0, en_route_floor_ft=1000.0)
"""Coverage to the ground everywhere."""
DISPLACING: tuple[Fault, ...] = (
    "spoof_shift",
    "spoof_circle",
    "spoof_stack",
    "spoof_stack_on_ground",
    "spoof_drift",
    "jumps",
    "teleports",
    "frozen",
)
SIMULATED = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def derive(day: Day) -> Derived:
    return detect(to_track(day), airports())


def tallied(recipe: Recipe, n: int = 40) -> Tally:
    tally = Tally()
    for seed in range(n):
        day = simulate(seed, recipe)
        tally.add(day, derive(day))
    return tally


def no_falsehood(tally: Tally) -> None:
    assert tally.false_observed == []
    assert tally.false_ground == []
    assert tally.from_cruise == []
    assert tally.off_truth == []


def recall(tally: Tally) -> float:
    return 1.0 - len(tally.missed) / max(1, tally.visible)


@pytest.mark.parametrize("qnh_hpa", [970.0, 990.0, 1013.25, 1030.0, 1045.0])
@pytest.mark.parametrize("said", [True, False])
def test_any_pressure(qnh_hpa: float, said: bool) -> None:
    tally = tallied(replace(GOOD, qnh_hpa=qnh_hpa, nav_qnh=said, geometric=said), 25)
    no_falsehood(tally)
    assert recall(tally) >= 0.99
    assert tally.wrong_airport == []


@pytest.mark.parametrize("home", ["EHAM", "HAAB", "SKBO", "SLLP", "ZUDC", "VRMM"])
def test_any_elevation(home: str) -> None:
    tally = tallied(replace(GOOD, home=home), 25)
    no_falsehood(tally)
    assert recall(tally) >= 0.99


@pytest.mark.parametrize("home", ["KTEB", "KLGA", "KGEG", "KSKA", "KELP", "KBIF", "OMDB", "OMSJ"])
@pytest.mark.parametrize("floor_ft", [0.0, 300.0, 500.0])
def test_closely_spaced_airports(home: str, floor_ft: float) -> None:
    tally = tallied(replace(GOOD, home=home, floor_ft=floor_ft, type_code="GLF6"), 25)
    no_falsehood(tally)
    assert len(tally.wrong_airport) <= 0.02 * tally.attributed
    assert recall(tally) >= 0.99


@pytest.mark.parametrize("type_code", ["B738", "C172", "AT76"])
def test_a_go_around_is_no_landing(type_code: str) -> None:
    recipe = replace(GOOD, type_code=type_code, legs=1, script=("go_around",))
    tally = tallied(recipe)
    no_falsehood(tally)
    assert tally.false_movement == []
    low = found = 0
    for seed in range(60):
        day = simulate(seed, recipe)
        if any(p.form == "go_around" and p.height_ft <= 500.0 for p in day.truth.passes):
            low += 1
            found += any(p.form in {"go_around", "low_pass"} for p in derive(day).passes)
    assert low >= 20
    assert found >= 0.95 * low


def test_a_touch_and_go_is_no_landing() -> None:
    recipe = replace(GOOD, type_code="C172", legs=1, script=("touch_and_go",))
    no_falsehood(tallied(recipe))
    flagged = 0
    seen = 0
    for seed in range(40):
        day = simulate(seed, recipe)
        if not day.fixes.on_ground.any():
            continue  # its transponder never says so
        flagged += 1
        seen += any(p.form == "touch_and_go" for p in derive(day).passes)
    assert flagged >= 15
    assert seen >= 0.9 * flagged


@pytest.mark.parametrize("script", ["low_pass", "overflight", "hold"])
def test_flying_past_is_no_landing(script: str) -> None:
    recipe = replace(GOOD, type_code="AT76", legs=1, script=(script,))  # type: ignore[arg-type]
    tally = tallied(recipe)
    no_falsehood(tally)
    assert tally.false_movement == []
    assert tally.wrong_airport == []


def test_a_crash_is_no_landing() -> None:
    for floor in (0.0, 2000.0):
        recipe = replace(GOOD, legs=1, script=("crash",), floor_ft=floor)
        for seed in range(40):
            day = simulate(seed, recipe)
            if day.truth.crashed_s is None:
                continue
            late = day.truth.crashed_s - 120.0
            landings = [m for m in derive(day).movements if m.move == "landing"]
            assert not [
                m for m in landings if m.t_best.timestamp() > late and m.airport is not None
            ], day.remake
            assert not [m for m in landings if m.grade == "observed"], day.remake


def test_a_flight_that_ends_in_cruise_has_no_landing() -> None:
    recipe = replace(GOOD, legs=1, script=("ends_in_cruise",))
    for seed in range(40):
        day = simulate(seed, recipe)
        derived = derive(day)
        assert list(landings_from_cruise(day, derived)) == []
        assert not [m for m in derived.movements if m.move == "landing"], day.remake


@pytest.mark.parametrize("script", ["off_airport", "near_airport"])
def test_a_helicopter_in_the_field_is_at_no_airport(script: str) -> None:
    recipe = replace(GOOD, type_code="EC35", script=(script,))  # type: ignore[arg-type]
    tally = tallied(recipe)
    no_falsehood(tally)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_by_itself(fault: Fault) -> None:
    no_falsehood(tallied(replace(GOOD, faults=(fault,))))


@pytest.mark.parametrize("floor_ft", [0.0, 300.0, 1000.0, 3500.0])
def test_any_coverage_floor(floor_ft: float) -> None:
    tally = tallied(replace(GOOD, floor_ft=floor_ft))
    no_falsehood(tally)
    assert len(tally.wrong_airport) <= 0.01 * tally.attributed
    assert recall(tally) >= 0.99
    if floor_ft > 0.0:
        assert tally.observed == 0


def test_across_the_antimeridian() -> None:
    tally = tallied(replace(GOOD, script=("antimeridian",)))
    no_falsehood(tally)
    assert recall(tally) >= 0.99


def test_midnight_cuts_nothing_off() -> None:
    for seed in range(40):
        day = simulate(seed, replace(GOOD, start_h=20.0 + seed % 4))
        derived = derive(day)
        cut = [
            clip(derived, day.start + timedelta(days=n), day.start + timedelta(days=n + 1))
            for n in range(4)
        ]
        moves = [m for part in cut for m in part.movements]
        assert sorted(m.t_best for m in moves) == sorted(m.t_best for m in derived.movements)
        passes = [p for part in cut for p in part.passes]
        assert sorted(p.t_best for p in passes) == sorted(p.t_best for p in derived.passes)


@given(days())
@SIMULATED
def test_nothing_false_whatever_happens(day: Day) -> None:
    derived = derive(day)
    assert list(false_observed(day, derived)) == []
    assert list(false_ground(day, derived)) == []
    assert list(landings_from_cruise(day, derived)) == []
    assert list(usable_off_truth(day, derived)) == []


@given(single_flights())
@SIMULATED
def test_a_plain_flight_is_told_as_it_was(day: Day) -> None:
    tally = Tally()
    tally.add(day, derive(day))
    no_falsehood(tally)
    assert tally.wrong_airport == []
    assert tally.false_movement == []
    assert tally.missed == []


@given(single_flights(faults=DISPLACING))
@SIMULATED
def test_displaced_fixes_are_never_leaned_on(day: Day) -> None:
    derived = derive(day)
    assert list(false_observed(day, derived)) == []
    assert list(false_ground(day, derived)) == []
    assert list(usable_off_truth(day, derived)) == []


@given(days(), st.integers(0, 2**32 - 1))
@SIMULATED
def test_shuffled_rows_make_nothing_false_and_nothing_stronger(day: Day, seed: int) -> None:
    """Rows out of order mean a clock that ran backwards: told, and no ground for a strong grade."""
    track = to_track(day)
    plain = detect(track, airports())
    order = np.random.default_rng(seed).permutation(len(track))
    shuffled = detect(take(track, order), airports())
    assert list(false_observed(day, shuffled)) == []
    assert list(false_ground(day, shuffled)) == []
    assert list(usable_off_truth(day, shuffled)) == []
    observed = {(m.move, m.airport, m.t_best) for m in plain.movements if m.grade == "observed"}
    assert observed >= {
        (m.move, m.airport, m.t_best) for m in shuffled.movements if m.grade == "observed"
    }


@given(days(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@SIMULATED
def test_a_lost_stretch_makes_nothing_false(day: Day, a: float, b: float) -> None:
    track = to_track(day)
    low, high = sorted((int(a * len(track)), int(b * len(track))))
    kept: Track = take(track, np.r_[0:low, high : len(track)])
    derived = detect(kept, airports())
    if set(day.recipe.faults) & set(DISPLACING):
        return  # what contradicts a displaced stretch may be what was lost
    assert list(false_observed(day, derived)) == []
    assert list(false_ground(day, derived)) == []
    assert list(landings_from_cruise(day, derived)) == []
