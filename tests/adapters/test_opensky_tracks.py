"""OpenSky tracks: the way of one flight."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage, Wanted
from adapters._opensky_tracks import OpenSkyTracks
from adapters.opensky import adapters
from schemas.records import Rejected, Report, Track, Via
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Played, Reply, play
from tests.adapters.test_opensky_flights import SECRETS, flight
from tests.upstream.files import opensky_track

TRACKS = next(adapter for adapter in adapters if isinstance(adapter, OpenSkyTracks))
TRACK = opensky_track(flight())
OURS = frozenset(("14fc0b",))
LATER = datetime(2025, 12, 9, tzinfo=UTC)


def records(document: object) -> list[Any]:
    return list(TRACKS.parse(page("opensky_tracks", json.dumps(document).encode())))


def test_waypoints_become_fixes() -> None:
    (track,) = records(TRACK)
    assert isinstance(track, Track)
    assert (track.icao24, track.source, len(track)) == ("14fc0b", "opensky_tracks", 5)
    assert track.t_us.tolist() == [point[0] * 1_000_000 for point in TRACK["path"]]
    assert (track.lat[0], track.lon[0]) == (55.5915, 37.2615)
    assert track.on_ground.tolist() == [True, False, False, False, True]
    assert track.alt_baro_ft[1] == np.float32(8_000 / 0.3048)
    assert math.isnan(track.alt_baro_ft[0])
    assert set(track.via.tolist()) == {Via.OTHER}
    assert track.callsigns == ((int(track.t_us[0]), "RSD010"),)


def test_the_callsign_is_read_misspelt_and_not() -> None:
    mended = {key: value for key, value in TRACK.items() if key != "calllsign"}
    (track,) = records({**mended, "callsign": "RSD011"})
    assert track.callsigns[0][1] == "RSD011"
    (track,) = records({**TRACK, "calllsign": None})
    assert track.callsigns == ()


@pytest.mark.parametrize(
    ("waypoint", "reason"),
    [
        ([1, 2, 3], "waypoint is not six columns long"),
        ([1, 54.0, 32.0, None, None, False, "new"], "waypoint is not six columns long"),
        (["13:02", 54.0, 32.0, None, None, False], "time of the wrong type"),
        ([1_764_594_131, 91, 32.0, None, None, False], "latitude out of range"),
        ([1_764_594_131, 54.0, 32.0, None, None, None], "on_ground of the wrong type"),
        ([1_764_594_131, None, None, 100.0, 3.0, False], "waypoint without a position"),
    ],
)
def test_odd_waypoints_are_counted(waypoint: list[Any], reason: str) -> None:
    track, rejected = records({**TRACK, "path": [*TRACK["path"], waypoint]})
    assert len(track) == 5
    assert (rejected.why, rejected.count) == (reason, 1)


@pytest.mark.parametrize(
    "document",
    [None, {}, {"icao24": "14fc0b"}, {**TRACK, "icao24": "zz"}, {**TRACK, "path": "none"}, "x"],
)
def test_what_is_no_track_is_told_in_a_sentence(document: object) -> None:
    with pytest.raises(UnreadablePage) as error:
        records(document)
    assert_sentence(error.value)


def test_no_waypoints_are_no_track() -> None:
    assert records({**TRACK, "path": None}) == []
    assert records({**TRACK, "path": []}) == []


def test_the_list_it_was_found_in_reads_as_reports() -> None:
    (report,) = records([flight()])
    assert isinstance(report, Report)
    assert report.source == "opensky_tracks"


point = st.lists(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    max_size=7,
)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(TRACK["path"]), point), max_size=8))
def test_every_waypoint_is_a_fix_or_is_counted(path: list[Any]) -> None:
    read = records({**TRACK, "path": path})
    fixes = sum(len(record) for record in read if isinstance(record, Track))
    assert fixes + sum(r.count for r in read if isinstance(r, Rejected)) == len(path)


# asking


def ask(
    wanted: Wanted, *, flights: Any = None, track: Reply | None = None, at: datetime = LATER
) -> Played:
    def answer(request: httpx.Request) -> Reply:
        if request.method == "POST":
            return Reply(200, b'{"access_token":"a.token"}')
        if "/flights/" in request.url.path:
            return Reply(404) if flights is None else Reply(200, json.dumps(flights).encode())
        return track or Reply(200, json.dumps(TRACK).encode())

    return play(TRACKS, wanted, answer, secrets=SECRETS, received_at=at)


def asked_tracks(played: Played) -> list[httpx.QueryParams]:
    return [httpx.URL(url).params for url in played.urls if "/tracks/" in url]


def test_each_flight_of_the_day_is_asked_for_once_by_a_moment_within_it() -> None:
    played = ask(Wanted.on(date(2025, 12, 1), icao24=OURS), flights=[flight(), flight()])
    (query,) = asked_tracks(played)
    assert query["icao24"] == "14fc0b"
    assert TRACK["startTime"] < int(query["time"]) < TRACK["endTime"]
    assert [covered.target for covered in played.covered] == ["14fc0b"]


def test_a_flight_of_another_day_is_not_asked_for() -> None:
    played = ask(Wanted.on(date(2025, 12, 2), icao24=OURS), flights=[flight()])
    assert asked_tracks(played) == []
    assert len(played.covered) == 1


def test_no_flights_are_an_answer() -> None:
    played = ask(Wanted.on(date(2025, 12, 1), icao24=OURS))
    assert asked_tracks(played) == []
    assert len(played.covered) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404),
        Reply(500),
        Reply(200, b"<html>"),
        Reply(200, json.dumps({**TRACK, "icao24": "abcdef"}).encode()),
        Reply(200, json.dumps({**TRACK, "path": [[1]]}).encode()),
    ],
)
def test_a_track_that_is_missing_leaves_the_day_uncovered(reply: Reply) -> None:
    played = ask(Wanted.on(date(2025, 12, 1), icao24=OURS), flights=[flight()], track=reply)
    assert list(played.covered) == []


def test_more_flights_than_anybody_flies_are_not_all_asked_for() -> None:
    start = int(datetime(2025, 12, 1, tzinfo=UTC).timestamp())
    many = [flight(firstSeen=start + i, lastSeen=start + i + 60) for i in range(150)]
    played = ask(Wanted.on(date(2025, 12, 1), icao24=OURS), flights=many)
    assert len(asked_tracks(played)) == 100
    assert list(played.covered) == []


def test_without_a_window_the_flight_under_way_is_asked_for() -> None:
    played = ask(Wanted(icao24=OURS))
    assert [query["time"] for query in asked_tracks(played)] == ["0"]
    assert list(played.covered) == []


def test_the_last_hours_are_not_covered() -> None:
    at = datetime(2025, 12, 2, tzinfo=UTC) + timedelta(hours=20)
    (covered,) = ask(Wanted.on(date(2025, 12, 1), icao24=OURS), at=at).covered
    assert covered.t_to == at - TRACKS.source.lag


def test_all_of_opensky_is_off_until_there_is_an_agreement() -> None:
    for adapter in adapters:
        terms = adapter.source.terms
        assert terms.needs_agreement
        assert not terms.may_redistribute
        assert adapter.source.secrets == ("opensky_client_id", "opensky_client_secret")
        assert adapter.source.independence_group == "opensky"
