"""Runways as OurAirports lists them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Record, UnreadablePage, Wanted
from adapters.ourairports import adapter
from schemas.places import RunwayRow
from schemas.records import Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.adapters.samples.ourairports import RUNWAYS_HEADER, RUNWAYS_ROWS, runways_pages
from tests.realdata import shared

MINSK = RUNWAYS_ROWS[0]


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


@given(st.binary(max_size=200))
def test_any_rows_are_runways_or_counted(content: bytes) -> None:
    try:
        read(RUNWAYS_HEADER.encode() + b"\n" + content)
    except UnreadablePage as error:
        assert_sentence(error)


def test_the_table_is_asked_for_whole_and_covers_no_aircraft() -> None:
    played = play(adapter, Wanted(), lambda _: Reply(200, *runways_pages()))
    assert played.urls == [
        "https://davidmegginson.github.io/ourairports-data/runways.csv",
    ]
    assert list(played.covered) == []


@pytest.mark.realdata
def test_the_real_table_is_read_almost_whole() -> None:
    records = read(shared("reference/runways.csv").read_bytes())
    runways = [record for record in records if isinstance(record, RunwayRow)]
    rejected = [record for record in records if isinstance(record, Rejected)]
    assert len(runways) + sum(r.count for r in rejected) == 48_184
    assert sum(r.count for r in rejected) < 10
    minsk = {end for r in runways if r.airport_ident == "UMMS" for end in (r.le_ident, r.he_ident)}
    assert minsk == {"13L", "13R", "31L", "31R"}
