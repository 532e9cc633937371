"""OpenSky states: columns, units, boxes, and what an answer covers."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import Area, UnreadablePage, Wanted
from adapters._opensky_states import OpenSkyStates, boxes
from adapters.opensky import adapters
from schemas.records import Rejected, Track, Via
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Played, Reply, play
from tests.realdata import shared
from tests.upstream.sky import NOON, distance_nm

STATES = next(adapter for adapter in adapters if isinstance(adapter, OpenSkyStates))
SECRETS = {"opensky_client_id": "hush-id", "opensky_client_secret": "hush-secret"}
NOW_S = int(NOON.timestamp())
AREA = Area(lat=53.8825, lon=28.0307, radius_nm=30)


def row(**changed: Any) -> list[Any]:
    columns: dict[str, Any] = {
        "icao24": "14fc0b",
        "callsign": "RSD010  ",
        "country": "Russian Federation",
        "time_position": NOW_S - 1,
        "last_contact": NOW_S,
        "lon": 32.5122,
        "lat": 54.9873,
        "baro_m": 10058.4,
        "on_ground": False,
        "mps": 232.0,
        "track": 262.18,
        "rate_mps": -0.33,
        "sensors": None,
        "geom_m": 10218.4,
        "squawk": "4021",
        "spi": False,
        "kind": 0,
    }
    assert changed.keys() <= columns.keys()
    return list((columns | changed).values())


def records(*rows: Any, time: object = NOW_S) -> list[Any]:
    content = json.dumps({"time": time, "states": list(rows) or None}).encode()
    return list(STATES.parse(page("opensky_states", content)))


def only(*rows: Any) -> Track:
    (track,) = (record for record in records(*rows) if isinstance(record, Track))
    return track


def why(*rows: Any) -> dict[str, int]:
    return {r.why: r.count for r in records(*rows) if isinstance(r, Rejected)}


def test_metres_become_feet_and_knots_and_longitude_comes_first() -> None:
    track = only(row())
    assert (track.icao24, track.source) == ("14fc0b", "opensky_states")
    assert track.t_us[0] == (NOW_S - 1) * 1_000_000
    assert (track.lat[0], track.lon[0]) == (54.9873, 32.5122)
    assert track.alt_baro_ft[0] == pytest.approx(33_000)
    assert track.alt_geom_ft[0] == pytest.approx(33_525, abs=0.1)
    assert track.gs_kt[0] == pytest.approx(450.97, abs=0.01)
    assert track.rate_fpm[0] == pytest.approx(-64.96, abs=0.01)
    assert (track.via[0], track.flags[0], track.nic[0]) == (Via.ADSB, 0, -1)
    assert track.callsigns[0][1] == "RSD010"
    assert track.squawks[0][1] == "4021"


def test_on_the_ground_there_is_no_altitude() -> None:
    track = only(row(on_ground=True))
    assert track.on_ground[0]
    assert math.isnan(track.alt_baro_ft[0])


@pytest.mark.parametrize(
    ("kind", "via"), [(0, Via.ADSB), (1, Via.OTHER), (2, Via.MLAT), (3, Via.OTHER), (9, Via.OTHER)]
)
def test_how_a_position_came(kind: int, via: Via) -> None:
    assert only(row(kind=kind)).via[0] == via
    assert bool(why(row(kind=kind))) == (kind == 9)


def test_a_position_older_than_what_else_was_heard_is_no_fix() -> None:
    old = row(time_position=NOW_S - 14, last_contact=NOW_S)
    assert why(old) == {"position older than what else is said": 1}
    assert not [record for record in records(old) if isinstance(record, Track)]
    assert len(only(row(time_position=NOW_S - 14, last_contact=NOW_S - 5))) == 1


def test_a_column_more_is_the_category() -> None:
    assert len(only([*row(), 4])) == 1


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (row()[:16], "row is not 17 or 18 columns long"),
        ([*row(), 1, 2], "row is not 17 or 18 columns long"),
        (None, "row is not 17 or 18 columns long"),
        (row(lat=91), "latitude out of range"),
        (row(lon=181), "longitude out of range"),
        (row(lat="54"), "latitude of the wrong type"),
        (row(lat=None), "half a position, or one without a time"),
        (row(time_position=None), "half a position, or one without a time"),
        (row(icao24="zzzzzz"), "icao24 is no address"),
        (row(icao24=None), "icao24 of the wrong type"),
        (row(baro_m=99_999), "altitude out of range"),
        (row(on_ground=None), "on_ground of the wrong type"),
        (row(mps=-1), "speed out of range"),
        (row(time_position=-5), "time_position out of range"),
        (row(callsign="\x00"), "callsign unreadable"),
        (row(squawk="9999"), "squawk unreadable"),
        (row(lat=None, lon=None, time_position=None), "heard, but without a position"),
    ],
)
def test_odd_rows_are_counted(odd: Any, reason: str) -> None:
    assert why(odd) == {reason: 1}


@pytest.mark.parametrize(
    "document", [None, [], {}, {"time": 1}, {"states": []}, {"time": "x", "states": []}]
)
def test_what_is_no_reply_is_told_in_a_sentence(document: object) -> None:
    with pytest.raises(UnreadablePage) as error:
        list(STATES.parse(page("opensky_states", json.dumps(document).encode())))
    assert_sentence(error.value)


values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.just([])
)
odd_rows = st.lists(values, max_size=19).map(lambda begun: [*begun, *row()[len(begun) :]])


@settings(max_examples=100)
@given(st.lists(odd_rows, max_size=5))
def test_every_row_is_a_fix_or_is_counted(rows: list[list[Any]]) -> None:
    beside = {"callsign unreadable", "squawk unreadable"}
    beside.add("kind of position not known; kept as other")
    read = records(*rows)
    fixes = sum(len(record) for record in read if isinstance(record, Track))
    counted = sum(r.count for r in read if isinstance(r, Rejected) and r.why not in beside)
    assert fixes + counted == len(rows)


# asking


def says(document: object) -> Any:
    def answer(request: httpx.Request) -> Reply:
        if request.method == "POST":
            return Reply(200, b'{"access_token":"a.token","token_type":"Bearer"}')
        return Reply(200, json.dumps(document).encode())

    return answer


def ask(wanted: Wanted, document: object) -> Played:
    return play(STATES, wanted, says(document), secrets=SECRETS, received_at=NOON)


def test_a_token_first_and_then_the_box() -> None:
    played = ask(Wanted(area=AREA), {"time": NOW_S, "states": [row()]})
    token, states = played.requests
    assert (token.method, token.url.host) == ("POST", "auth.opensky-network.org")
    assert b"client_secret=hush-secret" in token.read()
    assert states.headers["authorization"] == "Bearer a.token"
    assert states.url.path == "/api/states/all"
    (covered,) = played.covered
    assert (covered.target, covered.t_to) == (AREA.target, NOON)
    assert covered.t_from == NOON - timedelta(seconds=15)


def test_addresses_are_asked_fifty_at_once() -> None:
    many = frozenset(f"{number:06x}" for number in range(0x140000, 0x140000 + 120))
    played = ask(Wanted(icao24=many), {"time": NOW_S, "states": None})
    asked = [url for url in played.urls if "/states/" in url]
    assert [url.count("icao24=") for url in asked] == [50, 50, 20]
    assert {covered.target for covered in played.covered} == many


def test_a_row_not_believed_leaves_its_aircraft_uncovered_and_every_area() -> None:
    document = {"time": NOW_S, "states": [row(lat=91)]}
    both = Wanted(icao24=frozenset(("14fc0b", "abcdef")), area=AREA)
    assert [covered.target for covered in ask(both, document).covered] == ["abcdef"]


def test_a_position_that_is_no_fix_is_covered_only_after_itself() -> None:
    document = {"time": NOW_S, "states": [row(time_position=NOW_S - 14)]}
    (covered,) = ask(Wanted(area=AREA), document).covered
    assert (covered.t_from, covered.t_to) == (NOON - timedelta(seconds=13), NOON)


def test_an_answer_not_of_now_covers_nothing() -> None:
    document = {"time": NOW_S - 600, "states": []}
    assert list(ask(Wanted(icao24=frozenset(("14fc0b",))), document).covered) == []


def test_a_token_that_is_none_ends_the_asking() -> None:
    for reply in (b"", b"[]", b'{"access_token": 5}', b'{"access_token": "a\\nb"}', b"<html>"):
        answer = Reply(200, reply)
        played = play(STATES, Wanted(area=AREA), lambda _: answer, secrets=SECRETS)  # noqa: B023
        assert len(played.requests) == 1
        assert list(played.covered) == []


# boxes


@settings(max_examples=200)
@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    radius_nm=st.floats(1, 2_000),
    bearing=st.floats(0, 360),
    share=st.floats(0, 1),
)
def test_every_place_in_the_circle_is_in_a_box(
    lat: float, lon: float, radius_nm: float, bearing: float, share: float
) -> None:
    there = _along((lat, lon), bearing, radius_nm * share * 0.9999)
    area = Area(lat=lat, lon=lon, radius_nm=radius_nm)
    assert distance_nm((lat, lon), there) <= radius_nm + 0.01
    assert any(
        box["lamin"] - 1e-6 <= there[0] <= box["lamax"] + 1e-6
        and box["lomin"] - 1e-6 <= there[1] <= box["lomax"] + 1e-6
        for box in boxes(area)
    )
    for box in boxes(area):
        assert -90 <= box["lamin"] < box["lamax"] <= 90
        assert -180 <= box["lomin"] < box["lomax"] <= 180


def _along(start: tuple[float, float], bearing: float, run_nm: float) -> tuple[float, float]:
    lat, course, run = math.radians(start[0]), math.radians(bearing), math.radians(run_nm / 60)
    sine = math.sin(lat) * math.cos(run) + math.cos(lat) * math.sin(run) * math.cos(course)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(course) * math.sin(run) * math.cos(lat),
        math.cos(run) - math.sin(lat) * math.sin(there),
    )
    lon = (start[1] + math.degrees(east) + 540) % 360 - 180
    return math.degrees(there), lon


@pytest.mark.realdata
def test_a_real_row() -> None:
    real = json.loads(shared("api/other_apis.json").read_text())["opensky states row"]
    track = only(real)
    assert track.icao24 == "4080bf"
    assert (track.lat[0], track.lon[0]) == (50.9208, 4.6883)
    assert datetime.fromtimestamp(int(track.t_us[0]) / 1e6, UTC).year == 2026
    assert track.alt_baro_ft[0] == np.float32(38_000)
    assert track.gs_kt[0] == pytest.approx(466.3, abs=0.1)
    assert track.callsigns[0][1] == "BAW64"
