"""Great-circle geometry: against known distances, itself, and the ellipsoid's bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain import geo

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-180.0, 180.0)
inner_latitudes = st.floats(-80.0, 80.0)


@pytest.mark.parametrize(
    ("a", "b", "ellipsoid_nm"),
    [
        # Geodesic distances on WGS84 (quarter meridian 10,001.966 km, half equator 20,003.931 km
        # by way of the pole, one degree of the equator 111.319 km, of the meridian 110.574 km).
        ((0.0, 0.0), (90.0, 0.0), 10001.966 / 1.852),
        ((0.0, 0.0), (0.0, 180.0), 20003.931 / 1.852),
        ((0.0, 0.0), (0.0, 1.0), 111.3195 / 1.852),
        ((0.0, 0.0), (1.0, 0.0), 110.5744 / 1.852),
        ((89.0, 0.0), (90.0, 0.0), 111.6939 / 1.852),
    ],
)
def test_distance_stays_within_the_bounds_it_claims(
    a: tuple[float, float], b: tuple[float, float], ellipsoid_nm: float
) -> None:
    distance = float(geo.distance_nm(*a, *b))
    assert distance * geo.NEVER_OVERSTATES <= ellipsoid_nm
    assert distance * geo.NEVER_UNDERSTATES >= ellipsoid_nm


def test_vnukovo_to_minsk() -> None:
    # 655 km, the leg of the mission's case.
    assert float(geo.distance_nm(55.5915, 37.2615, 53.8825, 28.0307)) == pytest.approx(336.0, abs=3)
    assert float(geo.bearing_deg(55.5915, 37.2615, 53.8825, 28.0307)) == pytest.approx(256, abs=3)


def test_scalars_and_columns_agree_and_broadcast() -> None:
    lat, lon = np.array([0.0, 10.0, -45.0]), np.array([0.0, 179.9, -179.9])
    column = geo.distance_nm(lat, lon, 5.0, -180.0)
    assert column.shape == (3,)
    assert column.tolist() == [
        float(geo.distance_nm(a, o, 5.0, -180.0)) for a, o in zip(lat, lon, strict=True)
    ]
    assert geo.distance_nm(lat[:, None], lon[:, None], lat, lon).shape == (3, 3)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    there = float(geo.distance_nm(lat1, lon1, lat2, lon2))
    back = float(geo.distance_nm(lat2, lon2, lat1, lon1))
    assert 0.0 <= there <= np.pi * geo.EARTH_RADIUS_NM + 1e-6
    assert there == pytest.approx(back, abs=1e-6)
    assert float(geo.distance_nm(lat1, lon1, lat1, lon1 + 360.0)) == pytest.approx(0.0, abs=1e-6)


@given(st.floats(-720.0, 720.0), st.floats(-720.0, 720.0))
def test_angles_differ_by_less_than_half_a_turn(a: float, b: float) -> None:
    diff = float(geo.angle_diff_deg(a, b))
    assert -180.0 <= diff < 180.0
    turned = np.radians(b + diff) - np.radians(a)
    assert np.cos(turned) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "diff"), [(10, 350, 20), (350, 10, -20), (180, 0, -180), (0, 180, -180), (7, 7, 0)]
)
def test_angle_differences_have_a_sign(a: float, b: float, diff: float) -> None:
    assert float(geo.angle_diff_deg(a, b)) == diff


@given(inner_latitudes, longitudes, st.floats(0.0, 360.0), st.floats(0.01, 3000.0))
def test_a_run_ends_where_distance_and_bearing_say(
    lat: float, lon: float, course: float, run_nm: float
) -> None:
    lat2, lon2 = geo.destination(lat, lon, course, run_nm)
    assert -180.0 <= float(lon2) < 180.0
    assert float(geo.distance_nm(lat, lon, lat2, lon2)) == pytest.approx(run_nm, abs=1e-5)
    bearing = geo.bearing_deg(lat, lon, lat2, lon2)
    assert 0.0 <= float(bearing) < 360.0
    assert abs(float(geo.angle_diff_deg(bearing, course))) < 1e-3


@given(
    inner_latitudes,
    longitudes,
    st.floats(0.0, 360.0),
    st.floats(-20.0, 20.0),
    st.floats(-5.0, 5.0),
)
def test_a_point_is_found_again_in_the_frame_of_a_runway(
    lat: float, lon: float, course: float, along_nm: float, cross_nm: float
) -> None:
    assume(abs(along_nm) + abs(cross_nm) > 1e-3)
    foot_lat, foot_lon = geo.destination(lat, lon, course, along_nm)
    # At the foot of the perpendicular the course has turned a little.
    ahead_lat, ahead_lon = geo.destination(lat, lon, course, along_nm + 1.0)
    here = geo.bearing_deg(foot_lat, foot_lon, ahead_lat, ahead_lon)
    p_lat, p_lon = geo.destination(foot_lat, foot_lon, here + 90.0, cross_nm)
    along, cross = geo.along_and_cross_track_nm(p_lat, p_lon, lat, lon, course)
    assert float(along) == pytest.approx(along_nm, abs=1e-4)
    assert float(cross) == pytest.approx(cross_nm, abs=1e-4)
    assert float(geo.along_track_nm(p_lat, p_lon, lat, lon, course)) == float(along)
    assert float(geo.cross_track_nm(p_lat, p_lon, lat, lon, course)) == float(cross)


def test_on_final_approach_the_threshold_lies_ahead() -> None:
    # Five miles out for a runway 09 at the equator, a little right of the centreline.
    along, cross = geo.along_and_cross_track_nm(-0.01, -5.0 / 60.0, 0.0, 0.0, 90.0)
    assert float(along) == pytest.approx(-5.0, abs=0.01)
    assert float(cross) == pytest.approx(0.6, abs=0.01)
