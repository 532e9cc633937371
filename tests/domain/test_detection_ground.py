"""On the ground: flags that are right, flags that lie, slow and low without any flag."""

from __future__ import annotations

import numpy as np
import pytest

from schemas.movements import Derived
from schemas.records import Track
from service.domain.detection.detect import detect
from tests.domain.tracks import (
    AWAY,
    HOME,
    Flight,
    airfield,
    at,
    changed,
    final,
    inbound,
    landed,
    lined_up,
    world,
)
from tests.simulator.sphere import destination


def derive(track: Track) -> Derived:
    return detect(track, world(HOME, AWAY))


def test_a_landing_received_to_the_ground_is_observed() -> None:
    derived = derive(landed().track())
    (landing,) = derived.movements
    assert (landing.move, landing.airport, landing.runway) == ("landing", "EHOM", "09")
    assert (landing.method, landing.grade, landing.rivals) == ("ground", "observed", ())
    assert landing.t_earliest <= landing.t_best <= landing.t_latest
    assert landing.t_latest - landing.t_earliest == at(5) - at(0)
    assert landing.row_from < landing.row_to
    (span,) = derived.ground_spans
    assert (span.airport, span.basis, span.fixes, span.max_step_s) == ("EHOM", "surface", 19, 5.0)
    assert (span.air_change_in, span.air_change_out, span.tied) == (True, False, True)
    assert (span.times[0], span.times[-1]) == (span.first.t, span.last.t)


def test_a_take_off_received_from_the_ground_is_observed() -> None:
    derived = derive(lined_up().takeoff().track())
    (takeoff,) = derived.movements
    assert (takeoff.move, takeoff.airport, takeoff.runway) == ("takeoff", "EHOM", "09")
    assert (takeoff.method, takeoff.grade) == ("ground", "observed")
    (span,) = derived.ground_spans
    assert (span.air_change_in, span.air_change_out, span.tied) == (False, True, True)


def test_the_best_time_lies_between_the_last_air_and_the_first_ground_fix() -> None:
    fly = final(inbound(), miles=12.0).silent(20, gs=120).ground(60, gs=60)
    (landing,) = derive(fly.track()).movements
    t_s = fly.track().t_us / 1e6
    flag = fly.track().on_ground
    assert landing.t_best.timestamp() == pytest.approx(
        (t_s[~flag][-1] + t_s[flag][0]) / 2.0, abs=1.0
    )


def test_a_change_over_a_long_step_is_not_seen() -> None:
    fly = final(inbound(), miles=12.0).silent(100, gs=90).ground(20, gs=15)
    (landing,) = derive(fly.track()).movements
    assert (landing.airport, landing.grade) == ("EHOM", "inferred")


def test_three_ground_fixes_over_a_minute_tied_to_the_track_are_enough() -> None:
    fly = final(inbound(), miles=12.0).silent(45, gs=90).ground(120, gs=15)
    (landing,) = derive(fly.track()).movements
    assert (landing.method, landing.grade) == ("ground", "observed")


def test_a_parked_aircraft_that_is_silent_for_long_is_not_seen_meanwhile() -> None:
    fly = landed().silent(2_000).ground(30)
    derived = derive(fly.track())
    spans = derived.ground_spans
    assert [span.airport for span in spans] == ["EHOM", "EHOM"]
    assert all(span.max_step_s <= 300.0 for span in spans)
    (gap,) = derived.gaps
    assert gap.seconds == 2_005.0


def test_a_brief_airborne_blip_while_parked_is_no_flight() -> None:
    """N7499A, 88NV, 2023-08-30: two seconds in the air at 4.5 kt."""
    track = landed().ground(120).track()
    blip = len(track) - 12
    track = changed(track, blip, on_ground=False, alt_baro_ft=0.0, gs_kt=4.5)
    assert [m.move for m in derive(track).movements] == ["landing"]
    assert len(derive(track).ground_spans) == 1


def test_a_slow_level_stretch_that_claims_to_fly_is_no_flight() -> None:
    track = landed().ground(300, gs=10).track()
    taxi = slice(len(track) - 50, len(track) - 10)
    track = changed(track, taxi, on_ground=False, alt_baro_ft=25.0)
    assert [m.move for m in derive(track).movements] == ["landing"]


def test_a_jet_that_claims_to_fly_as_slowly_as_it_rolls_is_still_on_the_ground() -> None:
    """Seen on a patchy field: two unflagged fixes of the roll, 80 seconds after the last taxi fix.
    The take-off is the change after the roll, not the silence before it."""
    fly = lined_up().ground(30, gs=15).silent(85).air(10, gs=46, step=5)
    for gs in (60, 95, 130):
        fly.ground(5, gs=gs)
    lifted_s = fly.t_s
    track = fly.air(60, gs=150, fpm=2_000).air(600, gs=400, step=10).track()
    (takeoff,) = [m for m in derive(track).movements if m.move == "takeoff"]
    assert takeoff.grade == "observed"
    assert abs(takeoff.t_best - at(lifted_s)) <= at(5) - at(0)


def test_a_flag_among_flags_that_lie_proves_nothing() -> None:
    """A helicopter flagged while it climbs away: the first flag is slow enough to be believed, the
    four after it are not."""
    fly = Flight(*destination(HOME.lat, HOME.lon, 0.0, 0.4), 100.0)
    for gs in (38, 43, 49, 54, 58):
        fly.ground(5, gs=gs, course=7.0)
    fly.alt_ft = 350.0
    derived = derive(fly.air(120, gs=74, course=7.0, fpm=600).track(say_qnh=True))
    assert derived.ground_spans == ()
    assert all(m.grade == "inferred" for m in derived.movements)


def test_a_ground_flag_in_the_cruise_is_an_error() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.5, 35_000.0).air(1_800, gs=450)
    track = fly.track()
    over = int(np.argmin(np.abs(track.lon - HOME.lon)))
    track = changed(track, slice(over - 2, over + 3), on_ground=True, alt_baro_ft=np.nan)
    derived = derive(track)
    assert derived.movements == ()
    assert derived.ground_spans == ()
    assert {r.why: r.count for r in derived.rejected} == {"ground flag not believed": 5}


def test_flags_on_short_final_make_no_landing_before_the_runway() -> None:
    """A squat switch that says ground 1.5 NM out."""
    fly = final(inbound(), miles=12.0)
    track = fly.landing().track()
    first = int(np.argmax(track.on_ground))
    track = changed(track, slice(first - 8, first), on_ground=True, alt_baro_ft=np.nan)
    (landing,) = derive(track).movements
    assert landing.t_best >= at(310.0)
    assert landing.t_latest >= at(325.0)
    (span,) = derive(track).ground_spans
    assert span.first.t >= at(325.0)


def test_a_flag_that_sticks_through_a_flight_is_an_error() -> None:
    fly = Flight(HOME.lat, HOME.lon - 0.5, 1_500.0).air(900, gs=120)
    track = changed(fly.track(), slice(20, 160), on_ground=True, alt_baro_ft=np.nan)
    derived = derive(track)
    assert derived.ground_spans == ()
    assert all(m.grade != "observed" for m in derived.movements)


def test_a_low_pressure_puts_nobody_on_the_ground() -> None:
    """QNH 950: pressure altitude near zero is 1,700 ft below the aircraft's true one, or above."""
    fly = Flight(HOME.lat, HOME.lon - 0.3, 1_700.0).air(800, gs=110)
    derived = derive(fly.track(qnh_hpa=1050.0))
    assert derived.ground_spans == ()
    assert all(m.grade != "observed" for m in derived.movements)


def test_slow_at_field_elevation_counts_when_the_height_is_corrected_and_it_rolled() -> None:
    track = landed().track(qnh_hpa=990.0, say_qnh=True)
    unflagged = changed(track, slice(None), on_ground=False)
    unflagged = changed(
        unflagged, np.isnan(unflagged.alt_baro_ft), alt_baro_ft=(1013.25 - 990.0) * 27.3
    )
    derived = derive(unflagged)
    (span,) = derived.ground_spans
    assert (span.airport, span.basis) == ("EHOM", "slow_near_elevation")
    (landing,) = derived.movements
    assert (landing.airport, landing.runway) == ("EHOM", "09")


def test_on_the_ground_away_from_any_airport() -> None:
    field = airfield("EFAR", 54.0, 5.0)
    derived = detect(landed(HOME).track(), world(field))
    (span,) = derived.ground_spans
    assert span.airport is None
    (landing,) = derived.movements
    assert landing.airport is None
    assert "off_airport" in landing.marks


def test_a_landing_on_an_unknown_strip_beside_an_airport_is_not_given_to_it() -> None:
    strip = airfield("ESTR", *destination(HOME.lat, HOME.lon, 0.0, 8.0))
    for movement in detect(landed(strip).track(), world(HOME)).movements:
        assert movement.airport is None


def test_ground_fixes_of_low_integrity_prove_nothing() -> None:
    track = changed(landed().track(), slice(None), sil=0)
    (landing,) = derive(track).movements
    assert landing.grade == "inferred"
    assert "low_integrity" in landing.marks


def test_ground_fixes_by_multilateration_prove_nothing() -> None:
    track = landed().track()
    track = changed(track, slice(60, None), via=2)
    derived = derive(track)
    assert all(m.grade == "inferred" for m in derived.movements)


def test_two_runways_at_one_place_keep_a_rival() -> None:
    """Two airports whose runways cross: the ground does not tell whose."""
    twin = airfield("ETWN", HOME.lat, HOME.lon, heading_deg=95.0)
    (landing,) = detect(landed().track(), world(HOME, twin)).movements
    assert landing.grade == "inferred"
    assert {landing.airport, *(r.airport for r in landing.rivals)} >= {"EHOM", "ETWN"}


def test_without_runways_the_airport_is_found_all_the_same() -> None:
    bare = airfield("EHOM", HOME.lat, HOME.lon, runways=False)
    (landing,) = detect(landed().track(), world(bare, AWAY)).movements
    assert (landing.airport, landing.runway, landing.grade) == ("EHOM", None, "observed")


def test_a_helicopter_lands_and_leaves_without_a_runway() -> None:
    pad = destination(HOME.lat, HOME.lon, 45.0, 0.4)
    start = destination(*pad, 225.0, 3.0)
    fly = Flight(*start, 1_000.0).air(90, gs=90, course=45.0, fpm=-500)
    fly.air(60, gs=30, course=45.0, fpm=-200).air(20, gs=5, course=45.0, fpm=-100)
    fly.ground(120, gs=0).air(20, gs=5, course=0.0, fpm=300).air(90, gs=80, course=0.0, fpm=600)
    moves = derive(fly.track(say_qnh=True, qnh_hpa=1010.0)).movements
    assert [(m.move, m.airport, m.runway) for m in moves] == [
        ("landing", "EHOM", None),
        ("takeoff", "EHOM", None),
    ]


def test_the_callsign_of_the_flight_is_on_its_movements() -> None:
    track = landed().track()
    named = changed(track, slice(None))
    object.__setattr__(named, "callsigns", ((int(track.t_us[0]), "KLM1"),))
    assert [m.callsign for m in derive(named).movements] == ["KLM1"]
