"""Airports and runways as OurAirports lists them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Record, UnreadablePage, Wanted
from adapters.ourairports import adapter
from schemas.places import AirportRow, RunwayRow
from schemas.records import Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.adapters.samples.ourairports import (
    AIRPORTS_HEADER,
    AIRPORTS_ROWS,
    RUNWAYS_HEADER,
    RUNWAYS_ROWS,
    airports_pages,
    runways_pages,
)
from tests.realdata import shared

MINSK = RUNWAYS_ROWS[0]
UMMS = AIRPORTS_ROWS[0]


def read(content: bytes) -> list[Record | Rejected]:
    return list(adapter.parse(page("ourairports", content)))


def table(*rows: str) -> bytes:
    return "\n".join((RUNWAYS_HEADER, *rows, "")).encode()


def test_a_runway_has_two_ends() -> None:
    minsk, grass = read(*runways_pages())
    assert minsk == RunwayRow(
        airport_ident="UMMS",
        length_ft=12139,
        width_ft=197,
        surface="CON",
        closed=False,
        le_ident="13",
        le_lat=53.893,
        le_lon=28.007,
        le_elevation_ft=665,
        le_heading_deg=131.4,
        he_ident="31",
        he_lat=53.871,
        he_lon=28.049,
        he_elevation_ft=670,
        he_heading_deg=311.4,
    )
    assert isinstance(grass, RunwayRow)
    assert (grass.le_lat, grass.he_heading_deg) == (None, None)


def test_a_closed_runway_says_so() -> None:
    (runway,) = read(table(MINSK.replace(',"CON",1,0,', ',"CON",1,1,')))
    assert isinstance(runway, RunwayRow)
    assert runway.closed


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("53.893", "91", "le_latitude_deg out of range"),
        ("28.049", "-181", "he_longitude_deg out of range"),
        ("53.893", "nan", "le_latitude_deg out of range"),
        ("131.4", "361", "le_heading_degT out of range"),
        ("12139", "-1", "length_ft out of range"),
        ("12139", "long", "length_ft is no number"),
        ("665", "1e999", "le_elevation_ft out of range"),
        ('"UMMS"', '""', "runway without an airport"),
        (',"13"', "", "row is not as long as the header"),
    ],
)
def test_a_bad_row_is_counted_and_costs_no_other(old: str, new: str, why: str) -> None:
    assert old in MINSK
    good, rejected = read(table(MINSK.replace(old, new), RUNWAYS_ROWS[1]))
    assert isinstance(good, RunwayRow)
    assert good.airport_ident == "00AK"
    assert rejected == Rejected(why=why, count=1, sample=rejected.sample)  # type: ignore[union-attr]  # it is one


@pytest.mark.parametrize(
    "content", [b"", b"<html>404</html>", b"id,name\n1,x\n", b"\x1f\x8b", b"\x00" * 50]
)
def test_what_is_no_table_of_runways_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read(content)


@given(st.sampled_from([RUNWAYS_HEADER, AIRPORTS_HEADER]), st.binary(max_size=200))
def test_any_rows_are_read_or_counted(header: str, content: bytes) -> None:
    try:
        read(header.encode() + b"\n" + content)
    except UnreadablePage as error:
        assert_sentence(error)


def airports(*rows: str) -> bytes:
    return "\n".join((AIRPORTS_HEADER, *rows, "")).encode()


def test_an_airport_has_a_place_and_codes() -> None:
    minsk, lipki, water, closed = read(*airports_pages())
    assert minsk == AirportRow(
        ident="UMMS",
        kind="large_airport",
        name="Minsk National Airport",
        city="Minsk",
        country="BY",
        lat=53.888071,
        lon=28.039964,
        elevation_ft=670.0,
        icao="UMMS",
        gps="UMMS",
        iata="MSQ",
    )
    assert isinstance(lipki, AirportRow)
    assert (lipki.ident, lipki.gps, lipki.icao, lipki.elevation_ft) == ("BY-0014", "UMMI", "", None)
    assert isinstance(water, AirportRow)
    assert isinstance(closed, AirportRow)
    assert (water.kind, closed.kind) == ("seaplane_base", "closed")


def test_the_columns_of_before_2025_are_read_too() -> None:
    """They had no `icao_code`, and the IATA code after the GPS code."""
    header = AIRPORTS_HEADER.replace('"icao_code","iata_code","gps_code"', '"gps_code","iata_code"')
    row = UMMS.replace('"UMMS","MSQ","UMMS"', '"UMMS","MSQ"')
    (minsk,) = read(f"{header}\n{row}\n".encode())
    assert isinstance(minsk, AirportRow)
    assert (minsk.icao, minsk.gps, minsk.iata) == ("", "UMMS", "MSQ")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("53.888071", "91", "latitude_deg out of range"),
        ("28.039964", "180.5", "longitude_deg out of range"),
        ("53.888071", "nan", "latitude_deg out of range"),
        ("53.888071", "north", "latitude_deg is no number"),
        ("53.888071", "", "airport without a place"),
        ("53.888071,28.039964", "0,0", "airport without a place"),
        (",670,", ",29036,", ""),
        (",670,", ",67000,", "elevation_ft out of range"),
        (",670,", ",high,", "elevation_ft is no number"),
        ('6396,"UMMS"', '6396,""', "airport without an ident"),
        ('6396,"UMMS"', '6396,"<b>"', "ident is no code"),
        ('"MSQ"', '"MSQ; DROP"', "iata_code is no code"),
        ("large_airport", "spaceport", "no kind of airport that we know"),
        ('"Minsk National Airport"', '" \u202e\u0000 "', "airport without a name"),
        (',"Minsk",', ",", "row is not as long as the header"),
    ],
)
def test_a_bad_airport_is_counted_and_costs_no_other(old: str, new: str, why: str) -> None:
    assert old in UMMS
    records = read(airports(UMMS.replace(old, new, 1), AIRPORTS_ROWS[1]))
    rejected = [record for record in records if isinstance(record, Rejected)]
    assert [row.why for row in rejected] == ([why] if why else [])
    assert [r.ident for r in records if isinstance(r, AirportRow)][-1] == "BY-0014"


def test_a_hostile_name_becomes_a_plain_line() -> None:
    hostile = '"a\u202e\u0007 ""b""\n<script>' + "x" * 500 + '"'
    (row,) = read(airports(UMMS.replace('"Minsk National Airport"', hostile)))
    assert isinstance(row, AirportRow)
    assert row.name.startswith('a "b" <script>x')
    assert (len(row.name), row.name.isprintable()) == (120, True)


def test_both_tables_are_asked_for_whole_and_cover_no_aircraft() -> None:
    played = play(adapter, Wanted(), lambda _: Reply(200, *runways_pages()))
    assert played.urls == [
        "https://davidmegginson.github.io/ourairports-data/runways.csv",
        "https://davidmegginson.github.io/ourairports-data/airports.csv",
    ]
    assert list(played.covered) == []


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_once_one_is_refused_the_other_is_not_asked_for(status: int) -> None:
    assert len(play(adapter, Wanted(), lambda _: Reply(status)).urls) == 1


@pytest.mark.realdata
def test_the_real_table_is_read_almost_whole() -> None:
    records = read(shared("reference/runways.csv").read_bytes())
    runways = [record for record in records if isinstance(record, RunwayRow)]
    rejected = [record for record in records if isinstance(record, Rejected)]
    assert len(runways) + sum(r.count for r in rejected) == 48_184
    assert sum(r.count for r in rejected) < 10
    minsk = {end for r in runways if r.airport_ident == "UMMS" for end in (r.le_ident, r.he_ident)}
    assert minsk == {"13L", "13R", "31L", "31R"}
