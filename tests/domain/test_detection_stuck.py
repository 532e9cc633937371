"""Velocities that are repeated to the last bit while the aircraft does something else.

By tables with runways and without: a fast ground flag counts on a runway strip alone, so that the
same old speed is judged differently.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from schemas.movements import Derived
from schemas.places import Airport
from schemas.records import Track
from service.domain.airports.table import Airports
from service.domain.detection.detect import detect
from tests.domain.tracks import (
    FINAL_KT,
    HOME,
    Flight,
    airfield,
    changed,
    final,
    inbound,
    landed,
    lined_up,
    world,
)
from tests.simulator.campaign import airports
from tests.simulator.day import simulate, to_track
from tests.simulator.places import world as simulated_world
from tests.simulator.recipe import Recipe
from tests.simulator.scoring import Tally

OLD_SPEED = "an old speed again, taken as unsaid"
BARE = airfield("EHOM", 52.0, 5.0, runways=False)
TABLES = pytest.mark.parametrize("home", [HOME, BARE], ids=["runways", "plain"])
GOOD = Recipe(legs=2, step_s=5.0, en_route_floor_ft=1000.0)
"""Coverage to the ground everywhere."""


def held(track: Track, first: int, stop: int | None = None) -> Track:
    """The track whose rows repeat the velocity of the first of them."""
    rows = slice(first, stop)
    return changed(
        track,
        rows,
        gs_kt=track.gs_kt[first],
        track_deg=track.track_deg[first],
        rate_fpm=track.rate_fpm[first],
    )


def told(derived: Derived) -> list[tuple[str, str | None, str]]:
    return [(m.move, m.airport, m.grade) for m in derived.movements]


def unsaid(derived: Derived) -> int:
    return sum(r.count for r in derived.rejected if r.why == OLD_SPEED)


@TABLES
def test_a_landing_whose_speed_stays_that_of_the_approach_is_seen(home: Airport) -> None:
    fly = landed().ground(300, gs=12, course=180.0).ground(60, gs=0.5)
    track = fly.track()
    down = int(np.flatnonzero(track.on_ground)[0])
    derived = detect(held(track, down - 1), world(home))
    assert told(derived) == [("landing", "EHOM", "observed")]
    assert not derived.passes
    assert unsaid(derived) >= len(track) - down
    right = detect(track, world(home)).movements[0].t_best
    assert abs((derived.movements[0].t_best - right).total_seconds()) <= 45.0


@TABLES
def test_a_flag_that_comes_and_goes_on_the_way_to_the_stand_is_one_landing(home: Airport) -> None:
    fly = landed().ground(300, gs=12, course=180.0).ground(60, gs=5)
    track = fly.track()
    down = int(np.flatnonzero(track.on_ground)[0])
    track = held(track, down - 1, len(track) - 1)
    gone = np.arange(len(track))
    gone = gone[(gone > down) & (gone < len(track) - 1) & (gone // 12 % 2 == 0)]
    track = changed(track, gone, on_ground=False, alt_baro_ft=np.float32(-20.0))
    derived = detect(track, world(home))
    assert [move[:2] for move in told(derived)] == [("landing", "EHOM")]
    assert not derived.passes


def test_a_touch_that_runs_out_unflagged_is_a_landing_and_no_touch_and_go() -> None:
    fly = final(inbound(), miles=12.0)
    fly.ground(5, gs=125)
    for gs in (110, 95, 80, 65, 50, 35, 20):
        fly.air(5, gs=gs)
    fly.air(40, gs=15).ground(60, gs=10)
    derived = detect(fly.track(), world(HOME))
    assert [move[:2] for move in told(derived)] == [("landing", "EHOM")]
    assert not derived.passes


def test_a_touch_and_go_stays_one() -> None:
    fly = final(inbound(), miles=12.0)
    for gs in (125, 115, 115, 125):
        fly.ground(5, gs=gs)
    fly.air(60, gs=140, fpm=1_500)
    derived = detect(fly.track(), world(HOME))
    assert not derived.movements
    assert [p.form for p in derived.passes] == ["touch_and_go"]


def test_the_same_velocity_on_a_straight_way_is_believed() -> None:
    fly = Flight(52.0, 5.0, 30_000.0).air(1_800, gs=450.0)
    track = held(fly.track(), 0)
    assert unsaid(detect(track, world(HOME))) == 0


def test_the_same_velocity_over_a_jump_is_believed() -> None:
    fly = Flight(52.0, 5.0, 30_000.0).air(1_800, gs=450.0)
    track = held(fly.track(), 0)
    lat = track.lat.copy()
    lat[100:140] += 1.0
    assert unsaid(detect(replace(track, lat=lat), world(HOME))) == 0


def test_a_speed_that_changes_at_all_is_no_old_one() -> None:
    """Slower by position than by what is said, yet said anew each time: a matter for others."""
    fly = Flight(52.0, 5.0, 3_000.0).air(600, gs=60.0)
    track = fly.track()
    track = replace(track, gs_kt=(140.0 + np.arange(len(track)) % 2).astype(np.float32))
    assert unsaid(detect(track, world(HOME))) == 0


def test_an_aircraft_that_goes_nowhere_did_not_take_off() -> None:
    """An archive that fills a silence evenly, speed and all: when it left, nobody heard."""
    fly = landed().ground(60, gs=10)
    parked = len(fly.rows)
    track = fly.air(1_200, gs=0.1).air(600, gs=150, fpm=900).track()
    creeping = (np.arange(len(track)) >= parked) & (np.arange(len(track)) < parked + 240)
    said = np.linspace(102.0, 130.0, int(creeping.sum()))
    derived = detect(changed(track, creeping, gs_kt=said.astype(np.float32)), world(HOME))
    assert [move[:2] for move in told(derived)] == [("landing", "EHOM")]


def test_a_take_off_with_an_old_speed_of_the_roll_is_seen() -> None:
    fly = lined_up().takeoff().air(300, gs=180, fpm=1_500)
    track = fly.track()
    up = int(np.flatnonzero(track.on_ground)[-1])
    derived = detect(held(track, up, up + 12), world(HOME))
    assert [move[:2] for move in told(derived)] == [("takeoff", "EHOM")]
    assert track.gs_kt[up] == FINAL_KT


@pytest.mark.parametrize("runways", [True, False], ids=["runways", "plain"])
def test_nothing_false_on_simulated_days_with_velocities_held(runways: bool) -> None:
    table = airports()
    if not runways:
        bare = [replace(airport, runways=()) for airport in simulated_world().airports]
        table = Airports.build(bare, "simulated")
    tally, stuck = Tally(), 0
    for seed in range(60):
        day = simulate(seed, GOOD if seed % 2 else None)
        derived = detect(_held_somewhere(to_track(day), seed), table)
        tally.add(day, derived)
        stuck += unsaid(derived)
    assert tally.false_observed == []
    assert tally.false_ground == []
    assert tally.from_cruise == []
    assert tally.off_truth == []
    assert tally.false_movement == []
    assert stuck > 1_000
    assert tally.observed > 60


def _held_somewhere(track: Track, seed: int) -> Track:
    """The velocity held now and then, for seconds or for ever, often from a touchdown on."""
    rng = np.random.default_rng([7, seed])
    t_s, last = track.t_us / 1e6, len(track) - 1
    if last < 1:
        return track
    changes = np.flatnonzero(track.on_ground[1:] != track.on_ground[:-1])
    for _ in range(int(rng.integers(1, 7))):
        first = int(rng.integers(last + 1))
        if len(changes) and rng.random() < 0.6:
            first = int(np.clip(rng.choice(changes) - rng.integers(-3, 6), 0, last))
        seconds = float(rng.choice([40.0, 90.0, 200.0, 600.0, 2_000.0, 1e6]))
        track = held(track, first, int(np.searchsorted(t_s, t_s[first] + seconds)))
    return track
