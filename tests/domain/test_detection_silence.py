"""Take-offs and landings that nobody received: what may be said of a silence, and what not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.movements import Derived
from schemas.places import Airport
from service.domain.detection.detect import detect
from tests.domain.tracks import (
    AWAY,
    HOME,
    Flight,
    airfield,
    at,
    final,
    inbound,
    landed,
    lined_up,
    world,
)
from tests.simulator.sphere import destination

SECOND = airfield("ESEC", *destination(HOME.lat, HOME.lon, 180.0, 4.0))
"""Parallel to HOME, four miles south."""


def derive(fly: Flight, *airports: Airport) -> Derived:
    return detect(fly.track(), world(*(airports or (HOME, AWAY))))


def test_followed_down_to_the_runway_is_inferred_with_the_runway() -> None:
    (landing,) = derive(final(inbound(), miles=12.0)).movements
    assert (landing.airport, landing.runway) == ("EHOM", "09")
    assert (landing.method, landing.grade) == ("runway", "inferred")
    assert landing.t_earliest == at(330.0)


def test_lost_on_final_approach_is_a_landing_inferred() -> None:
    (landing,) = derive(final(inbound(), miles=8.0)).movements
    assert (landing.airport, landing.runway) == ("EHOM", "09")
    assert (landing.method, landing.grade) == ("lost_low", "inferred")
    assert landing.height_ft == pytest.approx(4.0 * 318.0, abs=60.0)
    assert landing.t_earliest < landing.t_best <= landing.t_latest


def test_the_end_of_an_open_landing_is_half_an_hour_past_the_touchdown() -> None:
    (landing,) = derive(final(inbound(), miles=8.0)).movements
    assert landing.t_latest - landing.t_best == timedelta(minutes=30)


def test_the_next_fix_bounds_a_landing_before_it() -> None:
    fly = final(inbound(), miles=8.0).silent(1_000)
    fly.elsewhere(HOME.lat, HOME.lon).ground(60)
    (landing,) = derive(fly).movements
    assert landing.airport == "EHOM"
    assert landing.t_latest <= at(fly.t_s - 55.0)


def test_first_heard_in_the_climb_is_a_take_off_inferred() -> None:
    fly = lined_up().silent(90, gs=130, fpm=900).air(120, gs=170, fpm=1_800)
    (takeoff,) = derive(fly).movements
    assert (takeoff.move, takeoff.airport, takeoff.runway) == ("takeoff", "EHOM", "09")
    assert (takeoff.method, takeoff.grade) == ("found_low", "inferred")
    assert takeoff.t_best < takeoff.t_latest


def test_lost_low_and_found_low_at_one_airport_is_a_stop() -> None:
    fly = final(inbound(), miles=8.0).silent(3_600)
    fly.elsewhere(HOME.lat, HOME.lon + 0.05)
    fly.alt_ft = 1_200.0
    fly.air(120, gs=170, fpm=1_800)
    landing, takeoff = derive(fly).movements
    assert [(m.move, m.airport, m.method) for m in (landing, takeoff)] == [
        ("landing", "EHOM", "inferred_stop"),
        ("takeoff", "EHOM", "inferred_stop"),
    ]
    assert landing.t_best <= takeoff.t_best
    assert {landing.grade, takeoff.grade} == {"inferred"}


def test_two_fields_that_fit_as_well_are_both_named_and_none_is_chosen() -> None:
    """Low between two parallel runways two miles to either side, in line with neither."""
    start = destination(HOME.lat, HOME.lon, 180.0, 2.0)
    fly = Flight(*destination(*start, 270.0, 12.0), 6_000.0).air(240, gs=150, fpm=-900)
    (landing,) = derive(fly, HOME, SECOND).movements
    assert landing.airport is None
    assert {r.airport for r in landing.rivals} == {"EHOM", "ESEC"}


def test_a_named_airport_keeps_those_that_fit_about_as_well_as_rivals() -> None:
    start = destination(HOME.lat, HOME.lon, 180.0, 1.0)
    fly = Flight(*destination(*start, 270.0, 12.0), 6_000.0).air(240, gs=150, fpm=-900)
    for landing in derive(fly, HOME, SECOND).movements:
        assert {landing.airport, *(r.airport for r in landing.rivals)} >= {"EHOM", "ESEC"}
        assert all(r.why for r in landing.rivals)


def test_an_approach_that_is_silent_for_a_minute_and_climbs_again_is_no_stop() -> None:
    fly = final(inbound(), miles=9.0).silent(400, gs=140).air(120, gs=170, fpm=1_800)
    assert all(m.method != "inferred_stop" for m in derive(fly).movements)


def test_lost_in_the_cruise_is_nothing() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.0, 33_000.0).air(600, gs=450)
    assert derive(fly).movements == ()


def test_lost_in_the_cruise_and_found_in_the_cruise_is_nothing() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.0, 33_000.0).air(300, gs=450).silent(7_200, gs=40)
    fly.air(300, gs=450)
    assert derive(fly).movements == ()


def test_lost_level_at_three_thousand_feet_is_nothing() -> None:
    fly = Flight(HOME.lat, HOME.lon - 0.5, 3_000.0).air(600, gs=120)
    assert derive(fly).movements == ()


def test_low_with_no_airport_around_lands_off_airport() -> None:
    fly = final(Flight(55.0, 5.0, 3_000.0), miles=9.3)
    (landing,) = derive(fly).movements
    assert landing.airport is None
    assert landing.marks[-1] == "off_airport"
    assert landing.grade == "inferred"


def test_a_dive_into_the_ground_is_a_crash_suspected_and_no_landing() -> None:
    fly = Flight(55.0, 5.0, 12_000.0).air(60, gs=250).air(75, gs=250, fpm=-9_000)
    derived = derive(fly)
    assert derived.movements == ()
    assert "crash_suspected" in derived.segments[-1].marks


def test_a_dive_beside_an_airport_is_no_landing_there() -> None:
    start = destination(HOME.lat, HOME.lon, 270.0, 9.0)
    fly = Flight(*start, 12_000.0).air(60, gs=250).air(75, gs=250, fpm=-9_000)
    derived = derive(fly)
    assert all(m.airport is None for m in derived.movements)
    assert "crash_suspected" in derived.segments[-1].marks


def test_on_the_ground_at_two_airports_without_a_flight_between_it_flew_unseen() -> None:
    fly = landed()
    fly.silent(5_400).elsewhere(AWAY.lat, AWAY.lon).ground(120)
    moves = derive(fly).movements
    assert [(m.move, m.airport, m.grade) for m in moves] == [
        ("landing", "EHOM", "observed"),
        ("takeoff", "EHOM", "inferred"),
        ("landing", "EAWY", "inferred"),
    ]
    assert moves[1].t_best <= moves[2].t_best


def test_found_on_the_ground_after_a_silence_where_it_was_before_it_never_left() -> None:
    fly = landed().silent(30_000).ground(120)
    assert [m.move for m in derive(fly).movements] == ["landing"]


def test_lost_low_and_found_taxiing_there_is_one_landing() -> None:
    fly = final(inbound(), miles=11.0).silent(600, gs=10).ground(120, gs=10)
    (landing,) = derive(fly).movements
    assert (landing.airport, landing.grade) == ("EHOM", "inferred")
    assert at(300.0) <= landing.t_best <= at(fly.t_s)


def test_taxiing_then_heard_in_the_climb_is_one_take_off() -> None:
    fly = lined_up().ground(120, gs=10).silent(400, gs=20).air(120, gs=170, fpm=1_800)
    fly.alt_ft = 0.0
    (takeoff,) = derive(fly).movements
    assert (takeoff.move, takeoff.airport, takeoff.grade) == ("takeoff", "EHOM", "inferred")
