"""Where a path leads, and how near an airport it can come: never wrongly "not near"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import PathPoint, Segment
from schemas.places import Airport
from service.domain.geo import distance_nm
from service.domain.verdict.paths import NearLegs, Path, Ring, apart_nm, near_legs
from tests.domain.cases import HEATHROW, MINSK, SOUTH_POLE, airport, at, off, on, segment, turned

GREENWICH = airport("XX00", 0.0, 0.0, "UTC")
DEGREE = 6371.0088 / 1.852 * np.pi / 180.0
"""NM."""


def straight(*lat_lon: tuple[float, float], minutes: float = 10.0, **more: float) -> Segment:
    """Through points, ten minutes apart."""
    points = [
        (at("12:00") + timedelta(minutes=minutes * k), place) for k, place in enumerate(lat_lon)
    ]
    return segment(*points, **more)  # type: ignore[arg-type]


def legs_of(*lat_lon: tuple[float, float], place: Airport = GREENWICH) -> NearLegs | None:
    """The legs near an airport, at 720 kt and within 15 NM."""
    return near_legs(Path(straight(*lat_lon)), place, 720.0, 15.0)


def seconds(clock: str) -> float:
    """A moment in seconds since 1970."""
    return at(clock).timestamp()


def test_one_distance_is_as_many_distances() -> None:
    for lat1, lon1, lat2, lon2 in ((53.9, 28.0, 51.5, -0.5), (-89, 10, 89, 190), (0, 0, 0, 180)):
        want = float(distance_nm(lat1, lon1, lat2, lon2))
        assert apart_nm(lat1, lon1, lat2, lon2) == pytest.approx(want, abs=1e-6)


def test_antipodes_are_half_the_earth_apart() -> None:
    assert apart_nm(0.0, 0.0, 0.0, 180.0) == pytest.approx(180.0 * DEGREE)
    assert apart_nm(90.0, 0.0, -90.0, 77.0) == pytest.approx(180.0 * DEGREE)


def test_a_position_between_two_points() -> None:
    path = Path(straight((0.0, 10.0), (10.0, 20.0)))
    lat, lon = path.at(np.array([seconds("12:05"), seconds("11:00"), seconds("13:00")]))
    assert lat.tolist() == pytest.approx([5.0, 0.0, 10.0])
    assert lon.tolist() == pytest.approx([15.0, 10.0, 20.0])


def test_a_position_beyond_the_antimeridian() -> None:
    path = Path(straight((0.0, 175.0), (0.0, -175.0)))
    _, lon = path.at(np.array([seconds("12:07:30")]))
    assert turned(float(lon[0])) == pytest.approx(-177.5)


def test_a_path_that_is_wide_without_crossing_the_antimeridian() -> None:
    path = Path(straight((0.0, -95.0), (0.0, 0.0), (0.0, 95.0)))
    _, lon = path.at(np.array([seconds("12:05"), seconds("12:15")]))
    assert lon.tolist() == pytest.approx([-47.5, 47.5])


def test_a_path_half_way_round_on_the_other_side() -> None:
    path = Path(straight((0.0, 100.0), (0.0, -100.0)))
    _, lon = path.at(np.array([seconds("12:05")]))
    assert turned(float(lon[0])) == pytest.approx(-180.0)


def test_a_segment_without_a_path_is_its_two_ends() -> None:
    bare = replace(straight((1.0, 2.0), (3.0, 4.0)), path=())
    assert [(p.t, p.lat, p.lon) for p in Path(bare).points] == [
        (at("12:00"), 1.0, 2.0),
        (at("12:10"), 3.0, 4.0),
    ]


def test_how_far_it_may_be_from_its_path() -> None:
    path = Path(straight((0.0, 0.0), (0.0, 1.0), max_step_s=600.0, path_error_nm=0.5))
    assert path.uncertain_nm(720.0) == pytest.approx(60.5)


def test_paths_overlap_when_they_share_a_moment() -> None:
    first = Path(straight((0, 0), (0, 1)))
    touching = Path(segment((at("12:10"), (0, 0)), (at("12:20"), (0, 1))))
    apart = Path(segment((at("12:10:01"), (0, 0)), (at("12:20"), (0, 1))))
    within = Path(segment((at("12:02"), (0, 0)), (at("12:03"), (0, 1))))
    assert first.overlaps(touching)
    assert touching.overlaps(first)
    assert not first.overlaps(apart)
    assert not apart.overlaps(first)
    assert first.overlaps(within)
    assert within.overlaps(first)


def test_how_far_it_gets_between_two_moments() -> None:
    path = Path(straight((1.0, 0.0), (2.0, 0.0), (1.0, 0.0)))

    def farthest(t_from: str, t_to: str) -> float:
        return path.farthest_nm(GREENWICH, at(t_from), at(t_to))

    assert farthest("11:00", "13:00") == pytest.approx(2.0 * DEGREE)
    assert farthest("12:05", "12:06") == pytest.approx(1.6 * DEGREE)
    assert farthest("12:15", "12:19") == pytest.approx(1.5 * DEGREE)
    assert farthest("12:05", "12:15") == pytest.approx(2.0 * DEGREE)
    assert farthest("12:10", "12:10") == pytest.approx(2.0 * DEGREE)
    assert farthest("12:19:59", "13:00") == pytest.approx(1.0 * DEGREE, rel=0.01)
    assert farthest("11:00", "12:00:01") == pytest.approx(1.0 * DEGREE, rel=0.01)
    assert farthest("12:20", "13:00") == 0.0
    assert farthest("11:00", "12:00") == 0.0


def test_only_legs_that_can_come_near_are_kept() -> None:
    found = legs_of((10.0, 0.0), (5.0, 0.0), (0.1, 0.0), (-0.1, 0.0), (-5.0, 0.0), (-10.0, 0.0))
    assert found is not None
    assert [(leg.a.lat, leg.b.lat) for leg in found.legs] == [(5, 0.1), (0.1, -0.1), (-0.1, -5)]
    back = legs_of((-10.0, 0.0), (-5.0, 0.0), (-0.1, 0.0), (0.1, 0.0), (5.0, 0.0), (10.0, 0.0))
    assert back is not None
    assert [(leg.a.lat, leg.b.lat) for leg in back.legs] == [(-5, -0.1), (-0.1, 0.1), (0.1, 5)]
    assert legs_of((-5.0, 0.0), (5.0, 0.0)) is not None
    assert legs_of((5.0, 0.0), (-5.0, 0.0)) is not None


def test_a_leg_goes_the_short_way_round() -> None:
    assert legs_of((0.0, -85.0), (0.0, 85.0)) is not None
    assert legs_of((0.0, 85.0), (0.0, -85.0)) is not None
    assert legs_of((0.0, 95.0), (0.0, -75.0)) is not None
    assert legs_of((0.0, -95.0), (0.0, 95.0)) is None
    assert legs_of((0.0, 95.0), (0.0, -95.0)) is None


def test_a_path_that_stays_away_has_no_legs() -> None:
    assert legs_of((0.3, 0.3), (5.0, 5.0)) is None
    assert legs_of((-0.3, -0.3), (-5.0, -5.0)) is None
    assert legs_of((0.0, 0.3), (0.0, 5.0)) is None
    assert legs_of((0.0, -5.0), (0.0, -0.3)) is None
    assert legs_of((0.0, 5.0), (0.0, 0.3)) is None
    assert legs_of((0.0, -0.3), (0.0, -5.0)) is None
    # Its box holds the airport, its legs do not.
    assert legs_of((-5.0, -0.5), (5.0, -0.5), (5.0, 0.5), (-5.0, 0.5)) is None


def test_what_counts_as_there_and_as_within_reach() -> None:
    near = near_legs(
        Path(straight((0, 0), (0, 1), max_step_s=600.0, path_error_nm=0.5)), GREENWICH, 900.0, 15.0
    )
    assert near is not None
    # 4 NM, the path's error, half of what is flown in a sample's 4 s; and half a step's way.
    assert near.there_nm == pytest.approx(4.0 + 0.5 + 0.5)
    assert near.reach_nm == pytest.approx(4.0 + 0.5 + 0.5 + 75.0)


def test_coarse_steps_widen_the_ring() -> None:
    coarse = straight((1.2, -1.0), (1.2, 1.0), max_step_s=600.0)
    assert near_legs(Path(coarse), GREENWICH, 900.0, 15.0) is not None
    assert near_legs(Path(replace(coarse, max_step_s=30.0)), GREENWICH, 900.0, 15.0) is None
    # 80 NM of reach may be 80.5 NM on the sphere.
    edge = straight((80.3 / DEGREE, -1.0), (80.3 / DEGREE, 1.0), max_step_s=600.0)
    assert near_legs(Path(edge), GREENWICH, 900.0, 15.0) is not None


def test_samples_are_as_close_as_the_aircraft_flies() -> None:
    fast = legs_of((0.0, -1.0), (0.0, 1.0))
    assert fast is not None
    # 120 NM at 0.8 NM a sample.
    assert fast.legs[0].samples == 153
    parked = near_legs(Path(straight((0, 0), (0, 0), minutes=600)), GREENWICH, 720.0, 15.0)
    assert parked is not None
    # ten hours, one a minute
    assert parked.legs[0].samples == 602


def test_samples_of_a_leg_over_the_antimeridian() -> None:
    found = legs_of((0.0, 179.0), (0.0, -179.0), place=airport("XX18", 0.0, 180.0, "UTC"))
    assert found is not None
    assert found.legs[0].samples == 153
    nearby = found.between(seconds("12:00"), seconds("12:10"))
    assert nearby is not None
    assert float(nearby.away_nm.min()) < 0.5
    assert [turned(float(nearby.lon[0])), turned(float(nearby.lon[-1]))] == [179.0, -179.0]


def test_samples_near_the_poles_follow_the_narrow_degrees() -> None:
    def samples(lat: float, to_lat: float) -> int:
        found = legs_of((lat, -10.0), (to_lat, 10.0), place=airport("XX80", lat, 0.0, "UTC"))
        assert found is not None
        return found.legs[0].samples

    assert samples(80.0, 80.0) == 2 + int(np.ceil(20 * DEGREE * np.cos(np.radians(80)) / 0.8))
    assert samples(-80.0, -80.0) == samples(80.0, 80.0)
    # Over the equator the widest degrees count.
    across = legs_of((30.0, -10.0), (-30.0, 10.0))
    assert across is not None
    assert across.legs[0].samples == 2 + int(np.ceil(np.hypot(60.0, 20.0) * DEGREE / 0.8))
    aslant = legs_of((50.0, -10.0), (70.0, 10.0), place=airport("XX60", 60.0, 0.0, "UTC"))
    assert aslant is not None
    wide = 20.0 * np.cos(np.radians(50.0))
    assert aslant.legs[0].samples == 2 + int(np.ceil(np.hypot(20.0, wide) * DEGREE / 0.8))


def test_samples_lie_within_the_times_asked_for() -> None:
    found = legs_of((0.0, -1.0), (0.0, 0.0), (0.0, 1.0))
    assert found is not None
    nearby = found.between(seconds("12:05"), seconds("12:12:30"))
    assert nearby is not None
    assert nearby.t[0] == seconds("12:05")
    assert nearby.t[-1] == seconds("12:12:30")
    assert float(nearby.lon[0]) == pytest.approx(-0.5)
    assert float(nearby.lon[-1]) == pytest.approx(0.25)
    assert set(nearby.leg.tolist()) == {0, 1}
    only = found.between(seconds("12:15"), seconds("13:00"))
    assert only is not None
    assert set(only.leg.tolist()) == {1}
    assert found.between(seconds("12:21"), seconds("13:00")) is None
    assert found.between(seconds("11:00"), seconds("11:59")) is None
    touching = found.between(seconds("11:00"), seconds("12:00"))
    assert touching is not None
    assert set(touching.t.tolist()) == {seconds("12:00")}
    assert found.between(seconds("12:20"), seconds("13:00")) is not None


def test_the_height_at_a_sample() -> None:
    def heights(*alt_ft: float | None) -> list[float | None]:
        points = [(at(f"12:{10 * k:02}"), (0.0, 0.0), alt) for k, alt in enumerate(alt_ft)]
        near = near_legs(Path(segment(*points)), GREENWICH, 720.0, 15.0)
        assert near is not None
        found = near.between(seconds("12:00"), seconds("13:00"))
        assert found is not None
        return [found.alt_ft(k) for k in range(len(found.t))]

    climb = heights(1_000.0, 2_000.0)
    assert climb[0] == pytest.approx(1_000.0)
    assert climb[-1] == pytest.approx(2_000.0)
    assert climb[3] == pytest.approx(1_000.0 + 1_000.0 * 3 / (len(climb) - 1))
    landing = heights(2_000.0, None)
    assert landing[0] == 2_000.0
    assert landing[-1] is None
    assert landing.count(None) == len(landing) // 2
    takeoff = heights(None, 2_000.0)
    assert takeoff[0] is None
    assert takeoff[-1] == 2_000.0


def test_a_single_fix_is_a_path_too() -> None:
    point = segment((at("12:00"), (0.0, 0.01)))
    near = near_legs(Path(point), GREENWICH, 720.0, 15.0)
    assert near is not None
    nearby = near.between(seconds("12:00"), seconds("12:00"))
    assert nearby is not None
    assert nearby.away_nm.tolist() == pytest.approx([0.01 * DEGREE] * 2)


def test_two_points_of_one_moment_are_the_first() -> None:
    twice = segment((at("12:00"), (0.0, 0.01)), (at("12:00"), (0.0, 0.05)))
    near = near_legs(Path(twice), GREENWICH, 720.0, 15.0)
    assert near is not None
    nearby = near.between(seconds("12:00"), seconds("12:00"))
    assert nearby is not None
    assert set(nearby.lon.tolist()) == {0.01}


def test_a_ring_around_a_pole_holds_every_longitude() -> None:
    ring = Ring.around(SOUTH_POLE, 15.0)
    assert ring.half_lon == 180.0
    assert ring.may_meet(PathPoint(t=at("12:00"), lat=-89.99, lon=170.0, alt_ft=None),
                         PathPoint(t=at("12:01"), lat=-89.99, lon=175.0, alt_ft=None))  # fmt: skip


def test_a_ring_is_wider_in_degrees_to_the_north() -> None:
    at_60 = Ring.around(airport("XX60", 60.0, 0.0, "UTC"), 60.0)
    assert at_60.half_lon == pytest.approx(2.0, rel=0.01)
    assert at_60.north - at_60.south == pytest.approx(2.0, rel=0.01)
    assert Ring.around(airport("XX85", 85.0, 0.0, "UTC"), 60.0).half_lon == pytest.approx(
        11.5, rel=0.02
    )
    assert Ring.around(airport("XX88", 88.0, 0.0, "UTC"), 60.0).half_lon < 90.0


def test_a_leg_to_the_west_is_no_wider_than_one_to_the_east() -> None:
    def point(lon: float) -> PathPoint:
        return PathPoint(t=at("12:00"), lat=0.0, lon=lon, alt_ft=None)

    ring = Ring.around(GREENWICH, 15.0)
    for a, b, may in ((-5.0, -0.3, False), (-5.0, -0.2, True), (0.3, 5.0, False), (0.2, 5.0, True)):
        assert ring.may_meet(point(a), point(b)) is may
        assert ring.may_meet(point(b), point(a)) is may


def test_the_box_of_a_segment_is_looked_at_first() -> None:
    def may(place: Airport, *lat_lon: tuple[float, float]) -> bool:
        return Ring.around(place, 15.0).may_meet_box(straight(*lat_lon))

    assert may(GREENWICH, (-1.0, -1.0), (1.0, 1.0))
    assert may(GREENWICH, (0.2, 0.2), (1.0, 1.0))
    assert not may(GREENWICH, (0.3, -1.0), (1.0, 1.0))
    assert not may(GREENWICH, (-1.0, -1.0), (-0.3, 1.0))
    assert not may(GREENWICH, (-1.0, 0.3), (1.0, 1.0))
    assert not may(GREENWICH, (-1.0, -1.0), (1.0, -0.3))
    assert not may(GREENWICH, (-1.0, 179.0), (1.0, -179.0))
    assert not may(airport("XX15", 0.0, -150.0, "UTC"), (-1.0, 179.0), (1.0, -179.0))
    assert may(airport("XX18", 0.0, 180.0, "UTC"), (-1.0, 179.0), (1.0, -179.0))
    # All round the Earth.
    assert may(GREENWICH, (0.0, 90.0), (0.0, -170.0), (0.0, -90.0), (0.0, 30.0), (0.0, 95.0))
    # Round the pole the box says nothing.
    assert may(airport("XX75", 75.0, 90.0, "UTC"), (65.0, 0.0), (80.0, 10.0))
    assert may(airport("XX75", -75.0, 90.0, "UTC"), (-65.0, 0.0), (-80.0, 10.0))
    assert not may(airport("XX60", 60.0, 90.0, "UTC"), (59.0, 0.0), (65.0, 10.0))


places = st.tuples(st.floats(-89.9, 89.9), st.floats(-180.0, 180.0))


@given(
    places,
    st.floats(0.0, 360.0),
    st.floats(0.0, 300.0),
    st.lists(places, min_size=1, max_size=3),
    st.floats(5.0, 120.0),
)
@settings(max_examples=300, deadline=None)
def test_a_path_with_a_point_near_the_airport_is_always_found(
    start: tuple[float, float],
    course: float,
    run_nm: float,
    more: list[tuple[float, float]],
    margin_nm: float,
) -> None:
    field = airport("XXXX", *start, "UTC")
    near_point = off(field, course, min(run_nm, margin_nm * 0.99))
    path = Path(straight(more[0], near_point, *more[1:]))
    found = near_legs(path, field, 720.0, margin_nm)
    assert found is not None
    nearby = found.between(path.start, path.end)
    assert nearby is not None
    assert float(nearby.away_nm.min()) <= margin_nm


@given(places, st.lists(places, min_size=2, max_size=4), st.floats(0.0, 1.0))
@settings(max_examples=200, deadline=None)
def test_no_moment_of_a_path_is_nearer_than_its_samples_say(
    start: tuple[float, float], points: list[tuple[float, float]], share: float
) -> None:
    """The samples' closest is never farther than any other moment's, but for half a sample."""
    field = airport("XXXX", *start, "UTC")
    path = Path(straight(*points, minutes=600))
    t = path.start + share * (path.end - path.start)
    lat, lon = path.at(np.array([t]))
    away_nm = float(distance_nm(lat[0], lon[0], field.lat, field.lon))
    found = near_legs(path, field, 720.0, 15.0)
    nearby = found.between(path.start, path.end) if found is not None else None
    if nearby is None:
        assert away_nm > 15.0
    elif away_nm <= 15.0:
        assert float(nearby.away_nm.min()) <= away_nm + 0.4 + 1e-6


def test_paths_know_their_first_and_last_moment() -> None:
    path = Path(straight((0, 0), (0, 1)))
    assert datetime.fromtimestamp(path.start, UTC) == at("12:00")
    assert datetime.fromtimestamp(path.end, UTC) == at("12:10")
    assert Path(segment((at("12:00"), on(MINSK)), (at("13:00"), on(HEATHROW)))).t.size == 2
