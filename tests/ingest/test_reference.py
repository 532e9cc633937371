"""The embedded airports, and runways tied to them."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import airportsdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.places import Airport, RunwayRow
from service.domain.airports.table import Airports
from service.domain.geo import angle_diff_deg, distance_nm
from service.ingest.reference.airports import (
    embedded_airports,
    load_airports,
)
from service.ingest.reference.own_fields import ALIASES, ALSO_CLOSED, MISELEVATED, MISPLACED
from service.ingest.reference.runways import THRESHOLD_NM, RunwayTies, tie_runways
from tests.realdata import shared

NAN = math.nan


def place(ident: str, lat: float, lon: float, elevation_ft: float | None = 100.0) -> Airport:
    return Airport(
        ident=ident, name=ident, city="", country="", lat=lat, lon=lon,
        elevation_ft=elevation_ft, zone="UTC",
    )  # fmt: skip


MINSK = replace(place("UMMS", 53.8825, 28.0307, 670.0), aliases=("UMM2",))
ROW = RunwayRow(
    airport_ident="UMMS",
    length_ft=11946.0,
    le_ident="13R",
    le_lat=53.89476,
    le_lon=28.01247,
    le_elevation_ft=639.0,
    le_heading_deg=139.0,
    he_ident="31L",
    he_lat=53.870167,
    he_lon=28.04880,
    he_elevation_ft=669.0,
    he_heading_deg=319.0,
)


def tied(*rows: RunwayRow, airports: tuple[Airport, ...] = (MINSK,)) -> tuple[Airport, RunwayTies]:
    with_runways, counts = tie_runways(airports, rows)
    return with_runways[0], counts


# --- the embedded table -------------------------------------------------------------------------


def test_the_embedded_table() -> None:
    airports = load_airports()
    assert airports.version == f"airportsdata {airportsdata.__version__}; own fields 1"
    assert len(airports) > 28_000
    minsk = airports.airports[airports.index_of("UMMS") or 0]
    assert (minsk.iata, minsk.city, minsk.country) == ("MSQ", "Minsk", "BY")
    assert (minsk.zone, minsk.elevation_ft, minsk.runways) == ("Europe/Minsk", 670.0, ())


def test_every_airport_lies_on_earth_and_has_a_zone() -> None:
    for airport in embedded_airports():
        assert abs(airport.lat) <= 90.0
        assert abs(airport.lon) <= 180.0
        assert airport.elevation_ft is None or -1500.0 < airport.elevation_ft < 16_000.0
        assert ZoneInfo(airport.zone).key == airport.zone


def test_an_elevation_of_zero_means_unknown() -> None:
    table = airportsdata.load("ICAO")
    zero = [ident for ident, row in table.items() if row["elevation"] == 0.0]
    airports = load_airports()
    unknown = [a.ident for a in airports.airports if a.elevation_ft is None]
    assert len(zero) > 1000
    assert set(zero) <= set(unknown)
    assert len(unknown) - len(zero) <= len(MISPLACED)


def test_the_table_by_local_codes_adds_nothing() -> None:
    known = {airport.ident for airport in embedded_airports()}
    assert {row["icao"] for row in airportsdata.load("LID").values()} <= known


def test_our_own_corrections_still_correct_something() -> None:
    """When the package mends a row, ours is to be removed."""
    table = airportsdata.load("ICAO")
    mended = {airport.ident: airport for airport in embedded_airports()}
    for ident, fix in MISPLACED.items():
        assert (table[ident]["lat"], table[ident]["lon"]) == fix.wrong
        assert (mended[ident].lat, mended[ident].lon) == fix.right
        assert float(distance_nm(*fix.wrong, *fix.right)) > 1.0
    for ident, (wrong, right) in MISELEVATED.items():
        assert table[ident]["elevation"] == wrong
        assert mended[ident].elevation_ft == right
    assert not set(table) & {"UMMM", "EDDI", "VHHX", "KDVX", "SEQU"}
    assert all(mended[ident].closed for ident in ALSO_CLOSED)


def test_old_codes_shadow_no_code_of_today() -> None:
    table = airportsdata.load("ICAO")
    today = set(table) | {row["iata"] for row in table.values()}
    for ident, codes in ALIASES.items():
        assert ident in table
        assert not set(codes) & today


def test_brussels_is_in_brussels() -> None:
    brussels = load_airports().get("BRU")
    assert brussels is not None
    assert float(distance_nm(brussels.lat, brussels.lon, 50.9010, 4.4856)) < 1.0
    assert brussels.elevation_ft == 175.0


# --- tying runways ------------------------------------------------------------------------------


def test_a_runway_is_tied_by_ident() -> None:
    airport, counts = tied(ROW)
    assert (counts.by_ident, counts.ends, counts.rows) == (1, 2, 1)
    low, high = airport.runways
    assert (low.name, low.lat, low.lon, low.elevation_ft) == ("13R", 53.89476, 28.01247, 639.0)
    assert (high.name, high.length_ft) == ("31L", 11946.0)
    # From threshold to threshold, not the rounded heading of the table.
    assert low.heading_deg == pytest.approx(138.9, abs=0.2)
    assert high.heading_deg == pytest.approx(318.9, abs=0.2)
    assert airport.elevation_ft == 670.0


def test_a_runway_is_tied_by_an_old_code() -> None:
    airport, counts = tied(replace(ROW, airport_ident="UMM2"))
    assert counts.by_alias == 1
    assert len(airport.runways) == 2


def test_a_runway_is_tied_by_place_to_the_one_airport_there() -> None:
    airport, counts = tied(replace(ROW, airport_ident="BY-0042"))
    assert counts.by_position == 1
    assert len(airport.runways) == 2
    # Two reference points in reach: nobody can tell whose it is.
    twin = place("TWIN", 53.88, 28.02)
    airport, counts = tied(replace(ROW, airport_ident="BY-0042"), airports=(MINSK, twin))
    assert (counts.by_position, counts.no_airport, airport.runways) == (0, 1, ())
    # The airport there has runways of its own.
    airport, counts = tied(ROW, replace(ROW, airport_ident="BY-0042"))
    assert (counts.by_ident, counts.by_position, counts.no_airport) == (1, 0, 1)
    assert len(airport.runways) == 2
    # Nobody there at all.
    _, counts = tied(replace(ROW, airport_ident="X", le_lat=10.0, he_lat=10.02))
    assert counts.no_airport == 1


def test_what_is_no_runway_to_use_is_counted() -> None:
    _, counts = tied(
        replace(ROW, closed=True),
        replace(ROW, le_ident="H1"),
        replace(ROW, le_lat=None, he_lon=None),
        replace(ROW, le_lat=91.0, he_lat=NAN),
    )
    assert (counts.closed, counts.helipads, counts.no_position, counts.rows) == (1, 1, 2, 4)
    assert counts.ends == 0


def test_one_end_without_coordinates_is_skipped_and_the_other_kept() -> None:
    airport, counts = tied(replace(ROW, he_lat=None, he_lon=None))
    assert counts.ends == 1
    assert [(e.name, e.heading_deg) for e in airport.runways] == [("13R", 139.0)]
    airport, _ = tied(replace(ROW, he_lat=None, le_heading_deg=None))
    assert [(e.name, e.heading_deg) for e in airport.runways] == [("13R", 139.0)]
    airport, _ = tied(replace(ROW, le_lat=None, le_heading_deg=None))
    assert [(e.name, e.heading_deg) for e in airport.runways] == [("31L", 319.0)]
    airport, counts = tied(replace(ROW, he_lat=None, le_heading_deg=None, he_heading_deg=None))
    assert (counts.ends_doubtful, airport.runways) == (1, ())


def test_thresholds_far_from_their_airport_are_dropped() -> None:
    airport, counts = tied(replace(ROW, he_lat=53.7, he_lon=28.3, length_ft=None))
    assert (counts.ends_far, counts.ends) == (1, 1)
    assert [e.name for e in airport.runways] == ["13R"]


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, le_ident="04", he_ident="22"),  # the thresholds run 139°
        replace(ROW, he_lat=ROW.le_lat, he_lon=ROW.le_lon),  # one point twice
        replace(ROW, length_ft=1500.0),  # 3,600 m apart
    ],
)
def test_ends_that_contradict_themselves_are_dropped(row: RunwayRow) -> None:
    airport, counts = tied(row)
    assert (counts.ends_doubtful, airport.runways) == (2, ())


def test_an_unknown_elevation_comes_from_the_thresholds() -> None:
    airport, _ = tied(ROW, airports=(replace(MINSK, elevation_ft=None),))
    assert airport.elevation_ft == 669.0


def test_elevations_that_contradict_each_other_are_not_believed() -> None:
    airport, counts = tied(ROW, airports=(replace(MINSK, elevation_ft=9200.0),))
    assert counts.elevations_dropped == 1
    assert airport.elevation_ft is None
    assert [e.elevation_ft for e in airport.runways] == [None, None]


def test_a_missing_length_is_measured() -> None:
    airport, _ = tied(replace(ROW, length_ft=None))
    assert airport.runways[0].length_ft == pytest.approx(11946.0, abs=150.0)


def test_the_longest_runway_stands_first_whatever_the_order_of_rows() -> None:
    short = replace(
        ROW, length_ft=9000.0, le_ident="13L", he_ident="31R", le_lon=28.02, he_lon=28.055
    )
    one, _ = tied(ROW, short)
    other, _ = tied(short, ROW)
    assert one == other
    assert [e.length_ft for e in one.runways] == [11946.0, 11946.0, 9000.0, 9000.0]


def test_no_rows_change_nothing() -> None:
    airport, counts = tied()
    assert airport == MINSK
    assert counts == RunwayTies()


def test_the_version_names_the_runways() -> None:
    plain = load_airports()
    named = load_airports([ROW], runways_sha256="0123456789abcdef" * 4)
    hashed = load_airports([ROW])
    assert named.version == f"{plain.version}; runways sha256:0123456789ab"
    assert hashed.version.startswith(f"{plain.version}; runways sha256:")
    assert hashed.version == load_airports([ROW]).version
    assert hashed.version != load_airports([replace(ROW, length_ft=1.0)]).version


numbers = st.one_of(
    st.none(),
    st.floats(-200.0, 400.0),
    st.sampled_from([NAN, math.inf, -math.inf, 1e300, 53.88, 28.03]),
)
near_lat = st.one_of(numbers, st.floats(53.86, 53.91))
near_lon = st.one_of(numbers, st.floats(28.0, 28.06))
any_row = st.builds(
    RunwayRow,
    airport_ident=st.sampled_from(["UMMS", "UMM2", "X", ""]),
    length_ft=numbers,
    closed=st.booleans(),
    le_ident=st.sampled_from(["13R", "H1", "N", "", "99", "04W"]),
    le_lat=near_lat,
    le_lon=near_lon,
    le_elevation_ft=numbers,
    le_heading_deg=numbers,
    he_lat=near_lat,
    he_lon=near_lon,
    he_elevation_ft=numbers,
    he_heading_deg=numbers,
)


@given(st.lists(any_row, max_size=6))
def test_any_rows_are_counted_and_only_sound_ends_kept(rows: list[RunwayRow]) -> None:
    airport, counts = tied(*rows)
    assert counts.rows == len(rows)
    assert counts.ends == len(airport.runways)
    assert airport.elevation_ft is None or math.isfinite(airport.elevation_ft)
    for end in airport.runways:
        assert float(distance_nm(airport.lat, airport.lon, end.lat, end.lon)) <= THRESHOLD_NM
        assert 0.0 <= end.heading_deg < 360.0
        assert math.isfinite(end.length_ft)
        assert end.length_ft >= 0.0
        assert end.elevation_ft is None or math.isfinite(end.elevation_ft)


# --- the real file ------------------------------------------------------------------------------


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def real_rows() -> tuple[RunwayRow, ...]:
    with shared("reference/runways.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            RunwayRow(
                airport_ident=row["airport_ident"],
                length_ft=_number(row["length_ft"]),
                closed=row["closed"] == "1",
                le_ident=row["le_ident"],
                le_lat=_number(row["le_latitude_deg"]),
                le_lon=_number(row["le_longitude_deg"]),
                le_elevation_ft=_number(row["le_elevation_ft"]),
                le_heading_deg=_number(row["le_heading_degT"]),
                he_ident=row["he_ident"],
                he_lat=_number(row["he_latitude_deg"]),
                he_lon=_number(row["he_longitude_deg"]),
                he_elevation_ft=_number(row["he_elevation_ft"]),
                he_heading_deg=_number(row["he_heading_degT"]),
            )
            for row in csv.DictReader(lines)
        )


@pytest.mark.realdata
def test_the_real_runways_are_tied() -> None:
    _, counts = tie_runways(embedded_airports(), real_rows())
    print(counts)
    assert counts.rows == 48_184
    placed = counts.by_ident + counts.by_alias + counts.by_position + counts.no_airport
    tied_rows = placed - counts.no_airport
    print(f"{tied_rows} of {placed} runways that can be placed are tied: {tied_rows / placed:.1%}")
    assert tied_rows / placed > 0.92
    assert counts.by_alias == 3  # KPBI's, for KDJT
    assert counts.by_position > 1000
    assert counts.ends > 27_000
    assert counts.ends_far + counts.ends_doubtful < 150
    assert counts.elevations_dropped < 30


@pytest.mark.realdata
def test_the_real_runways_lie_where_they_should() -> None:
    airports = load_airports(real_rows())
    for ident, names in {
        "UMMS": {"13L", "31R", "13R", "31L"},
        "KDJT": {"10L", "28R", "10R", "28L", "14", "32"},
        "EBBR": {"01", "19", "07L", "25R", "07R", "25L"},
        "ZPPP": {"03", "21", "04", "22"},
        "KMSP": {"04", "22", "12L", "30R", "12R", "30L", "17", "35"},
    }.items():
        airport = airports.get(ident)
        assert airport is not None
        assert {end.name for end in airport.runways} == names
        assert airport.elevation_ft is not None
    thresholds = {end.name: end for end in (airports.get("KMSP") or MINSK).runways}
    assert abs(float(angle_diff_deg(thresholds["30L"].heading_deg, 301.0))) < 2.0
    with_runways = [a for a in airports.airports if a.runways]
    assert len(with_runways) > 10_000
    for airport in with_runways:
        lengths = [end.length_ft for end in airport.runways]
        assert all(a >= b for a, b in pairwise(lengths))


@pytest.mark.realdata
def test_choices_are_ordered_by_the_longest_runway() -> None:
    airports = load_airports(real_rows())
    washington = [airports.airports[i] for i in airports._names.exact("Washington")]
    first = min(washington, key=lambda a: airports._plausibility(airports.index_of(a.ident) or 0))
    assert first.ident == "KIAD"


def test_runways_and_airports_build_together() -> None:
    airport, _ = tied(ROW)
    airports = Airports.build([airport], "test")
    assert airports.end_name == ("13R", "31L")
    assert airports.end_elevation_ft.tolist() == [639.0, 669.0]
