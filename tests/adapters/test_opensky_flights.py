"""OpenSky flights: estimates that are taken and that are not, windows, and what they cover."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage, Wanted, asking
from adapters._opensky import windows
from adapters._opensky_flights import LAG, OpenSkyFlights
from adapters.opensky import adapters
from schemas.records import Rejected, Report
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Played, Reply, play
from tests.realdata import shared

FLIGHTS = next(adapter for adapter in adapters if isinstance(adapter, OpenSkyFlights))
SECRETS = {"opensky_client_id": "hush-id", "opensky_client_secret": "hush-secret"}
OFF = datetime(2025, 12, 1, 13, 2, 11, tzinfo=UTC)
ON = datetime(2025, 12, 1, 14, 15, 40, tzinfo=UTC)
DAY = date(2025, 12, 1)
OURS = frozenset(("14fc0b",))


def flight(**changed: Any) -> dict[str, Any]:
    told = {
        "icao24": "14fc0b",
        "firstSeen": int(OFF.timestamp()),
        "estDepartureAirport": "UUWW",
        "lastSeen": int(ON.timestamp()),
        "estArrivalAirport": "UMMS",
        "callsign": "RSD010  ",
        "estDepartureAirportHorizDistance": 1958,
        "estDepartureAirportVertDistance": 86,
        "estArrivalAirportHorizDistance": 2104,
        "estArrivalAirportVertDistance": 61,
        "departureAirportCandidatesCount": 2,
        "arrivalAirportCandidatesCount": 1,
        **changed,
    }
    return {key: value for key, value in told.items() if value != "left out"}


def records(*flights: Any) -> list[Any]:
    return list(FLIGHTS.parse(page("opensky_flights", json.dumps(flights).encode())))


def only(*flights: Any) -> Report:
    (report,) = (record for record in records(*flights) if isinstance(record, Report))
    return report


def test_a_flight_is_a_report_that_says_what_it_rests_on() -> None:
    report = only(flight())
    assert (report.icao24, report.callsign) == ("14fc0b", "RSD010")
    assert (report.origin, report.destination) == ("UUWW", "UMMS")
    assert (report.t_off, report.t_on) == (OFF, ON)
    assert (report.publisher, report.rests_on) == ("OpenSky Network", ("opensky",))
    assert report.time_kind == "unknown"
    assert report.registration == ""
    assert report.note == (
        "Times are of reception, airports are OpenSky's estimates: first heard 1,958 m from UUWW, "
        "86 m above it; last heard 2,104 m from UMMS, 61 m above it."
    )


@pytest.mark.parametrize(
    ("away_m", "above_m", "taken"),
    [
        (0, 0, True),
        (2_000, 500, True),
        (18_500, 1_000, True),  # ten miles out on a usual glide path
        (18_500, 2_600, True),
        (18_500, 2_700, False),
        (20_001, 0, False),
        (17_721, 3_186, False),
        (62_514, 2_169, False),
        (1_049, 6_708, False),
        (None, 10, False),
        (10, None, False),
    ],
)
def test_an_estimate_is_taken_only_low_and_near(
    away_m: int | None, above_m: int | None, taken: bool
) -> None:
    told = flight(estArrivalAirportHorizDistance=away_m, estArrivalAirportVertDistance=above_m)
    report = only(told)
    assert report.destination == ("UMMS" if taken else "")
    assert report.origin == "UUWW"
    assert "UMMS" in report.note
    assert ("not taken" in report.note) is not taken


def test_no_airport_is_no_airport() -> None:
    report = only(flight(estDepartureAirport=None, estArrivalAirport=None, callsign=None))
    assert (report.origin, report.destination, report.callsign) == ("", "", "")
    assert report.note.count("near no airport it knows") == 2


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (flight(icao24="zzzzzz"), "icao24 is no address"),
        (flight(icao24="left out"), "without icao24"),
        (flight(firstSeen="left out"), "without firstSeen"),
        (flight(firstSeen="13:02"), "firstSeen of the wrong type"),
        (flight(lastSeen=-5), "lastSeen out of range"),
        (flight(lastSeen=1), "last seen before it was first seen"),
        (flight(estArrivalAirport="../x"), "airport is no code"),
        (
            flight(estArrivalAirportHorizDistance="far"),
            "estArrivalAirportHorizDistance of the wrong type",
        ),
        (None, "no flight but something else"),
        ([1], "no flight but something else"),
    ],
)
def test_odd_flights_are_counted_and_the_others_kept(odd: Any, reason: str) -> None:
    read = records(odd, flight())
    assert [(r.why, r.count) for r in read if isinstance(r, Rejected)] == [(reason, 1)]
    assert sum(isinstance(record, Report) for record in read) == 1


def test_a_field_not_known_is_told() -> None:
    assert records(flight(diverted=True))[-1].why == "field not known: diverted"


@pytest.mark.parametrize("content", [b"{}", b"null", b'"none"', b"<html>", b"[", b""])
def test_what_is_no_list_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadablePage) as error:
        list(FLIGHTS.parse(page("opensky_flights", content)))
    assert_sentence(error.value)


def test_an_empty_404_says_that_there_are_none() -> None:
    for nothing in (b"", b"\n", gzip.compress(b"")):
        assert list(FLIGHTS.parse(page("opensky_flights", nothing, status=404))) == []
    for something in (b"<html>no</html>", gzip.compress(b"<html>no"), b"\x1f\x8b", b" " * 9_999):
        with pytest.raises(UnreadablePage):
            list(FLIGHTS.parse(page("opensky_flights", something, status=404)))


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**25), 10**25), st.floats(), st.text(max_size=9)
)


@settings(max_examples=100)
@given(st.lists(st.dictionaries(st.sampled_from([*flight(), "new"]), values, max_size=3)))
def test_every_flight_is_a_report_or_is_counted(changes: list[dict[str, Any]]) -> None:
    read = records(*({**flight(), **change} for change in changes))
    reports = sum(isinstance(record, Report) for record in read)
    counted = sum(
        r.count for r in read if isinstance(r, Rejected) and r.why != "field not known: new"
    )
    assert reports + counted == len(changes)


# asking


def answered(content: bytes, status: int = 200) -> Any:
    def answer(request: httpx.Request) -> Reply:
        if request.method == "POST":
            return Reply(200, b'{"access_token":"a.token"}')
        return Reply(status, content)

    return answer


def ask(wanted: Wanted, content: bytes, *, status: int = 200, at: datetime) -> Played:
    return play(FLIGHTS, wanted, answered(content, status), secrets=SECRETS, received_at=at)


def test_tokens_are_never_archived_and_may_be_reused() -> None:
    played = ask(Wanted.on(DAY, icao24=OURS), b"[]", at=ON)
    handling = [asking(request) for request in played.requests]
    assert [h.archive for h in handling] == [False, True, False, True]
    assert handling[0].reuse_s > 0


def test_a_day_is_asked_in_windows_that_overlap() -> None:
    played = ask(Wanted.on(DAY, icao24=OURS), b"[]", at=ON + timedelta(days=9))
    asked = [httpx.URL(url).params for url in played.urls if "/flights/" in url]
    day = datetime(2025, 12, 1, tzinfo=UTC)
    assert [(int(q["begin"]), int(q["end"])) for q in asked] == [
        (int((day - timedelta(days=1)).timestamp()), int((day + timedelta(days=1)).timestamp())),
        (int(day.timestamp()), int((day + timedelta(days=2)).timestamp())),
    ]
    (covered,) = played.covered
    assert (covered.t_from, covered.t_to) == (day, day + timedelta(days=1))


@given(
    start_h=st.integers(0, 24 * 9),
    hours=st.floats(0, 24),
    length_h=st.integers(1, 24 * 7),
)
@settings(max_examples=100)
def test_every_flight_that_touches_the_window_lies_inside_one_asking(
    start_h: int, hours: float, length_h: int
) -> None:
    base = datetime(2025, 12, 1, tzinfo=UTC)
    t_from, t_to = base + timedelta(days=3), base + timedelta(days=3, hours=length_h)
    off = base + timedelta(hours=start_h)
    on = off + timedelta(hours=hours)
    if off < t_to and on >= t_from:
        assert any(start <= off and on <= end for start, end in windows(t_from, t_to))
    assert all(end - start <= timedelta(days=2) for start, end in windows(t_from, t_to))


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 404), (json.dumps([flight()]).encode(), 200)]
)
def test_what_is_too_recent_is_not_covered(content: bytes, status: int) -> None:
    day = datetime(2025, 12, 1, tzinfo=UTC)
    wanted = Wanted.on(DAY, icao24=OURS)

    def until(at: datetime) -> list[datetime]:
        return [c.t_to for c in ask(wanted, content, status=status, at=at).covered]

    assert until(day + timedelta(hours=23)) == []
    assert until(day + LAG) == []
    assert until(day + timedelta(days=1) + LAG / 2) == [day + timedelta(days=1) - LAG / 2]
    assert until(day + timedelta(days=1) + LAG) == [day + timedelta(days=1)]


def test_one_flight_not_believed_leaves_the_day_uncovered() -> None:
    content = json.dumps([flight(), flight(icao24="?")]).encode()
    assert list(ask(Wanted.on(DAY, icao24=OURS), content, at=ON + timedelta(days=9)).covered) == []


def test_an_airport_is_asked_for_both_ways() -> None:
    day = datetime(2025, 12, 1, tzinfo=UTC)
    wanted = Wanted(airport="UM/S", t_from=day, t_to=day + timedelta(days=3))
    played = ask(wanted, b"[]", at=day + timedelta(days=9))
    asked = [httpx.URL(url) for url in played.urls if "/flights/" in url]
    assert [url.path.rsplit("/", 1)[1] for url in asked] == ["arrival"] * 2 + ["departure"] * 2
    assert {url.params["airport"] for url in asked} == {"UM/S"}
    assert [covered.target for covered in played.covered] == ["area:UM/S"]


def test_without_a_window_nothing_is_asked() -> None:
    assert ask(Wanted(icao24=OURS), b"[]", at=ON).requests == []


@pytest.mark.realdata
def test_real_estimates_that_are_wrong_are_not_taken() -> None:
    real = json.loads(shared("api/opensky_flights.json").read_text())
    told = [*real["departures_LFPG"], *real["flights_aircraft_407183"]]
    reports = [record for record in records(*told) if isinstance(record, Report)]
    assert [(report.origin, report.destination) for report in reports] == [
        ("LFPG", ""),  # EVTA, 17.7 km away and 3,186 m below
        ("LFPG", ""),  # LEVT, 62.5 km away
        ("LEMG", ""),  # EGNT, 6,708 m below
    ]
    assert len(reports) == len(records(*told))
