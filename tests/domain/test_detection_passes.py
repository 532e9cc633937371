"""Near an airport, and no stop: go-arounds, touch-and-goes, low passes, overflights, holding."""

from __future__ import annotations

from schemas.movements import Derived
from schemas.places import Airport
from service.domain.detection.detect import detect
from tests.domain.tracks import AWAY, HOME, Flight, final, inbound, landed, world
from tests.simulator.sphere import destination


def derive(fly: Flight, *airports: Airport) -> Derived:
    return detect(fly.track(say_qnh=True, qnh_hpa=1008.0), world(*(airports or (HOME, AWAY))))


def forms(derived: Derived) -> list[tuple[str, str]]:
    return [(p.form, p.airport) for p in derived.passes]


def away(fly: Flight) -> Flight:
    """On to the east at 5,000 ft, out of everybody's way."""
    return fly.air(120, gs=170, fpm=1_800).air(600, gs=250, fpm=100)


def test_a_go_around_is_a_pass_and_no_landing() -> None:
    derived = derive(away(final(inbound(), miles=11.5)))
    assert derived.movements == ()
    (one,) = derived.passes
    assert (one.form, one.airport, one.runway) == ("go_around", "EHOM", "09")
    assert one.height_ft is not None
    assert one.height_ft < 300.0


def test_a_go_around_before_the_landing_stays_beside_it() -> None:
    fly = final(inbound(), miles=11.5).air(60, gs=150, fpm=1_500)
    fly.air(300, gs=200, turn_dps=1.2, course=90.0)
    back = inbound(miles=12.0, t_s=fly.t_s + 240.0)
    back.rows = fly.rows
    final(back, miles=12.0).landing()
    derived = derive(back)
    assert [(m.move, m.grade) for m in derived.movements] == [("landing", "observed")]
    assert ("go_around", "EHOM") in forms(derived)


def test_a_touch_and_go_is_a_pass_and_no_landing() -> None:
    fly = final(inbound(), miles=12.0)
    for gs in (125, 115, 105, 110, 120, 130):
        fly.ground(5, gs=gs)
    derived = derive(away(fly))
    assert derived.movements == ()
    assert forms(derived) == [("touch_and_go", "EHOM")]
    assert derived.ground_spans == ()


def test_a_full_stop_is_no_touch_and_go() -> None:
    fly = landed()
    fly.alt_ft = 0.0
    fly.takeoff()
    derived = derive(fly)
    assert [m.move for m in derived.movements] == ["landing", "takeoff"]
    assert derived.passes == ()


def test_a_low_pass_along_no_runway() -> None:
    start = destination(HOME.lat, HOME.lon, 180.0, 12.0)
    fly = Flight(*start, 4_000.0).air(180, gs=180, course=0.0, fpm=-1_100)
    fly.air(120, gs=180, course=0.0).air(240, gs=180, course=0.0, fpm=1_200)
    derived = derive(fly)
    assert derived.movements == ()
    assert forms(derived) == [("low_pass", "EHOM")]


def test_a_low_overflight() -> None:
    start = destination(HOME.lat, HOME.lon, 180.0, 20.0)
    derived = derive(Flight(*start, 2_000.0).air(900, gs=160, course=0.0))
    assert derived.movements == ()
    (one,) = derived.passes
    assert (one.form, one.airport) == ("overflight", "EHOM")
    assert one.distance_nm < 0.2


def test_high_above_is_no_pass() -> None:
    start = destination(HOME.lat, HOME.lon, 180.0, 40.0)
    assert derive(Flight(*start, 30_000.0).air(900, gs=450, course=0.0)).passes == ()
    assert derive(Flight(*start, 9_000.0).air(900, gs=300, course=0.0)).passes == ()


def test_holding_at_seven_thousand_feet_is_nothing() -> None:
    start = destination(HOME.lat, HOME.lon, 270.0, 3.0)
    fly = Flight(*start, 7_000.0).air(1_440, gs=220, turn_dps=1.5)
    derived = derive(fly)
    assert derived.movements == ()
    assert derived.passes == ()


def test_circling_low_over_a_field_is_one_visit_and_no_landing() -> None:
    start = destination(HOME.lat, HOME.lon, 270.0, 1.5)
    fly = Flight(*start, 1_500.0).air(1_440, gs=110, turn_dps=1.5)
    derived = derive(fly)
    assert derived.movements == ()
    assert len(derived.passes) <= 1


def test_fields_below_the_final_approach_are_not_passed() -> None:
    below = destination(HOME.lat, HOME.lon, 270.0, 6.0)
    small = Airport(
        ident="ESML",
        name="Small",
        city="Small",
        country="NL",
        lat=below[0],
        lon=below[1],
        elevation_ft=0.0,
        zone="Europe/Amsterdam",
    )
    derived = derive(landed(), HOME, small)
    assert [m.airport for m in derived.movements] == ["EHOM"]
    assert derived.passes == ()
