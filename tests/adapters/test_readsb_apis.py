"""What is asked of the live APIs, and what their answers cover."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters import adsbexchange, adsbfi, adsblol, airplaneslive
from adapters._contract import Area, Wanted
from adapters._readsb_api import ReadsbApi
from tests.adapters.play import Reply, play
from tests.upstream.replies import v2_reply
from tests.upstream.sky import MLAT, NO_POSITION, NOON, item

GATEWAY, RAPIDAPI = adsbexchange.adapters
ALL: dict[str, ReadsbApi] = {
    "adsblol": adsblol.adapter,
    "adsbfi": adsbfi.adapter,
    "airplaneslive": airplaneslive.adapter,
    "adsbexchange": GATEWAY,
    "adsbexchange_rapidapi": RAPIDAPI,
}
FOR_EACH = pytest.mark.parametrize("key", ALL)
OURS = frozenset(("14fc0b",))
SECRETS = {"adsbexchange_api_auth": "hush-1 ", "adsbexchange_rapidapi_key": "hush-2\n"}


def says(*items: Any, **changed: Any) -> Callable[[httpx.Request], Reply]:
    content = json.dumps({**v2_reply(items, NOON), **changed}).encode()
    return lambda _: Reply(200, content)


def asked(adapter: ReadsbApi, wanted: Wanted) -> list[str]:
    return play(adapter, wanted, says(), secrets=SECRETS).urls


def test_where_each_of_them_answers() -> None:
    wanted = Wanted(
        icao24=OURS,
        registrations=frozenset(("RA-64523",)),
        area=Area(lat=53.8825, lon=28.0307, radius_nm=25.4),
    )
    assert {key: asked(adapter, wanted) for key, adapter in ALL.items()} == {
        "adsblol": [
            "https://api.adsb.lol/v2/hex/14fc0b",
            "https://api.adsb.lol/v2/reg/RA-64523",
            "https://api.adsb.lol/v2/point/53.88250/28.03070/26",
        ],
        "adsbfi": [
            "https://opendata.adsb.fi/api/v2/hex/14fc0b",
            "https://opendata.adsb.fi/api/v2/registration/RA-64523",
            "https://opendata.adsb.fi/api/v3/lat/53.88250/lon/28.03070/dist/26",
        ],
        "airplaneslive": [
            "https://api.airplanes.live/v2/hex/14fc0b",
            "https://api.airplanes.live/v2/reg/RA-64523",
            "https://api.airplanes.live/v2/point/53.88250/28.03070/26",
        ],
        "adsbexchange": [
            "https://gateway.adsbexchange.com/api/aircraft/v2/icao/14fc0b",
            "https://gateway.adsbexchange.com/api/aircraft/v2/registration/RA-64523",
            "https://gateway.adsbexchange.com/api/aircraft/v2/lat/53.88250/lon/28.03070/dist/26",
        ],
        "adsbexchange_rapidapi": [
            "https://adsbexchange-com1.p.rapidapi.com/v2/icao/14fc0b/",
            "https://adsbexchange-com1.p.rapidapi.com/v2/registration/RA-64523/",
            "https://adsbexchange-com1.p.rapidapi.com/v2/lat/53.88250/lon/28.03070/dist/26/",
        ],
    }


@FOR_EACH
def test_several_at_once_where_the_source_allows_it(key: str) -> None:
    many = frozenset(f"{number:06x}" for number in range(0x140000, 0x140000 + 250))
    expected = 250 if key == "adsbexchange_rapidapi" else 3
    assert len(asked(ALL[key], Wanted(icao24=many))) == expected


@FOR_EACH
def test_a_circle_too_wide_is_asked_and_covered_as_far_as_it_goes(key: str) -> None:
    wanted = Wanted(area=Area(lat=0, lon=0, radius_nm=900))
    played = play(ALL[key], wanted, says(), secrets=SECRETS, received_at=NOON)
    assert "/250" in played.urls[0]
    assert [covered.target for covered in played.covered] == ["area:0.0000,0.0000,250"]


@FOR_EACH
def test_nothing_wanted_asks_nothing(key: str) -> None:
    assert asked(ALL[key], Wanted()) == []


@pytest.mark.parametrize("name", ["..", "../v2/mil", "A,B", "", "A" * 17, "РА-64523", "A?b", "A#"])
def test_what_cannot_be_a_registration_is_not_asked_for(name: str) -> None:
    assert asked(adsblol.adapter, Wanted(registrations=frozenset((name,)))) == []


def test_keys_go_into_headers_trimmed() -> None:
    for adapter, header, value in (
        (GATEWAY, "api-auth", "hush-1"),
        (RAPIDAPI, "x-rapidapi-key", "hush-2"),
    ):
        (request,) = play(adapter, Wanted(icao24=OURS), says(), secrets=SECRETS).requests
        assert request.headers[header] == value
    assert request.headers["x-rapidapi-host"] == request.url.host


@pytest.mark.parametrize("secrets", [{}, {"adsbexchange_api_auth": "  "}])
def test_without_its_key_nothing_is_asked(secrets: dict[str, str]) -> None:
    assert play(GATEWAY, Wanted(icao24=OURS), says(), secrets=secrets).requests == []


# what an answer covers

BY_ADDRESS = Wanted(icao24=OURS)


def covered(*items: Any, wanted: Wanted = BY_ADDRESS, **changed: Any) -> list[str]:
    played = play(adsblol.adapter, wanted, says(*items, **changed), received_at=NOON)
    for row in played.covered:
        assert (row.t_from, row.t_to) == (NOON - timedelta(seconds=60), NOON)
    return [row.target for row in played.covered]


def test_by_address_the_last_minute_is_covered_heard_or_not() -> None:
    assert covered(item()) == ["14fc0b"]
    assert covered() == ["14fc0b"]
    assert covered(NO_POSITION, wanted=Wanted(icao24=frozenset(("14fd01",)))) == ["14fd01"]


def test_an_item_not_believed_leaves_its_aircraft_uncovered_and_no_other() -> None:
    both = Wanted(icao24=frozenset(("14fc0b", "15406f")))
    assert covered(item(lat=91), MLAT, wanted=both) == ["15406f"]
    assert covered(item(hex="zzz"), MLAT, wanted=both) == []


def test_an_area_is_covered_only_when_every_item_was_believed() -> None:
    area = Wanted(area=Area(lat=54, lon=32, radius_nm=30))
    assert covered(item(), MLAT, wanted=area) == ["area:54.0000,32.0000,30"]
    assert covered(item(lat=91), MLAT, wanted=area) == []


def test_by_registration_only_what_was_found_is_covered() -> None:
    both = Wanted(registrations=frozenset(("RA-64523", "ra-64523", "RA-64524")))
    assert covered(item(), wanted=both) == ["RA-64523", "ra-64523"]
    assert covered(wanted=both) == []


def test_a_position_that_is_no_fix_is_covered_only_after_itself() -> None:
    """It was there half a minute ago: nobody may say that it was not."""
    old = item(seen_pos=30.0, seen=0.1)
    area = Area(lat=54, lon=32, radius_nm=30)
    wanted = Wanted(icao24=frozenset(("14fc0b", "15406f")), area=area)
    played = play(adsblol.adapter, wanted, says(old, MLAT), received_at=NOON)
    after = NOON - timedelta(seconds=29.999)
    assert {row.target: row.t_from for row in played.covered} == {
        "14fc0b": after,
        "15406f": NOON - timedelta(seconds=60),
        area.target: after,
    }
    assert {row.t_to for row in played.covered} == {NOON}


def test_an_answer_that_is_not_whole_or_not_of_now_covers_nothing() -> None:
    assert covered(item(), total=2) == []
    for minutes in (-3, 3):
        now_ms = (NOON + timedelta(minutes=minutes)).timestamp() * 1_000
        assert covered(item(), now=now_ms) == []


def test_terms_are_declared() -> None:
    needs = {key for key, adapter in ALL.items() if adapter.source.terms.needs_agreement}
    assert needs == {"airplaneslive", "adsbexchange", "adsbexchange_rapidapi"}
    redistributed = {key for key, a in ALL.items() if a.source.terms.may_redistribute}
    assert redistributed == {"adsblol"}
    assert {adapter.source.independence_group for adapter in ALL.values()} == {"community_feeders"}
