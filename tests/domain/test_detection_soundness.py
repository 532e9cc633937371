"""Fixes that cannot be believed: frozen, repeated, jumping, spoofed, stacked, drawn away; two
aircraft on one address; clocks that run backwards; integrity."""

from __future__ import annotations

import numpy as np
import pytest

from schemas.movements import Derived
from schemas.records import Flag, Track, Via
from service.domain.detection.detect import detect
from service.domain.detection.stacking import stacked
from service.domain.track import join, take, to_us
from tests.domain.samples import made
from tests.domain.tracks import (
    AWAY,
    HOME,
    T0_S,
    Flight,
    airfield,
    at,
    changed,
    landed,
    lined_up,
    world,
)
from tests.simulator.sphere import destination, distances_nm

FALSE = airfield("EFLS", *destination(HOME.lat, HOME.lon, 0.0, 200.0))
"""Where positions are drawn to."""


def derive(track: Track) -> Derived:
    return detect(track, world(HOME, AWAY, FALSE))


def cruise(seconds: float = 3_600.0) -> Flight:
    return Flight(HOME.lat, HOME.lon - 1.0, 35_000.0).air(seconds, gs=450, step=10)


def moved_north(track: Track, rows: slice, miles: float) -> Track:
    return changed(track, rows, lat=track.lat[rows] + miles / 60.0)


def usable_off_nm(derived: Derived, truth: Track) -> float:
    """How far off the usable segments' points are from a true track, at the most."""
    worst = 0.0
    for segment in derived.segments:
        if segment.usable:
            for p in segment.path:
                t_us = float(to_us(p.t))
                lat = np.interp(t_us, truth.t_us, truth.lat)
                lon = np.interp(t_us, truth.t_us, truth.lon)
                worst = max(worst, float(distances_nm(p.lat, p.lon, lat, lon)))
    return worst


def counts(derived: Derived) -> dict[str, int]:
    return {r.why: r.count for r in derived.rejected}


def test_a_sound_flight_has_nothing_rejected() -> None:
    derived = derive(cruise().track())
    assert derived.rejected == ()
    (segment,) = derived.segments
    assert (segment.usable, segment.marks, segment.fixes) == (True, (), 360)


@pytest.mark.parametrize("fixes", [1, 2, 5])
def test_a_few_fixes_away_and_back_are_a_jump(fixes: int) -> None:
    track = cruise().track()
    derived = derive(moved_north(track, slice(100, 100 + fixes), 150.0))
    assert usable_off_nm(derived, track) < 1.0
    assert counts(derived) == {"a jump away from the track and back": fixes}


@pytest.mark.parametrize("rows", [slice(100, 200), slice(0, 3), slice(357, 360)])
def test_a_stretch_that_cannot_be_reached_is_no_part_of_the_track(rows: slice) -> None:
    track = cruise().track()
    derived = derive(moved_north(track, rows, 150.0))
    assert usable_off_nm(derived, track) < 1.0
    assert sum(counts(derived).values()) == rows.stop - rows.start


def test_a_spoofed_stretch_is_shown_and_not_leaned_on() -> None:
    derived = derive(moved_north(cruise().track(), slice(100, 200), 150.0))
    (false,) = [s for s in derived.segments if not s.usable]
    assert false.marks == ("spoof_suspected",)
    assert false.fixes == 100
    assert false.first.lat > 54.0


def test_a_spoofed_landing_is_none() -> None:
    """In the midst of a cruise the positions come down to a runway 200 NM away and roll there."""
    fly = cruise(1_800)
    true_place = (fly.lat, fly.lon)
    t_s = fly.t_s
    false = landed(FALSE, t_s=t_s)
    false.rows = fly.rows
    fly.t_s = false.t_s
    fly.elsewhere(*destination(*true_place, 90.0, 450.0 * (false.t_s - t_s) / 3600.0))
    fly.air(1_800, gs=450, step=10)
    derived = derive(fly.track())
    assert all(m.grade != "observed" for m in derived.movements)
    assert all(m.airport != "EFLS" for m in derived.movements)
    assert all(span.airport != "EFLS" for span in derived.ground_spans)


def test_of_one_jump_without_a_way_back_neither_side_is_leaned_on() -> None:
    fly = cruise(3_000)
    fly.elsewhere(fly.lat + 5.0, fly.lon).air(3_000, gs=450, step=10)
    derived = derive(fly.track())
    assert not any(s.usable for s in derived.segments)
    assert derived.movements == ()


def test_the_side_of_a_jump_that_comes_to_a_runway_is_believed() -> None:
    fly = Flight(HOME.lat + 5.0, HOME.lon, 12_000.0).air(3_000, gs=300, course=0.0, step=10)
    true = landed(t_s=fly.t_s + 5.0)
    true.rows = fly.rows + true.rows
    derived = derive(true.track())
    assert [(m.move, m.airport, m.grade) for m in derived.movements] == [
        ("landing", "EHOM", "observed")
    ]
    assert all(s.usable == (s.last.lat < 53.0) for s in derived.segments)


def test_slow_at_cruise_level_is_a_lie() -> None:
    """A circle flown at 50 kt at FL350, where the true aircraft would fall out of the sky."""
    fly = cruise(1_800)
    lat, lon = fly.lat, fly.lon
    fly.elsewhere(lat + 0.4, lon).air(1_200, gs=50, turn_dps=1.0, step=10)
    fly.elsewhere(lat, lon + 4.0).air(1_800, gs=450, step=10)
    derived = derive(fly.track())
    assert counts(derived) == {"a stretch that cannot be this aircraft": 120}


def far_apart(minutes: int = 60) -> Track:
    """A cruise heard once a minute: 7.5 miles a step, and by speed alone 12 could be flown."""
    return Flight(HOME.lat, HOME.lon - 1.0, 35_000.0).air(minutes * 60, gs=450, step=60).track()


def test_a_fix_beside_an_unchanged_course_is_a_jump_though_it_could_have_been_reached() -> None:
    track = far_apart()
    derived = derive(moved_north(track, slice(30, 31), 9.0))
    assert counts(derived) == {"a jump away from the track and back": 1}
    assert usable_off_nm(derived, track) < 1.0


def test_two_strays_with_good_fixes_between_them_are_both_jumps() -> None:
    track = far_apart()
    false = moved_north(moved_north(track, slice(30, 31), 9.0), slice(33, 34), 11.0)
    derived = derive(false)
    assert counts(derived) == {"a jump away from the track and back": 2}
    assert usable_off_nm(derived, track) < 1.0


@pytest.mark.parametrize("miles", [1.0, 4.0, 6.5])
def test_what_clocks_and_multilateration_explain_is_no_stray(miles: float) -> None:
    assert derive(moved_north(far_apart(), slice(30, 31), miles)).rejected == ()


def test_a_turn_is_no_stray() -> None:
    fly = Flight(HOME.lat, HOME.lon, 35_000.0).air(600, gs=450, step=60)
    fly.air(600, gs=450, step=60, turn_dps=1.5).air(600, gs=450, course=270.0, step=60)
    assert derive(fly.track()).rejected == ()


def test_false_places_in_a_row_are_jumps_and_the_good_ones_between_them_stay() -> None:
    track = cruise().track()
    for rows, miles in ((100, 150.0), (101, 40.0), (106, 90.0), (107, 12.0)):
        track = moved_north(track, slice(rows, rows + 1), miles)
    derived = derive(track)
    assert counts(derived) == {"a jump away from the track and back": 4}
    assert sum(s.fixes for s in derived.segments if s.usable) == 356
    assert usable_off_nm(derived, cruise().track()) < 1.0


def test_a_false_place_beside_another_one_is_a_jump_too() -> None:
    """Taxiing: 84 miles off, and two seconds later 2.4 miles off, which five miles of slack between
    two stretches would let pass."""
    track = Flight(HOME.lat, HOME.lon).ground(300, gs=4, step=10).track()
    false = moved_north(moved_north(track, slice(15, 16), 84.0), slice(16, 17), 2.4)
    derived = derive(false)
    assert counts(derived) == {"a jump away from the track and back": 2}
    assert usable_off_nm(derived, track) < 1.0


def parked(after: Flight) -> Track:
    """An hour heard every three minutes, standing, after a flight."""
    return after.ground(30, gs=15).ground(3_600, gs=0, step=170).track()


def test_a_parked_jet_is_not_two_miles_away_in_between() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.0, 9_000.0).air(120, gs=300)
    fly.elsewhere(HOME.lat, HOME.lon)
    track = parked(landed(t_s=fly.t_s + 1_800.0))
    true = join([fly.track(), track])
    row = len(true) - 8
    derived = derive(moved_north(true, slice(row, row + 1), 2.3))
    assert counts(derived) == {"a jump away from the track and back": 1}
    assert derive(true).rejected == ()


def test_a_helicopter_may_hop_two_miles_and_back_unheard() -> None:
    track = parked(Flight(HOME.lat, HOME.lon, 500.0).air(300, gs=100, fpm=-100))
    row = len(track) - 8
    assert derive(moved_north(track, slice(row, row + 1), 2.3)).rejected == ()


def test_a_drift_ends_where_it_grows_no_more_though_speeds_were_a_little_off() -> None:
    """Reported courses two degrees off to the side: dead reckoning never quite meets the jump."""
    track = cruise(7_200).track()
    rows = slice(350, 550)
    drift = np.linspace(0.0, 60.0, 200) / 60.0
    spoofed = changed(track, rows, lat=track.lat[rows] + drift)
    spoofed = changed(spoofed, rows, track_deg=track.track_deg[rows] + 2.0)
    derived = derive(changed(spoofed, rows, gs_kt=track.gs_kt[rows] * 0.985))
    assert usable_off_nm(derived, track) < 2.0
    assert 190 <= counts(derived)["a stretch that cannot be this aircraft"] <= 220


def test_positions_drawn_away_bit_by_bit_are_found_by_dead_reckoning() -> None:
    track = cruise(5_400).track()
    rows = slice(150, 350)
    drift = np.linspace(0.0, 60.0, 200) / 60.0
    derived = derive(changed(track, rows, lat=track.lat[rows] + drift))
    assert usable_off_nm(derived, track) < 4.0
    assert counts(derived)["a stretch that cannot be this aircraft"] >= 180


def test_a_frozen_position_is_one_fix() -> None:
    track = cruise().track()
    rows = slice(100, 200)
    derived = derive(changed(track, rows, lat=track.lat[100], lon=track.lon[100]))
    assert counts(derived) == {"position frozen while moving": 99}
    (frozen,) = [s for s in derived.segments if not s.usable]
    assert frozen.marks == ("frozen",)
    assert max(s.max_step_s for s in derived.segments if s.usable) <= 300.0
    assert any(g.seconds > 900.0 for g in derived.gaps)


def test_a_parked_aircraft_is_not_frozen() -> None:
    derived = derive(landed().ground(600).track())
    assert derived.rejected == ()
    assert derived.ground_spans[0].fixes == 139


def test_stale_rows_that_repeat_an_old_place_are_left_out() -> None:
    track = cruise().track()
    for row in range(50, 300, 25):
        track = changed(track, row, lat=track.lat[row - 2], lon=track.lon[row - 2])
        track = changed(track, row, flags=int(Flag.STALE))
    derived = derive(track)
    assert sum(counts(derived).values()) == 10
    assert usable_off_nm(derived, cruise().track()) < 1.0
    assert len(derived.segments) == 1


def test_a_stretch_of_low_integrity_is_not_usable() -> None:
    """As under GPS jamming: NIC 0 for ten minutes."""
    derived = derive(changed(cruise().track(), slice(100, 160), nic=0))
    assert [(s.usable, s.marks) for s in derived.segments] == [
        (True, ()),
        (False, ("low_integrity",)),
        (True, ()),
    ]


def test_no_integrity_promised_is_marked_and_proves_nothing() -> None:
    derived = derive(changed(lined_up().takeoff().track(), slice(None), sil=0))
    (takeoff,) = derived.movements
    assert (takeoff.grade, "low_integrity" in takeoff.marks) == ("inferred", True)
    assert derived.segments[0].usable


def test_integrity_that_nobody_states_is_no_low_one() -> None:
    unsaid = changed(landed().track(), slice(None), nic=-1, nac_p=-1, sil=-1)
    assert [m.grade for m in derive(unsaid).movements] == ["observed"]


def test_an_archive_that_does_not_say_how_positions_came_is_believed() -> None:
    unsaid = changed(landed().track(), slice(None), via=int(Via.OTHER))
    assert [m.grade for m in derive(unsaid).movements] == ["observed"]


def test_multilateration_is_marked_and_places_the_aircraft() -> None:
    derived = derive(changed(cruise().track(), slice(None), via=int(Via.MLAT)))
    (segment,) = derived.segments
    assert segment.usable
    assert segment.via_share_adsb == 0.0
    assert "not_adsb" in segment.marks


def test_two_aircraft_on_one_address_are_both_kept_and_prove_nothing() -> None:
    here = lined_up().takeoff().air(3_000, gs=200, step=10)
    there = Flight(60.0, 25.0, 30_000.0, t_s=3.0).air(3_000, gs=450, step=10)
    derived = derive(join([here.track(), there.track()]))
    assert "two aircraft under one address" in counts(derived)
    assert all(m.grade == "inferred" for m in derived.movements)
    usable = [s for s in derived.segments if s.usable]
    assert {s.first.lat > 59.0 for s in usable} == {True, False}


def test_three_aircraft_on_one_spot_are_stacked() -> None:
    tracks = []
    for number, icao24 in enumerate(("400001", "400002", "400003", "400004")):
        track = Flight(50.0, 3.0 * number, 30_000.0).air(1_800, gs=450, step=10).track()
        object.__setattr__(track, "icao24", icao24)
        if number < 3:
            track = changed(track, slice(60, 120), lat=HOME.lat, lon=HOME.lon)
        tracks.append(track)
    found = stacked(tracks)
    assert [int(found[t.icao24].sum()) for t in tracks] == [60, 60, 60, 0]
    derived = detect(tracks[0], world(HOME), found["400001"])
    assert counts(derived)["on one spot with other aircraft"] == 60
    assert all(s.usable == ("spoof_suspected" not in s.marks) for s in derived.segments)
    assert any(not s.usable for s in derived.segments)


def test_two_on_one_spot_are_formation() -> None:
    one = cruise().track()
    two = cruise().track()
    object.__setattr__(two, "icao24", "400001")
    assert not any(mask.any() for mask in stacked([one, two]).values())


def test_a_clock_set_back_is_sorted_and_counted() -> None:
    track = cruise().track()
    order = np.concatenate((np.arange(0, 200), np.arange(190, 200), np.arange(200, 360)))
    late = take(track, order)
    late = changed(late, slice(200, 210), lat=late.lat[200:210] + 1e-4)
    derived = derive(late)
    assert counts(derived)["times ran backwards: rows sorted, none dropped"] == 9
    assert derived.segments[0].first.t == at(10.0)


def test_rows_at_no_place_and_no_time_are_counted() -> None:
    track = cruise().track()
    track = changed(track, 5, lat=91.0)
    track = changed(track, 6, lon=np.nan)
    track = changed(track, 7, lat=0.0, lon=0.0)
    track = changed(track, 8, t_us=-5)
    track = changed(track, 9, t_us=10**18)
    found = counts(derive(track))
    assert found["no place on Earth"] == 2
    assert found["latitude 0, longitude 0: a receiver's way of saying nothing"] == 1
    assert found["no moment between 1970 and 2100"] == 2


def test_the_far_side_of_a_silence_is_no_jump() -> None:
    fly = cruise(1_200).silent(7_200, gs=450)
    derived = derive(fly.air(1_200, gs=450, step=10).track())
    assert derived.rejected == ()
    assert all(s.usable for s in derived.segments)


def test_a_balloon_is_slow_and_high_and_sound() -> None:
    t_s = T0_S + np.arange(0.0, 7_200.0, 20.0)
    track = made(
        t_s=t_s,
        lat=52.0 + np.arange(360) * 1e-3,
        lon=np.full(360, 5.0),
        alt_baro_ft=np.full(360, 58_000.0),
        gs_kt=np.full(360, 11.0),
        track_deg=np.zeros(360),
    )
    derived = derive(track)
    assert derived.rejected == ()
    assert all(s.usable for s in derived.segments)
