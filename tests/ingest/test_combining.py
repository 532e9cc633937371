"""The embedded airports and OurAirports' as one table: who is believed, and what is said of the
rest."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.places import Airport, AirportRow, RunwayRow
from service.domain.airports.table import Airports
from service.domain.geo import distance_nm
from service.errors import UnknownAirport
from service.ingest.reference.airports import Tables, assemble, embedded_airports
from service.ingest.reference.combining import Combined, combine
from service.ingest.reference.counts import AirportCounts
from service.ingest.reference.own_fields import MISPLACED
from service.ingest.reference.runways import TIE_NM, tie_runways


def field(ident: str, lat: float, lon: float, **more: object) -> Airport:
    known = {
        "name": f"{ident} Airport", "city": "", "country": "BY", "elevation_ft": 600.0,
        "zone": "Europe/Minsk",
    }  # fmt: skip
    return Airport(ident=ident, lat=lat, lon=lon, **{**known, **more})  # type: ignore[arg-type]


BASE = (
    field("UMMS", 53.8825, 28.0307, iata="MSQ"),
    field("UMLI", 53.7731, 27.5800),
    field("UMMG", 53.6020, 24.0538, elevation_ft=None),
    field("UMII", 55.1265, 30.3496),
)
MINSK = AirportRow(
    ident="UMMS", kind="large_airport", name="Minsk", country="BY", lat=53.8881, lon=28.0400,
    elevation_ft=670.0, icao="UMMS", gps="UMMS", iata="MSQ",
)  # fmt: skip
NEW = AirportRow(
    ident="BY-0014", kind="small_airport", name="Lipki Air Base", city="Lipki", country="BY",
    lat=53.9135, lon=27.7088, elevation_ft=700.0, gps="UMMI",
)  # fmt: skip
FAR = replace(MINSK, name="UMMS Airport", lat=54.3)  # 25 NM north
RUNWAY = RunwayRow(
    airport_ident="UMMS", length_ft=9000.0, le_ident="18", le_lat=54.31, le_lon=28.04,
    he_ident="36", he_lat=54.285, he_lon=28.04,
)  # fmt: skip
AT_HOME = replace(RUNWAY, le_lat=53.895, he_lat=53.870)


def both(*rows: AirportRow, runways: tuple[RunwayRow, ...] = ()) -> Combined:
    done = combine(BASE, rows, runways, city_codes=("MOW",))
    assert done.counts.rows == len(rows)
    assert [a.ident for a in done.airports[: done.named]] == [
        a.ident for a in BASE if a.ident in {b.ident for b in done.airports}
    ]
    return done


def of(done: Combined, ident: str) -> Airport | None:
    return next((airport for airport in done.airports if airport.ident == ident), None)


# --- fields that are known already --------------------------------------------------------------


def test_a_field_in_the_same_place_stays_as_it_is() -> None:
    done = both(replace(MINSK, name="Somewhere else", city="X", iata="XXX", elevation_ft=None))
    assert done.airports == BASE
    assert done.counts == AirportCounts(same=1)


@pytest.mark.parametrize("code", [{"icao": "UMMS"}, {"gps": "UMMS"}])
def test_it_may_have_another_name_there(code: dict[str, str]) -> None:
    row = replace(MINSK, **{"ident": "BY-7", "icao": "", "gps": "", **code})  # type: ignore[arg-type]
    done = both(row)
    assert (done.counts.same, done.codes, len(done.airports)) == (1, {"BY-7": "UMMS"}, len(BASE))
    runway = replace(AT_HOME, airport_ident="BY-7")
    airports, ties = tie_runways(done.airports, [runway], codes=done.codes)
    assert (ties.by_alias, len(airports[0].runways)) == (1, 2)


def test_an_unknown_elevation_is_filled_in() -> None:
    row = AirportRow(
        ident="UMMG", kind="medium_airport", name="Hrodna", country="BY", lat=53.602, lon=24.054,
        elevation_ft=443.0,
    )  # fmt: skip
    grodno = of(both(row), "UMMG")
    assert grodno is not None
    assert grodno.elevation_ft == 443.0
    for unknown in (None, 0.0):
        grodno = of(both(replace(row, elevation_ft=unknown)), "UMMG")
        assert grodno is not None
        assert grodno.elevation_ft is None


def test_elevations_that_contradict_each_other_are_not_believed_unless_thresholds_decide() -> None:
    wrong = replace(MINSK, elevation_ft=2200.0)  # feet made of feet
    done = both(wrong)
    assert done.counts.elevations_dropped == 1
    assert done.airports[0].elevation_ft is None
    measured = replace(AT_HOME, le_elevation_ft=640.0, he_elevation_ft=669.0)
    done = both(wrong, runways=(measured,))
    assert (done.counts.elevations_dropped, done.airports[0].elevation_ft) == (0, 600.0)


def test_a_closed_field_is_said_to_be_closed_and_stays() -> None:
    done = both(replace(MINSK, kind="closed"))
    assert done.counts.marked_closed == 1
    assert done.airports[0] == replace(BASE[0], closed=True)


# --- fields that lie elsewhere ------------------------------------------------------------------


def test_where_nobody_can_tell_the_field_is_withdrawn() -> None:
    done = both(FAR)
    assert (done.counts.disputed, done.counts.withdrawn) == (1, 1)
    assert of(done, "UMMS") is None
    assert "25 NM apart" in done.unplaced["UMMS"]
    assert done.unplaced["MSQ"] == done.unplaced["UMMS"]
    assert "UMMS" in done.strangers


def test_the_runways_bear_one_of_them_out() -> None:
    done = both(FAR, runways=(AT_HOME,))
    assert (done.counts.kept, done.airports) == (1, BASE)
    done = both(FAR, runways=(RUNWAY,))
    assert done.counts.moved == 1
    moved = of(done, "UMMS")
    assert moved is not None
    assert (moved.lat, moved.lon, moved.elevation_ft) == (54.3, 28.04, 670.0)
    assert (moved.iata, moved.zone, moved.name) == ("MSQ", "Europe/Minsk", "UMMS Airport")


def test_they_bear_out_neither_when_they_lie_at_both_or_the_name_is_another() -> None:
    for row, runways in (
        (FAR, (RUNWAY, AT_HOME)),
        (replace(FAR, name="Other Field"), (RUNWAY,)),  # it may have been given the code
        (replace(FAR, country=""), (RUNWAY,)),  # no zone can be told
    ):
        done = both(row, runways=runways)
        assert (done.counts.disputed, of(done, "UMMS")) == (1, None)


def test_never_is_a_position_the_mean_of_two() -> None:
    for runways in ((), (RUNWAY,), (AT_HOME,)):
        for airport in both(FAR, runways=runways).airports:
            assert airport.lat in {53.8825, 54.3, *(a.lat for a in BASE)}


@pytest.mark.parametrize("elsewhere", [{"country": "US"}, {"kind": "closed"}])
def test_a_code_that_means_another_field_disputes_nothing(elsewhere: dict[str, str]) -> None:
    done = both(replace(FAR, **elsewhere))  # type: ignore[arg-type]
    assert (done.counts.other_field, done.airports) == (1, BASE)


def test_a_second_row_elsewhere_disputes_nothing_while_one_agrees() -> None:
    done = both(MINSK, replace(FAR, ident="BY-9"))
    assert (done.counts.same, done.counts.other_field, done.airports) == (1, 1, BASE)


def test_what_was_mended_by_hand_stands() -> None:
    by_hand = next(a for a in embedded_airports() if a.ident == "ZPPP")
    wrong = MISPLACED["ZPPP"].wrong
    row = replace(MINSK, ident="ZPPP", icao="", gps="", country="CN", lat=wrong[0], lon=wrong[1])
    done = combine([by_hand], [row], ())
    assert (done.counts.kept, done.airports) == (1, (by_hand,))


# --- fields that are new ------------------------------------------------------------------------


def test_a_new_field_is_added_with_the_zone_of_its_neighbours() -> None:
    done = both(NEW)
    assert done.counts == AirportCounts(added=1)
    added = done.airports[-1]
    assert (added.ident, added.aliases, added.zone) == ("BY-0014", ("UMMI",), "Europe/Minsk")
    assert (added.name, added.city, added.closed) == ("Lipki Air Base", "Lipki", False)


def test_its_elevation_counts_once_a_runway_places_it() -> None:
    assert both(NEW).airports[-1].elevation_ft is None
    runway = replace(RUNWAY, airport_ident="BY-0014", le_lat=53.92, he_lat=53.905, le_lon=27.709)
    assert both(NEW, runways=(runway,)).airports[-1].elevation_ft == 700.0


def test_what_cannot_be_told_from_a_known_field_is_not_added() -> None:
    near = replace(NEW, lat=BASE[1].lat + 0.03, lon=BASE[1].lon)
    assert both(near).counts.beside_known == 1
    twin = replace(NEW, ident="BY-0099", gps="", lat=NEW.lat + 0.01)
    done = both(twin, NEW)
    assert (done.counts.added, done.counts.beside_known) == (1, 1)
    assert of(done, "BY-0014")
    assert "BY-0099" in done.unplaced
    greater = both(replace(twin, kind="medium_airport"), NEW)
    assert of(greater, "BY-0099")
    assert not of(greater, "BY-0014")


@pytest.mark.parametrize("kind", ["heliport", "seaplane_base", "balloonport", "closed"])
def test_no_movement_is_ever_put_at_what_is_no_field_of_today(kind: str) -> None:
    done = both(replace(NEW, kind=kind))
    assert done.airports == BASE
    counts = done.counts
    assert (counts.closed, counts.no_runway) == ((1, 0) if kind == "closed" else (0, 1))
    airports = Airports.build(done.airports, "", unplaced=done.unplaced)
    for code in ("BY-0014", "by-0014", "icao:UMMI", " UMMI."):
        with pytest.raises(UnknownAirport, match=f"Lipki.*{kind[:4]}.*no landing"):
            airports.resolve(code)
    assert airports.get("UMMI") is None


def test_a_field_without_a_zone_never_gets_utc() -> None:
    sea = replace(NEW, lat=40.0, lon=-40.0)  # nobody near
    abroad = replace(NEW, country="RU")
    for row in (sea, abroad):
        done = both(row)
        assert (done.counts.no_zone, done.airports) == (1, BASE)
        assert "time zone" in done.unplaced["BY-0014"]
    mixed = (*BASE[:1], replace(BASE[1], zone="Europe/Moscow"))
    assert combine(mixed, [NEW], ()).counts.no_zone == 1
    unknown = tuple(replace(airport, zone="UTC") for airport in BASE)
    assert combine(unknown, [NEW], ()).counts.no_zone == 1


def test_codes_that_mean_something_already_are_not_borne() -> None:
    (*_, added) = both(replace(NEW, icao="UMXX", gps="MSQ", iata="MOW")).airports
    assert (added.ident, added.aliases, added.iata) == ("UMXX", ("BY-0014",), "")
    (*_, added) = both(replace(NEW, iata="-", gps="ZZZZ")).airports  # ZZZZ is "no code"
    assert (added.aliases, added.iata) == ((), "")
    (*_, added) = both(replace(NEW, iata="XLP")).airports
    assert added.iata == "XLP"
    done = both(replace(NEW, ident="MSQ", gps=""))
    assert (done.counts.other_field, done.airports) == (1, BASE)


def test_two_rows_with_one_ident_are_both_left_out() -> None:
    done = both(NEW, replace(NEW, lat=54.5), MINSK)
    assert (done.counts.doubled, done.counts.same, done.airports) == (2, 1, BASE)


def test_new_fields_are_found_by_code_and_ours_by_name_as_before() -> None:
    rows = [replace(NEW, name="Minsk Field", city="Minsk")]
    airports = assemble(Tables(airport_rows=rows)).airports
    plain = assemble(Tables()).airports
    assert airports.resolve("BY-0014").name == "Minsk Field"
    assert airports.resolve("UMMI").ident == "BY-0014"
    for typed in ("Minsk-2", "Внуково", "MSQ"):
        assert airports.resolve(typed) == plain.resolve(typed)
    with pytest.raises(UnknownAirport):
        airports.resolve("Minsk Field Lipki")


def test_runways_of_a_stranger_belong_to_nobody() -> None:
    done = both(FAR)  # withdrawn: its runways go to no neighbour
    at_umli = replace(AT_HOME, le_lat=53.78, he_lat=53.765, le_lon=27.58, he_lon=27.58)
    _, ties = tie_runways(done.airports, [at_umli], strangers=done.strangers)
    assert (ties.no_airport, ties.by_position) == (1, 0)


# --- any rows -----------------------------------------------------------------------------------


places = st.sampled_from([53.8825, 53.8881, 53.9135, 54.3, 53.7731, 10.0])
rows_of_any_kind = st.builds(
    AirportRow,
    ident=st.sampled_from(["UMMS", "UMLI", "BY-1", "BY-2", "MSQ", "ZZZZ", "MOW"]),
    kind=st.sampled_from(["large_airport", "small_airport", "heliport", "closed"]),
    name=st.sampled_from(["UMMS Airport", "X"]),
    country=st.sampled_from(["BY", "US", ""]),
    lat=places,
    lon=st.sampled_from([28.0307, 28.04, 27.7, 27.58]),
    elevation_ft=st.sampled_from([None, 0.0, 600.0, 5000.0]),
    icao=st.sampled_from(["", "UMMS", "UMXX"]),
    gps=st.sampled_from(["", "UMLI", "UMXX", "BY-2"]),
    iata=st.sampled_from(["", "MSQ", "XXX", "0"]),
)


@given(st.lists(rows_of_any_kind, max_size=8), st.integers(0, 9))
def test_any_rows_are_counted_and_make_a_sound_table(rows: list[AirportRow], seed: int) -> None:
    done = both(*rows, runways=(RUNWAY, AT_HOME)[: seed % 3])
    airports = Airports.build(done.airports, "", named=done.named, unplaced=done.unplaced)
    codes = [{a.ident, a.iata, *a.aliases} - {""} for a in airports.airports]
    assert sum(map(len, codes)) == len(set().union(*codes))
    assert not set().union(*codes) & done.unplaced.keys()
    for number, airport in enumerate(airports.airports):
        assert airport.zone == "Europe/Minsk"
        assert airport.elevation_ft is None or math.isfinite(airport.elevation_ft)
        if number >= done.named:
            others = (a for a in airports.airports if a is not airport)
            assert all(
                float(distance_nm(airport.lat, airport.lon, a.lat, a.lon)) > TIE_NM for a in others
            )
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert both(*shuffled, runways=(RUNWAY, AT_HOME)[: seed % 3]) == done
