"""Which airports lie near which fixes: against measuring every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.places import Airport, RunwayEnd
from schemas.records import Float64
from service.domain.airports.table import Airports
from service.domain.geo import distance_nm


def field(ident: str, lat: float, lon: float, *, ends: int = 0) -> Airport:
    return Airport(
        ident=ident,
        name=ident,
        city="",
        country="",
        lat=lat,
        lon=lon,
        elevation_ft=None if ends else 100.0,
        zone="UTC",
        runways=tuple(
            RunwayEnd(
                name=f"{9 * (end + 1):02d}",
                lat=lat,
                lon=lon,
                heading_deg=90.0 * (end + 1),
                length_ft=8000.0 - end,
                elevation_ft=None if end else 50.0,
            )
            for end in range(ends)
        ),
    )


def table(places: list[tuple[float, float]]) -> Airports:
    return Airports.build((field(f"A{i}", *place) for i, place in enumerate(places)), "test")


def every_pair(
    airports: Airports, lat: Float64, lon: Float64, radius_nm: float
) -> set[tuple[int, int]]:
    distance = distance_nm(lat[:, None], lon[:, None], airports.lat, airports.lon)
    fix, airport = np.nonzero(distance <= radius_nm)
    return set(zip(fix.tolist(), airport.tolist(), strict=True))


edges = st.sampled_from([-180.0, -179.999, 179.999, 180.0, 0.0, -0.0])
place = st.tuples(
    st.one_of(st.floats(-90.0, 90.0), st.sampled_from([-90.0, 90.0, 89.9, -89.95, 0.0, 0.5])),
    st.one_of(st.floats(-180.0, 180.0), edges),
)
close_places = st.tuples(st.floats(53.0, 54.5), st.floats(27.0, 29.0))
antimeridian = st.tuples(st.floats(-18.0, -16.0), st.floats(178.0, 182.0))


@settings(max_examples=200)
@given(
    st.lists(st.one_of(place, close_places, antimeridian), min_size=1, max_size=30),
    st.lists(st.one_of(place, close_places, antimeridian), min_size=1, max_size=30),
    st.one_of(st.floats(0.0, 60.0), st.floats(0.0, 12_000.0)),
)
@example([(90.0, 0.0), (-90.0, 0.0)], [(90.0, 77.0), (89.99, -120.0)], 10.0)
@example([(0.0, 180.0), (0.0, -180.0)], [(0.0, 179.95), (0.0, -179.95)], 4.0)
def test_near_finds_exactly_the_pairs_within_the_radius(
    places: list[tuple[float, float]], fixes: list[tuple[float, float]], radius_nm: float
) -> None:
    airports = table(places)
    lat, lon = (np.array(column) for column in zip(*fixes, strict=True))
    fix, airport, distance = airports.near(lat, lon, radius_nm)
    assert fix.dtype == airport.dtype == np.int32
    assert (np.diff(fix) >= 0).all()
    found = list(zip(fix.tolist(), airport.tolist(), strict=True))
    assert len(found) == len(set(found))
    # Two formulas for one distance may differ in the last digits, right on the radius.
    assert every_pair(airports, lat, lon, radius_nm - 1e-5) <= set(found)
    assert set(found) <= every_pair(airports, lat, lon, radius_nm + 1e-5)
    truth = distance_nm(lat[fix], lon[fix], airports.lat[airport], airports.lon[airport])
    assert distance == pytest.approx(truth, abs=2e-4)
    assert (distance <= radius_nm + 1e-9).all()


def test_fixes_without_a_position_have_no_pair() -> None:
    airports = table([(0.0, 0.0)])
    lat = np.array([np.nan, 0.0, 91.0, np.inf, 0.0, 0.0])
    lon = np.array([0.0, np.nan, 0.0, 0.0, np.inf, 360.0])
    fix, airport, distance = airports.near(lat, lon, 10.0)
    assert fix.tolist() == [5]
    assert airport.tolist() == [0]
    assert distance.tolist() == pytest.approx([0.0])


@pytest.mark.parametrize("radius_nm", [-1.0, np.nan])
def test_no_radius_finds_nothing(radius_nm: float) -> None:
    fix, airport, distance = table([(0.0, 0.0)]).near(np.zeros(3), np.zeros(3), radius_nm)
    assert len(fix) == len(airport) == len(distance) == 0


def test_an_endless_radius_finds_everything() -> None:
    fix, _, _ = table([(0.0, 0.0), (-90.0, 0.0), (80.0, 170.0)]).near(
        np.array([89.0, -12.0]), np.array([3.0, 180.0]), np.inf
    )
    assert fix.tolist() == [0, 0, 0, 1, 1, 1]


def test_no_airports_and_no_fixes() -> None:
    assert len(table([]).near(np.zeros(2), np.zeros(2), 10.0)[0]) == 0
    assert len(table([(0.0, 0.0)]).near(np.empty(0), np.empty(0), 10.0)[0]) == 0


def test_long_tracks_are_looked_up_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    airports = table([(0.0, 0.0), (0.0, 1.0)])
    lat, lon = np.zeros(50), np.linspace(-0.5, 1.5, 50)
    whole = airports.near(lat, lon, 20.0)
    monkeypatch.setattr("service.domain.airports.grid._CHUNK", 7)
    pieces = airports.near(lat, lon, 20.0)
    assert len(whole[0]) > 7
    for column in range(3):
        assert np.array_equal(whole[column], pieces[column])


def test_columns_lie_flat_and_cannot_be_changed() -> None:
    airports = Airports.build(
        [field("AAAA", 1.0, 2.0), field("BBBB", 3.0, 4.0, ends=2), field("CCCC", 5.0, 6.0, ends=1)],
        "v1",
    )
    assert airports.version == "v1"
    assert len(airports) == 3
    assert airports.end_start.tolist() == [0, 0, 2, 3]
    assert airports.end_airport.tolist() == [1, 1, 2]
    assert airports.end_name == ("09", "18", "09")
    assert airports.end_heading_deg[airports.ends_of(1)].tolist() == [90.0, 180.0]
    assert airports.end_length_ft[airports.ends_of(0)].tolist() == []
    assert airports.elevation_ft.tolist()[0] == 100.0
    assert np.isnan(airports.elevation_ft[1:]).all()
    assert airports.end_elevation_ft[0] == 50.0
    assert np.isnan(airports.end_elevation_ft[1])
    assert airports.index_of("CCCC") == 2
    assert airports.index_of("cccc") is None
    with pytest.raises(ValueError, match="read-only"):
        airports.lat[0] = 9.0


def test_two_airports_with_one_ident_are_refused() -> None:
    with pytest.raises(ValueError, match="two airports with the ident AAAA"):
        Airports.build([field("AAAA", 1.0, 2.0), field("AAAA", 3.0, 4.0)], "v1")
