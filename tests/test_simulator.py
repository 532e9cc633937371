"""The simulator itself: its flights obey physics, its truth agrees with itself, its files read."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from schemas.records import TRACK_COLUMNS
from tests.simulator.day import Day, simulate, to_trace_json, to_track
from tests.simulator.kinds import KINDS
from tests.simulator.places import true_elevation_ft, world
from tests.simulator.plan import make
from tests.simulator.recipe import FAULTS, HAPPENINGS, Fault, Happening, Recipe
from tests.simulator.scoring import visible_movements
from tests.simulator.sphere import distances_nm, lat_lon
from tests.simulator.strategies import days, recipes, single_flights

SEEDS = range(300)


def _same(a: Day, b: Day) -> bool:
    return all(
        np.array_equal(getattr(a.fixes, f.name), getattr(b.fixes, f.name), equal_nan=True)
        for f in fields(a.fixes)
    )


def test_the_same_seed_makes_the_same_day() -> None:
    for seed in (0, 7, 123):
        assert _same(simulate(seed), simulate(seed))
        assert to_trace_json(simulate(seed)) == to_trace_json(simulate(seed))
    assert not _same(simulate(1), simulate(2))


def test_a_day_is_made_again_from_its_remake_line() -> None:
    day = simulate(42, Recipe(type_code="AT76", legs=2, faults=("jumps",)))
    again = eval(day.remake, {"simulate": simulate, "Recipe": Recipe})
    assert _same(day, again)


def test_flights_obey_physics() -> None:
    for seed in SEEDS:
        day = simulate(seed)
        truth, kind = day.truth, day.kind
        dt = np.diff(truth.t_s)
        assert (dt >= 0.0).all(), seed
        lat, lon = lat_lon(truth.xyz)
        run = distances_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])
        moving = dt > 0.5
        gs = run[moving] / dt[moving] * 3600.0
        limit = kind.cruise_kt + kind.wind_kt + 5.0
        assert gs.max() <= limit, (seed, gs.max())
        rate = np.diff(truth.alt_ft)[moving] / dt[moving] * 60.0
        crash = truth.crashed_s is not None
        assert rate.max() < 6500.0, (seed, rate.max())
        assert rate.min() > (-60000.0 if crash else -6500.0), (seed, rate.min())


def test_turns_are_flyable() -> None:
    tightest = []
    for seed in SEEDS:
        truth = simulate(seed).truth
        t = np.arange(truth.t_s[0], truth.t_s[-1], 4.0)
        state = truth.at(t)
        turn = np.abs((np.diff(state.track_deg) + 180.0) % 360.0 - 180.0) / 4.0
        flying = ~state.on_ground[1:] & (state.gs_kt[1:] > 60.0)
        load_g = state.gs_kt[1:] * 0.5144 * np.radians(turn) / 9.81
        tightest.append(load_g[flying].max(initial=0.0))
    assert np.median(tightest) < 1.0
    assert np.max(tightest) < 4.0


def test_between_knots_the_said_speed_is_the_flown_speed() -> None:
    for seed in SEEDS:
        truth = simulate(seed).truth
        lat, lon = lat_lon(truth.xyz)
        run = distances_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])
        dt = np.diff(truth.t_s)
        mean = 0.5 * (truth.gs_kt[1:] + truth.gs_kt[:-1])
        # A wait at the holding point and the stay at a stand are the only stops.
        flown = (dt > 0.5) & (mean > 20.0)
        gs = run[flown] / dt[flown] * 3600.0
        assert np.abs(gs - mean[flown]).max() < 3.0, seed


def test_it_is_on_the_ground_at_field_elevation_and_above_it_in_the_air() -> None:
    w = world()
    for seed in SEEDS:
        day = simulate(seed)
        for g in day.truth.grounds:
            if g.airport is None:
                continue
            airport = w.airports[w.index(g.airport)]
            t = np.linspace(g.t_from_s, g.t_to_s, 9)[1:-1]
            state = day.truth.at(t)
            assert state.on_ground.all(), (seed, g)
            assert np.allclose(state.alt_ft, true_elevation_ft(airport), atol=5.0), (seed, g)
            away = distances_nm(state.lat, state.lon, airport.lat, airport.lon)
            assert away.max() < 4.0, (seed, g)


def test_movements_lie_on_the_edges_of_ground_times() -> None:
    for seed in SEEDS:
        truth = simulate(seed).truth
        edges = {(round(g.t_from_s, 3), "landing", g.airport) for g in truth.grounds}
        edges |= {(round(g.t_to_s, 3), "takeoff", g.airport) for g in truth.grounds}
        for m in truth.movements:
            assert (round(m.t_s, 3), m.move, m.airport) in edges, (seed, m)
        times = [m.t_s for m in truth.movements]
        assert times == sorted(times)
        ground = [t for g in truth.grounds for t in (g.t_from_s, g.t_to_s)]
        assert ground == sorted(ground), seed
        for a, b in zip(truth.movements, truth.movements[1:], strict=False):
            if a.move == "landing":
                assert b.move == "takeoff"
                assert a.airport == b.airport


def test_sound_fixes_say_where_the_aircraft_was() -> None:
    for seed in SEEDS:
        day = simulate(seed)
        f = day.fixes
        state = day.truth.at(f.t_s)
        off = distances_nm(f.lat, f.lon, state.lat, state.lon)
        assert (off[f.sound] < 0.4).all(), (seed, day.recipe)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_every_happening_happens(happening: Happening) -> None:
    type_code = "EC35" if happening in ("off_airport", "near_airport") else "B738"
    recipe = Recipe(type_code=type_code, script=(happening,), legs=2)
    plain = Recipe(type_code=type_code, legs=2)
    changed = 0
    for seed in range(8):
        a, b = simulate(seed, recipe), simulate(seed, plain)
        changed += (a.truth.movements, a.truth.passes, a.plan.silent) != (
            b.truth.movements,
            b.truth.passes,
            b.plan.silent,
        )
    assert changed >= 4


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_leaves_its_trace(fault: Fault) -> None:
    plain = Recipe(legs=2, step_s=5.0)
    type_code = "C172" if fault == "no_ground_flag" else "B738"
    spoiled = Recipe(type_code=type_code, legs=2, step_s=5.0, faults=(fault,))
    changed = sum(not _same(simulate(s, plain), simulate(s, spoiled)) for s in range(8))
    assert changed >= 4


def test_truth_does_not_depend_on_what_is_received() -> None:
    for seed in range(20):
        a = simulate(seed, Recipe(legs=2))
        b = simulate(seed, Recipe(legs=2, floor_ft=3000.0, drop=0.5, faults=("spoof_shift",)))
        assert a.truth.movements == b.truth.movements
        assert np.array_equal(a.truth.xyz, b.truth.xyz)


def test_a_coverage_floor_hides_what_is_below_it() -> None:
    for seed in range(20):
        f = simulate(seed, Recipe(legs=2, floor_ft=1200.0)).fixes
        assert len(f) > 0
        assert not f.truly_on_ground.any()
        assert f.height_ft.min() >= 1200.0


def test_altitude_is_pressure_altitude() -> None:
    low = simulate(3, Recipe(qnh_hpa=980.0)).fixes
    high = simulate(3, Recipe(qnh_hpa=1040.0)).fixes
    difference = np.nanmedian(low.alt_baro_ft) - np.nanmedian(high.alt_baro_ft)
    # 60 hPa at about 27 ft each: low pressure reads high.
    assert 1450.0 < difference < 1750.0


def test_plain_days_in_full_coverage_are_visible() -> None:
    seen = true = 0
    for seed in range(40):
        day = simulate(seed, Recipe(legs=2, step_s=3.0, drop=0.0, en_route_floor_ft=1000.0))
        visible = list(visible_movements(day))
        assert set(visible) <= set(day.truth.movements)
        seen += len(visible)
        true += len(day.truth.movements)
    assert seen >= 0.95 * true


def test_nothing_below_a_high_floor_is_visible() -> None:
    for seed in range(20):
        assert not list(visible_movements(simulate(seed, Recipe(floor_ft=1200.0))))


def test_the_antimeridian_is_crossed() -> None:
    crossed = 0
    for seed in range(20):
        lon = simulate(seed, Recipe(script=("antimeridian",), legs=1)).fixes.lon
        crossed += bool((np.abs(np.diff(lon)) > 180.0).any() or (lon.max() > 0 > lon.min()))
    assert crossed >= 5


def test_a_track_has_the_columns_of_the_schema() -> None:
    track = to_track(simulate(5))
    for name, dtype in TRACK_COLUMNS:
        column = getattr(track, name)
        assert column.dtype == dtype, name
        assert len(column) == len(track)


def test_a_trace_file_is_readsb_json() -> None:
    day = simulate(5)
    page = json.loads(gzip.decompress(to_trace_json(day)))
    assert page["icao"] == day.icao24
    assert len(page["trace"]) == len(day.fixes)
    assert all(len(row) == 14 for row in page["trace"])
    assert all(-90 <= row[1] <= 90 and -180 <= row[2] < 180 for row in page["trace"])
    grounds = sum(row[3] == "ground" for row in page["trace"])
    assert grounds == int(day.fixes.on_ground.sum())


def test_every_kind_flies() -> None:
    for type_code in KINDS:
        plan = make(Recipe(type_code=type_code), 0.0, np.random.default_rng(1))
        assert len(plan.truth.movements) >= 2


@given(days(recipes()))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_recipe_makes_a_day(day: Day) -> None:
    assert len(to_track(day)) == len(day.fixes)
    assert np.isfinite(day.truth.xyz).all()
    assert np.isfinite(day.fixes.lat).all()
    assert (np.abs(day.fixes.lat) <= 90.0).all()
    assert (day.fixes.lon >= -180.0).all()
    assert (day.fixes.lon < 180.0).all()


@given(single_flights())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_single_flight_is_one_takeoff_and_one_landing(day: Day) -> None:
    assert [m.move for m in day.truth.movements] == ["takeoff", "landing"]
