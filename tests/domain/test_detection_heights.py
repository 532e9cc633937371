"""Height above the field: pressure, the geoid, high fields, one wrong altitude."""

from __future__ import annotations

import numpy as np
import pytest

from schemas.movements import Movement
from schemas.places import Airport
from schemas.records import Track
from service.domain.detection.detect import detect
from service.domain.detection.geoid import undulation_ft
from tests.domain.tracks import AWAY, HIGH, HOME, Flight, airfield, changed, landed, world


def landing(track: Track, *airports: Airport) -> Movement:
    (movement,) = detect(track, world(*airports)).movements
    assert movement.move == "landing"
    return movement


def here_ft(field: Airport) -> float:
    return float(undulation_ft(np.array([field.lat]), np.array([field.lon]))[0])


@pytest.mark.parametrize(
    ("lat", "lon", "metres"),
    [(0.0, 80.0, -102.0), (60.0, -30.0, 60.0), (-33.9, 151.2, 22.0), (52.0, 5.0, 43.5)],
)
def test_the_geoid_is_near_the_published_one(lat: float, lon: float, metres: float) -> None:
    assert undulation_ft(np.array([lat]), np.array([lon]))[0] * 0.3048 == pytest.approx(
        metres, abs=12.0
    )


@pytest.mark.parametrize("qnh_hpa", [950.0, 970.0, 1000.0, 1013.25, 1030.0, 1050.0])
def test_a_landing_is_observed_at_any_pressure_unsaid(qnh_hpa: float) -> None:
    found = landing(landed().track(qnh_hpa=qnh_hpa), HOME, AWAY)
    assert (found.airport, found.runway, found.grade) == ("EHOM", "09", "observed")
    assert "baro_uncorrected" in found.marks


@pytest.mark.parametrize("qnh_hpa", [950.0, 970.0, 1030.0, 1050.0])
def test_a_setting_said_by_the_crew_gives_the_height(qnh_hpa: float) -> None:
    found = landing(landed().track(qnh_hpa=qnh_hpa, say_qnh=True), HOME, AWAY)
    assert found.height_ft == pytest.approx(0.0, abs=60.0)
    assert found.marks == ()


def test_geometric_altitude_gives_the_height_where_no_setting_is_said() -> None:
    track = landed().track(qnh_hpa=970.0, geoid_ft=here_ft(HOME))
    found = landing(track, HOME, AWAY)
    assert found.height_ft == pytest.approx(0.0, abs=60.0)
    assert "baro_uncorrected" not in found.marks


def test_the_standard_setting_is_not_taken_for_the_field_s() -> None:
    """1013 in the cruise says nothing of the pressure below."""
    track = landed().track(qnh_hpa=980.0)
    track = changed(track, slice(None), qnh_hpa=1013.2)
    assert "baro_uncorrected" in landing(track, HOME, AWAY).marks


@pytest.mark.parametrize("qnh_hpa", [970.0, 1013.25, 1035.0])
def test_a_field_at_thirteen_thousand_feet(qnh_hpa: float) -> None:
    found = landing(landed(HIGH).track(qnh_hpa=qnh_hpa), HIGH)
    assert (found.airport, found.grade) == ("SHIG", "observed")


def test_cruise_over_a_field_at_thirteen_thousand_feet_is_no_landing() -> None:
    """Pressure altitude alone would be low over the sea: 16,000 ft here is 2,700 ft."""
    fly = Flight(HIGH.lat, HIGH.lon - 1.0, 16_000.0).air(1_200, gs=360, step=10)
    derived = detect(fly.track(), world(HIGH))
    assert derived.movements == ()


def test_an_unknown_elevation_makes_no_slow_fix_a_ground_fix() -> None:
    unknown = airfield("EUNK", 52.0, 5.0, elevation_ft=None)
    fly = landed(HOME)
    track = changed(fly.track(), slice(None), on_ground=False)
    track = changed(track, np.isnan(track.alt_baro_ft), alt_baro_ft=0.0)
    derived = detect(track, world(unknown))
    assert derived.ground_spans == ()
    assert all(m.grade == "inferred" for m in derived.movements)


def test_one_altitude_of_zero_in_the_cruise_is_no_landing() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.0, 36_000.0).air(900, gs=450)
    track = changed(fly.track(), 90, alt_baro_ft=0.0)
    derived = detect(track, world(HOME))
    assert derived.movements == ()
    assert derived.passes == ()


def test_a_field_below_the_sea_is_no_flight_below_ground() -> None:
    low = airfield("OLOW", 31.4, 35.4, elevation_ft=-1_266.0)
    found = landing(landed(low).track(), low)
    assert (found.airport, found.grade) == ("OLOW", "observed")
