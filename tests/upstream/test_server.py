"""The server and its faults do what they say: other tests rest on it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters._contract import discover
from tests.simulator.day import simulate, to_track
from tests.upstream import Fault, Upstream, World, faults, upstream
from tests.upstream.conftest import FLOWN
from tests.upstream.sky import HAND_MADE, NOON, flown
from tests.upstream.world import secret

PATH = "/adsblol/v2/hex/14fc0b"


def get(
    up: Upstream,
    path: str = PATH,
    headers: Mapping[str, str] | None = None,
    *,
    timeout_s: float = 5.0,
) -> httpx.Response:
    with httpx.Client(timeout=timeout_s, verify=False, trust_env=False) as client:
        return client.get(up.url + path, headers={"User-Agent": "test", **(headers or {})})


def token(up: Upstream, form: dict[str, str]) -> httpx.Response:
    with httpx.Client(verify=False, trust_env=False) as client:
        return client.post(f"{up.url}/opensky_auth/token", data=form)


def test_every_request_is_noted_with_what_it_said(up: Upstream) -> None:
    get(up, f"{PATH}?a=1", {"X-Test": "yes"})
    token(up, {"a": "b"})
    first, second = up.asked()
    assert (first.site, first.method, first.path) == ("adsblol", "GET", "/v2/hex/14fc0b")
    assert (first.first("a"), first.first("b"), first.headers["x-test"]) == ("1", "", "yes")
    assert (second.site, second.method, second.body) == ("opensky_auth", "POST", b"a=b")
    assert up.asked("adsblol") == [first]
    assert first.at_s <= second.at_s


def test_a_site_that_is_none_is_not_found(up: Upstream) -> None:
    assert get(up, "/nobody/x").status_code == 404


def test_faults_are_played_in_turn_and_then_it_is_well_again(up: Upstream) -> None:
    up.fail("adsblol", faults.status(503), times=2)
    up.fail("adsblol", faults.too_many("7"), times=1)
    replies = [get(up) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [503, 503, 429, 200]
    assert replies[2].headers["retry-after"] == "7"


def test_a_fault_without_a_number_stays_until_recovery(up: Upstream) -> None:
    up.fail("adsblol", faults.refused())
    assert [get(up).status_code for _ in range(3)] == [403] * 3
    assert get(up, "/adsbfi/v2/hex/14fc0b").status_code == 200
    up.recover()
    assert get(up).status_code == 200


def test_too_many_may_come_without_a_time(up: Upstream) -> None:
    up.fail("adsblol", faults.too_many())
    assert "retry-after" not in get(up).headers


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.reset(), httpx.ReadError),
        (faults.reset(0.5), httpx.ReadError),
        (faults.broken_off(), httpx.RemoteProtocolError),
    ],
)
def test_lines_that_break(fault: Fault, error: type[Exception], up: Upstream) -> None:
    up.fail("adsblol", fault)
    with pytest.raises(error):
        get(up)


def test_silence_is_broken_by_whoever_waits(up: Upstream) -> None:
    up.fail("adsblol", faults.silent())
    with pytest.raises(httpx.ReadTimeout):
        get(up, timeout_s=0.1)


def test_a_slow_answer_is_the_answer(up: Upstream) -> None:
    up.fail("adsblol", faults.slow(part_bytes=300, pause_s=0.001), times=1)
    assert get(up).json() == get(up).json()


def test_a_file_cut_short_looks_whole(up: Upstream) -> None:
    whole = get(up, "/plane_alert_db/plane-alert-db.csv").content
    up.fail("plane_alert_db", faults.cut_short(0.3))
    part = get(up, "/plane_alert_db/plane-alert-db.csv").content
    assert whole.startswith(part)
    assert 0 < len(part) < len(whole)


def test_a_bomb_is_small_until_it_is_opened(up: Upstream) -> None:
    up.fail("tar1090db", faults.bomb(2**30))
    content = get(up, "/tar1090db/aircraft.csv.gz").content
    assert len(content) < 2 * 2**20
    assert content[:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (PATH, b'"lat"'),
        ("/plane_alert_db/plane-alert-db.csv", b"$ICAO,"),
        ("/ourairports/runways.csv", b'"airport_ident"'),
        ("/ourairports/airports.csv", b'"ident"'),
        ("/hexdb/api/v1/aircraft/14fc0b", b'"ModeS"'),
    ],
)
def test_a_new_schema_has_other_names(path: str, gone: bytes, up: Upstream) -> None:
    site = path.split("/")[1]
    assert gone in get(up, path, {"Accept-Encoding": "identity"}).content
    up.fail(site, faults.new_schema())
    assert gone not in get(up, path, {"Accept-Encoding": "identity"}).content


def test_a_new_schema_reaches_into_gzip(up: Upstream) -> None:
    up.fail("tar1090db", faults.new_schema())
    content = gzip.decompress(get(up, "/tar1090db/aircraft.csv.gz").content)
    assert content.startswith(b"new;14FC0B;")


def test_files_that_have_not_changed_are_not_sent_again(up: Upstream) -> None:
    first = get(up, "/tar1090db/aircraft.csv.gz")
    again = get(up, "/tar1090db/aircraft.csv.gz", {"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_traces_are_gzip_under_a_json_name_and_do_not_say_so(up: Upstream) -> None:
    reply = get(up, f"/adsblol_history/{FLOWN:%Y/%m/%d}/traces/0b/trace_full_14fc0b.json")
    assert reply.content[:2] == b"\x1f\x8b"
    assert "content-encoding" not in reply.headers
    assert reply.headers["content-type"] == "application/json"


def test_an_archive_may_serve_the_day_before(up: Upstream) -> None:
    day = FLOWN.date() + timedelta(days=1)
    path = f"/adsblol_history/{day:%Y/%m/%d}/traces/0b/trace_full_14fc0b.json"
    assert get(up, path).status_code == 404
    up.fail("adsblol_history", faults.day_before(), times=1)
    assert get(up, path).content == up.world.traces[FLOWN.date(), "14fc0b"]


def test_the_date_header_is_by_the_sites_clock(up: Upstream) -> None:
    up.world.now = lambda: datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)
    assert get(up).headers["date"] == "Thu, 29 Feb 2024 01:02:03 GMT"


def test_opensky_asks_for_a_token_of_its_own(up: Upstream) -> None:
    url = "/opensky_states/states/all"
    assert get(up, url).status_code == 403
    assert get(up, url, {"Authorization": "Bearer made-up"}).status_code == 401
    form = {
        "grant_type": "client_credentials",
        "client_id": secret("opensky_client_id"),
        "client_secret": secret("opensky_client_secret"),
    }
    bearer = f"Bearer {token(up, form).json()['access_token']}"
    reply = get(up, url, {"Authorization": bearer})
    assert reply.headers["x-rate-limit-remaining"] == "3999"
    up.world.now = lambda: NOON + timedelta(minutes=31)
    assert get(up, url, {"Authorization": bearer}).status_code == 401
    assert token(up, {**form, "x": "y"}).status_code == 401


def test_a_moved_adapter_is_the_same_but_for_where_it_asks(up: Upstream) -> None:
    for key, adapter in discover().items():
        moved = up.moved(adapter)
        assert moved.source.url == f"{up.url}/{key}"
        assert moved.source.terms == adapter.source.terms
        assert adapter.source.url != moved.source.url


def test_a_sky_of_tracks_moves_with_the_clock() -> None:
    track = to_track(simulate(7))
    first = datetime.fromtimestamp(int(track.t_us[0]) / 1e6, UTC)
    world = World(sky=flown([track], registrations={track.icao24: "RA-64523"}))
    heard = {}
    with upstream(world) as up:
        for seconds in (-5, 1, 120, 10**6):
            world.now = lambda at=first + timedelta(seconds=seconds): at  # type: ignore[misc]  # bound now
            heard[seconds] = json.loads(get(up, f"/adsblol/v2/hex/{track.icao24}").content)["ac"]
    assert heard[-5] == heard[10**6] == []
    assert heard[1][0]["r"] == "RA-64523"
    assert (heard[1][0]["lat"], heard[1][0]["lon"]) != (heard[120][0]["lat"], heard[120][0]["lon"])


def test_whoever_waits_is_let_go_when_the_server_stops() -> None:
    with upstream() as up:
        up.fail("adsblol", faults.silent(3_600))
        with pytest.raises(httpx.ReadTimeout):
            get(up, timeout_s=0.05)
    assert up.closing.is_set()


def test_the_hand_made_sky_is_one_of_each_kind() -> None:
    assert len({item["hex"] for item in HAND_MADE}) == len(HAND_MADE)
    assert {item["type"] for item in HAND_MADE} >= {"adsb_icao", "mlat", "tisb_trackfile", "mode_s"}
